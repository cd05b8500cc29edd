"""Trying an SMTP: asking for the recipient, showing the steps as they happen, and how it ended."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from smtp_desktop.domain.conversation import FailureKind, Stage, Step, TranscriptLine
from smtp_desktop.domain.draft import address_problem
from smtp_desktop.domain.health import Trial
from smtp_desktop.domain.profile import GenericServer, SmtpProfile
from smtp_desktop.domain.text import Text
from smtp_desktop.services.testing import Report
from smtp_desktop.ui.dialogs.dialog import Dialog, styled_button, styled_label
from smtp_desktop.ui.text import shown
from smtp_desktop.ui.theme import Theme
from smtp_desktop.ui.views.timeline import TimelineView, stage_name

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
        self._timeline = TimelineView(_stages(profile, trial), theme)
        self._advice = QFrame()
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
        failure = report.timeline.failure
        if failure is None:
            self._succeed(report)
        elif failure.kind is FailureKind.CANCELLED:
            self._end(self.tr("Cancelled"), self.tr("Cancelled"), [self.tr("Nothing more is sent.")], good=False)
        else:
            title = self._failed_title(report, stage_name(failure.stage))
            advice = report.advice
            heading = shown(advice.title) if advice else title
            words = [shown(advice.meaning) if advice and failure.reply else shown(failure.message)]
            if failure.reply:
                words.append(self.tr("The server said: {reply}").format(reply=failure.reply))
            words += [f"{n}. {shown(step)}" for n, step in enumerate(advice.steps if advice else (), 1)]
            self._end(title, heading, words, good=False)

    def show_problem(self, message: Text, *, of_recipient: bool = False) -> None:
        """The work could not begin; `message` says why."""
        if of_recipient:
            self._show_asking()
            self._show_to_error(shown(message))
            return
        self._end(self.tr("It could not be tried"), self.tr("It could not be tried"), [shown(message)], good=False)

    def reject(self) -> None:
        if self._running:
            self.stopped.emit()
        super().reject()

    def _place(self, unsaved: bool) -> str:
        server = self._profile.server
        parts = [f"{server.host_name}:{server.smtp_port}"] if isinstance(server, GenericServer) else [server.tenant_id]
        parts += [self.tr("Generic") if isinstance(server, GenericServer) else self.tr("MS Graph API")]
        if server.user_name:
            parts.append(server.user_name)
        if unsaved:
            parts.append(self.tr("as typed in the form, not saved yet"))
        return " · ".join(parts)

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
        self._advice.setObjectName("advice")
        self._advice.setProperty("area", "advice")
        self._advice_column = QVBoxLayout(self._advice)
        self._advice_column.setContentsMargins(14, 12, 14, 12)
        self._advice_column.setSpacing(4)
        self._transcript.setObjectName("transcript")
        self._transcript.setAccessibleName(self.tr("Transcript"))
        self._transcript.setReadOnly(True)
        self._transcript.setMinimumHeight(160)
        for widget in (self._recipient_frame, self._timeline, self._advice, self._transcript):
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

    def _succeed(self, report: Report) -> None:
        server = report.profile.server
        host = server.host_name if isinstance(server, GenericServer) else ""
        if report.trial is Trial.TEST:
            title = self.tr("Test passed: the mail was accepted by {host}").format(host=host)
            words = [self.tr("To {to}.").format(to=report.to.spec if report.to else "")]
        else:
            title = self.tr("Check passed: {host} works").format(host=host)
            words = [self.tr("Everything up to signing in works. No mail was sent.")]
        if report.timeline.accepted:
            words.append(self.tr("The server said: {reply}").format(reply=report.timeline.accepted))
        self._end(title, title, words, good=True)

    def _failed_title(self, report: Report, stage: str) -> str:
        name = report.profile.name or self.tr("the new SMTP")
        words = self.tr("Test failed: {name}, at the step {stage}")
        if report.trial is Trial.CHECK:
            words = self.tr("Check failed: {name}, at the step {stage}")
        return words.format(name=name, stage=stage)

    def _end(self, title: str, heading: str, words: list[str], *, good: bool) -> None:
        self._running = False
        self.title.setText(title)
        self.setWindowTitle(title)
        while item := self._advice_column.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        self._advice.setProperty("tone", "good" if good else "bad")
        self._advice.style().polish(self._advice)
        self._advice_column.addWidget(styled_label(heading, "adviceTitle", wrap=True))
        for number, line in enumerate(words):
            label = styled_label(line, "adviceText", wrap=True)
            label.setObjectName("messageText" if number == 0 else "")
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._advice_column.addWidget(label)
        self._advice.setAccessibleName(" ".join((heading, *words)))
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


def _stages(profile: SmtpProfile, trial: Trial) -> tuple[Stage, ...]:
    left_out: set[Stage] = set()
    if isinstance(profile.server, GenericServer):
        if not profile.server.tls:
            left_out.add(Stage.SECURE)
        if not profile.server.auth_required:
            left_out.add(Stage.SIGN_IN)
    if trial is Trial.CHECK:
        left_out |= {Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT}
    return tuple(stage for stage in Stage if stage not in left_out)


def _line(line: TranscriptLine) -> str:
    return f"{line.at_ms:8.0f} ms  {_MARKS[line.party.value]} {line.text}"
