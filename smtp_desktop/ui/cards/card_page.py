"""A page of cards: title, count, and the grid of cards or a notice in its place."""

from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from PySide6.QtCore import (
    QAbstractListModel,
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QSize,
    QTimer,
    Signal,
)
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from smtp_desktop.ui.cards.card_grid import CardGrid
from smtp_desktop.ui.cards.card_painter import CARD_MIN_WIDTH, GAP, SMALL_GAP
from smtp_desktop.ui.layout.mirroring import margins
from smtp_desktop.ui.layout.room import is_small, set_margins
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.theme.theme import Theme, pixmap
from smtp_desktop.ui.widgets.notice import Notice
from smtp_desktop.ui.widgets.segments import Segments

HEAD_GAP_PX = 8
"""Between the parts of the line with the title."""
_PLACEHOLDERS_AFTER_MS = 150
_SELECT = QItemSelectionModel.SelectionFlag.Select | QItemSelectionModel.SelectionFlag.Rows
_SELECT_ALONE = QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows
_ICON_PX = 30
_SIDE_PX, _TOP_PX, _SMALL_TOP_PX = 16, 20, 14
_BESIDE_BAR_PX, _LEAST_SIDE_PX = 5, 8
_FEW = 50  # that are looked up one by one
_AFTER_STRETCH = 3  # title, count, stretch

_Id = TypeVar("_Id", bound=str)


