"""The box in the panel of an SMTP that says what keeps its mails back."""

from datetime import UTC, datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from smtp_desktop.domain.delivery.hold_words import HoldWords
from smtp_desktop.domain.delivery.holds import HoldState
from smtp_desktop.ui.cards.card import Tone
from smtp_desktop.ui.cards.card_holds import ShownHold, said, with_waiting
from smtp_desktop.ui.layout.wrap_layout import WrapLayout
from smtp_desktop.ui.theme.styled import polish_anew, set_style_property, styled_button, styled_label
from smtp_desktop.ui.widgets.labels import Caption


class HoldBox(QFrame):
    """Says why, since when and until when, and how many mails wait; with *Resume*, the mails that wait, and *Check now*
    where a check that succeeds ends it. Hidden while nothing keeps mails back. Its `objectName` is `holdBox`."""

    mails_asked = Signal()
    """The user wants to see the mails that wait."""
    resume_asked = Signal()
    check_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("holdBox")
        self.setProperty("area", "advice")
        self._title = styled_label("", "adviceTitle", wrap=True)
        self._title.setObjectName("holdTitle")
        self._meaning, self._backup, self._said, self._advice = (Caption("adviceText", wraps=True) for _ in range(4))
        self._backup.setObjectName("holdBackup")
        self._said.setObjectName("holdReply")
        self.resume = styled_button(self.tr("Resume"))
        self.resume.setObjectName("resumeButton")
        self.resume.setToolTip(self.tr("Starts sending again immediately"))
        self.check = styled_button(self.tr("Check now"))
        self.check.setObjectName("checkNowButton")
        self.check.setToolTip(self.tr("Signs in without sending a message. If that works, sending starts again"))
        self.mails = styled_button(self.tr("Show the messages"))
        self.mails.setObjectName("waitingMailsButton")
        self._held: ShownHold | None = None
        self._now = datetime.now(UTC)
        self._explained = False
        self._buttons = WrapLayout()
        self._buttons.setSpacing(8)
        self._lay_out()
        self.mails.clicked.connect(self.mails_asked)
        self.resume.clicked.connect(self.resume_asked)
        self.check.clicked.connect(self.check_asked)
        self.hide()

    def _lay_out(self) -> None:
        for button in (self.mails, self.resume, self.check):
            button.setProperty("kind", "small")
            button.setAutoDefault(True)  # outside of dialogs, Enter presses only auto-default buttons
            self._buttons.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 12, 14, 12)
        column.setSpacing(4)
        for label in (self._title, self._meaning, self._backup, self._said, self._advice):
            column.addWidget(label)
        column.addSpacing(4)
        column.addLayout(self._buttons)

    def show_hold(self, held: ShownHold | None, now: datetime) -> None:
        """Shows the hold; None hides the box."""
        self._held, self._now = held, now
        if held:
            self._fill(held, now)
        self.setVisible(held is not None)

    def set_explained(self, explained: bool) -> None:
        """Sets whether something above says already why, so that this only says what becomes of the mails."""
        if explained != self._explained:
            self._explained = explained
            self.show_hold(self._held, self._now)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What Tab stops at, in reading order."""
        return (self.mails, self.resume, self.check)

    def _fill(self, held: ShownHold, now: datetime) -> None:
        words, hold = held.words(now), held.hold
        brief = self._explained and hold.state is HoldState.HELD
        title = self._brief_title(words, held) if brief else with_waiting(words.title, held)
        reply = self.tr("The server said: {reply}").format(reply=said(held)) if hold.reply and not brief else ""
        advice = "" if brief else words.advice
        self._title.setText(title)
        self._meaning.setText(words.meaning)
        backup = self._backup_words(held.by_backup)
        self._backup.show_text(backup)
        self._said.show_text(reply)
        self._advice.show_text(advice)
        self.mails.setText(self._mails_words(held.waiting))
        self.mails.setAccessibleName(self.mails.text())
        self.mails.setVisible(bool(held.waiting))
        self.setAccessibleName(" ".join(part for part in (title, words.meaning, backup, reply, advice) if part))
        set_style_property(self, "tone", "bad" if held.tone is Tone.BAD and not brief else "warn")
        polish_anew(self._title)  # its colour depends on the tone of the box
        self.resume.setVisible(hold.stops)
        self.check.setVisible(hold.state is HoldState.HELD and not brief)

    def _brief_title(self, words: HoldWords, held: ShownHold) -> str:
        if not held.waiting:
            return words.short_title
        form = self.tr("{title}: 1 message waits") if held.waiting == "1" else self.tr("{title}: {n} messages wait")
        return form.format(title=words.short_title, n=held.waiting)

    def _backup_words(self, count: str) -> str:
        if not count:
            return ""
        if count == "1":
            return self.tr("1 message went through its backup in the meantime.")
        return self.tr("{n} messages went through their backup in the meantime.").format(n=count)

    def _mails_words(self, waiting: str) -> str:
        if waiting == "1":
            return self.tr("Show the message")
        return self.tr("Show the {n} messages").format(n=waiting)
