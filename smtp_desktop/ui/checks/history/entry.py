"""One test or check of the history, opened: what was tried, how it ended, its steps and its transcript."""

from dataclasses import replace

from PySide6.QtCore import QCoreApplication, qVersion
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.checks.check_detail import CheckDetail, TriedServer
from smtp_desktop.domain.checks.health import CheckResult
from smtp_desktop.domain.diagnosis.advice import Frontend
from smtp_desktop.domain.mail.address import BadAddress, parse_address
from smtp_desktop.domain.smtp.profile import GenericServer, SmtpProfile
from smtp_desktop.services.checks.last_failure import ResultInDetail
from smtp_desktop.services.checks.report import Report
from smtp_desktop.services.checks.report_text import report_lines, version_lines
from smtp_desktop.ui.cards.smtp_words import warning_word
from smtp_desktop.ui.checks.history.model import outcome_words, test_kind_word, took_words
from smtp_desktop.ui.checks.test_report import ReportDialog, steps_as_shown, target_text
from smtp_desktop.ui.conversation.advice_box import AdviceView
from smtp_desktop.ui.conversation.summary import OutcomeSummary, SummaryTone, report_summary
from smtp_desktop.ui.conversation.timeline import TimelineView, TranscriptView
from smtp_desktop.ui.layout.scroll import FittingScroll
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.message_text import one_line, shown, time_text

_TRANSCRIPT_HEIGHT_PX = 190


class HistoryEntryDialog(Dialog):
    """Shows a stored result with what is kept of it. Its `objectName` is `historyEntryDialog`."""

    def __init__(self, parent: QWidget, *, profile: SmtpProfile, entry: ResultInDetail, theme: Theme) -> None:
        """`profile` is the SMTP as it is stored now."""
        result = entry.result
        title = self.tr("{what} of {name}: {outcome}").format(
            what=test_kind_word(result), name=profile.name, outcome=outcome_words(result)
        )
        super().__init__(parent, name="historyEntryDialog", title=title, width=640)
        self.title.setWordWrap(True)
        self._report = report_of(entry, profile)
        self._ended_at = result.at
        self.body.addWidget(styled_label(self._target(entry, profile), "muted", wrap=True))
        scroll = FittingScroll()
        scroll.column.setContentsMargins(0, 4, 0, 0)
        scroll.column.setSpacing(14)
        self._fill(scroll, entry, theme)
        scroll.column.addStretch(1)
        self.body.addWidget(scroll, 1)
        self._add_buttons()
        scroll.refit()
        self.fit()

    def _target(self, entry: ResultInDetail, profile: SmtpProfile) -> str:
        result = entry.result
        to = entry.detail.recipient if entry.detail else ""
        tried = _as_tried(profile, entry.detail)
        parts = [time_text(result.at), took_words(result)]
        if entry.detail and (entry.detail.server is not None) == isinstance(profile.server, GenericServer):
            parts.append(target_text(tried, to=to, unsaved=False))
        if not result.is_of(profile):
            parts.append(self.tr("before the change"))
        return " · ".join(parts)

    def _fill(self, scroll: FittingScroll, entry: ResultInDetail, theme: Theme) -> None:
        advice = AdviceView()
        if self._report is None:
            advice.show_summary(_without_conversation(entry.result))
            scroll.column.addWidget(advice)
            return
        steps = steps_as_shown(self._report)
        timeline = TimelineView(tuple(step.stage for step in steps), theme)
        timeline.show_all(steps)
        if entry.result.warnings:
            advice.show_summary(_with_warnings(entry.result))
        else:
            advice.show_summary(report_summary(self._report))
        transcript = TranscriptView(height_px=_TRANSCRIPT_HEIGHT_PX)
        transcript.show_lines(self._report.timeline.transcript)
        for widget in (timeline, advice, transcript):
            scroll.column.addWidget(widget)

    def _add_buttons(self) -> None:
        if self._report:
            copy = styled_button(self.tr("Copy report"))
            copy.setObjectName("copyReportButton")
            copy.setAutoDefault(False)
            copy.clicked.connect(self._preview_report)
            self.footer.addWidget(copy)
        self.footer.addStretch(1)
        close = self.add_ok(self.tr("Close"))
        close.clicked.connect(self.accept)
        close.setFocus()

    def _preview_report(self) -> None:
        if self._report:
            versions = version_lines(f"Qt {qVersion()}")
            lines = report_lines(
                self._report, ended_at=self._ended_at, versions=versions, place=Frontend.WINDOW, translate=shown
            )
            ReportDialog(self, lines).open()


def report_of(entry: ResultInDetail, profile: SmtpProfile) -> Report | None:
    """Returns the report on that test or check; None where its conversation is not kept any more."""
    detail = entry.detail
    if detail is None or detail.timeline is None or not detail.timeline.steps:
        return None
    try:
        to = parse_address(detail.recipient) if detail.recipient else None
    except BadAddress:  # kept by a version with other rules
        to = None
    return Report(
        profile=_as_tried(profile, detail),
        test_kind=entry.result.test_kind,
        to=to,
        timeline=detail.timeline,
        diagnosis=entry.diagnosis,
        stored=True,
        result=entry.result,
    )


def _as_tried(profile: SmtpProfile, detail: CheckDetail | None) -> SmtpProfile:
    """Returns the SMTP with the server that was tried."""
    tried: TriedServer | None = detail.server if detail else None
    if tried is None or not isinstance(profile.server, GenericServer):
        return profile
    server = replace(profile.server, host_name=tried.host_name, smtp_port=tried.smtp_port, tls=tried.tls)
    return replace(profile, server=server)


def _without_conversation(result: CheckResult) -> OutcomeSummary:
    text = QCoreApplication.translate(
        "HistoryEntryDialog", "The steps of this result are no longer stored; only recent ones are."
    )
    words = (one_line(result.reply), text) if result.reply else (text,)
    tone = SummaryTone.GOOD if result.ok else SummaryTone.BAD
    heading = outcome_words(result)
    return OutcomeSummary(title=heading, heading=heading, words=words, tone=tone)


def _with_warnings(result: CheckResult) -> OutcomeSummary:
    heading = outcome_words(result)
    words = (", ".join(warning_word(kind) for kind in result.warnings),)
    return OutcomeSummary(title=heading, heading=heading, words=words, tone=SummaryTone.WARN)
