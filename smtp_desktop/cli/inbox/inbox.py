"""smtp-desktop inbox"""

import math

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.inbox.arrivals import arrival_document, arrival_line, arrivals
from smtp_desktop.cli.interrupt import end_requested
from smtp_desktop.cli.options.json import json_option
from smtp_desktop.cli.output.output import counted
from smtp_desktop.domain.errors import PortTaken
from smtp_desktop.domain.message_text import msg

_PORT = 2525


@click.command()
@click.option("--port", type=click.IntRange(0, 65_535), default=_PORT, show_default=True, help="0 takes a free one.")
@click.option("--count", metavar="N", type=click.IntRange(min=1), help="Exit after N messages.")
@click.option(
    "--for", "for_s", metavar="SECONDS", type=click.FloatRange(min=0), default=math.inf, help="Exit after that time."
)
@json_option
@click.pass_obj
def inbox(session: Session, *, port: int, count: int | None, for_s: float) -> int:
    """Receive messages on this computer, and print a line for each.

    A mail server for trying things out: programs on this computer send to localhost, port 2525, with or without TLS and
    sign-in. What arrives is kept in memory and goes nowhere else. Ctrl+C ends it.

    \b
    Examples:
      smtp-desktop inbox
      smtp-desktop inbox --count 1 --for 30 --json     wait for one message, print it as JSON

    With --json it prints one array of all messages when it ends. Exits with 75 when --for has passed before --count
    messages came, and with 69 when another program uses the port.
    """
    output = session.output
    output.only_shows = False
    with end_requested() as should_end, session.open() as services:
        try:
            listening = services.inbox_server.start(port, demands_sign_in=False)
        except PortTaken:
            output.error(PortTaken(msg("Another program uses port {port}. Choose another with --port.", port=port)))
            return ExitCode.UNAVAILABLE
        output.diagnostic(*_started(listening))
        documents = []
        for mail in arrivals(services.inbox, count=count, for_s=for_s, should_end=should_end):
            output.live(arrival_line(mail))
            documents.append(arrival_document(mail))
        output.result(documents)
    if count is not None and len(documents) < count and not should_end():
        output.diagnostic(f"Only {counted(len(documents), 'message')} of {count:,} came in {for_s:g} seconds.")
        return ExitCode.TEMPORARY
    return ExitCode.OK


def _started(port: int) -> tuple[str, ...]:
    return (
        f"Listening on localhost, port {port}, for this computer only. Ctrl+C ends it.",
        f"To send to it: smtp-desktop smtp create Inbox --host localhost --port {port} --no-tls --no-auth --from "
        "me@localhost",
    )
