"""The schedule of automatic checks."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from smtp_desktop.domain.checks.check_settings import CheckChoices
from smtp_desktop.domain.checks.health import CheckResult
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.domain.smtp.profile import ProfileId

QUIET_TIME = timedelta(seconds=60)
"""How long nothing is checked after the start, and after the computer slept: the network may not be up yet."""
_SLEPT = timedelta(seconds=90)  # `due` is called every few seconds: after such a gap the computer has slept
_REFUSALS = {Stage.SIGN_IN: FailureKind.REPLY, Stage.TOKEN: FailureKind.TOKEN_REFUSED}
_MICROSOFT_BUSY = re.compile(r"(429|5\d\d)\b")  # RFC 6585 4, RFC 9110 15.6: Entra ID did not look at the sign-in


class Schedule:
    """Tells which SMTPs are due for a check, and remembers what it returned. For one thread, which asks every few
    seconds."""

    def __init__(self, choices: CheckChoices, now: datetime) -> None:
        self.choices = choices
        self._quiet_until = now + QUIET_TIME
        self._asked_at = now
        self._returned_at: dict[ProfileId, datetime] = {}
        self._forgiven: dict[ProfileId, CheckResult] = {}

    def due(
        self, now: datetime, latest: Mapping[ProfileId, CheckResult | None], *, left_out: Collection[ProfileId]
    ) -> tuple[ProfileId, ...]:
        """Returns those SMTPs in `latest`, which holds the latest result of each, that are to be checked now.

        Leaves out an SMTP that was returned, or tested or checked in any other way, within the chosen interval, one
        whose sign-in is refused (see `is_paused`), and those in `left_out`. Checks that were missed while the computer
        slept are not made up for.
        """
        if not timedelta(0) <= now - self._asked_at < _SLEPT:
            self._quiet_until = now + QUIET_TIME
        self._asked_at = now
        every = self.choices.every
        if every is None or now < self._quiet_until:
            return ()
        due = tuple(
            one
            for one, result in latest.items()
            if one not in left_out and not self.is_paused(one, result) and self._is_time(one, result, now, every)
        )
        self._returned_at.update(dict.fromkeys(due, now))
        return due

    def is_paused(self, profile_id: ProfileId, latest: CheckResult | None) -> bool:
        """Whether it is not checked automatically since its server refused the sign-in: another try might lock the
        account. It is checked again after a test or check by hand that gets further, or once `forgive` was called."""
        return latest is not None and sign_in_refused(latest) and self._forgiven.get(profile_id) != latest

    def forgive(self, profile_id: ProfileId, latest: CheckResult | None) -> None:
        """Ends the pause that `latest`, the latest result, caused: the SMTP signs in differently from now on."""
        if latest:
            self._forgiven[profile_id] = latest
        self._returned_at.pop(profile_id, None)

    def not_checked(self, profile_ids: Collection[ProfileId]) -> None:
        """Forgets that these SMTPs were returned, since they could not be checked: they may be due again at once."""
        for one in profile_ids:
            self._returned_at.pop(one, None)

    def _is_time(self, profile_id: ProfileId, result: CheckResult | None, now: datetime, every: timedelta) -> bool:
        # A moment in the future comes from a clock that was set back since: it is ignored.
        timestamps = (self._returned_at.get(profile_id), result.at if result else None)
        return not any(time <= now < time + every for time in timestamps if time)


def sign_in_refused(result: CheckResult) -> bool:
    """Whether the server looked at the sign-in and refused it; False for failures of the network."""
    if result.ok or result.stage is None or _REFUSALS.get(result.stage) is not result.kind:
        return False
    return result.stage is Stage.SIGN_IN or not _MICROSOFT_BUSY.match(result.reply)
