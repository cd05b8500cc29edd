"""The page of SMTPs: their cards, with segments beside the title."""

from PySide6.QtCore import QModelIndex, Signal
from PySide6.QtWidgets import QAbstractItemView, QVBoxLayout, QWidget

from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.ui.cards.card_page import CardPage
from smtp_desktop.ui.cards.smtp_cards import SmtpCards, SmtpSegment
from smtp_desktop.ui.theme.styled import styled_button
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.notice import Notice
from smtp_desktop.ui.widgets.segments import Segments

_AGES_EVERY_MS = 30_000


class SmtpPage(CardPage[ProfileId]):
    """Shows `cards`. Its `objectName` is `smtpPage`."""

    inbox_asked = Signal()
    """The user wants to try the program with the local inbox."""

    def __init__(self, cards: SmtpCards, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "mail", parent)
        self.setObjectName("smtpPage")
        self.cards = cards
        self.grid.setAccessibleName(self.tr("SMTPs"))
        self.grid.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self._filter = self._segments()
        self._show_cards(cards, self.tr("SMTP"), self._filter)
        self._repeat(cards.refresh_times, _AGES_EVERY_MS)

    def insert_below_title(self, widget: QWidget) -> None:
        """Inserts `widget` between title and cards."""
        column = self.layout()
        if isinstance(column, QVBoxLayout):
            column.insertWidget(1, widget)

    def current(self) -> SmtpProfile | None:
        """Returns the SMTP of the current card; None where there is none."""
        return self.cards.profile_at(self.grid.currentIndex())

    def selected(self) -> list[SmtpProfile]:
        """Returns the SMTPs whose cards are selected, in the order of the cards."""
        indexes = sorted(self.grid.selectionModel().selectedIndexes(), key=lambda index: index.row())
        found = (self.cards.profile_at(index) for index in indexes)
        return [profile for profile in found if profile]

    def show_failing(self) -> None:
        """Shows only the SMTPs that fail."""
        self._filter.press(SmtpSegment.FAILING)
        self.cards.show_only(segment=SmtpSegment.FAILING)

    def _total(self) -> int:
        return self.cards.total

    def _id_at(self, index: QModelIndex) -> ProfileId | None:
        profile = self.cards.profile_at(index)
        return profile.id if profile else None

    def _index_of(self, card_id: ProfileId | None) -> QModelIndex:
        return self.cards.index_of(card_id)

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

    def _fill_empty(self, notice: Notice) -> None:
        self._say_empty(
            notice,
            self.tr("No SMTP yet"),
            self.tr(
                "An SMTP is a way to send mail: a server with its port and sign-in, or a Microsoft 365 mailbox "
                "through Graph. Create one, or try everything out with the local inbox: it runs inside this program "
                "and nothing leaves this computer."
            ),
        )
        try_inbox = styled_button(self.tr("Try with the local inbox"))
        try_inbox.setObjectName("tryInboxButton")
        try_inbox.clicked.connect(self.inbox_asked)
        notice.buttons.addWidget(try_inbox)

    def _fill_no_match(self, notice: Notice) -> None:
        notice.say_no_match(self.tr("No SMTP matches the search and the chosen filter."))

    def _fill_error(self, notice: Notice) -> None:
        notice.say_error(self.tr("The SMTPs can't be shown"), self.reload_asked)
