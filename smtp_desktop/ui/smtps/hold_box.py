"""The box in the panel of an SMTP that says what keeps its mails back."""

from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout

from smtp_desktop.domain.delivery.holds import HoldState
from smtp_desktop.ui.cards.card import Tone
from smtp_desktop.ui.cards.card_holds import ShownHold, said, with_waiting
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.theme.styled import set_style_property, styled_button, styled_label
from smtp_desktop.ui.widgets.labels import Caption


class HoldBox(QFrame):
    """Says why, since when and until when, and how many mails wait; with *Resume*, and *Check now* where a check that
    succeeds ends it. Hidden while nothing keeps mails back. Its `objectName` is `holdBox`."""

    resume_asked = Signal()
    check_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("holdBox")
        self.setProperty("area", "advice")
        self._title = styled_label("", "adviceTitle", wrap=True)
        self._title.setObjectName("holdTitle")
        self._meaning, self._said, self._advice = (Caption("adviceText", wraps=True) for _ in range(3))
        self._said.setObjectName("holdReply")
        self.resume = styled_button(self.tr("Resume"))
        self.resume.setObjectName("resumeButton")
        self.resume.setToolTip(self.tr("Lets its mails go out again at once"))
        self.check = styled_button(self.tr("Check now"))
        self.check.setObjectName("checkNowButton")
        self.check.setToolTip(self.tr("Signs in without sending a mail; once that works, mails go out again"))
        self._buttons = WrapLayout()
        self._lay_out()
        self.resume.clicked.connect(self.resume_asked)
        self.check.clicked.connect(self.check_asked)
        self.hide()

    def _lay_out(self) -> None:
        self._buttons.setSpacing(8)
        self._buttons.setContentsMargins(0, 6, 0, 0)
        for button in (self.resume, self.check):
            button.setAutoDefault(True)  # outside of dialogs, Enter presses only auto-default buttons
            self._buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(4)
        for label in (self._title, self._meaning, self._said, self._advice):
            column.addWidget(label)
        column.addLayout(self._buttons)

    def show_hold(self, held: ShownHold | None, now: datetime) -> None:
        """Shows the hold; None hides the box."""
        if held:
            self._fill(held, now)
        self.setVisible(held is not None)

    def _fill(self, held: ShownHold, now: datetime) -> None:
        words, hold = held.words(now), held.hold
        title = with_waiting(words.title, held)
        reply = self.tr("The server said: {reply}").format(reply=said(held)) if hold.reply else ""
        self._title.setText(title)
        self._meaning.setText(words.meaning)
        self._said.show_text(reply)
        self._advice.show_text(words.advice)
        self.setAccessibleName(" ".join(part for part in (title, words.meaning, reply, words.advice) if part))
        set_style_property(self, "tone", "bad" if held.tone is Tone.BAD else "warn")
        # The title's colour depends on the tone of the box.
        self._title.style().unpolish(self._title)
        self._title.style().polish(self._title)
        self.resume.setVisible(hold.stops)
        self.check.setVisible(hold.state is HoldState.HELD)
