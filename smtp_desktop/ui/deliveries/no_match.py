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
            words = self.tr("No delivery matches the search.")
            both = self.tr("No delivery matches the search and the chosen filter.")
            self.say_no_match(both if filtered else words)
        else:
            self.say_no_match(self._none_in(segment))
            self.title.setText(self.tr("None here"))
        self._clear.setVisible(searched)
        self._all.setVisible(filtered)

    def _none_in(self, segment: DeliverySegment) -> str:
        words = {
            DeliverySegment.WAITING: self.tr("No mail waits to be sent."),
            DeliverySegment.REFUSED: self.tr("No mail was refused."),
            DeliverySegment.SENT: self.tr("No mail was sent yet."),
            DeliverySegment.UNKNOWN: self.tr("Of every mail it is known whether it was sent."),
            DeliverySegment.EXPIRED: self.tr("No mail was too old to be sent."),
        }
        return words.get(segment, self.tr("This activity has sent no mail."))
