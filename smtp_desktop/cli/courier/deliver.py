"""smtp-desktop deliver: a courier on a terminal, or for the window that started it"""

import math
import signal
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from types import FrameType

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.courier.alerts import CourierAlerts
from smtp_desktop.cli.courier.detached import run_detached
from smtp_desktop.cli.courier.window_pipe import WindowPipe, yield_to_window
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.options.json import json_option
from smtp_desktop.cli.options.secrets import with_open_vault
from smtp_desktop.cli.output.delivery import recipients_in_short
from smtp_desktop.cli.output.holds import hold_lines
from smtp_desktop.cli.output.output import Output
from smtp_desktop.domain.delivery.attempt import Attempt
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryState
from smtp_desktop.domain.errors import SmtpDesktopError, StoreError, VaultLocked
from smtp_desktop.services.delivery.next_work import CLEARING_INTERVAL
from smtp_desktop.services.services import Services

_LEASE_S = 60.0
_CLEARING_END_S = 5.0
_BEFORE_REPLY = {
    DeliveryState.REFUSED: "refused",
    DeliveryState.EXPIRED: "too old to be tried again",
    DeliveryState.UNKNOWN: "not known whether it was sent",
}

AttemptListener = Callable[[Delivery, Attempt], None]


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
@click.option("--detached", is_flag=True, hidden=True, help="A window has left it behind.")
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
def deliver(session: Session, *, watch: bool, lease_s: float, with_window: bool, detached: bool, idle_s: float) -> int:
    """Sends the mails in the outbox that are due, and ends when none is due any more.

    Ends with 0 when all mails were sent, 69 when some were refused or too old, and 75 when some wait: to be tried
    again, or since their SMTP is held or paused.

    Any number of these may run at a time, beside the window: none of them sends what another one has. Ctrl+C and
    SIGTERM end it once the mails that are being sent are through, after 20 seconds at most.
    """
    if watch and session.output.as_json:
        raise click.UsageError("--json tells how it ended, and --watch does not end by itself: give one of them.")
    session.output.only_shows = False
    with session.open() as services, _sigterm_watched() as terminated:
        couriers = _Couriers(services, lease_s=lease_s, watch=watch, idle_s=idle_s)
        if with_window:
            yield_to_window()
            return _for_window(couriers, WindowPipe(), terminated)
        if detached:
            run_detached(services, lambda: couriers.run(terminated, lambda _delivery, _attempt: None))
            return ExitCode.OK
        return _for_terminal(couriers, session.output, terminated)


class _Couriers:
    """Runs couriers, one after the other where the vault has to be opened in between, and counts their results."""

    def __init__(self, services: Services, *, lease_s: float, watch: bool, idle_s: float) -> None:
        self.services = services
        self.watch = watch
        self._idle_s = idle_s
        self._courier = services.courier(lease_s)
        self._clearing = _Clearing(services)
        self._alerts = CourierAlerts(services)
        self._states: dict[int, DeliveryState] = {}

    def run(self, should_end: Callable[[], bool], on_attempt: AttemptListener) -> None:
        """Sends what is due; with `watch` goes on until `should_end`, or until nothing was due for `idle_s`. Raises as
        `Courier.run` does."""

        def counted(delivery: Delivery, attempt: Attempt) -> None:
            if not self.watch:
                self._states[delivery.id] = delivery.state
            self._alerts.note(attempt)
            on_attempt(delivery, attempt)

        def meanwhile() -> None:
            self._alerts.start_if_due()
            if self.watch:
                self._clearing.start_if_due()

        try:
            interruptible(
                lambda cancel: self._courier.run(
                    watch=self.watch, cancel=cancel, on_attempt=counted, idle_s=self._idle_s
                ),
                should_end=should_end,
                meanwhile=meanwhile,
            )
        finally:
            self._alerts.end()
            self._clearing.join()

    def send_alerts(self, should_end: Callable[[], bool]) -> None:
        """Sends all alerts that there are, where nobody looks every few seconds."""
        if not self.watch:
            self._alerts.send_all(should_end)

    def clear(self) -> None:
        """Clears a little, where nobody clears every hour."""
        if not self.watch:
            self._clearing.do_little()

    def count(self, state: DeliveryState) -> int:
        """Returns how many mails went into `state`. Counts nothing with `watch`."""
        return list(self._states.values()).count(state)


