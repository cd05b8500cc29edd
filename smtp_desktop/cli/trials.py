"""Running tests and checks, all at once, and telling how they went."""

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

from smtp_desktop.cli.exit_codes import ExitCode, code_of_error, code_of_failure
from smtp_desktop.cli.failures import advice_document, advice_lines, failure_document, reply_document, said_lines
from smtp_desktop.cli.interrupt import wait_for_all
from smtp_desktop.cli.output import Output, error_document
from smtp_desktop.cli.program import Program
from smtp_desktop.cli.secrets import open_vault
from smtp_desktop.domain.advice import Advice
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.conversation import Failure, FailureKind, Outcome, Reply, Stage, Step, Timeline
from smtp_desktop.domain.errors import SmtpDesktopError, VaultError, VaultLocked
from smtp_desktop.domain.health import Trial
from smtp_desktop.domain.profile import GenericServer, SmtpProfile
from smtp_desktop.services.testing import Report

_MAX_AT_ONCE = 200  # threads that wait for a server cost next to nothing

STAGE_NAMES = {
    Stage.FIND_HOST: "Find host",
    Stage.CONNECT: "Connect",
    Stage.SECURE: "Secure",
    Stage.GREET: "Greet",
    Stage.SIGN_IN: "Sign in",
    Stage.SENDER: "Sender",
    Stage.RECIPIENT: "Recipient",
    Stage.CONTENT: "Content",
    Stage.TOKEN: "Token",
    Stage.MAILBOX: "Mailbox",
    Stage.SEND: "Send",
}
# Why it did not go well is told once, at the end, with what to do about it.
_BAD_WORDS = {Outcome.FAILED: "FAILED", Outcome.UNKNOWN: "unknown"}

Attempt = Callable[[SmtpProfile, Cancel, Callable[[Step], None]], Report]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How one SMTP did; `outcome` is an error where no conversation could be held."""

    profile: SmtpProfile
    outcome: Report | SmtpDesktopError

    @property
    def code(self) -> ExitCode:
        if isinstance(self.outcome, SmtpDesktopError):
            return code_of_error(self.outcome)
        failure = self.outcome.timeline.failure
        return code_of_failure(failure) if failure else ExitCode.OK


def try_all(program: Program, profiles: Sequence[SmtpProfile], attempt: Attempt, output: Output) -> list[Tried]:
    """Returns how each of `profiles` did, in their order; steps were printed as they happened.

    Raises KeyboardInterrupt after Ctrl+C, once every conversation has ended.
    """
    tried = _run(profiles, attempt, output)
    locked = [one.outcome for one in tried if isinstance(one.outcome, VaultLocked)]
    if not locked:
        return tried
    try:
        open_vault(program, locked[0])
    except VaultError as error:
        return [Tried(profile=t.profile, outcome=error) if isinstance(t.outcome, VaultLocked) else t for t in tried]
    # A locked vault stops a conversation before it begins, so that nothing is done twice.
    again = iter(_run([t.profile for t in tried if isinstance(t.outcome, VaultLocked)], attempt, output))
    return [next(again) if isinstance(t.outcome, VaultLocked) else t for t in tried]


def _run(profiles: Sequence[SmtpProfile], attempt: Attempt, output: Output) -> list[Tried]:
    if not profiles:
        return []
    printing = threading.Lock()
    several = len(profiles) > 1

    def one(profile: SmtpProfile, cancel: Cancel) -> Tried:
        def on_step(step: Step) -> None:
            with printing:
                _print_step(output, f"{profile.name}: " if several else "", step)

        try:
            return Tried(profile=profile, outcome=attempt(profile, cancel, on_step))
        except SmtpDesktopError as error:
            return Tried(profile=profile, outcome=error)

    cancels = [Cancel() for _ in profiles]
    with ThreadPoolExecutor(min(len(profiles), _MAX_AT_ONCE), thread_name_prefix="trial") as pool:
        futures = [pool.submit(one, profile, cancel) for profile, cancel in zip(profiles, cancels, strict=True)]
        wait_for_all(futures, cancels)
    return [future.result() for future in futures]


def _print_step(output: Output, prefix: str, step: Step) -> None:
    if step.outcome is Outcome.RUNNING:
        return
    bad = _BAD_WORDS.get(step.outcome)
    word, detail = (bad, "") if bad else ("ok", step.detail)
    output.live(f"{prefix}{word:<7}  {STAGE_NAMES[step.stage]:<9}  {step.duration_ms:>7.0f} ms  {detail}".rstrip())


def tell(tried: Tried, output: Output) -> None:
    """The outcome stands on standard output or, if it is none to be glad of, on standard error."""
    if isinstance(tried.outcome, SmtpDesktopError):
        output.diagnostic(f"{tried.profile.name}: {tried.outcome}")
        return
    failure = tried.outcome.timeline.failure
    if failure is None:
        output.live(_success(tried.outcome))
        return
    output.diagnostic(*_failure_lines(tried.profile, failure, tried.outcome.advice))


def _success(report: Report) -> str:
    profile, accepted = report.profile, report.timeline.accepted
    if report.trial is Trial.TEST:
        # Never "delivered": that is for the servers behind this one to say (RFC 5321 4.2.5).
        said = f" It said: {accepted}" if isinstance(accepted, Reply) else ""
        return f"{profile.name}: accepted by {_host(profile)}.{said}"
    signed_in = "took the sign-in" if profile.needed_secrets else "answered; this SMTP does not sign in"
    return f"{profile.name}: {_host(profile)} {signed_in}. Nothing was sent."


def _host(profile: SmtpProfile) -> str:
    return profile.server.host_name if isinstance(profile.server, GenericServer) else "Microsoft 365"


def _failure_lines(profile: SmtpProfile, failure: Failure, advice: Advice | None) -> list[str]:
    unknown = failure.kind is FailureKind.OUTCOME_UNKNOWN
    how = "it is not known whether the mail was sent" if unknown else f"failed at {STAGE_NAMES[failure.stage]}"
    first = f"{profile.name}: {how}. {failure.message}"
    return [first, *said_lines(failure, _host(profile)), *advice_lines(advice)]


def document(tried: Tried) -> dict[str, object]:
    """Returns what `--json` tells of one test or check. `stage` is the one that failed; `reply` is of the failure,
    or the server's word on accepting the mail."""
    if isinstance(tried.outcome, SmtpDesktopError):
        return {
            "name": tried.profile.name,
            "ok": False,
            "stage": None,
            "reply": None,
            "advice": None,
            "steps": [],
            "error": error_document(tried.outcome),
        }
    timeline, advice = tried.outcome.timeline, tried.outcome.advice
    failure = timeline.failure
    return {
        "name": tried.profile.name,
        "ok": timeline.ok,
        **failure_document(failure),
        "reply": reply_document(failure.reply if failure else timeline.accepted),
        "advice": advice_document(advice),
        "steps": step_documents(timeline),
    }


def step_documents(timeline: Timeline) -> list[dict[str, object]]:
    """Returns what `--json` tells of the steps of a conversation."""
    return [
        {
            "stage": step.stage.value,
            "outcome": step.outcome.value,
            "detail": step.detail,
            "duration_ms": round(step.duration_ms, 1),
        }
        for step in timeline.steps
    ]
