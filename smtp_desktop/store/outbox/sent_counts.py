"""Counts of the mails that went to SMTPs with limits. All functions run in a write transaction."""

import sqlite3

from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.profile import ProfileId

_STEP = 5_000_000  # microseconds, as all numbers here
_MINUTE, _HOUR, _DAY = 60_000_000, 3_600_000_000, 86_400_000_000
_COUNT = """
INSERT INTO smtp_sent (profile_id, at, mails) VALUES (?1, ?2, ?3)
ON CONFLICT (profile_id, at) DO UPDATE SET mails = mails + ?3
"""
_FORGET = "DELETE FROM smtp_sent WHERE profile_id = ? AND at < ?"
_SENT_SINCE = "SELECT at, mails FROM smtp_sent WHERE profile_id = ? AND at > ? ORDER BY at DESC"


def count_sent(connection: sqlite3.Connection, profile_id: ProfileId, mails: int, *, now: int) -> None:
    """Counts mails whose content is about to go out."""
    connection.execute(_FORGET, [profile_id, now - _DAY - _STEP])
    connection.execute(_COUNT, [profile_id, now - now % _STEP, mails])


def allowance(
    connection: sqlite3.Connection, profile_id: ProfileId, limits: SendLimits, *, now: int
) -> tuple[int, int] | None:
    """Returns how many mails may go out now, and when the next one may where that is none; None without limits."""
    windows = [
        (length, limit)
        for length, limit in ((_MINUTE, limits.per_minute), (_HOUR, limits.per_hour), (_DAY, limits.per_day))
        if limit
    ]
    if not windows:
        return None
    longest = max(length for length, _ in windows)
    # A step counts as long as any of it is inside.
    steps = connection.execute(_SENT_SINCE, [profile_id, now - longest - _STEP]).fetchall()
    left, next_at = min(limit for _, limit in windows), now
    for length, limit in windows:
        inside = [(row["at"], row["mails"]) for row in steps if row["at"] > now - length - _STEP]
        used = sum(mails for _, mails in inside)
        left = min(left, limit - used)
        if used >= limit:
            next_at = max(next_at, _first_leaving(inside, limit) + length + _STEP)
    return max(left, 0), next_at


def _first_leaving(inside: list[tuple[int, int]], limit: int) -> int:
    """Returns the step after whose end there is room again; `inside` are steps with their mails, the last one first."""
    used = 0
    for at, mails in inside:
        used += mails
        if used >= limit:
            return at
    return inside[-1][0]
