"""The retry policy: when a mail is tried again after a failure, and when it is too old for that."""

from dataclasses import dataclass
from datetime import datetime, timedelta

LONGEST_WAIT = timedelta(days=1)
"""No mail waits longer for its next try, whatever a server asks for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """How long to wait between tries, and when to give up. As RFC 5321 4.5.4.1 recommends: the first tries soon, later
    ones rarely, for days. `lifetime` is that of mails which have none of their own. A mail that may have been sent is
    tried so many more times as `unknown_steps_h` has waits."""

    steps_min: tuple[int, ...] = (1, 5, 15, 30, 60)
    unknown_steps_h: tuple[float, ...] = (1.0, 4.0, 12.0)
    lifetime: timedelta = timedelta(days=5)

    def next_try(
        self,
        *,
        since: datetime,
        now: datetime,
        tries: int,
        asked_s: float | None,
        jitter: float,
        lifetime: timedelta | None = None,
    ) -> datetime | None:
        """Returns when to try again after so many `tries`, or None where the mail would be older than `lifetime` by
        then. It has been tried `since`. `asked_s` is what the server asks to wait at least, in seconds; `jitter`, from
        0 to 1, spreads the waits by a fifth."""
        minutes = self.steps_min[min(tries, len(self.steps_min)) - 1] if tries else 0
        wait = timedelta(seconds=max(minutes * 60 * (0.9 + 0.2 * jitter), asked_s or 0.0))
        next_try_at = now + min(wait, LONGEST_WAIT)
        return next_try_at if next_try_at - since <= (lifetime or self.lifetime) else None

    def next_unknown_tries(self, *, now: datetime, jitter: float) -> tuple[datetime, ...]:
        """Returns when to try a mail again that may have been sent: after its first unknown outcome, its second, and so
        on. After further ones it is not tried any more."""
        return tuple(now + timedelta(hours=hours * (0.8 + 0.4 * jitter)) for hours in self.unknown_steps_h)
