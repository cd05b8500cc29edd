"""Trying an SMTP: asking for the recipient, showing the steps as they happen, and how it ended."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from smtp_desktop.domain.conversation import Step, TranscriptLine
from smtp_desktop.domain.field_rules import address_problem
from smtp_desktop.domain.health import Trial
from smtp_desktop.domain.profile import Cloud, GenericServer, SmtpProfile
from smtp_desktop.domain.stages import stages_of
from smtp_desktop.domain.text import Text
from smtp_desktop.services.testing import Report
from smtp_desktop.ui.dialogs.dialog import Dialog
from smtp_desktop.ui.models.card_words import cloud_name
from smtp_desktop.ui.styled import styled_button, styled_label
from smtp_desktop.ui.text import shown
from smtp_desktop.ui.theme import Theme
from smtp_desktop.ui.verdict import Verdict, plain_verdict, verdict_on
from smtp_desktop.ui.views.advice import AdviceView
from smtp_desktop.ui.views.timeline import TimelineView

_MARKS = {"client": "C:", "server": "S:", "note": "--"}


class TrialDialog(Dialog):
    """A test (asks for the To Email Address first) or a check. Not modal: the window stays usable meanwhile.

    The same object serves for a second try. Its `objectName` is `testDialog`.
    """

    started = Signal(object)
    """The work should begin: carries the recipient as typed; for a check an empty string."""
    stopped = Signal()
    """The admin cancelled the running work."""
    edit_asked = Signal()

    def __init__(self, parent: QWidget, *, profile: SmtpProfile, trial: Trial, unsaved: bool, theme: Theme) -> None:
        name = profile.name or self.tr("the new SMTP")
        asking = self.tr("Test {name}") if trial is Trial.TEST else self.tr("Check {name}")
        super().__init__(parent, name="testDialog", title=asking.format(name=name), width=640)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self._profile = profile
        self._trial = trial
        self._running = False
        self.body.addWidget(styled_label(self._place(unsaved), "muted", wrap=True))
        self._to, self._to_error = QLineEdit(), styled_label("", "error", wrap=True)
        self._recipient_frame = self._recipient_part()
        self._timeline = TimelineView(stages_of(profile.server, sends=trial is Trial.TEST), theme)
        self._advice = AdviceView()
        self._transcript = QPlainTextEdit()
        self._lay_out()
        self._buttons()
        self._show_asking()

    def start_now(self) -> None:
        """The work begins without a question (a check)."""
        self._start()

    def show_step(self, step: Step) -> None:
        """The step is shown."""
        self._timeline.show_step(step)

    def show_report(self, report: Report) -> None:
        """The outcome is shown: accepted, or what failed, the server's words and what to do."""
        for step in report.timeline.steps:
            self._timeline.show_step(step)
        self._transcript.setPlainText("\n".join(_line(line) for line in report.timeline.transcript))
        self._end(verdict_on(report))

    def offer(self, name: str, label: str, act: Callable[[], None]) -> None:
        """A way on is offered below what went wrong: a button with that `objectName`, until the work begins anew."""
        button = styled_button(label)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _: act())
        self._ways.addWidget(button)
        self._ways_frame.show()
        self._fit()

    def show_problem(self, message: Text, *, of_recipient: bool = False) -> None:
        """The work could not begin; `message` says why."""
        if of_recipient:
            self._show_asking()
            self._show_to_error(shown(message))
            return
        self._end(plain_verdict(self.tr("It could not be tried"), shown(message)))

    def reject(self) -> None:
        if self._running:
            self.stopped.emit()
        super().reject()

    def _place(self, unsaved: bool) -> str:
        server = self._profile.server
        if isinstance(server, GenericServer):
            parts = [f"{server.host_name}:{server.smtp_port}", self.tr("Generic")]
        else:
            parts = [server.tenant_id, self.tr("MS Graph API")]
            parts += [cloud_name(server.cloud)] if server.cloud is not Cloud.GLOBAL else []
        if server.user_name:
            parts.append(server.user_name)
        if unsaved:
            parts.append(self.tr("as typed in the form, not saved yet"))
        return " · ".join(part for part in parts if part)

    def _recipient_part(self) -> QFrame:
        frame = QFrame()
        column = QVBoxLayout(frame)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(4)
        label = self.tr("Enter To Email Address")
        caption = styled_label(label, "label")
        caption.setBuddy(self._to)
        self._to.setObjectName("toEmailAddressField")
        self._to.setAccessibleName(label)
        self._to.textEdited.connect(lambda _: self._show_to_error(""))
        self._to_error.setObjectName("toEmailAddressError")
        self._to_error.hide()
        for widget in (caption, self._to, self._to_error):
            column.addWidget(widget)
        return frame

    def _lay_out(self) -> None:
        self._transcript.setObjectName("transcript")
        self._transcript.setAccessibleName(self.tr("Transcript"))
        self._transcript.setReadOnly(True)
        self._transcript.setMinimumHeight(160)
        self._ways_frame = QFrame()
        self._ways = QHBoxLayout(self._ways_frame)
        self._ways.setContentsMargins(0, 0, 0, 0)
        self._ways.setAlignment(Qt.AlignmentFlag.AlignLeft)
        for widget in (self._recipient_frame, self._timeline, self._advice, self._ways_frame, self._transcript):
            self.body.addWidget(widget)
        self.body.addStretch(1)

    def _buttons(self) -> None:
        self._show_transcript = styled_button(self.tr("Show transcript"))
        self._show_transcript.setObjectName("showTranscriptButton")
        self._show_transcript.setCheckable(True)
        self._show_transcript.setAutoDefault(False)
        self._show_transcript.toggled.connect(self._transcript.setVisible)
        self._show_transcript.toggled.connect(lambda _: self._fit())
        self._edit: QPushButton = styled_button(self.tr("Edit SMTP"))
        self._edit.setObjectName("editButton")
        self._edit.setAutoDefault(False)
        self._edit.clicked.connect(self._ask_edit)
        self._again = styled_button(self.tr("Test again") if self._trial is Trial.TEST else self.tr("Check again"))
        self._again.setObjectName("againButton")
        self._again.setAutoDefault(False)
        self._again.clicked.connect(self._start)
        self.footer.addWidget(self._show_transcript)
        self.footer.addStretch(1)
        self._cancel = self.add_cancel()
        for button in (self._edit, self._again):
            self.footer.addWidget(button)
        self._ok = self.add_ok(self.tr("Ok"))
        self._ok.clicked.connect(self._go_on)

    def _show_asking(self) -> None:
        self._running = False
        self._show(self._recipient_frame, self._cancel, self._ok)
        self._to.setFocus()
        self._fit()

    def _show(self, *wanted: QWidget) -> None:
        parts = (
            self._recipient_frame,
            self._timeline,
            self._advice,
            self._ways_frame,
            self._transcript,
            self._show_transcript,
            self._edit,
            self._again,
            self._cancel,
            self._ok,
        )
        for part in parts:
            part.setVisible(part in wanted)

    def _go_on(self) -> None:
        if self._recipient_frame.isHidden():
            self.accept()
        else:
            self._start()

    def _start(self) -> None:
        if self._trial is Trial.TEST:
            problem = address_problem(self._to.text())
            if problem:
                self._show_asking()
                self._show_to_error(shown(problem))
                return
        self._running = True
        while way := self._ways.takeAt(0):
            if widget := way.widget():
                widget.hide()
                widget.deleteLater()
        self._show_transcript.setChecked(False)
        self._show(self._timeline, self._cancel)
        self._timeline.reset()
        going = self.tr("Testing {name}…") if self._trial is Trial.TEST else self.tr("Checking {name}…")
        self.title.setText(going.format(name=self._profile.name or self.tr("the new SMTP")))
        self._cancel.setFocus()
        self._fit()
        self.started.emit(self._to.text() if self._trial is Trial.TEST else "")

    def _show_to_error(self, words: str) -> None:
        self._to_error.setText(words)
        self._to_error.setVisible(bool(words))
        self._to.setAccessibleDescription(words)
        self._to.setProperty("invalid", bool(words))
        self._to.style().polish(self._to)
        self._fit()

    def _end(self, verdict: Verdict) -> None:
        self._running = False
        self.title.setText(verdict.title)
        self.setWindowTitle(verdict.title)
        self._advice.show_verdict(verdict)
        self._show(self._timeline, self._advice, self._show_transcript, self._edit, self._again, self._ok)
        self._ok.setFocus()
        self._fit()

    def _fit(self) -> None:
        # adjustSize() knows neither the height that wrapped words need at this width nor more than 2/3 of a screen.
        width = max(self.width(), self.minimumWidth())
        layout = self.layout()
        if layout:
            layout.activate()
            self.resize(width, max(layout.totalHeightForWidth(width), layout.totalMinimumSize().height()))

    def _ask_edit(self) -> None:
        self.accept()
        self.edit_asked.emit()


def _line(line: TranscriptLine) -> str:
    return f"{line.at_ms:8.0f} ms  {_MARKS[line.party.value]} {line.text}"
