"""How a test or check ended, in four words."""

from enum import StrEnum

from smtp_desktop.domain.conversation import FailureKind
from smtp_desktop.domain.health import CheckResult


class CheckOutcome(StrEnum):
    WORKS = "works"
    CONCERNS = "concerns"  # works, but
    FAILED = "failed"
    UNKNOWN = "unknown"  # the answer to the mail was lost


def outcome_of(result: CheckResult) -> CheckOutcome:
    """Returns how it ended."""
    if result.kind is FailureKind.OUTCOME_UNKNOWN:
        return CheckOutcome.UNKNOWN
    if not result.ok:
        return CheckOutcome.FAILED
    return CheckOutcome.CONCERNS if result.concerns else CheckOutcome.WORKS
