"""The page of activities: title, count, and the grid of cards or what stands in its place."""

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from smtp_desktop.domain.activity import Activity, ActivityId
from smtp_desktop.ui.assets import pixmap
from smtp_desktop.ui.models.activity_cards import ActivityCards
from smtp_desktop.ui.styled import styled_button, styled_label
from smtp_desktop.ui.theme import Theme
from smtp_desktop.ui.views.card_grid import CardGrid
from smtp_desktop.ui.views.notice import Notice

_SKELETON_AFTER_MS = 150
_TIMES_EVERY_MS = 60_000


class ActivitiesPage(QWidget):
    """Shows `cards`. Its `objectName` is `activitiesPage`."""

    create_asked = Signal()
    reload_asked = Signal()

    def __init__(self, cards: ActivityCards, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("activitiesPage")
        self.cards = cards
        self.grid = CardGrid(theme)
        self.grid.setModel(cards)
        self.grid.setAccessibleName(self.tr("Activities"))
        self._count = styled_label("", "count")
        self._states = QStackedWidget()
        self._loaded = self._failed = False
        self._chosen: ActivityId | None = None
        self._empty = Notice("emptyState")
        self._no_match = Notice("noMatchState")
        self._error = Notice("errorState")
        self._lay_out(theme)
        cards.modelReset.connect(self._refresh)
        cards.modelReset.connect(self._choose_again)
        self.grid.selectionModel().selectionChanged.connect(self._note_chosen)
        self._refresh()
        QTimer.singleShot(_SKELETON_AFTER_MS, self, self._show_skeleton)
        self._times = QTimer(self, interval=_TIMES_EVERY_MS)
        self._times.timeout.connect(cards.refresh_times)
        self._times.start()

    def show_loaded(self) -> None:
        """The model holds what the store holds: from now on an empty one means that there is nothing."""
        self._loaded, self._failed = True, False
        self.grid.set_loading(False)
        self._refresh()

    def show_error(self, words: str) -> None:
        """The page says what went wrong where it has no cards to show."""
        self._loaded, self._failed = True, True
        self.grid.set_loading(False)
        self._error.words.setText(words)
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """The page is drawn in the colours of `theme`."""
        self.grid.set_theme(theme)
        self._empty.icon.setPixmap(pixmap("activity", theme.color("accent"), 30))

    def current(self) -> Activity | None:
        """Returns the activity whose card is selected."""
        return self.cards.activity_at(self.grid.currentIndex())

    def select(self, activity_id: ActivityId | None) -> None:
        """The activity's card is selected and in view; one that is not shown now is selected once it is."""
        index = self.cards.index_of(activity_id)
        if index.isValid():
            self.grid.setCurrentIndex(index)
            self.grid.scrollTo(index)
        else:
            self.grid.clearSelection()
            self.grid.setCurrentIndex(QModelIndex())
        self._chosen = activity_id

    def _lay_out(self, theme: Theme) -> None:
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(8, 0, 24, 8)
        head.setSpacing(8)
        head.addWidget(styled_label(self.tr("Activities"), "pageTitle"))
        head.addWidget(self._count)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 20, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._states, 1)
        self._fill_notices(theme)
        self._cards_state = QWidget()
        inner = QVBoxLayout(self._cards_state)
        inner.setContentsMargins(0, 0, 5, 0)
        inner.addWidget(self.grid)
        for state in (self._cards_state, self._empty, self._no_match, self._error):
            self._states.addWidget(state)

    def _fill_notices(self, theme: Theme) -> None:
        empty = self._empty
        empty.icon.setPixmap(pixmap("activity", theme.color("accent"), 30))
        empty.title.setText(self.tr("No activity yet"))
        empty.words.setText(
            self.tr(
                "An activity is a job that sends mail: its recipients, subject and body, with "
                "{{\u00a0placeholders\u00a0}} for what is different each time. A script or a cron job triggers it, or "
                "you do it here; the mail waits in the outbox until it is sent."
            )
        )
        create = styled_button(self.tr("+ Create New"), "primary")
        create.setObjectName("emptyCreateButton")
        create.clicked.connect(self.create_asked)
        empty.buttons.addWidget(create)
        self._no_match.icon.hide()
        self._no_match.title.setText(self.tr("Nothing found"))
        self._no_match.words.setText(self.tr("No activity matches the search."))
        self._error.icon.hide()
        self._error.title.setText(self.tr("The activities can't be shown"))
        again = styled_button(self.tr("Try again"), "primary")
        again.setObjectName("reloadButton")
        again.clicked.connect(self.reload_asked)
        self._error.buttons.addWidget(again)

    def _note_chosen(self) -> None:
        for index in self.grid.selectionModel().selectedIndexes():
            activity = self.cards.activity_at(index)
            self._chosen = activity.id if activity else None

    def _choose_again(self) -> None:
        # The view forgets its selection with every reset.
        index = self.cards.index_of(self._chosen)
        if index.isValid():
            self.grid.setCurrentIndex(index)

    def _refresh(self) -> None:
        total = self.cards.total
        self._count.setText(str(total) if total else "")
        if self._failed and not total:
            self._states.setCurrentWidget(self._error)
        elif not self._loaded or self.cards.rowCount():
            self._states.setCurrentWidget(self._cards_state)
        else:
            self._states.setCurrentWidget(self._no_match if total else self._empty)
        self._head.setVisible(self._states.currentWidget() is not self._empty)

    def _show_skeleton(self) -> None:
        if not self._loaded:
            self.grid.set_loading(True)
