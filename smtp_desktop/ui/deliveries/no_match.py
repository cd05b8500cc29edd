"""The notice in place of the table of deliveries where none matches the search or the filter."""

from PySide6.QtCore import Signal

from smtp_desktop.domain.delivery.delivery import DeliveryFilter
from smtp_desktop.ui.deliveries.segment import DeliverySegment
from smtp_desktop.ui.theme.styled import styled_button
from smtp_desktop.ui.widgets.notice import Notice


class NoMatch(Notice):
    """Says whether that is for the search or for the filter. Its `objectName` is `noMatchState`."""

    clear_asked = Signal()
    """The search should be cleared."""
    all_asked = Signal()
    """The deliveries of all states and activities should be shown."""

    def __init__(self) -> None:
        super().__init__("noMatchState")
        self._clear = styled_button(self.tr("Clear search"))
        self._clear.setObjectName("clearSearchButton")
        self._clear.clicked.connect(self.clear_asked)
        self._all = styled_button(self.tr("Show all"))
        self._all.setObjectName("showAllButton")
        self._all.clicked.connect(self.all_asked)
        self.buttons.addWidget(self._clear)
        self.buttons.addWidget(self._all)

    def say(self, wanted: DeliveryFilter, segment: DeliverySegment) -> None:
        """Says that nothing matches `wanted`, the filter of which is `segment`."""
        searched, filtered = bool(wanted.search), bool(wanted.states or wanted.activity_id)
        if searched:
            words = self.tr("No deliveries match the search.")
            both = self.tr("No deliveries match the search and filter.")
            self.say_no_match(both if filtered else words)
        else:
            self.say_no_match(self._none_in(segment))
            self.title.setText(self.tr("Nothing here"))
        self._clear.setVisible(searched)
        self._all.setVisible(filtered)

    def _none_in(self, segment: DeliverySegment) -> str:
        words = {
            DeliverySegment.WAITING: self.tr("No messages are waiting."),
            DeliverySegment.REFUSED: self.tr("No messages were refused."),
            DeliverySegment.SENT: self.tr("No messages have been sent yet."),
            DeliverySegment.UNKNOWN: self.tr("No messages have an unknown outcome."),
            DeliverySegment.EXPIRED: self.tr("No messages have expired."),
        }
        return words.get(segment, self.tr("This activity hasn't sent any messages."))
