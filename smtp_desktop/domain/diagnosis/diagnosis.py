"""The diagnosis of a failure: what happened, decided once, for everything that follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass

from smtp_desktop.domain.diagnosis.advice import Advice, AdviceRule, FailureContext
from smtp_desktop.domain.diagnosis.causes import cause_by_standard
from smtp_desktop.domain.diagnosis.consequences import Consequence, consequence_of
from smtp_desktop.domain.diagnosis.conversation import Failure, HttpReply
from smtp_desktop.domain.diagnosis.kinds import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What happened, and what it means.

    `refused` is the address or the setting's value that was refused, "" where that is not known. `retry_after_s` is the
    time after which trying again can help, in seconds, where the server or the rule says so. `advice` says it in words;
    None where there is nothing to say.
    """

    cause: Cause
    refused: str = ""
    retry_after_s: float | None = None
    advice: Advice | None = None

    @property
    def consequence(self) -> Consequence:
        return consequence_of(self.cause)

    @property
    def may_have_been_taken(self) -> bool:
        """Whether the server may have taken the mail in spite of the failure."""
        return self.cause is Cause.OUTCOME_UNKNOWN


def diagnose(failure: Failure, context: FailureContext, rules: Sequence[AdviceRule]) -> Diagnosis:
    """Returns the diagnosis of `failure` at the SMTP that `context` describes: by the first of `rules` that fits, and
    where that has no cause, by the standards."""
    rule = next((rule for rule in rules if rule.fits(failure, context)), None)
    asked_s = failure.reply.retry_after_s if isinstance(failure.reply, HttpReply) else None
    return Diagnosis(
        cause=(rule.cause if rule else None) or cause_by_standard(failure),
        retry_after_s=asked_s or (rule.retry_after_s if rule else None),
        advice=rule.advice if rule else None,
    )
