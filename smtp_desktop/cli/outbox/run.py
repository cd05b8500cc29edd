"""smtp-desktop outbox run: a courier on a terminal, or for the window that started it"""

import math
import threading
from collections.abc import Callable

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.courier.couriers import LEASE_S, Couriers, sigterm_watched
from smtp_desktop.cli.courier.detached import run_detached
from smtp_desktop.cli.courier.window_pipe import WindowPipe, yield_to_window
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.options.numbers import any_number
from smtp_desktop.cli.options.secrets import with_open_vault
from smtp_desktop.cli.outbox.delivery_results import RunResult, attempt_line, has_failed
from smtp_desktop.cli.output.delivery import attempt_lines
from smtp_desktop.cli.output.holds import hold_lines
from smtp_desktop.cli.output.output import Output
from smtp_desktop.domain.delivery.attempt import Attempt
from smtp_desktop.domain.delivery.delivery import Delivery
from smtp_desktop.domain.errors import SmtpDesktopError, VaultLocked


@click.command(
    epilog="""\b
Examples:
  smtp-desktop outbox run              send what is due, then exit
  smtp-desktop outbox run --json       the same, for a script
  smtp-desktop outbox run --watch      keep sending, as a service

\b
Exit codes:
  0   every message was sent
  69  a message was refused or has expired
  75  a message is waiting: to be tried again, or because its SMTP is on hold or paused
"""
)
@click.option("--watch", is_flag=True, help="Keep running, and send whatever enters the outbox.")
@click.option(
    "--lease",
    "lease_s",
    metavar="SECONDS",
    type=any_number(0.1, 86_400),
    default=LEASE_S,
    help=f"Seconds before another process may take over messages if this one crashes (default: {LEASE_S:g}).",
)
@click.option("--with-window", is_flag=True, hidden=True, help="The window is at the other ends of the pipes.")
@click.option("--detached", is_flag=True, hidden=True, help="A window has left it behind.")
@click.option(
    "--rest-after",
    "idle_s",
    metavar="SECONDS",
    type=any_number(0),
    default=math.inf,
    hidden=True,
    help="With --watch: end once there was nothing to do for so long. Whoever gives this starts it again when needed.",
)
@click.pass_obj
def run(session: Session, *, watch: bool, lease_s: float, with_window: bool, detached: bool, idle_s: float) -> int:
    """Send all messages that are due, then exit.

    Any number of these commands can run at the same time, also beside the window: each message is sent by only one.
    On Ctrl+C and SIGTERM, the command finishes the messages that it is sending, within 20 seconds.
    """
    if watch and session.output.as_json:
        raise click.UsageError("--json prints one document at the end, and --watch has no end. Use one of them.")
    session.output.only_shows = False
    with session.open() as services, sigterm_watched() as terminated:
        couriers = Couriers(services, lease_s=lease_s, watch=watch, idle_s=idle_s)
        if with_window:
            yield_to_window()
            return _for_window(couriers, WindowPipe(), terminated)
        if detached:
            run_detached(services, lambda: couriers.run(terminated, _not_printed))
            return ExitCode.OK
        return _for_terminal(couriers, session.output, terminated)


def _not_printed(_delivery: Delivery, _attempt: Attempt) -> None:
    pass


def _for_window(couriers: Couriers, pipe: WindowPipe, terminated: Callable[[], bool]) -> int:
    def should_end() -> bool:
        return pipe.closed or terminated()

    try:
        while True:
            pipe.send("ready")
            try:
                couriers.run(should_end, _not_printed)
            except VaultLocked as locked:
                if not pipe.unlock(couriers.services, locked, should_end):
                    return ExitCode.OK
            else:
                return ExitCode.OK
    except SmtpDesktopError as error:
        pipe.send("failed", message=str(error))
        raise


def _for_terminal(couriers: Couriers, output: Output, terminated: Callable[[], bool]) -> int:
    printing = threading.Lock()
    result = RunResult()

    def print_attempt(delivery: Delivery, attempt: Attempt) -> None:
        with printing:
            if not couriers.watch:
                result.add(delivery)
            if output.is_quiet and has_failed(delivery):
                output.diagnostic(attempt_line(delivery, attempt))
            else:
                output.live(attempt_line(delivery, attempt))
            output.detail(*attempt_lines(attempt, transcript=True))

    with_open_vault(couriers.services, lambda: couriers.run(terminated, print_attempt))
    if couriers.watch:
        return ExitCode.OK
    result.count_waiting(couriers.services.outbox)
    output.result(result.document(), result.summary())
    output.diagnostic(*hold_lines(couriers.services.read_holds().values(), couriers.services.profiles.all()))
    if not terminated():
        couriers.send_alerts(terminated)
        # After all messages are through, and with a bound: cron may start the next one soon.
        couriers.clear()
    return ExitCode.TEMPORARY if terminated() and not result.exit_code else result.exit_code
