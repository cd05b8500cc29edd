"""Examples of reports of tests and checks."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from fakes.certificates import a_certificate

from smtp_desktop.domain.checks.deliverability import DeliverabilityWarning
from smtp_desktop.domain.checks.health import TestKind, WarningKind
from smtp_desktop.domain.diagnosis.advice import Advice, AdviceStep, Frontend
from smtp_desktop.domain.diagnosis.conversation import (
    Failure,
    FailureKind,
    Party,
    Reply,
    Security,
    Stage,
    Step,
    StepStatus,
    Timeline,
    TlsMode,
    TranscriptLine,
)
from smtp_desktop.domain.diagnosis.diagnosis import Diagnosis
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SmtpProfile
from smtp_desktop.services.checks.report import Report
from smtp_desktop.services.checks.report_text import report_lines

ENDED_AT = datetime(2026, 11, 24, 16, 0, 40, tzinfo=timezone(timedelta(hours=1)))
PROFILE = SmtpProfile(
    id=ProfileId("1"),
    name="Alerts_Gmail",
    server=GenericServer(host_name="smtp.gmail.example", smtp_port=465, user_name="alerts@gmail.example"),
)
NO = Reply(code=535, enhanced_code="5.7.8", text=("Username and Password not accepted",))
ADVICE = Advice(
    title=msg("Google requires an app password"),
    meaning=msg("This account refuses its normal password."),
    steps=(AdviceStep(text=msg("Create an app password.")), AdviceStep(text=msg("Paste it."))),
)
DIAGNOSIS = Diagnosis(cause=Cause.SIGN_IN_REFUSED, advice=ADVICE)
CHAIN = (a_certificate("smtp.gmail.example", "mail.gmail.example"), a_certificate("Example CA", fingerprint="cd" * 32))
WARNING = DeliverabilityWarning(
    kind=WarningKind.SPF_MISSING,
    advice=Advice(
        title=msg("No SPF record"),
        meaning=msg("Nobody may send for it."),
        steps=(AdviceStep(text=msg("Publish one in DNS.")),),
    ),
)
_TIMES = {Stage.FIND_HOST: (0, 18), Stage.CONNECT: (18, 27), Stage.SECURE: (45, 55), Stage.GREET: (100, 28)}
_REACHED = tuple(
    Step(stage=stage, status=StepStatus.DONE, detail=f"{stage} detail", started_ms=started, duration_ms=took)
    for stage, (started, took) in _TIMES.items()
)
SAID = (
    TranscriptLine(party=Party.NOTE, text="connected to 192.0.2.7", at_ms=45),
    TranscriptLine(party=Party.SERVER, text="220 ready", at_ms=101),
    TranscriptLine(party=Party.CLIENT, text="AUTH PLAIN ••••", at_ms=128),
)


def timeline(
    *, failure: Failure | None = None, accepted: Reply | None = None, chain: tuple[Certificate, ...] = CHAIN
) -> Timeline:
    """It got as far as signing in, which took 121 ms; on to the content unless there is a `failure`."""
    last = Step(
        stage=Stage.SIGN_IN,
        status=StepStatus.FAILED if failure else StepStatus.DONE,
        detail=str(failure.reply) if failure and failure.reply else "",
        started_ms=128,
        duration_ms=121,
    )
    rest = StepStatus.NOT_REACHED if failure else StepStatus.DONE
    return Timeline(
        steps=(*_REACHED, last, Step(stage=Stage.CONTENT, status=rest, started_ms=249)),
        transcript=SAID,
        failure=failure,
        accepted=accepted,
        security=Security(mode=TlsMode.IMPLICIT, version="TLSv1.3", chain=chain),
    )


def failed(reply: Reply | None = NO, stage: Stage = Stage.SIGN_IN, **changes: Any) -> Report:
    """The server refused the sign-in."""
    failure = Failure(stage=stage, kind=FailureKind.REPLY, message=msg("The sign-in was refused."), reply=reply)
    return replace(passed(), timeline=timeline(failure=failure), diagnosis=DIAGNOSIS, **changes)


def passed(**changes: Any) -> Report:
    """The server accepted the mail."""
    values: dict[str, Any] = {
        "profile": PROFILE,
        "test_kind": TestKind.TEST,
        "to": parse_address("ops@northwind.example"),
        "timeline": timeline(accepted=Reply(code=250, text=("queued as 4F2A",))),
        "diagnosis": None,
        "stored": True,
    }
    return Report(**values | changes)


def reported(report: Report) -> str:
    """Returns the report as it goes into a ticket."""
    ended_at, versions = ENDED_AT.astimezone(UTC), ("SMTP Desktop 9",)
    return "\n".join(report_lines(report, ended_at=ended_at, versions=versions, place=Frontend.WINDOW))
