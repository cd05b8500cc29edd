"""The command line: `smtp-desktop NOUN VERB …`. Loads no Qt."""

import json
import logging
import traceback
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from smtp_desktop import __version__
from smtp_desktop.cli.context import OpenDemo, OpenHome, OpenServices, Session
from smtp_desktop.cli.exit_codes import ErrorCode, ExitCode, code_of_error, error_code_of
from smtp_desktop.cli.global_options import asks_for_json, wants_json
from smtp_desktop.cli.lazy_group import LazyGroup
from smtp_desktop.cli.output.output import Output, plain_error_document
from smtp_desktop.cli.shortage import shortage_as_ours
from smtp_desktop.cli.streams import LenientWriter, lenient_output
from smtp_desktop.domain.errors import Cancelled, Declined, OutputLost, Shortage, SmtpDesktopError, StoreDamaged
from smtp_desktop.domain.message_text import msg

_log = logging.getLogger(__name__)


def run(
    arguments: Sequence[str],
    open_services: OpenServices,
    open_demo: OpenDemo,
    open_home: OpenHome,
    open_log: Callable[[Path | None], None] = lambda _home: None,
) -> int:
    """Carries out the command in `arguments` and returns its exit code; see `exit_codes`.

    `open_services` opens a data folder, or the usual one for None, with its log; `open_demo` makes one with sample
    data; `open_home` opens a data folder without its database. `open_log` opens the log alone, for a command that
    failed before that.
    """
    with lenient_output() as out:
        session = Session(
            open_services=open_services,
            open_demo=open_demo,
            open_home_at=open_home,
            output=Output(),
            json_asked=asks_for_json(arguments),
        )
        code = _carried_out(arguments, session, open_log)
        return _with_lost_output(code, session.output, out)


def _carried_out(arguments: Sequence[str], session: Session, open_log: Callable[[Path | None], None]) -> int:
    try:
        with shortage_as_ours():
            code = app.main(list(arguments), prog_name="smtp-desktop", standalone_mode=False, obj=session)
    except (click.Abort, click.ClickException, SmtpDesktopError) as error:
        session.output.as_json |= session.json_asked
        code = _failed(error, session.output)
        if not _has_log():
            open_log(session.home)
        _note_failure(session, code, error)
        # Whoever tries again after an error must not send a mail twice.
        return ExitCode.OK if session.is_queued and isinstance(error, Shortage) else code
    except Exception as bug:  # noqa: BLE001 - whoever reads the JSON or the exit code gets them of a bug, too
        return _failed_by_bug(bug, session)
    if code:
        _note_failure(session, code)
    return int(code or 0)


def _note_failure(session: Session, code: int, error: Exception | None = None) -> None:
    """Leaves a line in the log: no values, which may be secret."""
    name = ""
    if isinstance(error, SmtpDesktopError):
        name = f" ({error_code_of(error)})"
    elif isinstance(error, click.UsageError):
        name = f" ({ErrorCode.USAGE})"
        session.command = error.ctx.command_path if error.ctx else session.command
    _log.info("%s: exit code %d%s", session.command, code, name)


def _has_log() -> bool:
    return bool(logging.getLogger("smtp_desktop").handlers)


def _failed_by_bug(bug: Exception, session: Session) -> int:
    """Prints that the program itself failed, and returns the exit code. The traceback goes into the log; where none
    is open, to standard error, as with `--verbose`."""
    output = session.output
    output.as_json |= session.json_asked
    message = f"The program failed unexpectedly ({type(bug).__name__}). This is a bug."
    if _has_log():
        _log.error("%s: exit code %d", session.command, ExitCode.SOFTWARE, exc_info=bug)
        message += " The log file has the details; smtp-desktop info says where it is."
        output.detail(*traceback.format_exception(bug))
    else:
        output.diagnostic(*traceback.format_exception(bug))
    output.diagnostic(f"Error: {message}")
    if output.as_json:
        output.result({"error": plain_error_document(ErrorCode.BUG, message)})
    return ExitCode.SOFTWARE


def _with_lost_output(code: int, output: Output, out: LenientWriter) -> int:
    """Says that standard output could not be written, where that is so; returns the exit code."""
    if out.problem is None:
        return code
    lost = OutputLost(msg("Standard output can't be written: {reason}.", reason=out.problem))
    if code or not output.only_shows:
        output.diagnostic(f"Warning: {lost}")
        return code
    output.diagnostic(f"Error: {lost}")
    return code_of_error(lost)


def _failed(error: click.Abort | click.ClickException | SmtpDesktopError, output: Output) -> int:
    """Prints what went wrong and returns the exit code."""
    match error:
        case click.Abort():
            output.error(Cancelled(msg("Stopped.")))
            return ExitCode.CANCELLED
        case Declined():
            output.error(error)
            return ExitCode.DECLINED
        case click.ClickException():
            error.show()
            if output.as_json:
                output.result({"error": plain_error_document(ErrorCode.USAGE, error.format_message())})
            return ExitCode.USAGE
        case SmtpDesktopError():
            output.error(error)
            if isinstance(error, StoreDamaged):
                output.diagnostic(_DAMAGED)
            return code_of_error(error)


_DAMAGED = "smtp-desktop restore --list shows the backups that can bring it back. What is damaged is kept."


def _print_version(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if not value or context.resilient_parsing:
        return
    line = f"smtp-desktop {__version__}"
    click.echo(json.dumps({"version": __version__}) if wants_json(context) else line)
    context.exit()


_EPILOG = """\b
Examples:
  smtp-desktop                                           open the window
  smtp-desktop smtp create Reports --host mail.example.com --user reports@example.com
  smtp-desktop smtp test Reports --to me@example.com
  smtp-desktop send --subject Done --text "All is well." me@example.com
  smtp-desktop outbox run                                send what waits
  smtp-desktop smtp check --all --quiet                  for cron: silent when all is well
"""


@click.group(
    name="smtp-desktop",
    cls=LazyGroup,
    modules={
        "smtp": "smtp.group:smtp",
        "activity": "activity.group:activity",
        "mailbox": "mailbox:mailbox",
        "trigger": "trigger:trigger",
        "send": "send:send",
        "outbox": "outbox.group:outbox",
        "settings": "settings:settings",
        "export": "exports.export:export",
        "apply": "declared.apply:apply",
        "backup": "backup.backup:backup",
        "restore": "backup.restore:restore",
        "inbox": "inbox.inbox:inbox",
        "bulk-check": "courier.bulk_check:bulk_check",
        "completion": "completion:completion",
        "info": "info:info",
        "help": "help_command:help_command",
    },
    aliases={"deliver": "outbox run", "deliveries": "outbox"},
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog=_EPILOG,
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_print_version, help="Print the version."
)
@click.option("--background", is_flag=True, help="Start the window in the tray, if the settings allow it.")
@click.option("--demo", is_flag=True, help="Open the window on sample data, which is deleted afterwards.")
def app(*, demo: bool, background: bool) -> None:
    """Manage all your outgoing mail accounts in one place, and prove that each one works."""
    if demo:
        raise click.UsageError("--demo opens the window with its own sample data: leave out the command and --home.")
    if background:
        raise click.UsageError("--background is for the window: it takes no command.")
