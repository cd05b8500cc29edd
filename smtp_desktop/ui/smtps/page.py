"""The page of SMTPs: their cards, or a list of them, with segments beside the title."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QPushButton, QVBoxLayout, QWidget

from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.ui.cards.card_page import HEAD_GAP_PX, CardPage
from smtp_desktop.ui.cards.cell_view import selected_count
from smtp_desktop.ui.cards.smtp_cards import SmtpCards, SmtpSegment
from smtp_desktop.ui.layout.room import fit_list
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.theme.styled import styled_button
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.notice import Notice
from smtp_desktop.ui.widgets.segments import IconSegments, Segments

if TYPE_CHECKING:
    from smtp_desktop.ui.cards.smtp_list import SmtpList

VIEW_KEY, COLUMNS_NAME = "smtps.view", "smtps"
"""The preferences in which the chosen view and the columns of the list are kept."""
_AGES_EVERY_MS = 30_000
_LIST_TOP_PX = 9  # so that it begins as far below the title as the cards, and the tables of other pages


class SmtpView(StrEnum):
    """How the page shows SMTPs."""

    CARDS = "cards"
    LIST = "list"


_VIEW_ICONS = {SmtpView.CARDS.value: "cards", SmtpView.LIST.value: "rows"}


class SmtpPage(CardPage[ProfileId]):
    """Shows `cards`. Its `objectName` is `smtpPage`."""

    inbox_asked = Signal()
    """The user wants to try the program with the local inbox."""
    import_asked = Signal()
    """The user wants to import SMTPs from files."""
    view_chosen = Signal(str)
    """The user chose cards or the list. Carries a SmtpView."""
    selection_changed = Signal()
    """Others are selected, or they are in another order."""

    def __init__(
        self, cards: SmtpCards, theme: Theme, parent: QWidget | None = None, *, kept: Mapping[str, str] | None = None
    ) -> None:
        """`kept` are the preferences read at the start."""
        super().__init__(theme, "mail", parent)
        self.setObjectName("smtpPage")
        self.cards = cards
        self._kept = kept or {}
        self._shows_list = False
        self._list_state: QWidget | None = None
        self.grid.setAccessibleName(self.tr("SMTPs"))
        self.grid.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.list = Lazy(self._make_list)
        self._filter = self._segments()
        self._switch = self._view_switch(theme)
        self._filter.join(self._switch, gap_px=HEAD_GAP_PX)
        self._only_tag = Lazy(self._make_tag_chip)
        self._show_cards(cards, self.tr("SMTP"), self._filter, self._switch)
        self._repeat(cards.refresh_times, _AGES_EVERY_MS)
        self.clear_asked.connect(self._show_all)
        self.grid.selectionModel().selectionChanged.connect(self.selection_changed)
        if self._kept.get(VIEW_KEY) == SmtpView.LIST:
            self.show_view(SmtpView.LIST)

    @property
    def view(self) -> QAbstractItemView:
        return self.list() if self._shows_list else self.grid

    def insert_below_title(self, widget: QWidget) -> None:
        """Inserts `widget` between title and cards."""
        self._column.insertWidget(1, widget)
        widget.stackUnder(self._states)  # screen readers read in the order of the stack

    def add_below(self, widget: QWidget) -> None:
        """Adds `widget` below the cards or the list."""
        self._column.addWidget(widget)

    def current(self) -> SmtpProfile | None:
        """Returns the SMTP of the current card or row; None where there is none."""
        return self.cards.profile_at(self._card_index(self.view.currentIndex()))

    def selected(self) -> list[SmtpProfile]:
        """Returns the SMTPs that are selected, in the order in which they are shown."""
        return [self.cards.shown_at(self._card_row(row)) for row in self.selected_rows()]

    def selected_count(self) -> int:
        """Returns how many SMTPs are selected."""
        return selected_count(self.view)

    def show_failing(self) -> None:
        """Shows only the SMTPs that fail."""
        self._filter.press(SmtpSegment.FAILING)
        self.cards.show_only(segment=SmtpSegment.FAILING)

    def show_tag(self, tag: str) -> None:
        """Shows only the SMTPs with that tag, and says so; all again for an empty one."""
        if tag or self._only_tag.is_made:
            chip = self._only_tag()
            chip.setText(self.tr("Only {tag}  ✕").format(tag=tag))
            chip.setAccessibleName(self.tr("Only SMTPs tagged {tag}. Show all again").format(tag=tag))
            chip.setVisible(bool(tag))
        self.cards.show_only(tag=tag)

    def show_view(self, view: SmtpView) -> None:
        """Shows the SMTPs as cards or in the list; what is selected stays so."""
        self._note_view()
        self._switch.press(view)
        had_focus = self.view.hasFocus()
        self._shows_list = view is SmtpView.LIST
        self._restore_selection()
        self._refresh()
        if had_focus:
            self.focus_view()
        self.selection_changed.emit()

    def set_theme(self, theme: Theme) -> None:
        """Paints the page in the colours of `theme`."""
        super().set_theme(theme)
        self._switch.set_icons(_VIEW_ICONS, theme)
        if self.list.is_made:
            self.list().set_theme(theme)

    def _show_all(self) -> None:
        self._filter.press(SmtpSegment.ALL)
        self.show_tag("")
        self.cards.show_only(segment=SmtpSegment.ALL)
        self.focus_view()

    def _make_list(self) -> SmtpList:
        # Most starts show cards.
        from smtp_desktop.ui.cards.smtp_list import SmtpList  # noqa: PLC0415
        from smtp_desktop.ui.widgets.table_columns import choice_of  # noqa: PLC0415

        made = SmtpList(self.cards, self._theme)
        made.columns.choose(choice_of(self._kept.get(f"columns.{COLUMNS_NAME}", "")))
        made.tag_chosen.connect(self.show_tag)
        made.selectionModel().selectionChanged.connect(self._note_chosen)
        made.selectionModel().selectionChanged.connect(self.selection_changed)
        # It resets after the cards do, and then has no selection again.
        self.cards.modelReset.disconnect(self._restore_selection)
        made.table.modelReset.connect(self._restore_selection)
        state = self._list_state = QWidget()
        QVBoxLayout(state).addWidget(made)
        self._fit_list()
        self._states.addWidget(state)
        return made

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_list()

    def _fit_list(self) -> None:
        column = self._list_state.layout() if self._list_state else None
        if column is not None:
            fit_list(self, column, top_px=_LIST_TOP_PX)

    def _card_index(self, index: QModelIndex) -> QModelIndex:
        return self.list().table.card_index(index) if self._shows_list else index

    def _card_row(self, row: int) -> int:
        return self.list().table.card_rows[row] if self._shows_list else row

    def _items_state(self) -> QWidget:
        return self._list_state if self._shows_list and self._list_state else super()._items_state()

    def _total(self) -> int:
        return self.cards.total

    def _id_at_row(self, row: int) -> ProfileId | None:
        return self.cards.shown_at(self._card_row(row)).id

    def _index_of(self, card_id: ProfileId | None) -> QModelIndex:
        index = self.cards.index_of(card_id)
        return self.list().table.index_of_card(index) if self._shows_list else index

    def _segments(self) -> Segments:
        words = {
            SmtpSegment.ALL.value: self.tr("All"),
            SmtpSegment.GENERIC.value: self.tr("Generic"),
            SmtpSegment.GRAPH.value: self.tr("MS Graph API"),
            SmtpSegment.FAILING.value: self.tr("Failing"),
        }
        segments = Segments(words)
        segments.chosen.connect(lambda key: self.cards.show_only(segment=SmtpSegment(key)))
        return segments

    def _view_switch(self, theme: Theme) -> IconSegments:
        words = {SmtpView.CARDS.value: self.tr("Cards"), SmtpView.LIST.value: self.tr("List")}
        switch = IconSegments(words)
        switch.setObjectName("viewSwitch")
        switch.setAccessibleName(self.tr("Show as"))
        switch.set_icons(_VIEW_ICONS, theme)
        switch.chosen.connect(self._choose_view)
        return switch

    def _choose_view(self, key: str) -> None:
        self.show_view(SmtpView(key))
        self.view_chosen.emit(key)

    def _make_tag_chip(self) -> QPushButton:
        chip = styled_button("", "filterChip")
        chip.setObjectName("onlyTagButton")
        chip.clicked.connect(lambda: self.show_tag(""))
        self._add_to_head(chip)
        return chip

    def _fill_empty(self, notice: Notice) -> None:
        self._say_empty(
            notice,
            self.tr("No SMTPs yet"),
            self.tr(
                "An SMTP is an account to send mail with: a server with its port and sign-in, or a Microsoft 365 "
                "mailbox through Graph. Create one, or try things out with the local inbox, which runs inside "
                "this program; nothing leaves this computer."
            ),
        )
        try_inbox = styled_button(self.tr("Try with the local inbox"))
        try_inbox.setObjectName("tryInboxButton")
        try_inbox.clicked.connect(self.inbox_asked)
        notice.buttons.addWidget(try_inbox)
        from_files = styled_button(self.tr("Import…"))
        from_files.setObjectName("importButton")
        from_files.clicked.connect(self.import_asked)
        notice.buttons.addWidget(from_files)

    def _no_match_words(self) -> str:
        return self.tr("No SMTPs match the search and filter.")

    def _is_searched(self) -> bool:
        return self.cards.is_searched

    def _fill_error(self, notice: Notice) -> None:
        notice.say_error(self.tr("SMTPs can't be shown"), self.reload_asked)
