"""The page of activities."""

from PySide6.QtCore import QModelIndex
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.delivery.activity import Activity, ActivityId
from smtp_desktop.ui.activities.cards import ActivityCards
from smtp_desktop.ui.cards.card_page import CardPage, PageWords
from smtp_desktop.ui.theme.theme import Theme

_TIMES_EVERY_MS = 60_000


class ActivitiesPage(CardPage[ActivityId]):
    """Shows `cards`. Its `objectName` is `activitiesPage`."""

    def __init__(self, cards: ActivityCards, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(theme, "activity", parent)
        self.setObjectName("activitiesPage")
        self.cards = cards
        self.grid.setAccessibleName(self.tr("Activities"))
        self._show_cards(cards, self._page_words())
        self._repeat(cards.refresh_times, _TIMES_EVERY_MS)

    def current(self) -> Activity | None:
        """Returns the activity whose card is selected."""
        return self.cards.activity_at(self.grid.currentIndex())

    def _total(self) -> int:
        return self.cards.total

    def _id_at(self, index: QModelIndex) -> ActivityId | None:
        activity = self.cards.activity_at(index)
        return activity.id if activity else None

    def _index_of(self, card_id: ActivityId | None) -> QModelIndex:
        return self.cards.index_of(card_id)

    def _page_words(self) -> PageWords:
        return PageWords(
            title=self.tr("Activities"),
            empty_title=self.tr("No activity yet"),
            empty=self.tr(
                "An activity is a job that sends mail: its recipients, subject and body, with "
                "{{\u00a0placeholders\u00a0}} for what is different each time. A script or a cron job triggers it, or "
                "you do it here; the mail waits in the outbox until it is sent."
            ),
            no_match=self.tr("No activity matches the search."),
            error_title=self.tr("The activities can't be shown"),
        )
