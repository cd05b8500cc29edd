"""What a test or check says of the SMTP that it tries, and of the steps that it took."""

from dataclasses import replace

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.checks.health import TrialOutcome
from smtp_desktop.domain.diagnosis.conversation import Outcome, Step
from smtp_desktop.domain.message_text import one_line
from smtp_desktop.domain.smtp.profile import Cloud, GenericServer, SmtpProfile
from smtp_desktop.services.checks.outcome import outcome_of
from smtp_desktop.services.checks.tester import Report
from smtp_desktop.ui.models.card_words import cloud_name


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
    if failure is None or outcome_of(report) is not TrialOutcome.CANCELLED:
        return report.timeline.steps
    return tuple(
        replace(step, outcome=Outcome.NOT_REACHED, detail=_tr("cancelled")) if step.stage is failure.stage else step
        for step in report.timeline.steps
    )


def _tr(source: str) -> str:
    return QCoreApplication.translate("TrialDialog", source)
