"""When SMTPs are checked by themselves."""

import re
from collections.abc import Collection, Mapping
from datetime import datetime, timedelta

from smtp_desktop.domain.checks.check_settings import CheckChoices
from smtp_desktop.domain.checks.health import CheckResult
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.domain.smtp.profile import ProfileId

SETTLING = timedelta(seconds=60)
"""How long nothing is checked after the start, and after the computer slept: the network may not be there yet."""
_GAP = timedelta(seconds=90)  # nobody looks so rarely: the computer slept
_REFUSALS = {Stage.SIGN_IN: FailureKind.REPLY, Stage.TOKEN: FailureKind.TOKEN_REFUSED}
_MICROSOFT_BUSY = re.compile(r"(429|5\d\d)\b")  # RFC 6585 4, RFC 9110 15.6: the sign-in was not even looked at


class Schedule:
    """Remembers what it gave out. It is looked at every few seconds, on one thread."""

    def __init__(self, choices: CheckChoices, now: datetime) -> None:
        self.choices = choices
        self._quiet_until = now + SETTLING
        self._looked_at = now
        self._given_at: dict[ProfileId, datetime] = {}
        self._forgiven: dict[ProfileId, CheckResult] = {}

    def look(
        self, now: datetime, latest: Mapping[ProfileId, CheckResult | None], *, left_out: Collection[ProfileId]
    ) -> tuple[ProfileId, ...]:
        """Returns which of the SMTPs in `latest`, each with its latest result, are to be checked now.

        None is given out twice within the chosen time, nor soon after it was tried in any other way, nor while its
        sign-in is refused, nor where it is in `left_out`. What was missed while the computer slept is not made up for.
        """
        if not timedelta(0) <= now - self._looked_at < _GAP:
            self._quiet_until = now + SETTLING
        self._looked_at = now
        every = self.choices.every
        if every is None or now < self._quiet_until:
            return ()
        due = tuple(
            one
            for one, result in latest.items()
            if one not in left_out and not self.is_paused(one, result) and self._is_time(one, result, now, every)
        )
        self._given_at.update(dict.fromkeys(due, now))
        return due

    def is_paused(self, profile_id: ProfileId, latest: CheckResult | None) -> bool:
        """Whether it is not checked by itself, because its server refused the sign-in: one more might lock the account.
        It is checked again after a test or check by hand that gets further, or once `forgive` was called."""
        return latest is not None and sign_in_refused(latest) and self._forgiven.get(profile_id) != latest

    def forgive(self, profile_id: ProfileId, latest: CheckResult | None) -> None:
        """The SMTP signs in otherwise from now on: its `latest` result says nothing of that."""
        if latest:
            self._forgiven[profile_id] = latest
        self._given_at.pop(profile_id, None)

    def unmark_data_started(self, profile_ids: Collection[ProfileId]) -> None:
        """They could not be tried after all: they are due again as soon as they would be anyway."""
        for one in profile_ids:
            self._given_at.pop(one, None)

    def _is_time(self, profile_id: ProfileId, result: CheckResult | None, now: datetime, every: timedelta) -> bool:
        # A moment ahead of now is of a clock that was set back meanwhile: it says nothing.
        moments = (self._given_at.get(profile_id), result.at if result else None)
        return not any(moment <= now < moment + every for moment in moments if moment)


def sign_in_refused(result: CheckResult) -> bool:
    """Returns whether the server looked at the sign-in and refused it; not for what the network did."""
    if result.ok or result.stage is None or _REFUSALS.get(result.stage) is not result.kind:
        return False
    return result.stage is Stage.SIGN_IN or not _MICROSOFT_BUSY.match(result.reply)
