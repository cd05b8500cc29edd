"""What a test or check says of the SMTP that it tries, and of the steps that it took."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise

from PySide6.QtCore import QCoreApplication, Qt, Signal, qVersion
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QWidget

from smtp_desktop.domain.checks.health import TestKind, TestOutcome
from smtp_desktop.domain.diagnosis.conversation import Step, StepStatus
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.message_text import MessageText, one_line
from smtp_desktop.domain.smtp.profile import Cloud, GenericServer, SmtpProfile
from smtp_desktop.services.checks.outcome import UNNAMED, outcome_of
from smtp_desktop.services.checks.report import report_lines, version_lines
from smtp_desktop.services.checks.tester import Report
from smtp_desktop.ui.cards.smtp_words import cloud_name
from smtp_desktop.ui.checks.recipient import RecipientPart
from smtp_desktop.ui.checks.report_dialog import ReportDialog
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.advice_box import AdviceView, Verdict, plain_verdict, verdict_on
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.message_text import shown
from smtp_desktop.ui.widgets.scroll import FittingScroll
from smtp_desktop.ui.widgets.timeline import TimelineView
from smtp_desktop.ui.widgets.transcript import TranscriptView


def place_words(profile: SmtpProfile, *, to: str, unsaved: bool) -> str:
    """Returns to whom, where and as whom it sends; `to` is empty while nobody is chosen, and for a check."""
    server = profile.server
    parts = [_tr("To {to}").format(to=one_line(to))] if to else []
    if isinstance(server, GenericServer):
        host = f"[{server.host_name}]" if ":" in server.host_name else server.host_name
        parts += [f"{host}:{server.smtp_port}", _tr("Generic")]
    else:
        parts += [server.tenant_id, _tr("MS Graph API")]
        parts += [cloud_name(server.cloud)] if server.cloud is not Cloud.GLOBAL else []
    parts.append(server.user_name)
    if unsaved:
        parts.append(_tr("as typed in the form, not saved yet"))
    return " · ".join(part for part in parts if part)


def steps_as_shown(report: Report) -> tuple[Step, ...]:
    """Returns the steps; that the admin stopped one is no failure of it."""
    failure = report.timeline.failure
    if failure is None or outcome_of(report) is not TestOutcome.CANCELLED:
        return report.timeline.steps
    return tuple(
        replace(step, outcome=StepStatus.NOT_REACHED, detail=_tr("cancelled")) if step.stage is failure.stage else step
        for step in report.timeline.steps
    )


def _tr(source: str) -> str:
    return QCoreApplication.translate("TrialDialog", source)


_TRANSCRIPT_HEIGHT_PX = 190


class _Phase(StrEnum):
    ASKING = "asking"
    RUNNING = "running"
    STOPPING = "stopping"
    ENDED = "ended"


class TrialDialog(Dialog):
    """A test (asks for the To Email Address first) or a check. Not modal: the window stays usable meanwhile.

    The same object serves for a second try. Its `objectName` is `testDialog`. *Cancel* and Esc stop what runs, and
    leave what was reached to be seen; Esc once more, or closing it, leaves it.
    """

    started = Signal(object)
    """The work should begin: carries the recipient as typed; for a check an empty string."""
    stopped = Signal()
    """The admin cancelled the running work."""
    edit_asked = Signal()

    def __init__(self, parent: QWidget, *, profile: SmtpProfile, trial: TestKind, unsaved: bool, theme: Theme) -> None:
        self._name = profile.name or shown(UNNAMED)
        asking = self.tr("Test {name}") if trial is TestKind.TEST else self.tr("Check {name}")
        super().__init__(parent, name="testDialog", title=asking.format(name=self._name), width=640)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self._profile = profile
        self._trial = trial
        self._unsaved = unsaved
        self._phase = _Phase.ASKING
        self._report: Report | None = None
        self._ended_at = datetime.now(UTC)
        self._place = styled_label("", "muted", wrap=True)
        self._recipient = RecipientPart()
        self._timeline = TimelineView(stages_of(profile.server, sends=trial is TestKind.TEST), theme)
        self._advice = AdviceView()
        self._transcript = TranscriptView(height_px=_TRANSCRIPT_HEIGHT_PX)
        self._lay_out()
        self._lay_out_footer()
        self._show_asking()

    def start_now(self) -> None:
        """The work begins without a question (a check)."""
        self._start()

    def show_step(self, step: Step) -> None:
        """The step is shown."""
        self._timeline.show_step(step)

    def show_report(self, report: Report) -> None:
        """The outcome is shown: accepted, or what failed, the server's words and what to do."""
        self._report, self._ended_at = report, datetime.now(UTC)
        self._timeline.show_all(steps_as_shown(report))
        self._transcript.show_lines(report.timeline.transcript)
        failed = outcome_of(report) in {TestOutcome.FAILED, TestOutcome.CANCELLED}
        self._end(verdict_on(report), worked=not failed)

    def offer(self, name: str, label: str, act: Callable[[], None]) -> None:
        """A way on is offered below what went wrong: a button with that `objectName`, until the work begins anew."""
        button = styled_button(label)
        button.setObjectName(name)
        button.setAutoDefault(False)
        button.clicked.connect(lambda _: act())
        self._ways.addWidget(button)
        self._ways_frame.show()
        self._fit()

    def show_problem(self, message: MessageText, *, of_recipient: bool = False) -> None:
        """The work could not begin; `message` says why."""
        if of_recipient:
            self._show_asking()
            self._recipient.show_error(shown(message))
            self._fit()
            return
        self._report = None
        self._end(plain_verdict(self.tr("It could not be tried"), shown(message)), worked=False)

    def reject(self) -> None:
        if self._phase is _Phase.RUNNING:
            self._stop()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._phase is _Phase.RUNNING:
            self._stop()
        super().closeEvent(event)

    def _stop(self) -> None:
        self._phase = _Phase.STOPPING
        self.title.setText(self.tr("Stopping…"))
        self.setFocus()  # Esc is heard still
        self._cancel.setEnabled(False)
        self.stopped.emit()

    def _lay_out(self) -> None:
        self.title.setWordWrap(True)
        self._ways_frame = QFrame()
        self._ways = QHBoxLayout(self._ways_frame)
        self._ways.setContentsMargins(0, 6, 0, 0)
        self._ways.setSpacing(10)
        self._ways.setAlignment(Qt.AlignmentFlag.AlignLeft)
        self._scroll = FittingScroll()
        self._scroll.column.setContentsMargins(0, 4, 0, 0)
        self._scroll.column.setSpacing(14)
        for widget in (self._recipient, self._timeline, self._advice, self._transcript):
            self._scroll.column.addWidget(widget)
        self._scroll.column.addStretch(1)
        self.body.addWidget(self._place)
        self.body.addWidget(self._scroll, 1)
        # Not with what scrolls: on a low screen the way on would be out of sight, below long advice.
        self.body.addWidget(self._ways_frame)

    def _lay_out_footer(self) -> None:
        self._show_transcript = self._button("showTranscriptButton", self.tr("Show transcript"))
        self._show_transcript.setCheckable(True)
        self._show_transcript.toggled.connect(self._toggle_transcript)
        self._copy_report = self._button("copyReportButton", self.tr("Copy report"))
        self._copy_report.clicked.connect(self._preview_report)
        self.footer.addStretch(1)
        self._cancel = self.add_cancel()
        self._edit = self._button("editButton", self.tr("Edit SMTP"))
        self._edit.clicked.connect(self._ask_edit)
        self._again = self._button("againButton", self.tr("Test again"))
        if self._trial is TestKind.CHECK:
            self._again.setText(self.tr("Check again"))
            self._again.setAccessibleName(self._again.text())
        self._again.clicked.connect(self._start)
        self._ok = self.add_ok(self.tr("Ok"))
        self._ok.clicked.connect(self._go_on)

    def _button(self, name: str, label: str) -> QPushButton:
        button = styled_button(label)
        button.setObjectName(name)
        button.setAutoDefault(False)
        self.footer.addWidget(button)
        return button

    def _toggle_transcript(self, wanted: bool) -> None:
        words = self.tr("Hide transcript") if wanted else self.tr("Show transcript")
        self._show_transcript.setText(words)
        self._show_transcript.setAccessibleName(words)
        self._transcript.setVisible(wanted)
        self._fit()
        if wanted:
            self._scroll.bring_into_view(self._transcript)

    def _preview_report(self) -> None:
        if self._report:
            versions = version_lines(f"Qt {qVersion()}")
            lines = report_lines(self._report, ended_at=self._ended_at, versions=versions, say=shown)
            ReportDialog(self, lines).open()

    def _show_asking(self) -> None:
        self._phase = _Phase.ASKING
        self._place.setText(place_words(self._profile, to="", unsaved=self._unsaved))
        self._lead_with(self._ok)
        self._show(self._recipient, self._cancel, self._ok)
        self._recipient.setFocus()
        self._fit()

    def _show(self, *wanted: QWidget) -> None:
        parts = (self._recipient, self._timeline, self._advice, self._ways_frame, self._transcript)
        buttons = (self._show_transcript, self._copy_report, self._edit, self._again, self._cancel, self._ok)
        for part in (*parts, *buttons):
            part.setVisible(part in wanted)

    def _go_on(self) -> None:
        if self._phase is _Phase.ASKING:
            self._start()
        else:
            self.accept()

    def _start(self) -> None:
        to = self._recipient.typed if self._trial is TestKind.TEST else ""
        problem = self._recipient.problem if self._trial is TestKind.TEST else ""
        if problem:
            self._show_asking()
            self._recipient.show_error(problem)
            self._fit()
            return
        self._phase = _Phase.RUNNING
        self._drop_ways()
        self._show_transcript.setChecked(False)
        self._cancel.setEnabled(True)
        self._timeline.reset()
        self._show(self._timeline, self._cancel)
        self._place.setText(place_words(self._profile, to=to, unsaved=self._unsaved))
        going = self.tr("Testing {name}…") if self._trial is TestKind.TEST else self.tr("Checking {name}…")
        self.title.setText(going.format(name=self._name))
        self._cancel.setFocus()
        self._fit()
        self.started.emit(to)

    def _drop_ways(self) -> None:
        while way := self._ways.takeAt(0):
            if widget := way.widget():
                widget.hide()
                widget.deleteLater()

    def _end(self, verdict: Verdict, *, worked: bool) -> None:
        self._phase = _Phase.ENDED
        self.title.setText(verdict.title)
        self.setWindowTitle(verdict.title)
        self._advice.show_verdict(verdict)
        told = (self._show_transcript, self._copy_report) if self._report else ()
        self._show(self._timeline, self._advice, *told, self._edit, self._again, self._ok)
        self._lead_with(self._ok if worked else self._again)
        # Not on "Test again": a second Enter would send a second mail, and a wrong password once more.
        self._ok.setFocus()
        self._fit()
        self._scroll.verticalScrollBar().setValue(0)

    def _lead_with(self, leader: QPushButton) -> None:
        """`leader` stands last and is the one to press. Ok, where it does not lead, stands apart and only closes."""
        ok_leads = leader is self._ok
        self._ok.setText(self.tr("Ok") if ok_leads else self.tr("Close"))
        self._ok.setAccessibleName(self._ok.text())
        for button in (self._again, self._ok):
            button.setProperty("kind", "primary" if button is leader else "")
            button.style().polish(button)
        self.footer.removeWidget(self._ok)
        self.footer.insertWidget(-1 if ok_leads else self.footer.indexOf(self._edit), self._ok)
        order = [self._copy_report, self._cancel, self._edit, self._again]
        order.insert(len(order) if ok_leads else 2, self._ok)
        for before, after in pairwise(order):
            QWidget.setTabOrder(before, after)

    def _fit(self) -> None:
        self._scroll.refit()
        self.fit()

    def _ask_edit(self) -> None:
        self.accept()
        self.edit_asked.emit()
