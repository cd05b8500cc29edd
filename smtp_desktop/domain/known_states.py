"""Which SMTPs work, as far as is known, and what changes about that."""

from dataclasses import dataclass

from smtp_desktop.domain.health import CheckResult
from smtp_desktop.domain.profile import ProfileId
from smtp_desktop.domain.trial_outcome import TrialOutcome, outcome_of


@dataclass(frozen=True, slots=True, kw_only=True)
class StateChange:
    """An SMTP stopped working, or works again; `result` tells how that was seen."""

    result: CheckResult

    @property
    def works(self) -> bool:
        return self.result.ok


class KnownStates:
    """Remembers of every SMTP whether it worked when it was last tried."""

    def __init__(self) -> None:
        self._works: dict[ProfileId, bool] = {}

    def note(self, result: CheckResult) -> StateChange | None:
        """`result` is the latest of its SMTP. Returns the change where it is one: never for the first that is known,
        nor where nobody can tell how it ended; "works, but" is working."""
        if outcome_of(result) is TrialOutcome.UNKNOWN:
            return None
        before = self._works.get(result.profile_id)
        self._works[result.profile_id] = result.ok
        return None if before in (None, result.ok) else StateChange(result=result)
