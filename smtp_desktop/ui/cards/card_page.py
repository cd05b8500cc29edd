"""What every page of cards looks like: title, count, and the grid of cards or what stands in its place."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from smtp_desktop.ui.cards.card_grid import CardGrid
from smtp_desktop.ui.theme.assets import pixmap
from smtp_desktop.ui.theme.styled import styled_button, styled_label

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QAbstractListModel

    from smtp_desktop.ui.theme.theme import Theme
    from smtp_desktop.ui.widgets.notice import Notice

_SKELETON_AFTER_MS = 150
_ICON_PX = 30

_Id = TypeVar("_Id", bound=str)


class PageWords(NamedTuple):
    """What a page says: its title, and what stands in place of cards."""

    title: str
    empty_title: str
    empty: str
    no_match: str
    error_title: str


class CardPage(QWidget, Generic[_Id]):
    """A grid of cards that keeps its selection, and says why it has none to show. `_Id` tells the cards apart.

    A page calls `_show_cards` once it can answer `_total`, `_id_at` and `_index_of`.
    """

    create_asked = Signal()
    reload_asked = Signal()

    def __init__(self, theme: Theme, icon_name: str, parent: QWidget | None = None) -> None:
        """`icon_name` is the icon of a page that has nothing."""
        super().__init__(parent)
        self.grid = CardGrid(theme)
        self._theme = theme
        self._icon_name = icon_name
        self._head = QWidget()
        self._count = styled_label("", "count")
        self._states = QStackedWidget()
        self._cards_state = QWidget()
        # Not three of Lazy, which would hold the page that holds them: one that was never shown would be destroyed by
        # the garbage collector, on whatever thread it runs.
        self._notices: dict[str, Notice] = {}
        self._loaded = self._failed = False
        self._chosen: _Id | None = None
        self._with_it: tuple[_Id, ...] = ()
        self._was_in_sight = True

    def show_loaded(self) -> None:
        """The model holds what the store holds: from now on an empty one means that there is nothing."""
        self._loaded, self._failed = True, False
        self.grid.set_loading(False)
        self._refresh()

    def show_error(self, words: str) -> None:
        """The page says what went wrong where it has no cards to show."""
        self._loaded, self._failed = True, True
        self.grid.set_loading(False)
        self._notice("errorState").words.setText(words)
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """The page is drawn in the colours of `theme`."""
        self._theme = theme
        self.grid.set_theme(theme)
        if "emptyState" in self._notices:
            self._draw_icon(self._notices["emptyState"])

    def select(self, card_id: _Id | None) -> None:
        """That card is selected and in view; one that is not shown now is selected once it is."""
        index = self._index_of(card_id)
        if index.isValid():
            self._choose(index)
            self.grid.scrollTo(index)
        else:
            self.grid.clearSelection()
            self.grid.setCurrentIndex(QModelIndex())
        self._chosen, self._with_it = card_id, ()

    def _total(self) -> int:
        """Returns how many cards there are, shown or not."""
        raise NotImplementedError

    def _id_at(self, index: QModelIndex) -> _Id | None:
        """Returns the id of a card."""
        raise NotImplementedError

    def _index_of(self, card_id: _Id | None) -> QModelIndex:
        """Returns where the card is shown; an invalid index if it is not."""
        raise NotImplementedError

    def _show_cards(self, cards: QAbstractListModel, words: PageWords, corner: QWidget | None = None) -> None:
        """The page shows `cards`, with `corner` at the right of its title."""
        self.grid.setModel(cards)
        self._words = words
        self._lay_out(words.title, corner)
        cards.modelAboutToBeReset.connect(self._note_sight)
        cards.modelReset.connect(self._refresh)
        cards.modelReset.connect(self._choose_again)
        self.grid.selectionModel().selectionChanged.connect(self._note_chosen)
        self._refresh()
        QTimer.singleShot(_SKELETON_AFTER_MS, self, self._show_skeleton)

    def _repeat(self, refresh: Callable[[], None], every_ms: int) -> None:
        """`refresh` is called again and again, for as long as the page lives."""
        timer = QTimer(self, interval=every_ms)
        timer.timeout.connect(refresh)
        timer.start()

    def _notice(self, name: str) -> Notice:
        """Returns what stands in the place of cards, made when it is first asked for."""
        if name not in self._notices:
            # Hardly a start shows one of them.
            from smtp_desktop.ui.widgets.notice import Notice  # noqa: PLC0415 - see above

            notice = self._notices[name] = Notice(name)
            self._states.addWidget(notice)
            fill = {"emptyState": self._fill_empty, "noMatchState": self._fill_no_match}.get(name, self._fill_error)
            fill(notice)
        return self._notices[name]

    def _fill_empty(self, notice: Notice) -> None:
        notice.title.setText(self._words.empty_title)
        notice.words.setText(self._words.empty)
        self._draw_icon(notice)
        create = styled_button(self.tr("+ Create New"), "primary")
        create.setObjectName("emptyCreateButton")
        create.clicked.connect(self.create_asked)
        notice.buttons.addWidget(create)

    def _fill_no_match(self, notice: Notice) -> None:
        notice.say_no_match(self._words.no_match)

    def _fill_error(self, notice: Notice) -> None:
        notice.say_error(self._words.error_title, self.reload_asked)

    def _draw_icon(self, notice: Notice) -> None:
        notice.icon.setPixmap(pixmap(self._icon_name, self._theme.color("accent"), _ICON_PX))

    def _lay_out(self, title: str, corner: QWidget | None) -> None:
        head = QHBoxLayout(self._head)
        head.setContentsMargins(8, 0, 24, 8)
        head.setSpacing(8)
        head.addWidget(styled_label(title, "pageTitle"))
        head.addWidget(self._count)
        head.addStretch(1)
        if corner:
            head.addWidget(corner)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 20, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._states, 1)
        inner = QVBoxLayout(self._cards_state)
        inner.setContentsMargins(0, 0, 5, 0)
        inner.addWidget(self.grid)
        self._states.addWidget(self._cards_state)

    def _note_sight(self) -> None:
        current = self.grid.currentIndex()
        if current.isValid():
            self._was_in_sight = self.grid.is_in_sight(current)

    def _note_chosen(self) -> None:
        selected = self.grid.selectionModel().selectedIndexes()
        if selected:
            current = self.grid.currentIndex()
            self._chosen = self._id_at(current if current in selected else selected[-1])
            found = (self._id_at(index) for index in selected)
            self._with_it = tuple(one for one in found if one is not None and one != self._chosen)

    def _choose_again(self) -> None:
        # The view forgets its selection with every reset: after a search, another segment, a change of a card.
        index = self._index_of(self._chosen)
        if index.isValid():
            with_it, bar = self._with_it, self.grid.verticalScrollBar()
            before = bar.value()
            self._choose(index)
            if not self._was_in_sight:
                bar.setValue(before)  # nobody who scrolled away from it is taken back to it
            for other in map(self._index_of, with_it):
                self.grid.selectionModel().select(other, QItemSelectionModel.SelectionFlag.Select)

    def _choose(self, index: QModelIndex) -> None:
        # Not the view's own way, which asks the keyboard: with Ctrl held, as in Ctrl+S, it would add to the selection.
        self.grid.selectionModel().setCurrentIndex(index, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def _refresh(self) -> None:
        total = self._total()
        self._count.setText(str(total) if total else "")
        state: QWidget = self._cards_state
        if self._failed and not total:
            state = self._notice("errorState")
        elif self._loaded and not self.grid.model().rowCount():
            state = self._notice("noMatchState" if total else "emptyState")
        self._states.setCurrentWidget(state)
        self._head.setVisible(total > 0 or not self._loaded or self._failed)

    def _show_skeleton(self) -> None:
        if not self._loaded:
            self.grid.set_loading(True)
