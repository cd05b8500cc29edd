"""The section of dates: what will stop working when."""
# ruff: noqa: PLC0415 - the page is loaded when it is first shown

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.checks.end_date import EndDate
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.events import Event
from smtp_desktop.services.checks.end_dates import EndDates, Sources
from smtp_desktop.services.services import Services
from smtp_desktop.ui.cards.card import Tone
from smtp_desktop.ui.dates.model import Dates, verdict_on_deadline
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from smtp_desktop.ui.dates.page import DatesPage

_MINUTE_MS = 60_000
_SOON_MS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """`found` is None where the sources are those that were known."""

    sources: Sources
    found: tuple[EndDate, ...] | None


class DatesSection(QObject):
    """A `section.Section` without a panel. What is stored is read on `tasks`; after that the events keep it up."""

    counts_changed = Signal()
    smtp_asked = Signal(object)
    """The SMTP of this ProfileId is wanted."""

    def __init__(self, *, window: QWidget, services: Services, tasks: Tasks, theme: Theme) -> None:
        super().__init__(window)
        self._end_dates = services.end_dates
        self._tasks = tasks
        self._sources: Sources | None = None
        self._reading = self._again = False
        self.model = Dates(theme, _now, self)
        self._page: Lazy[DatesPage] = Lazy(lambda: self._make_page(theme))
        # The window's child: without a parent it would go whenever, and wherever, the garbage collector runs.
        self.panel = QWidget(window)
        self.panel.hide()
        # Many servers may be learned of in one moment: the table is made anew once.
        self._soon = QTimer(self, singleShot=True, interval=_SOON_MS)
        self._soon.timeout.connect(self._find)
        minutes = QTimer(self, interval=_MINUTE_MS)
        minutes.timeout.connect(self._tick)
        minutes.start()

    def _make_page(self, theme: Theme) -> DatesPage:
        from smtp_desktop.ui.dates.page import DatesPage

        page = DatesPage(self.model, theme)
        page.smtp_asked.connect(self.smtp_asked)
        page.reload_asked.connect(self.load)
        page.current_changed.connect(lambda: _tell_current(page))
        _tell_current(page)
        return page

    @property
    def page(self) -> DatesPage:
        return self._page()

    @property
    def count(self) -> str:
        """How many are near or over, with a mark where something has ended."""
        near = self.model.near
        return (f"! {near}" if self.model.ended else str(near)) if near else ""

    @property
    def tone(self) -> Tone:
        """How urgent the most urgent one is."""
        if self.model.ended:
            return Tone.BAD
        return Tone.WARN if self.model.near else Tone.NONE

    @property
    def count_in_words(self) -> str:
        """What the count means."""
        near, ended = self.model.near, self.model.ended
        words = [self.tr("{n} ended").format(n=ended)] if ended else []
        words += [self.tr("{n} soon").format(n=near - ended)] if near > ended else []
        return ", ".join(words)

    @property
    def is_open(self) -> bool:
        return False

    def load(self) -> None:
        """The dates are as the store has them, soon; never two readings at once."""
        if self._reading:
            self._again = True
            return
        self._reading = True
        stored, known = self._end_dates, self._sources
        self._tasks.run(self, lambda: _read(stored, known), self._show_read, self._show_error)

    def on_event(self, event: Event) -> None:
        """The dates are those after what has happened."""
        before = self._sources or Sources()
        after = before.after(event)
        if after is before:
            return
        if self._reading:
            self._again = True  # what is being read may be from before
        if self._sources is not None:
            self._sources = after
            self._soon.start()

    def search(self, typed: str) -> None:
        """Only the dates that hold `typed` are shown."""
        self.model.show_only(search=typed)
        self._tell_page_counts()

    def close_panel(self) -> None:
        """There is none."""

    def confirm_close(self, go_on: Callable[[], None]) -> None:
        """Nothing can be lost here."""
        go_on()

    def set_theme(self, theme: Theme) -> None:
        """The page is drawn in the colours of `theme`."""
        self._page.apply("theme", lambda page: page.set_theme(theme))

    def _show_read(self, read: _Read) -> None:
        self._reading = False
        if read.found is not None:
            self._sources = read.sources
            self._show_found(read.found)
        self._page.apply("state", lambda page: page.show_loaded())
        self._read_next()

    def _find(self) -> None:
        sources = self._sources
        if sources is None:
            return

        def show(found: tuple[EndDate, ...]) -> None:
            if sources is self._sources:  # else what has changed since is on its way
                self._show_found(found)

        self._tasks.run(self, sources.end_dates, show, lambda _: None)

    def _show_found(self, found: tuple[EndDate, ...]) -> None:
        self.model.load(found)
        self._tell_counts()

    def _show_error(self, error: SmtpDesktopError) -> None:
        self._reading = False
        self._page.apply("state", lambda page: page.show_error(shown(error.message)))
        self._read_next()

    def _read_next(self) -> None:
        if self._again:
            self._again = False
            self.load()

    def _tick(self) -> None:
        self.model.refresh()
        self._tell_counts()

    def _tell_counts(self) -> None:
        self._tell_page_counts()
        self.counts_changed.emit()

    def _tell_page_counts(self) -> None:
        self._page.apply("counts", lambda page: page.refresh())


def _tell_current(page: DatesPage) -> None:
    current = page.current()
    page.show_verdict(verdict_on_deadline(current, _now()) if current else None)


def _now() -> datetime:
    return datetime.now().astimezone()


def _read(stored: EndDates, known: Sources | None) -> _Read:
    sources = stored.sources()
    return _Read(sources=sources, found=None if sources == known else sources.end_dates())
