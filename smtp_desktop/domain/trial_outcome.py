"""How a test or check ended, in a word."""

from enum import StrEnum

from smtp_desktop.domain.conversation import FailureKind
from smtp_desktop.domain.health import CheckResult


class TrialOutcome(StrEnum):
    WORKS = "works"
    WORKS_BUT = "works_but"  # its concerns tell what may go wrong nevertheless
    FAILED = "failed"
    UNKNOWN = "unknown"  # the server has got the mail, but its answer was lost
    CANCELLED = "cancelled"  # such a one is not kept


def outcome(kind: FailureKind | None, *, concerned: bool) -> TrialOutcome:
    """Returns what a failure of this kind makes of it; None stands for no failure."""
    match kind:
        case None:
            return TrialOutcome.WORKS_BUT if concerned else TrialOutcome.WORKS
        case FailureKind.OUTCOME_UNKNOWN:
            return TrialOutcome.UNKNOWN
        case FailureKind.CANCELLED:
            return TrialOutcome.CANCELLED
        case _:
            return TrialOutcome.FAILED


def outcome_of(result: CheckResult) -> TrialOutcome:
    """Returns how a kept test or check ended."""
    if not result.ok and result.kind is None:
        return TrialOutcome.FAILED
    return outcome(result.kind, concerned=bool(result.concerns))
