"""smtp-desktop inbox"""

import math
import os
import shlex
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.inbox.arrivals import arrival_document, arrival_line, arrivals
from smtp_desktop.cli.interrupt import end_requested
from smtp_desktop.cli.options.numbers import any_number, whole_number
from smtp_desktop.cli.options.secrets import MASTER_VARIABLE
from smtp_desktop.cli.output.output import counted
from smtp_desktop.domain.errors import PortTaken
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.services import Services

_PORT = 2525
_CREATE = "smtp-desktop smtp create Inbox --host localhost --port {port} --no-tls --no-auth --from me@localhost"


@click.command()
@click.option(
    "--port",
    metavar="N",
    type=whole_number(0, 65_535),
    default=_PORT,
    help=f"Listen on this port; 0 takes a free one (default: {_PORT}).",
)
@click.option("--count", metavar="N", type=whole_number(1), help="Exit after N messages.")
@click.option("--for", "for_s", metavar="SECONDS", type=any_number(0), default=math.inf, help="Exit after this time.")
@click.option("--demo", is_flag=True, help="Create sample SMTPs and activities to try commands with.")
@click.pass_obj
def inbox(session: Session, *, port: int, count: int | None, for_s: float, demo: bool) -> int:
    """Receive messages on this computer, and print a line for each.

    A mail server for trying things out: programs on this computer send to localhost, port 2525, with or without TLS and
    sign-in. Messages are kept in memory, and go nowhere else. Ctrl+C ends it.

    With --demo it also creates sample SMTPs and activities, in a temporary folder or in the new one that --home names,
    and prints how to use them in another terminal. The folder is removed at the end.

    \b
    Examples:
      smtp-desktop inbox
      smtp-desktop inbox --count 1 --for 30 --json     wait for one message, print it as JSON
      smtp-desktop inbox --demo --home demo

    With --json it prints one array of all messages at the end. Exit codes: 75 if --for ended before --count messages
    arrived, 69 if another program uses the port.
    """
    output = session.output
    output.only_shows = False
    documents = []
    with end_requested() as should_end:
        with _listening(session, port, demo=demo) as services:
            for mail in arrivals(services.inbox, count=count, for_s=for_s, should_end=should_end):
                output.live(arrival_line(mail))
                documents.append(arrival_document(mail))
        output.result(documents)
    if count is not None and len(documents) < count and not should_end():
        output.diagnostic(f"Only {len(documents):,} of {counted(count, 'message')} arrived within {for_s:g} s.")
        return ExitCode.TEMPORARY
    return ExitCode.OK


@contextmanager
def _listening(session: Session, port: int, *, demo: bool) -> Iterator[Services]:
    """Listens during the block, and says where. Raises PortTaken and other SmtpDesktopErrors."""
    with ExitStack() as opened:
        try:
            services = opened.enter_context(session.open_demo(session.home, port) if demo else session.open())
            taken = services.inbox_server.start(port, demands_sign_in=False)
        except PortTaken as error:
            text = msg("Another program uses port {port}. Choose another with --port.", port=port)
            raise PortTaken(text) from error
        session.output.notice(
            f"Listening on localhost, port {taken}, for this computer only. Ctrl+C ends it.",
            *(
                demo_lines(services.home, windows=os.name == "nt")
                if demo
                else (f"To send to it: {_CREATE.format(port=taken)}",)
            ),
        )
        yield services


def demo_lines(home: Path, *, windows: bool) -> tuple[str, ...]:
    """Returns what to type in another terminal: in PowerShell on Windows, else in a POSIX shell."""
    values = {"SMTP_DESKTOP_HOME": str(home), MASTER_VARIABLE: "demo"}
    if windows:
        variables = "; ".join(f"$env:{name} = '{value}'" for name, value in values.items())
    else:
        variables = f"export {' '.join(f'{name}={shlex.quote(value)}' for name, value in values.items())}"
    return "In another terminal:", f"  {variables}", "  smtp-desktop smtp list"
