"""The dialog of a test or a check: asks for the recipient, shows the steps as they happen, then the result."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime
from enum import StrEnum
from itertools import pairwise

from PySide6.QtCore import Qt, Signal, qVersion
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QPushButton, QWidget

from smtp_desktop.domain.checks.health import TestKind, TestOutcome
from smtp_desktop.domain.diagnosis.actions import Means
from smtp_desktop.domain.diagnosis.advice import Frontend
from smtp_desktop.domain.diagnosis.conversation import Step
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.message_text import MessageText
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.checks.report import UNNAMED, Report, outcome_of
from smtp_desktop.services.checks.report_text import report_lines, version_lines
from smtp_desktop.ui.checks.fault_field import edit_label, fault_field
from smtp_desktop.ui.checks.recipient_field import RecipientField
from smtp_desktop.ui.checks.test_report import ReportDialog, steps_as_shown, target_text
from smtp_desktop.ui.conversation.advice_box import AdviceView
from smtp_desktop.ui.conversation.offers import OffersRow
from smtp_desktop.ui.conversation.summary import OutcomeSummary, plain_summary, report_summary
from smtp_desktop.ui.conversation.timeline import TimelineView, TranscriptButton, TranscriptView
from smtp_desktop.ui.layout.scroll import FittingScroll
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.message_text import shown

_TRANSCRIPT_HEIGHT_PX = 190


class _Phase(StrEnum):
    ASKING = "asking"
    LOCKED = "locked"
    RUNNING = "running"
    STOPPING = "stopping"
    ENDED = "ended"


class TestDialog(Dialog):
    """A test, which asks for the To Email Address first, or a check. Not modal: the window stays usable meanwhile.

    *Cancel* and Esc stop what runs and leave the steps so far to be seen; a second Esc closes the dialog. *Test again*
    runs in the same dialog. Its `objectName` is `testDialog`.
    """

    started = Signal(object)
    """The test or check should begin. Carries the recipient as typed; for a check an empty string."""
    stopped = Signal()
    """The user cancelled what runs."""
    edit_asked = Signal(str)
    """The user wants to edit what was tried. Carries the field at fault in snake case, or ""."""

    def __init__(
        self,
        parent: QWidget,
        *,
        profile: SmtpProfile,
        kind: TestKind,
        unsaved: bool,
        theme: Theme,
        recipients: Sequence[str] = (),
    ) -> None:
        """`unsaved` says that `profile` comes from a form and is not stored; `recipients` are those of earlier tests,
        the latest first."""
        self._name = profile.name or shown(UNNAMED)
        asking = self.tr("Test {name}") if kind is TestKind.TEST else self.tr("Check {name}")
        super().__init__(parent, name="testDialog", title=asking.format(name=self._name), width=640, scrolls=False)
        self.setWindowModality(Qt.WindowModality.NonModal)
        self._profile = profile
        self._kind = kind
        self._unsaved = unsaved
        self._phase = _Phase.ASKING
        self._fault = ""
        self.is_repeated = False
        """Whether something was tried in this dialog before."""
        self._report: Report | None = None
        self._ended_at = datetime.now(UTC)
        self._target = styled_label("", "muted", wrap=True)
        self._recipient = RecipientField(recipients)
        self._timeline = TimelineView(stages_of(profile.server, sends=kind is TestKind.TEST), theme)
        self._advice = AdviceView()
        self._transcript = TranscriptView(height_px=_TRANSCRIPT_HEIGHT_PX)
        self._lay_out()
        self._lay_out_footer()
        self._show_asking()

    def start_now(self) -> None:
        """Begins at once, with the recipient that is entered."""
        self._start()

    def start_again(self) -> None:
        """Comes to the front and tries once more, unless something is running."""
        if self._phase is _Phase.ENDED:
            self._start()
        self.raise_()
        self.activateWindow()

    def show_target(self, profile: SmtpProfile, *, unsaved: bool) -> None:
        """Shows that these settings are being tried, in place of those of before."""
        if stages_of(profile.server, sends=True) != stages_of(self._profile.server, sends=True):
            stages = stages_of(profile.server, sends=self._kind is TestKind.TEST)
            self._timeline.set_stages(stages)
        self._profile, self._unsaved = profile, unsaved
        self._name = profile.name or shown(UNNAMED)
        to = self._recipient.typed if self._kind is TestKind.TEST else ""
        self._target.setText(target_text(profile, to=to, unsaved=unsaved))
        self._fit()

    def bring_back(self) -> None:
        """Brings the dialog to the front: as it is while it asks or runs, else for another test, or check."""
        if self._phase is _Phase.ENDED:
            if self._kind is TestKind.TEST:
                self._show_asking()
            else:
                self._start()
        self.show()
        self.raise_()
        self.activateWindow()

    def show_locked(self) -> None:
        """Shows that nothing begins before the master password is entered. *Cancel* and Esc close the dialog."""
        self._phase = _Phase.LOCKED
        self.title.setText(self.tr("Waiting for the master password…"))
        self._show(self._cancel)
        self._fit()

    def show_step(self, step: Step) -> None:
        """Shows how a step goes, in its row."""
        self._timeline.show_step(step)

    def show_report(self, report: Report, present: Collection[Means] = ()) -> None:
        """Shows the result: accepted; or what failed, the server's reply, and what to do with the means that are
        `present`."""
        self._report, self._ended_at = report, datetime.now(UTC)
        self._timeline.show_all(steps_as_shown(report))
        self._transcript.show_lines(report.timeline.transcript)
        failed = outcome_of(report) in {TestOutcome.FAILED, TestOutcome.CANCELLED}
        self._fault = fault_field(report.timeline.failure, report.diagnosis, report.profile.server) if failed else ""
        self._end(report_summary(report, present), worked=not failed)

    def offer(self, name: str, label: str, act: Callable[[], None]) -> None:
        """Adds a button with that `objectName` below the result, until the next test or check begins."""
        self._offers.offer(name, label, act)
        self._fit()

    def show_problem(self, message: MessageText, *, of_recipient: bool = False) -> None:
        """Shows why the test or check could not begin: with `of_recipient`, at the field of the recipient."""
        if of_recipient:
            self._show_asking()
            self._recipient.show_error(shown(message))
            self._fit()
            return
        self._report, self._fault = None, ""
        self._end(plain_summary(self.tr("It couldn't be tried"), shown(message)), worked=False)

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
        self.setFocus()  # so that it still gets Esc
        self._cancel.setEnabled(False)
        self.stopped.emit()

    def _lay_out(self) -> None:
        self.title.setWordWrap(True)
        self._offers = OffersRow()
        self._scroll = FittingScroll()
        self._scroll.column.setContentsMargins(0, 4, 0, 0)
        self._scroll.column.setSpacing(14)
        for widget in (self._recipient, self._timeline, self._advice, self._transcript):
            self._scroll.column.addWidget(widget)
        self._scroll.column.addStretch(1)
        self.body.addWidget(self._target)
        self.body.addWidget(self._scroll, 1)
        # Outside of what scrolls: on a low screen the buttons would be out of sight, below long advice.
        self.body.addWidget(self._offers)

    def _lay_out_footer(self) -> None:
        self._show_transcript = TranscriptButton()
        self._show_transcript.toggled.connect(self._toggle_transcript)
        self.footer.addWidget(self._show_transcript)
        self._copy_report = self._button("copyReportButton", self.tr("Copy report"))
        self._copy_report.clicked.connect(self._preview_report)
        self.footer.addStretch(1)
        self._cancel = self.add_cancel()
        self._edit = self._button("editButton", self.tr("Edit SMTP"))
        self._edit.clicked.connect(self._ask_edit)
        self._again = self._button("againButton", self.tr("Test again"))
        if self._kind is TestKind.CHECK:
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
        self._transcript.setVisible(wanted)
        self._fit()
        if wanted:
            self._scroll.bring_into_view(self._transcript)

    def _preview_report(self) -> None:
        if self._report:
            versions = version_lines(f"Qt {qVersion()}")
            lines = report_lines(
                self._report, ended_at=self._ended_at, versions=versions, place=Frontend.WINDOW, translate=shown
            )
            ReportDialog(self, lines).open()

    def _show_asking(self) -> None:
        self._phase = _Phase.ASKING
        self._target.setText(target_text(self._profile, to="", unsaved=self._unsaved))
        self._lead_with(self._ok)
        self._show(self._recipient, self._cancel, self._ok)
        self._recipient.focus()
        self._fit()

    def _show(self, *wanted: QWidget) -> None:
        parts = (self._recipient, self._timeline, self._advice, self._offers, self._transcript)
        buttons = (self._show_transcript, self._copy_report, self._edit, self._again, self._cancel, self._ok)
        for part in (*parts, *buttons):
            part.setVisible(part in wanted)

    def _go_on(self) -> None:
        if self._phase is _Phase.ASKING:
            self._start()
        else:
            self.accept()

    def _start(self) -> None:
        to = self._recipient.typed if self._kind is TestKind.TEST else ""
        problem = self._recipient.problem if self._kind is TestKind.TEST else ""
        if problem:
            self._show_asking()
            self._recipient.show_error(problem)
            self._fit()
            return
        self._phase = _Phase.RUNNING
        self._offers.clear()
        self._show_transcript.setChecked(False)
        self._cancel.setEnabled(True)
        self._timeline.reset()
        self._show(self._timeline, self._cancel)
        self._target.setText(target_text(self._profile, to=to, unsaved=self._unsaved))
        going = self.tr("Testing {name}…") if self._kind is TestKind.TEST else self.tr("Checking {name}…")
        self.title.setText(going.format(name=self._name))
        self._cancel.setFocus()
        self._fit()
        self.started.emit(to)

    def _end(self, summary: OutcomeSummary, *, worked: bool) -> None:
        self._phase, self.is_repeated = _Phase.ENDED, True
        self._edit.setText(edit_label(self._fault))
        self._edit.setAccessibleName(self._edit.text())
        self.say_title(summary.title, summary.heading if summary.heading != summary.title else "")
        self._advice.show_summary(summary)
        on_report = (self._show_transcript, self._copy_report) if self._report else ()
        self._show(self._timeline, self._advice, *on_report, self._edit, self._again, self._ok)
        self._lead_with(self._ok if worked else self._again)
        # Not on "Test again": a second Enter would send a second mail, or a wrong password once more.
        self._ok.setFocus()
        self._fit()
        self._scroll.verticalScrollBar().setValue(0)

    def _lead_with(self, leader: QPushButton) -> None:
        """Makes `leader` the last and primary button. Ok, where it is not that one, comes first and only closes."""
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
        self.edit_asked.emit(self._fault)
        self.accept()
