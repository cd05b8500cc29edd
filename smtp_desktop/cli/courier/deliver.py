"""smtp-desktop deliver"""

import math
import threading
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.courier.attendance import ClearingOut, WindowPipe, attend, let_window_come_first, sigterm_noticed
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.options.json import json_option
from smtp_desktop.cli.options.secrets import with_open_vault
from smtp_desktop.cli.output.delivery import hold_lines, recipients_in_short
from smtp_desktop.cli.output.output import Output
from smtp_desktop.domain.delivery.delivery import Attempt, Delivery, DeliveryState, last_reply
from smtp_desktop.domain.errors import SmtpDesktopError, VaultLocked
from smtp_desktop.services.services import Services

_LEASE_S = 60.0

Heard = Callable[[Delivery, Attempt], None]


@click.command()
@click.option("--watch", is_flag=True, help="Stay, and send whatever comes into the outbox.")
@click.option(
    "--lease",
    "lease_s",
    metavar="SECONDS",
    type=click.FloatRange(min=0.1, max=86_400),
    default=_LEASE_S,
    show_default=True,
    help="How long others leave its mails alone should this process die.",
)
@click.option("--with-window", is_flag=True, hidden=True, help="The window is at the other ends of the pipes.")
@click.option(
    "--rest-after",
    "idle_s",
    metavar="SECONDS",
    type=click.FloatRange(min=0),
    default=math.inf,
    hidden=True,
    help="With --watch: end once there was nothing to do for so long. Whoever gives this starts it again when needed.",
)
@json_option
@click.pass_obj
def deliver(session: Session, *, watch: bool, lease_s: float, with_window: bool, idle_s: float) -> int:
    """Sends the mails in the outbox that are due, and ends when none is due any more.

    Any number of these may run at a time, beside the window: none of them sends what another one has. Ctrl+C and
    SIGTERM end it once the mails that are being sent are through, after 20 seconds at most.
    """
    if watch and session.output.as_json:
        raise click.UsageError("--json tells how it ended, and --watch does not end by itself: give one of them.")
    with session.open() as services, sigterm_noticed() as terminated:
        run = _Run(services, lease_s=lease_s, watch=watch, idle_s=idle_s)
        if with_window:
            let_window_come_first()
            return _for_window(run, WindowPipe(), terminated)
        return _for_terminal(run, session.output, terminated)


class _Run:
    """Runs couriers, one after the other where the vault has to be opened in between, and counts what they did."""

    def __init__(self, services: Services, *, lease_s: float, watch: bool, idle_s: float) -> None:
        self.services = services
        self.watch = watch
        self._idle_s = idle_s
        self._courier = services.courier(lease_s)
        self._clearing_out = ClearingOut(services)
        self._states: dict[int, DeliveryState] = {}

    def __call__(self, shall_end: Callable[[], bool], heard: Heard) -> None:
        """What is due was tried; with `watch`, until `shall_end` or until it may rest. Raises as `Courier.run` does."""

        def on_attempt(delivery: Delivery, attempt: Attempt) -> None:
            if not self.watch:
                self._states[delivery.id] = delivery.state
            heard(delivery, attempt)

        try:
            attend(
                lambda cancel: self._courier.run(
                    watch=self.watch, cancel=cancel, on_attempt=on_attempt, idle_s=self._idle_s
                ),
                shall_end=shall_end,
                meanwhile=self._clearing_out.look if self.watch else lambda: None,
            )
        finally:
            self._clearing_out.end()

    def count(self, state: DeliveryState) -> int:
        """Returns how many mails that were tried are in `state` since; nothing is counted with `watch`."""
        return list(self._states.values()).count(state)


def _for_window(run: _Run, pipe: WindowPipe, terminated: Callable[[], bool]) -> int:
    def shall_end() -> bool:
        return pipe.closed or terminated()

    try:
        while True:
            pipe.say("ready")
            try:
                run(shall_end, lambda _delivery, _attempt: None)
            except VaultLocked as locked:
                if not pipe.unlock(run.services, locked, shall_end):
                    return ExitCode.OK
            else:
                return ExitCode.OK
    except SmtpDesktopError as error:
        pipe.say("failed", message=str(error))
        raise


def _for_terminal(run: _Run, output: Output, terminated: Callable[[], bool]) -> int:
    printing = threading.Lock()

    def tell(delivery: Delivery, attempt: Attempt) -> None:
        # `… | head` has seen enough; the mails go on.
        with printing, suppress(BrokenPipeError):
            output.live(_line(delivery, attempt))

    with_open_vault(run.services, lambda: run(terminated, tell))
    if run.watch:
        return ExitCode.OK
    _tell_end(run, output)
    return ExitCode.TEMPORARY if terminated() else ExitCode.OK


def _tell_end(run: _Run, output: Output) -> None:
    document = {
        "sent": run.count(DeliveryState.SENT),
        "refused": run.count(DeliveryState.REFUSED),
        "waiting": run.count(DeliveryState.WAITING),
        "unknown": run.count(DeliveryState.UNKNOWN),
    }
    output.result(document, ", ".join(f"{count:,} {state}" for state, count in document.items()) + ".")
    output.diagnostic(*hold_lines(run.services.outbox.holds(), run.services.profiles.all()))


def _line(delivery: Delivery, attempt: Attempt) -> str:
    """Returns when, for which activity, to whom, through which SMTP, and how it went."""
    through = f"{attempt.smtp_name} (backup)" if attempt.by_backup else attempt.smtp_name
    parts = (
        _local(attempt.started_at),
        delivery.activity_name or "-",
        recipients_in_short(delivery),
        through,
        _how(delivery, last_reply(attempt.timeline)),
    )
    return "  ".join(part.replace("\n", " ") for part in parts)


def _how(delivery: Delivery, said: str) -> str:
    match delivery.state:
        case DeliveryState.SENT if delivery.refused_count:
            return f"sent, but not to {delivery.refused_count:,} who were refused"
        case DeliveryState.SENT:
            return "sent"
        case DeliveryState.REFUSED:
            return f"refused: {said}"
        case DeliveryState.WAITING if delivery.next_try_at:
            return f"waits until {_local(delivery.next_try_at)}: {said}"
        case DeliveryState.UNKNOWN:
            return f"not known whether it was sent: {said}"
        case _:
            return f"goes on through its backup: {said}"


def _local(moment: datetime) -> str:
    return moment.astimezone().strftime("%Y-%m-%d %H:%M:%S")
