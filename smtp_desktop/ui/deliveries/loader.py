"""The reader of the outbox for the table, on a worker: a page at a time."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from smtp_desktop.domain.delivery.delivery import (
    NEWEST_FIRST,
    DeliveryCounts,
    DeliveryFilter,
    DeliveryId,
    DeliveryOrder,
)
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.services.outbox import Outbox
from smtp_desktop.ui.deliveries.model import DeliveriesModel, DeliverySlice
from smtp_desktop.ui.runtime.tasks import Tasks

PAGE_ROWS = 200
MOST_SORTED = 2_000
"""Rows: in another order than the newest first, all that are shown are read again after each change."""
_CATCH_UP_PAGES = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """The result of one read. `replaces` says that the table shows nothing else, `continues` that it grows at its end,
    `is_first` that it is all that the table shows, in another order; otherwise the slices update what is shown."""

    slices: tuple[DeliverySlice, ...]
    counts: DeliveryCounts | None
    replaces: bool = False
    continues: bool = False
    is_first: bool = False


class DeliveryLoader(QObject):
    """Keeps the model up to date with the outbox, for the current filter. Reads one thing at a time."""

    loaded = Signal(object)
    """The model is up to date. Carries DeliveryCounts."""
    about_to_merge = Signal()
    """Rows are about to be added, changed or removed, without a reset of the model."""
    failed = Signal(object)
    """The outbox could not be read. Carries an SmtpDesktopError."""

    def __init__(
        self,
        *,
        owner: QObject,
        model: DeliveriesModel,
        outbox: Outbox,
        tasks: Tasks,
        visible_rows: Callable[[], range],
    ) -> None:
        super().__init__(owner)
        self._model = model
        self._outbox = outbox
        self._tasks = tasks
        self._visible_rows = visible_rows
        self.filter, self.order = DeliveryFilter(), NEWEST_FIRST
        # What is to be read next, in this order of priority:
        self._restart = True
        self._older_than: DeliveryId | None = None
        self._refresh = False
        self._busy = False
        model.more_wanted.connect(self._load_older)
        model.order_chosen.connect(self._set_order)

    @property
    def shows_part(self) -> bool:
        """Whether there may be more than the table shows, and can show in this order."""
        return self.order != NEWEST_FIRST and self._model.rowCount() >= MOST_SORTED

    def set_filter(self, wanted: DeliveryFilter) -> None:
        """Shows the newest deliveries that match `wanted`."""
        if wanted != self.filter:
            self.filter = wanted
            self.restart()

    def _set_order(self, order: DeliveryOrder) -> None:
        self.order = order
        self.restart()

    def restart(self) -> None:
        """Shows the newest deliveries that match, in place of all others."""
        self._restart, self._older_than = True, None
        self._model.cancel_request()
        self.refresh()

    def refresh(self) -> None:
        """Updates the visible rows."""
        self._refresh = True
        self._read_next()

    def _load_older(self, before: DeliveryId) -> None:
        self._older_than = before
        self._read_next()

    def _read_next(self) -> None:
        if self._busy:
            return
        if self.order == NEWEST_FIRST:
            self._read_next_newest(self.filter, self._outbox)
        else:
            self._read_first(self.filter, self.order, self._outbox)

    def _read_first(self, wanted: DeliveryFilter, order: DeliveryOrder, outbox: Outbox) -> None:
        restarts, more = self._restart, self._older_than is not None
        if not (restarts or more or self._refresh):
            return
        self._restart = self._refresh = False
        self._older_than = None
        shown = 0 if restarts else self._model.rowCount()
        limit = min(max(PAGE_ROWS, shown + PAGE_ROWS * more), MOST_SORTED)
        self._run(wanted, lambda: _read_first(outbox, wanted, order, limit, replaces=restarts), restarts=restarts)

    def _read_next_newest(self, wanted: DeliveryFilter, outbox: Outbox) -> None:
        if self._restart:
            self._restart = self._refresh = False
            self._run(wanted, lambda: _read_newest(outbox, wanted), restarts=True)
        elif self._older_than is not None:
            before, self._older_than = self._older_than, None
            self._run(wanted, lambda: _read_older(outbox, wanted, before))
        elif self._refresh:
            self._refresh = False
            # Widgets and model are read here: the worker must not touch them.
            newest = self._model.delivery_at(0)
            known, visible = (newest.id if newest else None), self._visible_slice()
            self._run(wanted, lambda: _read_changes(outbox, wanted, known, visible))

    def _visible_slice(self) -> tuple[DeliveryId, int] | None:
        """Returns the id above the visible rows and their number; None if the newest page contains them."""
        rows = self._visible_rows()
        above = self._model.delivery_at(rows.start - 1)
        return (above.id, len(rows)) if above and len(rows) and rows.stop > PAGE_ROWS else None

    def _run(self, wanted: DeliveryFilter, work: Callable[[], _Read], *, restarts: bool = False) -> None:
        self._busy = True
        asked = (wanted, self.order)
        self._tasks.run(
            self, work, lambda read: self._on_read(asked, read), lambda error: self._on_failed(error, restarts)
        )

    def _on_read(self, asked: tuple[DeliveryFilter, DeliveryOrder], read: _Read) -> None:
        self._busy = False
        if asked == (self.filter, self.order) and not (self._restart and not read.replaces):
            self._show(read)
            if read.counts:
                self.loaded.emit(read.counts)
        self._read_next()

    def _show(self, read: _Read) -> None:
        if read.replaces:
            self._model.show(read.slices[0])
        elif read.is_first:
            self.about_to_merge.emit()
            self._model.merge_first(read.slices[0])
        elif read.continues:
            self._model.append(read.slices[0])
        else:
            self.about_to_merge.emit()
            for each in read.slices:
                self._model.merge(each)

    def _on_failed(self, error: SmtpDesktopError, restarts: bool) -> None:
        self._busy = False
        self._restart = self._restart or restarts
        self._model.cancel_request()
        self.failed.emit(error)
        if self._refresh:  # only if requested meanwhile, or it would retry for ever
            self._read_next()


def _read_slice(
    outbox: Outbox, wanted: DeliveryFilter, before: DeliveryId | None, limit: int = PAGE_ROWS
) -> DeliverySlice:
    rows = tuple(outbox.page(wanted, before=before, limit=limit))
    return DeliverySlice(rows=rows, before=before, is_last=len(rows) < limit)


def _read_newest(outbox: Outbox, wanted: DeliveryFilter) -> _Read:
    return _Read(slices=(_read_slice(outbox, wanted, None),), counts=outbox.counts(), replaces=True)


def _read_first(outbox: Outbox, wanted: DeliveryFilter, order: DeliveryOrder, limit: int, *, replaces: bool) -> _Read:
    rows = tuple(outbox.first(wanted, order, limit=limit))
    part = DeliverySlice(rows=rows, before=None, is_last=len(rows) < limit or limit == MOST_SORTED)
    return _Read(slices=(part,), counts=outbox.counts(), replaces=replaces, is_first=True)


def _read_older(outbox: Outbox, wanted: DeliveryFilter, before: DeliveryId) -> _Read:
    return _Read(slices=(_read_slice(outbox, wanted, before),), counts=None, continues=True)


def _read_changes(
    outbox: Outbox, wanted: DeliveryFilter, known: DeliveryId | None, visible: tuple[DeliveryId, int] | None
) -> _Read:
    """Returns the newest deliveries down to `known`, unless very many are new, and the visible ones."""
    newest = _read_slice(outbox, wanted, None)
    rows, is_last = newest.rows, newest.is_last
    for _ in range(_CATCH_UP_PAGES):
        if is_last or known is None or rows[-1].id <= known:
            break
        older = _read_slice(outbox, wanted, rows[-1].id)
        rows, is_last = (*rows, *older.rows), older.is_last
    slices = [DeliverySlice(rows=rows, before=None, is_last=is_last)]
    if visible:
        slices.append(_read_slice(outbox, wanted, *visible))
    return _Read(slices=tuple(slices), counts=outbox.counts())
