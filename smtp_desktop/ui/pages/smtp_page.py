"""The page of SMTPs: title, segments, and the grid of cards or what stands in its place."""

from PySide6.QtCore import QModelIndex, QTimer, Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from smtp_desktop.domain.profile import ProfileId, SmtpProfile
from smtp_desktop.ui.assets import pixmap
from smtp_desktop.ui.models.smtp_cards import Segment, SmtpCards
from smtp_desktop.ui.styled import styled_button, styled_label
from smtp_desktop.ui.theme import Theme
from smtp_desktop.ui.views.card_grid import CardGrid
from smtp_desktop.ui.views.notice import Notice

_SKELETON_AFTER_MS = 150
_AGES_EVERY_MS = 30_000


class SmtpPage(QWidget):
    """Shows `cards`. Its `objectName` is `smtpPage`."""

    create_asked = Signal()
    inbox_asked = Signal()
    reload_asked = Signal()

    def __init__(self, cards: SmtpCards, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("smtpPage")
        self.cards = cards
        self.grid = CardGrid(theme)
        self.grid.setModel(cards)
        self.grid.setAccessibleName(self.tr("SMTPs"))
        self._count = styled_label("", "count")
        self._states = QStackedWidget()
        self._loaded = False
        self._failed = False
        self._chosen: ProfileId | None = None
        self._empty = Notice("emptyState")
        self._no_match = Notice("noMatchState")
        self._error = Notice("errorState")
        self._lay_out(theme)
        cards.modelReset.connect(self._refresh)
        cards.modelReset.connect(self._choose_again)
        self.grid.selectionModel().selectionChanged.connect(self._note_chosen)
        self._refresh()
        QTimer.singleShot(_SKELETON_AFTER_MS, self, self._show_skeleton)
        self._ages = QTimer(self, interval=_AGES_EVERY_MS)
        self._ages.timeout.connect(cards.refresh_ages)
        self._ages.start()

    def show_loaded(self) -> None:
        """The model holds what the store holds: from now on an empty one means that there is nothing."""
        self._loaded, self._failed = True, False
        self.grid.set_loading(False)
        self._refresh()

    def show_error(self, words: str) -> None:
        """The page says what went wrong instead of showing cards."""
        self._loaded, self._failed = True, True
        self._error.words.setText(words)
        self._refresh()

    def set_theme(self, theme: Theme) -> None:
        """The page is drawn in the colours of `theme`."""
        self.grid.set_theme(theme)
        self._empty.icon.setPixmap(pixmap("mail", theme.color("accent"), 30))

    def current(self) -> SmtpProfile | None:
        """Returns the SMTP whose card is selected."""
        return self.cards.profile_at(self.grid.currentIndex())

    def select(self, profile_id: ProfileId | None) -> None:
        """The SMTP's card is selected and in view; one that is not shown now is selected once it is."""
        index = self.cards.index_of(profile_id)
        if index.isValid():
            self.grid.setCurrentIndex(index)
            self.grid.scrollTo(index)
        else:
            self.grid.clearSelection()
            self.grid.setCurrentIndex(QModelIndex())
        self._chosen = profile_id

    def _lay_out(self, theme: Theme) -> None:
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(8, 0, 24, 8)
        head.setSpacing(8)
        head.addWidget(styled_label(self.tr("SMTP"), "pageTitle"))
        head.addWidget(self._count)
        head.addStretch(1)
        head.addWidget(self._segments())
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 20, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head)
        column.addWidget(self._states, 1)
        self._fill_notices(theme)
        holder = QWidget()
        inner = QVBoxLayout(holder)
        inner.setContentsMargins(0, 0, 5, 0)
        inner.addWidget(self.grid)
        self._cards_state = holder
        for state in (holder, self._empty, self._no_match, self._error):
            self._states.addWidget(state)

    def _segments(self) -> QWidget:
        bar = QWidget()
        bar.setObjectName("filterSegments")
        bar.setAccessibleName(self.tr("Show only"))
        row = QHBoxLayout(bar)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        group = QButtonGroup(bar)
        words = {
            Segment.ALL: self.tr("All"),
            Segment.GENERIC: self.tr("Generic"),
            Segment.GRAPH: self.tr("MS Graph API"),
            Segment.FAILING: self.tr("Failing"),
        }
        for number, (segment, text) in enumerate(words.items()):
            button = styled_button(text, "segment")
            button.setObjectName(f"{segment.value}Segment")
            button.setCheckable(True)
            button.setChecked(segment is Segment.ALL)
            button.setProperty("edge", "first" if number == 0 else "last" if number == len(words) - 1 else "")
            button.clicked.connect(lambda _, chosen=segment: self.cards.show_only(segment=chosen))
            # In a narrow window the stretch gives way, never the words.
            button.setSizePolicy(QSizePolicy.Policy.Minimum, QSizePolicy.Policy.Fixed)
            group.addButton(button)
            row.addWidget(button)
        return bar

    def _fill_notices(self, theme: Theme) -> None:
        empty = self._empty
        empty.icon.setPixmap(pixmap("mail", theme.color("accent"), 30))
        empty.title.setText(self.tr("No SMTP yet"))
        empty.words.setText(
            self.tr(
                "An SMTP is a way to send mail: a server with its port and sign-in, or a Microsoft 365 mailbox "
                "through Graph. Create one, or try everything out with the local inbox: it runs inside this program "
                "and nothing leaves this computer."
            )
        )
        create = styled_button(self.tr("+ Create New"), "primary")
        create.setObjectName("emptyCreateButton")
        create.clicked.connect(self.create_asked)
        try_inbox = styled_button(self.tr("Try with the local inbox"))
        try_inbox.setObjectName("tryInboxButton")
        try_inbox.clicked.connect(self.inbox_asked)
        empty.buttons.addWidget(create)
        empty.buttons.addWidget(try_inbox)
        self._no_match.icon.hide()
        self._no_match.title.setText(self.tr("Nothing found"))
        self._no_match.words.setText(self.tr("No SMTP matches the search and the chosen filter."))
        self._error.icon.hide()
        self._error.title.setText(self.tr("The SMTPs can't be shown"))
        again = styled_button(self.tr("Try again"), "primary")
        again.setObjectName("reloadButton")
        again.clicked.connect(self.reload_asked)
        self._error.buttons.addWidget(again)

    def _note_chosen(self) -> None:
        for index in self.grid.selectionModel().selectedIndexes():
            profile = self.cards.profile_at(index)
            self._chosen = profile.id if profile else None

    def _choose_again(self) -> None:
        # The view forgets its selection with every reset: after a search, another segment, a change of a card.
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
