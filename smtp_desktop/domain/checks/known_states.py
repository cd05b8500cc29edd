"""The last known state of each SMTP, working or failing, and the changes of it."""

from dataclasses import dataclass

from smtp_desktop.domain.checks.health import CheckResult, TestOutcome, outcome_of
from smtp_desktop.domain.smtp.profile import ProfileId


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """An SMTP stopped working, or works again, as `result` shows."""

    result: CheckResult

    @property
    def works(self) -> bool:
        return self.result.ok


class KnownStates:
    """Remembers of every SMTP whether it worked when it was last tested or checked. For one thread."""

    def __init__(self) -> None:
        self._works: dict[ProfileId, bool] = {}

    def note(self, result: CheckResult) -> StateChange | None:
        """Remembers the latest result of an SMTP. Returns the change, if it is one: the first known result never is,
        nor is an unknown outcome; "works, but" counts as working."""
        if outcome_of(result) is TestOutcome.UNKNOWN:
            return None
        before = self._works.get(result.profile_id)
        self._works[result.profile_id] = result.ok
        return None if before in (None, result.ok) else StateChange(result=result)