class _Clearing:
    """Clears the outbox of old deliveries and contents, now and every hour."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._next_at_s = 0.0
        self._thread: threading.Thread | None = None

    def start_if_due(self) -> None:
        """Starts it if an hour has passed, on a thread of its own: there may be much to delete."""
        now_s = time.monotonic()
        if now_s < self._next_at_s or (self._thread and self._thread.is_alive()):
            return
        self._next_at_s = now_s + CLEARING_INTERVAL.total_seconds()
        self._thread = threading.Thread(target=self._clear, name="clearing", daemon=True)
        self._thread.start()

    def join(self) -> None:
        """Waits for it to end, up to 5 seconds; closing the database ends the rest."""
        if self._thread:
            self._thread.join(_CLEARING_END_S)

    def do_little(self) -> None:
        """Clears so much as takes no time to speak of."""
        self._clear(little=True)

    def _clear(self, *, little: bool = False) -> None:
        # The courier reports the same error; or the program ends, and there is a next time.
        with suppress(StoreError):
            self._services.clear(little=little)


@contextmanager
def _sigterm_watched() -> Iterator[Callable[[], bool]]:
    """Yields a function that returns whether SIGTERM came since."""
    received: list[int] = []

    def notice(number: int, _frame: FrameType | None) -> None:
        # Nothing else: it may come between any two instructions, and no lock is safe to take.
        received.append(number)

    before = signal.signal(signal.SIGTERM, notice)
    try:
        yield lambda: bool(received)
    finally:
        signal.signal(signal.SIGTERM, before)


def _for_window(couriers: _Couriers, pipe: WindowPipe, terminated: Callable[[], bool]) -> int:
    def should_end() -> bool:
        return pipe.closed or terminated()

    try:
        while True:
            pipe.send("ready")
            try:
                couriers.run(should_end, lambda _delivery, _attempt: None)
            except VaultLocked as locked:
                if not pipe.unlock(couriers.services, locked, should_end):
                    return ExitCode.OK
            else:
                return ExitCode.OK
    except SmtpDesktopError as error:
        pipe.send("failed", message=str(error))
        raise


def _for_terminal(couriers: _Couriers, output: Output, terminated: Callable[[], bool]) -> int:
    printing = threading.Lock()

    def print_attempt(delivery: Delivery, attempt: Attempt) -> None:
        with printing:
            output.live(_line(delivery, attempt))

    with_open_vault(couriers.services, lambda: couriers.run(terminated, print_attempt))
    if couriers.watch:
        return ExitCode.OK
    counts = _counts(couriers)
    output.result(dict(counts), ", ".join(f"{count:,} {state}" for state, count in counts.items()) + ".")
    output.diagnostic(*hold_lines(couriers.services.read_holds().values(), couriers.services.profiles.all()))
    if not terminated():
        couriers.send_alerts(terminated)
        # After all mails are through, and with a bound: cron may start the next one soon.
        couriers.clear()
    return _exit_code(counts, terminated=terminated())


def _counts(couriers: _Couriers) -> Mapping[str, int]:
    """Returns how many mails this run sent, had refused, found too old, and may have sent; and how many wait in the
    outbox now, `held` of them for SMTPs that are held or paused."""
    outbox = couriers.services.outbox.counts()
    return {
        "sent": couriers.count(DeliveryState.SENT),
        "refused": couriers.count(DeliveryState.REFUSED),
        "expired": couriers.count(DeliveryState.EXPIRED),
        "unknown": couriers.count(DeliveryState.UNKNOWN),
        "waiting": outbox.waiting - outbox.sending,  # others send these at the moment
        "held": couriers.services.outbox.count_held(),
    }


def _exit_code(counts: Mapping[str, int], *, terminated: bool) -> ExitCode:
    if counts["refused"] or counts["expired"]:
        return ExitCode.UNAVAILABLE
    return ExitCode.TEMPORARY if terminated or counts["waiting"] or counts["unknown"] else ExitCode.OK


def _line(delivery: Delivery, attempt: Attempt) -> str:
    """Returns time, activity, recipients, SMTP and result of an attempt."""
    through = f"{attempt.smtp_name} (backup)" if attempt.by_backup else attempt.smtp_name
    parts = (
        _local(attempt.started_at),
        delivery.activity_name or "-",
        recipients_in_short(delivery),
        through,
        _result(delivery, delivery.last_reply),
    )
    return "  ".join(part.replace("\n", " ") for part in parts)


def _result(delivery: Delivery, reply: str) -> str:
    match delivery.state:
        case DeliveryState.SENT if delivery.refused_count:
            return f"sent, but not to {delivery.refused_count:,} who were refused"
        case DeliveryState.SENT:
            return "sent"
        case DeliveryState.WAITING if delivery.next_try_at:
            return f"waits until {_local(delivery.next_try_at)}: {reply}"
        case _:
            return f"{_BEFORE_REPLY.get(delivery.state, 'goes on through its backup')}: {reply}"


def _local(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
