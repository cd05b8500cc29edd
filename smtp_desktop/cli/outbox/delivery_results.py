"""The delivery results of messages that a command had sent: lines, counts, a JSON document and the exit code."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.output.delivery import recipients_in_short
from smtp_desktop.cli.output.times import local_text
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId, DeliveryState

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.outbox import DeliveryResult, OutboxRun
    from smtp_desktop.domain.delivery.attempt import Attempt
    from smtp_desktop.services.outbox import Outbox

_FAILED = frozenset({DeliveryState.REFUSED, DeliveryState.EXPIRED, DeliveryState.CANCELLED})
_UNDECIDED = frozenset({DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.UNKNOWN})
_BEFORE_REPLY = {
    DeliveryState.REFUSED: "refused",
    DeliveryState.EXPIRED: "too old to be tried again",
    DeliveryState.UNKNOWN: "may have been sent, the answer was lost",
}


def exit_code_of(deliveries: Iterable[Delivery]) -> ExitCode:
    """Returns 69 where one was not sent for good, or not to some of its recipients; else 75 where one waits or may have
    been sent; else 0."""
    states = set()
    for delivery in deliveries:
        states.add(DeliveryState.REFUSED if delivery.refused_count else delivery.state)
    if states & _FAILED:
        return ExitCode.UNAVAILABLE
    return ExitCode.TEMPORARY if states & _UNDECIDED else ExitCode.OK


def has_failed(delivery: Delivery) -> bool:
    """Whether somebody has to look at it: it was refused, to some recipients at least, is too old, or may be lost."""
    return delivery.refused_count > 0 or delivery.state in _FAILED or delivery.state is DeliveryState.UNKNOWN


class RunResult:
    """What became of the messages that one run tried, and how many wait in the outbox afterwards."""

    def __init__(self) -> None:
        self._tried: dict[DeliveryId, Delivery] = {}
        self._waiting = self._held = 0

    def add(self, delivery: Delivery) -> None:
        """Adds a message as it is after an attempt."""
        self._tried[delivery.id] = delivery

    def count_waiting(self, outbox: Outbox) -> None:
        """Counts those that wait now, whether they were tried or not. Raises StoreError."""
        counts = outbox.counts()
        self._waiting = counts.waiting - counts.sending  # others send these at the moment
        self._held = outbox.count_held()

    @property
    def exit_code(self) -> ExitCode:
        if code := exit_code_of(one for one in self._tried.values() if one.state is not DeliveryState.WAITING):
            return code
        return ExitCode.TEMPORARY if self._waiting else ExitCode.OK

    def summary(self) -> str:
        """Returns the counts in a line."""
        document = self.document()
        counts = (f"{value:,} {name}" for name, value in document.items() if isinstance(value, int))
        return ", ".join(counts) + "."

    def document(self) -> OutboxRun:
        """Returns the counts for `--json`, with every message that was tried."""
        states = [one.state for one in self._tried.values()]
        return {
            "sent": states.count(DeliveryState.SENT),
            "refused": states.count(DeliveryState.REFUSED),
            "expired": states.count(DeliveryState.EXPIRED),
            "unknown": states.count(DeliveryState.UNKNOWN),
            "waiting": self._waiting,
            "held": self._held,
            "messages": [result_document(one) for one in self._tried.values()],
        }


def result_document(delivery: Delivery) -> DeliveryResult:
    """Returns what became of a message for `--json`."""
    return {
        "id": delivery.id,
        "state": delivery.state,
        "cause": delivery.last_cause,
        "last_reply": delivery.last_reply or None,
        "refused_recipients": delivery.refused_count,
    }


def attempt_line(delivery: Delivery, attempt: Attempt) -> str:
    """Returns time, number, activity, recipients, SMTP and result of an attempt."""
    through = f"{attempt.smtp_name} (backup)" if attempt.by_backup else attempt.smtp_name
    parts = (
        local_text(attempt.started_at, seconds=True),
        str(delivery.id),
        delivery.activity_name or "-",
        recipients_in_short(delivery),
        through,
        result_text(delivery),
    )
    return "  ".join(part.replace("\n", " ") for part in parts)


def result_sentence(delivery: Delivery) -> str:
    """Returns what became of a message, in a sentence or two."""
    name, reply = f"Message {delivery.id}", delivery.last_reply.replace("\n", " ")
    match delivery.state:
        case DeliveryState.SENT if delivery.refused_count:
            refused = [one for one in delivery.recipients if one.state is not DeliveryState.SENT]
            return f"{name} was sent, but not to {', '.join(f'{one.address} ({one.reply})' for one in refused)}."
        case DeliveryState.SENT:
            return f"{name} was sent."
        case DeliveryState.REFUSED:
            said = f"{name} was refused: {reply}"
        case DeliveryState.EXPIRED:
            said = f"{name} is too old to be sent: {reply}"
        case DeliveryState.CANCELLED:
            return f"{name} was canceled."
        case DeliveryState.UNKNOWN:
            said = f"{name} may have been sent: the server's answer was lost"
        case DeliveryState.SENDING:
            return f"{name} is still being sent."
        case DeliveryState.WAITING:
            return _waiting_text(delivery, name, reply)
    return f"{said} (details: smtp-desktop outbox show {delivery.id})"


def _waiting_text(delivery: Delivery, name: str, reply: str) -> str:
    if not delivery.attempts or not delivery.next_try_at:
        return f"{name} is waiting in the outbox."
    return f"{name} is waiting in the outbox until {local_text(delivery.next_try_at)}: {reply}"


def result_text(delivery: Delivery) -> str:
    """Returns how far a message is, with the server's reply where it was not sent."""
    match delivery.state:
        case DeliveryState.SENT if delivery.refused_count:
            return f"sent, but refused for {delivery.refused_count:,} of {len(delivery.recipients):,} recipients"
        case DeliveryState.SENT:
            return "sent"
        case DeliveryState.WAITING if delivery.next_try_at:
            return f"waiting until {local_text(delivery.next_try_at)}: {delivery.last_reply}"
        case _:
            return f"{_BEFORE_REPLY.get(delivery.state, 'goes on through its backup')}: {delivery.last_reply}"
