"""Plays a case: the program tests an SMTP, or sends the outbox, while a server does as the case says."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from corpus.case import Case
from corpus.loopback import BACKUP_HOST, Loopback
from servers.https_calls import Answer
from servers.microsoft.tenant import CLIENT_ID, CLIENT_SECRET, PASSWORD, TENANT, USER_NAME, Microsoft, microsoft
from servers.smtp.reply_script import Heard

from smtp_desktop.cli.exit_codes import code_of_cause, code_of_error
from smtp_desktop.cli.smtp.check_results import failure_lines
from smtp_desktop.composition.application import Application
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.delivery.activity import ActivityDraft
from smtp_desktop.domain.delivery.delivery import DeliveryFilter
from smtp_desktop.domain.diagnosis.advice import Advice, Frontend
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import Cloud, EnvelopeSender, ProfileType, SmtpProfile
from smtp_desktop.services.checks.report import Report
from smtp_desktop.services.raw_message import RawEnvelope

_LEASE_S = 60.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What came of a case. `advice` is title, meaning and first step; `shown` is all that a user reads. `states` are
    those of the mails in the outbox, and `backup_used` says whether the backup took one."""

    cause: Cause | None = None
    exit: int | None = None
    advice: str = ""
    shown: str = ""
    states: tuple[str, ...] = ()
    backup_used: bool = False
    heard: Heard = field(default_factory=Heard)


def play(case: Case, loopback: Loopback) -> Outcome:
    """Returns what comes of `case`."""
    with loopback.program(case) as program:
        try:
            match case.stage:
                case "outbox":
                    return _sent(case, loopback, program)
                case "graph":
                    with microsoft(loopback.authority) as servers:
                        _script(case, servers)
                        return _tested(program, _mailbox(servers), to=case.to, heard=Heard())
                case _:
                    return _tested(program, _smtp(case), to=case.to, heard=loopback.script.heard)
        except SmtpDesktopError as error:
            return Outcome(exit=code_of_error(error), shown=str(error))


def _tested(program: Application, draft: ProfileDraft, *, to: str, heard: Heard) -> Outcome:
    report = program.services.tester.test_draft(draft, profile_id=None, to=to, cancel=Cancel(), on_step=lambda _: None)
    return _outcome(report, heard)


def _outcome(report: Report, heard: Heard) -> Outcome:
    failure, diagnosis = report.timeline.failure, report.diagnosis
    if failure is None or diagnosis is None:
        return Outcome(exit=0, heard=heard)
    return Outcome(
        cause=diagnosis.cause,
        exit=code_of_cause(diagnosis.cause),
        advice=_advice_text(diagnosis.advice),
        shown="\n".join(failure_lines(report.profile, failure, diagnosis.advice)),
        heard=heard,
    )


def _advice_text(advice: Advice | None) -> str:
    if advice is None:
        return ""
    return " ".join(
        [str(advice.title), str(advice.meaning), *(step.at(Frontend.TERMINAL) for step in advice.steps[:1])]
    )


def _smtp(case: Case) -> ProfileDraft:
    return ProfileDraft(
        name="Case",
        is_default=True,
        from_address=case.sender,
        signature=case.signature,
        host_name=case.host,
        smtp_port=str(case.port),
        tls=case.tls,
        auth_required=case.auth,
        user_name=case.user if case.auth else "",
        password=Secret(case.password) if case.auth else None,
        envelope_sender=EnvelopeSender(case.envelope),
    )


def _sent(case: Case, loopback: Loopback, program: Application) -> Outcome:
    services = program.services
    profile = services.profiles.create(_smtp(case))
    if case.line_octets:
        line = "x" * case.line_octets
        raw = f"From: {case.sender}\r\nTo: {case.to}\r\nSubject: Long\r\n\r\n{line}\r\n"
        services.outbox.submit(raw.encode(), RawEnvelope(), smtp_id=profile.id)
    else:
        _trigger(case, program, profile)
    diagnoses = []
    services.courier(_LEASE_S).run(
        watch=False,
        cancel=Cancel(),
        on_attempt=lambda _, attempt: diagnoses.append(services.adviser.diagnose_timeline(attempt.timeline, profile)),
    )
    first = diagnoses[0] if diagnoses else None
    deliveries = services.outbox.page(DeliveryFilter())
    return Outcome(
        cause=first.cause if first else None,
        advice=_advice_text(first.advice) if first else "",
        states=tuple(str(delivery.state) for delivery in deliveries),
        backup_used=loopback.backup.heard.taken > 0,
        heard=loopback.script.heard,
    )


def _trigger(case: Case, program: Application, profile: SmtpProfile) -> None:
    services = program.services
    backup = None
    if case.backup_used is not None:
        backup = services.profiles.create(
            ProfileDraft(
                name="Backup",
                host_name=BACKUP_HOST,
                user_name="backup@corp.example",
                from_address="backup@corp.example",
                password=Secret("other-canary"),
            )
        ).id
    activity = services.activities.create(
        ActivityDraft(name="Nightly", to=case.to, subject="Report", text="Done", smtp_id=profile.id, backup_id=backup)
    )
    services.outbox.trigger_many(activity.id, [{}] * case.mails)


def _mailbox(servers: Microsoft) -> ProfileDraft:
    return ProfileDraft(
        name="Case",
        type=ProfileType.GRAPH,
        user_name=USER_NAME,
        tenant_id=TENANT,
        client_id=CLIENT_ID,
        cloud=Cloud.CUSTOM,
        authority=servers.entra.url,
        graph_url=servers.graph.url,
        password=Secret(PASSWORD),
        client_secret=Secret(CLIENT_SECRET),
    )


def _script(case: Case, servers: Microsoft) -> None:
    """Has the next sign-in refused (`aadsts`, or `entra`), or the look at the mailbox, or the sending."""
    if "aadsts" in case.server:
        servers.entra.refuse_with(case.server["aadsts"])
    if "entra" in case.server:
        status, error, words = case.server["entra"]
        document = {"error": error, "error_description": words}
        servers.entra.answer_next("/token", Answer(status=status, json=document))
    if "mailbox" in case.server:
        servers.graph.answer_next("/mailFolders", *_refusals(*case.server["mailbox"]))
    if "send" in case.server:
        servers.graph.answer_next("/sendMail", *_refusals(*case.server["send"]))


def _refusals(status: int, code: str, words: str) -> Iterable[Answer]:
    # Twice: a token that is not taken is renewed first.
    if words.startswith("<"):
        return [Answer(status=status, body=words.encode(), headers={"Content-Type": "text/html"})] * 2
    return [Answer(status=status, error=(code, words))] * 2
