"""The boxes above the form of an SMTP: why it fails, what keeps its mails back, and a line below them."""

from datetime import datetime

from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from smtp_desktop.ui.cards.card_holds import ShownHold
from smtp_desktop.ui.smtps.boxes.hold_box import HoldBox
from smtp_desktop.ui.smtps.boxes.why_box import WhyBox
from smtp_desktop.ui.smtps.boxes.why_words import WhyWords

_GAP_PX = 12


class TopBoxes(QWidget):
    """Takes no room while there is nothing to say."""

    def __init__(self) -> None:
        super().__init__()
        self.why_box, self.hold_box = WhyBox(), HoldBox()
        line = QFrame()
        line.setProperty("area", "line")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP_PX)
        for part in (self.why_box, self.hold_box, line):
            column.addWidget(part)
        self.hide()

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What Tab stops at, in reading order."""
        return (*self.why_box.stops, *self.hold_box.stops)

    def show_why(self, words: WhyWords | None) -> None:
        """Shows what the SMTP fails with; None for nothing."""
        self.why_box.show_words(words)
        # What keeps the mails back is mostly the same: said once, it is enough.
        self.hold_box.set_explained(words is not None and not words.stale)
        self._fit()

    def show_hold(self, held: ShownHold | None, now: datetime) -> None:
        """Shows what keeps its mails back; None for nothing."""
        self.hold_box.show_hold(held, now)
        self._fit()

    def _fit(self) -> None:
        self.setVisible(not (self.why_box.isHidden() and self.hold_box.isHidden()))
