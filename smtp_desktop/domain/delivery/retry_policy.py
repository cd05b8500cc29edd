"""The retry policy: when a mail is tried again after a failure."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from smtp_desktop.domain.diagnosis.conversation import HttpReply, Timeline


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How long to wait between tries, and when to give up. As RFC 5321 4.5.4.1 recommends: the first tries soon, later
    ones rarely, for days."""

    steps_min: tuple[int, ...] = (1, 5, 15, 30, 60)
    lifetime: timedelta = timedelta(days=5)

    def next_try(
        self, *, since: datetime, now: datetime, tries: int, asked_s: float | None, jitter: float
    ) -> datetime | None:
        """Returns when to try again after so many `tries`, or None where the mail would be older than `lifetime` by
        then. It has been tried `since`. `asked_s` is what the server asks to wait at least, in seconds; `jitter`, from
        0 to 1, spreads the waits by a fifth."""
        minutes = self.steps_min[min(tries, len(self.steps_min)) - 1] if tries else 0
        wait_s = max(minutes * 60 * (0.9 + 0.2 * jitter), asked_s or 0.0)
        next_try_at = now + timedelta(seconds=wait_s)
        return next_try_at if next_try_at - since <= self.lifetime else None


def retry_after_s(timeline: Timeline) -> float | None:
    """Returns how long the server asked to wait, in seconds; None where it did not."""
    reply = timeline.failure.reply if timeline.failure else None
    return reply.retry_after_s if isinstance(reply, HttpReply) else None