class CardPage(QWidget, Generic[_Id]):
    """A grid of cards that keeps its selection, or a notice why there are none. `_Id` identifies a card.

    A subclass implements `_total`, `_id_at_row`, `_index_of`, `_fill_empty`, `_fill_error`, `_no_match_words` and
    `_is_searched` of the notices, and then calls `_show_cards`.
    """

    create_asked = Signal()
    reload_asked = Signal()
    clear_asked = Signal()
    """Nothing is found, and the user wants to see all: the search is to be cleared."""

    def __init__(self, theme: Theme, icon_name: str, parent: QWidget | None = None) -> None:
        """`icon_name` is the icon of an empty page."""
        super().__init__(parent)
        self.grid = CardGrid(theme)
        self._theme = theme
        self._icon_name = icon_name
        self._head = QWidget()
        self._count = styled_label("", "count")
        self._states = QStackedWidget()
        self._cards_state = QWidget()
        self._notices: dict[str, Notice] = {}
        self._loaded = self._failed = False
        self._chosen: _Id | None = None
        self._also_selected: tuple[_Id, ...] = ()
        self._was_in_view = True

    def show_loaded(self) -> None:
        """Call it once the model holds what is stored: from then on an empty model means that there is nothing."""
        self._loaded, self._failed = True, False
        self.grid.set_loading(False)
        self._refresh()

    def show_error(self, words: str) -> None:
        """Shows what went wrong, unless there are cards to show."""
        self._loaded, self._failed = True, True
        self.grid.set_loading(False)
        self._notice("errorState").words.setText(words)
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """Paints the page in the colours of `theme`."""
        self._theme = theme
        self.grid.set_theme(theme)
        if "emptyState" in self._notices:
            self._draw_icon(self._notices["emptyState"])

    @property
    def view(self) -> QAbstractItemView:
        """What shows the items now: the grid of cards, or another view in its place."""
        return self.grid

    def focus_view(self) -> None:
        """Moves the focus to what shows the items."""
        self.view.setFocus()

    def select(self, card_id: _Id | None) -> None:
        """Selects that card and scrolls to it; one that is not shown now is selected as soon as it is shown."""
        index = self._index_of(card_id)
        if index.isValid():
            self._choose(index)
            self.view.scrollTo(index)
        else:
            self.view.clearSelection()
            self.view.setCurrentIndex(QModelIndex())
        self._chosen, self._also_selected = card_id, ()

    def _total(self) -> int:
        """Returns the number of cards, shown or not."""
        raise NotImplementedError

    def _id_at_row(self, row: int) -> _Id | None:
        """Returns the id of the card or row of that number."""
        raise NotImplementedError

    def _index_of(self, card_id: _Id | None) -> QModelIndex:
        """Returns the index of a card; an invalid one if it is not shown."""
        raise NotImplementedError

    def _show_cards(self, cards: QAbstractListModel, title: str, *corner: QWidget) -> None:
        """Shows `cards` on the page below `title`, with `corner` to the right of it."""
        self.grid.setModel(cards)
        self._lay_out(title, corner)
        cards.modelAboutToBeReset.connect(self._note_view)
        cards.modelReset.connect(self._refresh)
        # Connected after the grid, whose selection model clears the selection at each reset.
        cards.modelReset.connect(self._restore_selection)
        self.grid.selectionModel().selectionChanged.connect(self._note_chosen)
        self._refresh()
        QTimer.singleShot(_PLACEHOLDERS_AFTER_MS, self, self._show_placeholders)

    def _repeat(self, refresh: Callable[[], None], every_ms: int) -> None:
        """Calls `refresh` at this interval, as long as the page lives."""
        timer = QTimer(self)
        timer.setInterval(every_ms)
        timer.timeout.connect(refresh)
        timer.start()

    def _notice(self, name: str) -> Notice:
        """Returns the notice of that object name, made when it is first shown: hardly any start shows one."""
        if name not in self._notices:
            notice = self._notices[name] = Notice(name)
            self._states.addWidget(notice)
            fill = {"emptyState": self._fill_empty, "noMatchState": self._add_clear}.get(name, self._fill_error)
            fill(notice)
        return self._notices[name]

    def _fill_empty(self, notice: Notice) -> None:
        """Says that there is nothing yet, and what it would be."""
        raise NotImplementedError

    def _no_match_words(self) -> str:
        """Returns why nothing is found."""
        raise NotImplementedError

    def _is_searched(self) -> bool:
        """Returns whether something is typed into the search field."""
        raise NotImplementedError

    def _add_clear(self, notice: Notice) -> None:
        self._clear = styled_button("")
        self._clear.setObjectName("clearSearchButton")
        self._clear.clicked.connect(self.clear_asked)
        notice.buttons.addWidget(self._clear)

    def _fill_error(self, notice: Notice) -> None:
        """Says that the cards can't be shown."""
        raise NotImplementedError

    def _say_empty(self, notice: Notice, title: str, words: str) -> None:
        notice.title.setText(title)
        notice.words.setText(words)
        self._draw_icon(notice)
        create = styled_button(self.tr("+ Create New"), "primary")
        create.setObjectName("emptyCreateButton")
        create.clicked.connect(self.create_asked)
        notice.buttons.addWidget(create)

    def _draw_icon(self, notice: Notice) -> None:
        notice.icon.setPixmap(pixmap(self._icon_name, self._theme.color("accent"), _ICON_PX))

    def _lay_out(self, title: str, corner: Sequence[QWidget]) -> None:
        head = self._head_row = QHBoxLayout(self._head)
        head.setSpacing(HEAD_GAP_PX)
        head.addWidget(styled_label(title, "pageTitle"))
        head.addWidget(self._count)
        head.addStretch(1)
        for widget in corner:
            head.addWidget(widget)
        self._corner = corner
        column = self._column = QVBoxLayout(self)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._states, 1)
        inner = self._around_grid = QVBoxLayout(self._cards_state)
        inner.addWidget(self.grid)
        self._states.addWidget(self._cards_state)

    def _add_to_head(self, widget: QWidget) -> None:
        """Adds `widget` to the right of the title, before what is in the corner."""
        self._head_row.insertWidget(_AFTER_STRETCH, widget)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """Takes the margins of a small window, or of a usual one."""
        small = is_small(self)
        # In the smallest one, beside the Info panel, there is just room for a card.
        spare = max(0, self.width() - CARD_MIN_WIDTH)
        half = min(SMALL_GAP.width() // 2, spare // 3)
        top = _SMALL_TOP_PX if small else _TOP_PX
        set_margins(self._column, margins(half if small else _SIDE_PX, top, 0, 0))
        beginning, end = (max(half, _LEAST_SIDE_PX), max(2 * half, _LEAST_SIDE_PX)) if small else (8, 24)
        set_margins(self._head_row, margins(beginning, 0, end, 8))
        set_margins(self._around_grid, margins(0, 0, 0 if small else _BESIDE_BAR_PX, 0))
        gap = QSize(2 * half, SMALL_GAP.height()) if small else GAP
        self.grid.set_gap(gap, bar_over_px=max(0, min(half, spare - 3 * half)) if small else None)
        for widget in self._corner:
            if isinstance(widget, Segments):
                widget.fit()

    def _note_view(self) -> None:
        current = self.view.currentIndex()
        if current.isValid():
            self._was_in_view = self.view.visualRect(current).intersects(self.view.viewport().rect())

    def _note_chosen(self) -> None:
        rows = self.selected_rows()
        if not rows:
            self._chosen, self._also_selected = None, ()
            return
        current, selection = self.view.currentIndex().siblingAtColumn(0), self.view.selectionModel()
        chosen = current.row() if current.isValid() and selection.isSelected(current) else rows[-1]
        self._chosen = self._id_at_row(chosen)
        ids = (self._id_at_row(row) for row in rows if row != chosen)
        self._also_selected = tuple(one for one in ids if one is not None)

    def selected_rows(self) -> list[int]:
        """Returns the rows that are selected, in their order."""
        # By ranges: an index of each of ten thousand takes half a second.
        selection = self.view.selectionModel().selection()
        ranges = (selection.at(number) for number in range(selection.size()))
        return sorted({row for found in ranges for row in range(found.top(), found.bottom() + 1)})

    def _restore_selection(self) -> None:
        # Every reset clears the selection: after a search, another segment, a changed card.
        index = self._index_of(self._chosen)
        if index.isValid():
            others, bar = self._also_selected, self.view.verticalScrollBar()
            before = bar.value()
            self._choose(index)
            if not self._was_in_view:
                bar.setValue(before)  # a user who scrolled away from it is not taken back
            if others:
                self.view.selectionModel().select(self._ranges(self._rows_of(others)), _SELECT)

    def _rows_of(self, card_ids: Sequence[_Id]) -> list[int]:
        """Returns the rows of those of these that are shown, in their order."""
        if len(card_ids) <= _FEW:
            return sorted(row for one in card_ids if (row := self._index_of(one).row()) >= 0)
        wanted = frozenset(card_ids)
        return [row for row in range(self.view.model().rowCount()) if self._id_at_row(row) in wanted]

    def _ranges(self, rows: Sequence[int]) -> QItemSelection:
        """Returns these rows, in their order, as a selection."""
        selection, model = QItemSelection(), self.view.model()
        first = 0
        for number, row in enumerate(rows):
            if number + 1 == len(rows) or rows[number + 1] != row + 1:
                selection.select(model.index(rows[first], 0), model.index(row, 0))
                first = number + 1
        return selection

    def _choose(self, index: QModelIndex) -> None:
        # Not QAbstractItemView.setCurrentIndex, which looks at the keyboard: with Ctrl held, as in Ctrl+S, it would add
        # to the selection.
        self.view.selectionModel().setCurrentIndex(index, _SELECT_ALONE)

    def _refresh(self) -> None:
        total, shown = self._total(), self.grid.model().rowCount()
        self._count.setText(self._count_words(shown, total))
        state = self._items_state()
        if self._failed and not total:
            state = self._notice("errorState")
        elif self._loaded and not total:
            state = self._notice("emptyState")
        elif self._loaded and not shown:
            notice = self._notice("noMatchState")
            notice.say_no_match(self._no_match_words())
            words = self.tr("Clear search") if self._is_searched() else self.tr("Show all")
            self._clear.setText(words)
            self._clear.setAccessibleName(words)
            state = notice
        self._states.setCurrentWidget(state)
        self._head.setVisible(total > 0 or not self._loaded or self._failed)

    def _items_state(self) -> QWidget:
        """Returns what is shown while there are items."""
        return self._cards_state

    def _count_words(self, shown: int, total: int) -> str:
        if shown != total:
            return self.tr("{n} of {total}").format(n=f"{shown:,}", total=f"{total:,}")
        return f"{total:,}" if total else ""

    def _show_placeholders(self) -> None:
        if not self._loaded:
            self.grid.set_loading(True)
