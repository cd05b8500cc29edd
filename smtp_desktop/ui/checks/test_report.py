"""The report on a test or check: its headline and steps, and its whole text, which is shown before it is copied."""

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from smtp_desktop.domain.checks.health import TestOutcome
from smtp_desktop.domain.diagnosis.conversation import Step, StepStatus
from smtp_desktop.domain.message_text import one_line
from smtp_desktop.domain.smtp.profile import Cloud, GenericServer, SmtpProfile
from smtp_desktop.services.checks.report import Report, outcome_of
from smtp_desktop.ui.accessibility.announcement import copy_text
from smtp_desktop.ui.cards.smtp_words import cloud_name
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.text_view import bounded

_WIDTH_PX, _HEIGHT_PX = 720, 560
_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard


def target_text(profile: SmtpProfile, *, to: str, unsaved: bool) -> str:
    """Returns to whom, through which server and as whom a test sends; `to` is empty for a check, and while no recipient
    is entered."""
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
        parts.append(_tr("as entered in the form, not saved yet"))
    return " · ".join(part for part in parts if part)


def steps_as_shown(report: Report) -> tuple[Step, ...]:
    """Returns the steps, with the one that the user cancelled as not reached: it did not fail."""
    failure = report.timeline.failure
    if failure is None or outcome_of(report) is not TestOutcome.CANCELLED:
        return report.timeline.steps
    return tuple(
        replace(step, status=StepStatus.NOT_REACHED, detail=_tr("cancelled")) if step.stage is failure.stage else step
        for step in report.timeline.steps
    )


def _tr(source: str) -> str:
    return QCoreApplication.translate("TestReport", source)


class ReportDialog(Dialog):
    """Shows the text of a report; *Copy* puts exactly that on the clipboard."""

    def __init__(self, parent: QWidget, lines: Sequence[str]) -> None:
        super().__init__(parent, name="reportDialog", title=self.tr("Copy report"), width=480)
        words = self.tr(
            "This is exactly what is copied. It contains no password or other secret, but it does contain "
            "names, servers and addresses. Review it before you pass it on."
        )
        self.body.addWidget(styled_label(words, "muted", wrap=True))
        self._text = QPlainTextEdit(bounded("\n".join(lines)))
        self._text.setObjectName("reportText")
        self._text.setAccessibleName(self.tr("Report"))
        self._text.setReadOnly(True)
        self._text.setTextInteractionFlags(_SELECTABLE)
        self._text.setTabChangesFocus(True)
        self._text.setProperty("mono", True)
        self._text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.body.addWidget(self._text, 1)
        self.footer.addStretch(1)
        self.add_cancel()
        copy = self.add_ok(self.tr("Copy"))
        copy.clicked.connect(self._copy)
        copy.setFocus()
        room = self.screen().availableGeometry()
        self.resize(min(_WIDTH_PX, room.width()), min(_HEIGHT_PX, room.height()))

    def _copy(self) -> None:
        copy_text(self.parentWidget() or self, self._text.toPlainText())
        self.accept()
