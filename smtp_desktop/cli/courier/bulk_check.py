"""smtp-desktop bulk-check: a process that the window starts to check many SMTPs at once"""

import json

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.courier.window_pipe import WindowPipe, yield_to_window
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.streams import read_standard_input
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind
from smtp_desktop.domain.errors import SmtpDesktopError, VaultLocked
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.checks.bulk_check import CheckOutcome, result_document
from smtp_desktop.services.services import Services


@click.command("bulk-check", hidden=True)
@click.pass_obj
def bulk_check(session: Session) -> int:
    """Checks the SMTPs whose ids are in the first line of standard input, a JSON list. Writes how each check ended to
    standard output, one JSON object a line, and "done" after the last. Stops when standard input ends."""
    yield_to_window()
    session.output.only_shows = False
    wanted = _wanted(read_standard_input(lambda stream: stream.readline()))
    pipe = WindowPipe()
    with session.open() as services:
        try:
            while not _run(services, wanted, pipe):
                pass
        except SmtpDesktopError as error:
            pipe.send("failed", message=str(error))
            raise
    return ExitCode.OK


def _wanted(line: bytes) -> list[ProfileId]:
    try:
        return [ProfileId(one) for one in json.loads(line)]
    except ValueError as error:
        raise click.UsageError("Standard input has to begin with a JSON list of ids.") from error


def _run(services: Services, wanted: list[ProfileId], pipe: WindowPipe) -> bool:
    """Checks the SMTPs. Returns False if the vault was locked and has been opened: then call it again."""

    def on_end(profile_id: ProfileId, outcome: CheckOutcome) -> None:
        pipe.send("ended", id=profile_id, **_document(outcome))

    def check(cancel: Cancel) -> None:
        services.bulk_check.run(wanted, cancel=cancel, on_end=on_end)

    try:
        interruptible(check, should_end=lambda: pipe.closed)
    except VaultLocked as locked:
        return not pipe.unlock(services, locked, lambda: pipe.closed)
    pipe.send("done")
    return True


def _document(outcome: CheckOutcome) -> dict[str, object]:
    if isinstance(outcome, VaultLocked):
        return {"locked": True, "new": outcome.new, "message": str(outcome)}
    if isinstance(outcome, SmtpDesktopError):
        return {"message": str(outcome)}
    failure = outcome.timeline.failure
    if failure and failure.kind is FailureKind.CANCELLED:
        return {}
    return {"works": outcome.timeline.ok, "result": result_document(outcome.result) if outcome.result else None}
