"""The section of dates: what will stop working, and when."""
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
from smtp_desktop.services.checks.end_dates import EndDates, EndDateSources
from smtp_desktop.services.services import Services
from smtp_desktop.ui.cards.card import Tone
from smtp_desktop.ui.dates.model import DatesModel, end_date_summary
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from smtp_desktop.ui.dates.page import DatesPage

_MINUTE_MS = 60_000
_PENDING_MS = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class _Read:
    """The result of a read. `found` is None if the sources have not changed."""

    sources: EndDateSources
    found: tuple[EndDate, ...] | None


class DatesSection(QObject):
    """The section of dates, without a panel. It is read on `tasks`; after that, events keep it up to date."""

    counts_changed = Signal()
    """`count`, `tone` and `count_in_words` may have changed."""
    smtp_asked = Signal(object)
    """The user wants to open an SMTP. Carries its ProfileId, as do both below."""
    change_asked = Signal(object)
    """The user wants an SMTP to sign in otherwise than with a password."""
    sign_in_asked = Signal(object)
    """The user wants to sign in anew for an SMTP."""

    def __init__(self, *, window: QWidget, services: Services, tasks: Tasks, theme: Theme) -> None:
        super().__init__(window)
        self._end_dates = services.end_dates
        self._tasks = tasks
        self._sources: EndDateSources | None = None
        self._reading = self._read_again = False
        self.model = DatesModel(theme, _now, self)
        self._page: Lazy[DatesPage] = Lazy(lambda: self._make_page(theme))
        # A child of the window: without a parent, the garbage collector would delete it, on any thread.
        self.panel = QWidget(window)
        self.panel.hide()
        # Many events may come in one moment: the table is updated once.
        self._pending = QTimer(self, singleShot=True)
        self._pending.setInterval(_PENDING_MS)
        self._pending.timeout.connect(self._find)
        minutes = QTimer(self)
        minutes.setInterval(_MINUTE_MS)
        minutes.timeout.connect(self._tick)
        minutes.start()

    def _make_page(self, theme: Theme) -> DatesPage:
        from smtp_desktop.ui.dates.page import DatesPage

        page = DatesPage(self.model, theme)
        page.smtp_asked.connect(self.smtp_asked)
        page.change_asked.connect(self.change_asked)
        page.sign_in_asked.connect(self.sign_in_asked)
        page.reload_asked.connect(self.load)
        page.current_changed.connect(lambda: _show_current(page))
        _show_current(page)
        return page

    @property
    def page(self) -> DatesPage:
        return self._page()

    @property
    def count(self) -> str:
        """The number of those that are near or over, with a mark if something has ended."""
        near = self.model.near
        return (f"! {near}" if self.model.ended else str(near)) if near else ""

    @property
    def tone(self) -> Tone:
        """The urgency of the most urgent one."""
        if self.model.ended:
            return Tone.BAD
        return Tone.WARN if self.model.near else Tone.NONE

    @property
    def count_in_words(self) -> str:
        """The count in words, for screen readers."""
        near, ended = self.model.near, self.model.ended
        words = [self.tr("{n} expired").format(n=ended)] if ended else []
        words += [self.tr("{n} soon").format(n=near - ended)] if near > ended else []
        return ", ".join(words)

    @property
    def is_open(self) -> bool:
        """There is no panel."""
        return False

    def load(self) -> None:
        """Reads the dates from the store on a worker; if that is going on, once more after it."""
        if self._reading:
            self._read_again = True
            return
        self._reading = True
        stored, known = self._end_dates, self._sources
        self._tasks.run(self, lambda: _read(stored, known), self._show_read, self._show_error)

    def on_event(self, event: Event) -> None:
        """Updates the dates after an event."""
        before = self._sources or EndDateSources()
        after = before.after(event)
        if after is before:
            return
        if self._reading:
            self._read_again = True  # what is being read may lack this event
        if self._sources is not None:
            self._sources = after
            self._pending.start()

    def search(self, typed: str) -> None:
        """Shows only dates whose text contains `typed`."""
        self.model.show_only(search=typed)
        self._refresh_page()

    def close_panel(self) -> None:
        """Does nothing: there is no panel."""

    def confirm_close(self, go_on: Callable[[], None]) -> None:
        """Calls `go_on`: there is nothing to lose here."""
        go_on()

    def set_theme(self, theme: Theme) -> None:
        """Paints the page in the colours of `theme`."""
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
            if sources is self._sources:  # otherwise a newer result follows
                self._show_found(found)

        self._tasks.run(self, sources.end_dates, show, lambda _: None)

    def _show_found(self, found: tuple[EndDate, ...]) -> None:
        self.model.load(found)
        self._update_counts()

    def _show_error(self, error: SmtpDesktopError) -> None:
        self._reading = False
        self._page.apply("state", lambda page: page.show_error(shown(error.message)))
        self._read_next()

    def _read_next(self) -> None:
        if self._read_again:
            self._read_again = False
            self.load()

    def _tick(self) -> None:
        self.model.refresh()
        self._update_counts()

    def _update_counts(self) -> None:
        self._refresh_page()
        self.counts_changed.emit()

    def _refresh_page(self) -> None:
        self._page.apply("counts", lambda page: page.refresh())


def _show_current(page: DatesPage) -> None:
    current = page.current()
    page.show_summary(end_date_summary(current, _now()) if current else None)


def _now() -> datetime:
    return datetime.now().astimezone()


def _read(stored: EndDates, known: EndDateSources | None) -> _Read:
    sources = stored.sources()
    return _Read(sources=sources, found=None if sources == known else sources.end_dates())
