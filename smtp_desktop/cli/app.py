"""The command line: `smtp-desktop NOUN VERB …`. Loads no Qt."""

import io
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import click

from smtp_desktop import __version__
from smtp_desktop.cli.activity import activity
from smtp_desktop.cli.check_round import check_round
from smtp_desktop.cli.dates import dates
from smtp_desktop.cli.deliver import deliver
from smtp_desktop.cli.deliveries import deliveries
from smtp_desktop.cli.exit_codes import ExitCode, code_of_error
from smtp_desktop.cli.find_settings import find_settings
from smtp_desktop.cli.history import history
from smtp_desktop.cli.mailbox import mailbox
from smtp_desktop.cli.output import Output
from smtp_desktop.cli.program import Program, Session
from smtp_desktop.cli.send import send
from smtp_desktop.cli.smtp import smtp
from smtp_desktop.cli.smtp_trials import check, test
from smtp_desktop.cli.trigger import trigger
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.text import text


def run(arguments: Sequence[str], open_home: Callable[[Path | None], Program]) -> int:
    """The command in `arguments` was carried out; returns its exit code, see `exit_codes`.

    `open_home` builds the program on a data folder, or on the usual one for None.
    """
    _print_everything()
    output = Output()
    try:
        code = app.main(
            list(arguments),
            prog_name="smtp-desktop",
            standalone_mode=False,
            obj=Session(open_home=open_home, output=output),
        )
    except click.Abort:
        output.error(SmtpDesktopError(text("Stopped.")))
        return ExitCode.CANCELLED
    except click.ClickException as error:
        error.show()
        if output.as_json:
            output.result({"error": {"message": error.format_message(), "fields": {}}})
        return ExitCode.USAGE
    except SmtpDesktopError as error:
        output.error(error)
        return code_of_error(error)
    return int(code or ExitCode.OK)


def _print_everything() -> None:
    """Characters that the terminal's encoding lacks are spelled out instead of ending the program."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")


@click.group(
    name="smtp-desktop",
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Without a command the window opens.",
)
@click.version_option(__version__, message="smtp-desktop %(version)s")
@click.option("--home", type=click.Path(file_okay=False, path_type=Path), help="Keep all data in this folder.")
@click.option("--demo", is_flag=True, help="Open the window on sample data that is gone afterwards.")
@click.pass_obj
def app(session: Session, home: Path | None, *, demo: bool) -> None:
    """Keeps every way of sending mail in one place, and proves that each one works."""
    if demo:
        raise click.UsageError("--demo opens the window on data of its own: it takes no command and no --home.")
    session.home = home


smtp.add_command(check)
smtp.add_command(test)
smtp.add_command(mailbox)
smtp.add_command(dates)
smtp.add_command(find_settings)
smtp.add_command(history)
app.add_command(smtp)
app.add_command(activity)
app.add_command(trigger)
app.add_command(send)
app.add_command(deliveries)
app.add_command(deliver)
app.add_command(check_round)
