"""The status of an SMTP: the result of its last test or check, what holds its messages back, and how many wait."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from smtp_desktop.domain.checks.health import CheckResult, TestOutcome, outcome_of
from smtp_desktop.domain.delivery.holds import HoldState, SmtpHold
from smtp_desktop.domain.smtp.completeness import missing_fields
from smtp_desktop.domain.smtp.profile import SmtpProfile


class SmtpState(StrEnum):
    """Whether an SMTP works, in one word."""

    INCOMPLETE = "incomplete"  # it lacks a secret or the From Address: it was imported without
    NEVER_TESTED = "never_tested"  # with its current settings
    WORKS = "works"
    WORKS_BUT = "works_but"  # the last test or check had warnings
    FAILS = "fails"
    HELD = "held"  # nothing goes out through it until a check succeeds or its settings change
    PAUSED = "paused"  # by the user, or for a while after the server asked for it


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpStatus:
    """An SMTP with its `last` result, the `hold` on it, and the number of messages that are `waiting` for it."""

    profile: SmtpProfile
    last: CheckResult | None = None
    hold: SmtpHold | None = None
    waiting: int = 0

    @property
    def is_stopped(self) -> bool:
        """Whether messages wait for it to work again, or for the user to resume it."""
        return self.hold is not None and self.hold.stops

    @property
    def missing(self) -> tuple[str, ...]:
        """The fields that it needs and has no value for."""
        return missing_fields(self.profile)

    @property
    def is_failing(self) -> bool:
        """Whether it does not work, as far as is known: its last test or check failed, or a server's answer has put it
        on hold."""
        return self.state is SmtpState.HELD or self._result_state() is SmtpState.FAILS

    @property
    def changed_since(self) -> bool:
        """Whether its settings were changed after the last test or check."""
        return self.last is not None and not self.last.is_of(self.profile)

    @property
    def state(self) -> SmtpState:
        if self.hold and self.hold.stops:
            return SmtpState.HELD if self.hold.state is HoldState.HELD else SmtpState.PAUSED
        if self.missing:
            return SmtpState.INCOMPLETE
        return self._result_state()

    def _result_state(self) -> SmtpState:
        if self.last is None or self.changed_since:
            return SmtpState.NEVER_TESTED
        match outcome_of(self.last):
            case TestOutcome.WORKS:
                return SmtpState.WORKS
            case TestOutcome.WORKS_BUT:
                return SmtpState.WORKS_BUT
            case _:
                return SmtpState.FAILS
