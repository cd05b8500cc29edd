"""The frame around the pages: the top bar, the entity panel, and the Info panels on the right."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from smtp_desktop.ui.layout.room import is_low, is_small
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.window.body import PANEL_PX, WindowBody
from smtp_desktop.ui.window.entity_panel import EntityPanel
from smtp_desktop.ui.window.top_bar import TopBar

if TYPE_CHECKING:
    from smtp_desktop.ui.window.quiet_line import QuietLine
    from smtp_desktop.ui.window.section import Section  # with it come all events

PANEL_WIDTH_KEY = "window.panel_width"
_CREATING = frozenset({"smtp", "activities"})
"""The pages that have something to create; a mail is made by triggering an activity."""


def panel_width_of(kept: Mapping[str, str]) -> int:
    """Returns the width of the Info panel in pixels, as the preferences have it."""
    return int(kept.get(PANEL_WIDTH_KEY, PANEL_PX))


class WindowFrame(QWidget):
    """Shows one page at a time, with what was searched there, and the panel of its section if that is open."""

    def __init__(self, first_page: QWidget, theme: Theme, *, panel_width_px: int) -> None:
        """`first_page` is the page of SMTPs; `add` adds the others."""
        super().__init__()
        self._first_page = first_page
        self._sections: Mapping[str, Section] = {}
        self._searched: dict[str, str] = {}
        self._quiet_line: QuietLine | None = None
        self.current = "smtp"
        self.bar = TopBar(theme)
        self.entities = EntityPanel(self._entries(), theme)
        self.body = WindowBody(self.entities, panel_width_px=panel_width_px)
        self._lay_out()

    def add(self, sections: Mapping[str, Section], inbox_page: Callable[[], QWidget]) -> None:
        """Adds the other pages and all panels, each built when it is first shown. The keys of `sections` are smtp,
        activities, deliveries and dates, in this order; the page of smtp is `first_page`."""
        self._sections = sections
        self._inbox_page = inbox_page
        self.bar.searched.connect(self._search)

    @property
    def page_titles(self) -> dict[str, str]:
        """The titles of the pages by their keys, in the order of the entity panel."""
        return {key: words for key, _, words in self._entries()}

    @property
    def shows_panel(self) -> bool:
        return self.body.panels.isVisible()

    def say(self, words: str) -> None:
        """Shows `words` in a line below the top bar, for as long as the window is open."""
        from smtp_desktop.ui.widgets.labels import Caption  # noqa: PLC0415 - 3 ms that the first paint does without

        note = Caption("warning", wraps=True)
        note.setObjectName("frameNote")
        note.setContentsMargins(16, 6, 16, 6)
        self.insert_below_bar(note)
        note.show_text(words)

    def say_quietly(self, words: str) -> None:
        """Says in a line over the page what was done; it goes by itself."""
        if self._quiet_line is None:
            from smtp_desktop.ui.window.quiet_line import QuietLine  # noqa: PLC0415 - as above

            self._quiet_line = QuietLine(self)
        self._quiet_line.say(words)

    def show_page(self, key: str) -> None:
        """Shows the page, with what was typed in its search field."""
        self.current = key
        section = self._sections.get(key)
        if self._sections:
            _show_in(self.body.pages, section.page if section else self._inbox_page())
        self.body.fold_away()
        self.entities.show_chosen(key)
        searches = {
            "smtp": self.tr("Search name, host, address…"),
            "activities": self.tr("Search name, subject, recipients…"),
            "deliveries": self.tr("Search subject, recipients, activity…"),
            "dates": self.tr("Search SMTP, what expires…"),
        }
        typed = self._searched.get(key, "")
        self.bar.show_page(
            self.page_titles[key],
            searching=searches.get(key, ""),
            typed=typed,
            creates=key in _CREATING,
            checks=key == "smtp",
        )
        if section and section.is_open:
            _show_in(self.body.panels, section.panel)
        self.body.show_panel(section is not None and section.is_open)

    def insert_below_bar(self, widget: QWidget) -> None:
        """Inserts `widget` between the top bar and the pages."""
        self._column.insertWidget(1, widget)
        widget.stackUnder(self.entities)  # screen readers read in the order of the stack

    def focus_search(self) -> None:
        """Moves the focus to the search field; from a page without one, shows the SMTPs first."""
        if self.current not in self._sections:
            self.show_page("smtp")
        self.bar.search.setFocus()
        self.bar.search.selectAll()

    def close_panel(self) -> None:
        """Closes the Info panel of the page, after asking about unsaved changes; or folds what lies over the page."""
        if not self.body.fold_away() and self.current in self._sections:
            self._sections[self.current].close_panel()

    def _search(self, typed: str) -> None:
        self._searched[self.current] = typed
        self._sections[self.current].search(typed)

    def set_theme(self, theme: Theme) -> None:
        """Draws the icons of the top bar and the entity panel in the colours of `theme`."""
        self.bar.set_theme(theme)
        self.entities.set_theme(theme)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.bar.fit(small=is_small(self), low=is_low(self))

    def _entries(self) -> tuple[tuple[str, str, str], ...]:
        return (
            ("smtp", "mail", self.tr("SMTP")),
            ("activities", "activity", self.tr("Activities")),
            ("deliveries", "delivery", self.tr("Deliveries")),
            ("dates", "calendar", self.tr("Dates")),
            ("inbox", "inbox", self.tr("Local inbox")),
        )

    def _lay_out(self) -> None:
        self.body.pages.addWidget(self._first_page)
        column = self._column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addWidget(self.body, 1)


def demo_strip() -> QFrame:
    """Returns the line below the top bar that says that all this is a demo."""
    from smtp_desktop.ui.widgets.labels import ElidedLabel  # noqa: PLC0415 - as above

    strip = QFrame()
    strip.setObjectName("demoStrip")
    words = ElidedLabel("demo")
    words.setObjectName("demoWords")
    words.show_words(
        QCoreApplication.translate(
            "WindowFrame",
            "Demo: sample data on this computer only, deleted when the window closes. Some SMTPs fail on purpose.",
        )
    )
    row = QHBoxLayout(strip)
    row.setContentsMargins(24, 5, 24, 5)
    row.addWidget(words, 1)
    return strip


def _show_in(stack: QStackedWidget, widget: QWidget) -> None:
    # Added when first shown, since Qt styles every widget of a stack, hidden or not: 9 MB for all pages and panels.
    if stack.indexOf(widget) < 0:
        stack.addWidget(widget)
    stack.setCurrentWidget(widget)


_SIZE, _FRAME_SIZE = (1440, 900), (16, 44)
_FOLDED_KEY, _GEOMETRY_KEY = "window.folded", "window.geometry"


def restore_layout(window: QMainWindow, frame: WindowFrame, kept: Mapping[str, str]) -> None:
    """Restores the position and size of the window from the preferences `kept`, or sets the default size."""
    if kept.get(_FOLDED_KEY) == "1":
        frame.body.set_folded(True)
    # Within its frame, which has no size before the window is shown.
    window.resize(QSize(*_SIZE).boundedTo(window.screen().availableSize() - QSize(*_FRAME_SIZE)))
    geometry = kept.get(_GEOMETRY_KEY)
    if geometry:
        with suppress(ValueError):  # somebody wrote something else there: the default size stays
            window.restoreGeometry(bytes.fromhex(geometry))


def layout_to_keep(window: QMainWindow, frame: WindowFrame) -> dict[str, str]:
    """Returns the preferences from which `restore_layout` restores the layout."""
    return {
        _GEOMETRY_KEY: bytes(window.saveGeometry().toHex().data()).decode(),
        _FOLDED_KEY: "1" if frame.body.folded else "0",
        PANEL_WIDTH_KEY: str(frame.body.panel_width_px),
    }
