"""Reading the outbox for the table: at most one read goes on at a time, on a worker."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from smtp_desktop.domain.delivery.delivery import DeliveryCounts, DeliveryFilter, DeliveryId
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.services.outbox import Outbox
from smtp_desktop.ui.deliveries.model import Deliveries, Window
from smtp_desktop.ui.runtime.tasks import Tasks

PAGE_ROWS = 200
_CATCH_UP_PAGES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """`fresh` where the table holds nothing else, `more` where it was scrolled to its end."""

    windows: tuple[Window, ...]
    counts: DeliveryCounts | None
    fresh: bool = False
    more: bool = False


class DeliveryLoading(QObject):
    """Keeps `model` as the outbox is, for the filter that is set."""

    loaded = Signal(object)
    """The table is as the outbox is; carries DeliveryCounts."""
    about_to_merge = Signal()
    failed = Signal(object)
    """Carries a SmtpDesktopError."""

    def __init__(
        self,
        *,
        owner: QObject,
        model: Deliveries,
        outbox: Outbox,
        tasks: Tasks,
        visible_rows: Callable[[], range],
    ) -> None:
        super().__init__(owner)
        self._model = model
        self._outbox = outbox
        self._tasks = tasks
        self._visible_rows = visible_rows
        self.wanted = DeliveryFilter()
        self._busy = self._again = False
        self._fresh = True
        self._more: DeliveryId | None = None
        model.more_wanted.connect(self._want_more)

    def show(self, wanted: DeliveryFilter) -> None:
        """The table holds the newest that fit `wanted`, soon."""
        if wanted != self.wanted:
            self.wanted = wanted
            self.start_anew()

    def start_anew(self) -> None:
        """The table holds the newest that fit and nothing else, soon."""
        self._fresh, self._more = True, None
        self._model.stop()
        self.refresh()

    def refresh(self) -> None:
        """What is seen of the table is as the outbox is, soon."""
        self._again = True
        self._next()

    def _want_more(self, before: DeliveryId) -> None:
        self._more = before
        self._next()

    def _next(self) -> None:
        if self._busy:
            return
        wanted, outbox = self.wanted, self._outbox
        if self._fresh:
            self._fresh = self._again = False
            self._run(wanted, lambda: _newest(outbox, wanted), fresh=True)
        elif self._more is not None:
            before, self._more = self._more, None
            self._run(wanted, lambda: _older(outbox, wanted, before))
        elif self._again:
            self._again = False
            # What the GUI thread knows is read here, before the worker begins.
            newest = self._model.delivery_at(0)
            known, stretch = (newest.id if newest else None), self._seen_stretch()
            self._run(wanted, lambda: _anew(outbox, wanted, known, stretch))

    def _seen_stretch(self) -> tuple[DeliveryId, int] | None:
        """Returns where the rows in view begin, and how many there are, if the newest page does not hold them."""
        rows = self._visible_rows()
        above = self._model.delivery_at(rows.start - 1)
        return (above.id, len(rows)) if above and len(rows) and rows.stop > PAGE_ROWS else None

    def _run(self, wanted: DeliveryFilter, work: Callable[[], _Read], *, fresh: bool = False) -> None:
        self._busy = True
        self._tasks.run(self, work, lambda read: self._show(wanted, read), lambda error: self._fail(error, fresh=fresh))

    def _show(self, wanted: DeliveryFilter, read: _Read) -> None:
        self._busy = False
        if wanted == self.wanted and not (self._fresh and not read.fresh):
            self._put(read)
            if read.counts:
                self.loaded.emit(read.counts)
        self._next()

    def _put(self, read: _Read) -> None:
        if read.fresh:
            self._model.show(read.windows[0])
        elif read.more:
            self._model.add(read.windows[0])
        else:
            self.about_to_merge.emit()
            for window in read.windows:
                self._model.merge(window)

    def _fail(self, error: SmtpDesktopError, *, fresh: bool) -> None:
        self._busy = False
        self._fresh = self._fresh or fresh
        self._model.stop()
        self.failed.emit(error)
        if self._again:  # asked for meanwhile; not by itself, or it would try for ever
            self._next()


def _window(outbox: Outbox, wanted: DeliveryFilter, before: DeliveryId | None, limit: int = PAGE_ROWS) -> Window:
    rows = tuple(outbox.page(wanted, before=before, limit=limit))
    return Window(rows=rows, before=before, is_last=len(rows) < limit)


def _newest(outbox: Outbox, wanted: DeliveryFilter) -> _Read:
    return _Read(windows=(_window(outbox, wanted, None),), counts=outbox.counts(), fresh=True)


def _older(outbox: Outbox, wanted: DeliveryFilter, before: DeliveryId) -> _Read:
    return _Read(windows=(_window(outbox, wanted, before),), counts=None, more=True)


def _anew(
    outbox: Outbox, wanted: DeliveryFilter, known: DeliveryId | None, stretch: tuple[DeliveryId, int] | None
) -> _Read:
    """Returns the newest ones, down to those that are known already unless very many are new, and the stretch."""
    newest = _window(outbox, wanted, None)
    rows, is_last = newest.rows, newest.is_last
    for _ in range(_CATCH_UP_PAGES):
        if is_last or known is None or rows[-1].id <= known:
            break
        older = _window(outbox, wanted, rows[-1].id)
        rows, is_last = (*rows, *older.rows), older.is_last
    windows = [Window(rows=rows, before=None, is_last=is_last)]
    if stretch:
        windows.append(_window(outbox, wanted, *stretch))
    return _Read(windows=tuple(windows), counts=outbox.counts())
