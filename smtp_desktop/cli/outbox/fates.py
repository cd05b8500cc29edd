"""The fates of messages that a command had sent: lines, counts, a JSON document and the exit code."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.output.delivery import recipients_in_short
from smtp_desktop.domain.delivery.attempt import Attempt
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId, DeliveryState
from smtp_desktop.services.outbox import Outbox

_FAILED = frozenset({DeliveryState.REFUSED, DeliveryState.EXPIRED})
_UNDECIDED = frozenset({DeliveryState.WAITING, DeliveryState.SENDING, DeliveryState.UNKNOWN})
_BEFORE_REPLY = {
    DeliveryState.REFUSED: "refused",
    DeliveryState.EXPIRED: "too old to be tried again",
    DeliveryState.UNKNOWN: "may have been sent, the answer was lost",
}


def exit_code_of(deliveries: Iterable[Delivery]) -> ExitCode:
    """Returns 69 where one was refused or too old, or was refused to some of its recipients; else 75 where one waits or
    may have been sent; else 0."""
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

    def counts(self) -> Mapping[str, int]:
        """Returns how many messages this run sent, had refused, found too old, and may have sent; and how many wait in
        the outbox now, `held` of them for SMTPs that are on hold or paused."""
        states = [one.state for one in self._tried.values()]
        return {
            "sent": states.count(DeliveryState.SENT),
            "refused": states.count(DeliveryState.REFUSED),
            "expired": states.count(DeliveryState.EXPIRED),
            "unknown": states.count(DeliveryState.UNKNOWN),
            "waiting": self._waiting,
            "held": self._held,
        }

    def summary(self) -> str:
        """Returns the counts in a line."""
        return ", ".join(f"{count:,} {state}" for state, count in self.counts().items()) + "."

    def document(self) -> dict[str, object]:
        """Returns the counts for `--json`, with every message that was tried."""
        return {
            **self.counts(),
            "messages": [
                {
                    "id": one.id,
                    "state": one.state.value,
                    "cause": one.last_cause.value if one.last_cause else None,
                    "last_reply": one.last_reply or None,
                    "refused_recipients": one.refused_count,
                }
                for one in self._tried.values()
            ],
        }


def attempt_line(delivery: Delivery, attempt: Attempt) -> str:
    """Returns time, number, activity, recipients, SMTP and result of an attempt."""
    through = f"{attempt.smtp_name} (backup)" if attempt.by_backup else attempt.smtp_name
    parts = (
        _local(attempt.started_at),
        str(delivery.id),
        delivery.activity_name or "-",
        recipients_in_short(delivery),
        through,
        result_text(delivery),
    )
    return "  ".join(part.replace("\n", " ") for part in parts)


def result_text(delivery: Delivery) -> str:
    """Returns how far a message is, with the server's reply where it was not sent."""
    match delivery.state:
        case DeliveryState.SENT if delivery.refused_count:
            return f"sent, but refused for {delivery.refused_count:,} of {len(delivery.recipients):,} recipients"
        case DeliveryState.SENT:
            return "sent"
        case DeliveryState.WAITING if delivery.next_try_at:
            return f"waiting until {_local(delivery.next_try_at)}: {delivery.last_reply}"
        case _:
            return f"{_BEFORE_REPLY.get(delivery.state, 'goes on through its backup')}: {delivery.last_reply}"


def _local(at: datetime) -> str:
    return at.astimezone().strftime("%Y-%m-%d %H:%M:%S")
