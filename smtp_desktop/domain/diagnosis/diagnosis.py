"""The diagnosis of a failure: what happened, decided once, for everything that follows from it."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from smtp_desktop.domain.diagnosis.advice import Advice
from smtp_desktop.domain.diagnosis.causes import cause_by_standard
from smtp_desktop.domain.diagnosis.connections import asks_for_fewer_connections
from smtp_desktop.domain.diagnosis.consequences import Consequence, consequence_of
from smtp_desktop.domain.diagnosis.context import FailureContext
from smtp_desktop.domain.diagnosis.conversation import Failure, HttpReply
from smtp_desktop.domain.diagnosis.evidence import Evidence, evidence_of
from smtp_desktop.domain.diagnosis.filling import Addresses, filled
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.diagnosis.refused_address import other_than, refused_sender_of
from smtp_desktop.domain.diagnosis.rules import AdviceRule
from smtp_desktop.domain.diagnosis.waits import wait_named_in, window_named_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnosis:
    """What happened, and what it means.

    `refused` is the address or the setting's value that was refused, "" where that is not known. `retry_after_s` is the
    time after which trying again can help, in seconds, where the server or the rule says so; `fewer_connections` is
    whether it helps to have fewer of them open. `advice` says it in words; None where there is nothing to say.
    """

    cause: Cause
    refused: str = ""
    retry_after_s: float | None = None
    fewer_connections: bool = False
    advice: Advice | None = None

    @property
    def consequence(self) -> Consequence:
        return consequence_of(self.cause)


def diagnose(failure: Failure, context: FailureContext, rules: Sequence[AdviceRule]) -> Diagnosis:
    """Returns the diagnosis of `failure` at the SMTP that `context` describes: by the first of `rules` that fits, and
    where that has no cause, by the standards."""
    evidence = evidence_of(failure, context)
    rule = next((rule for rule in rules if not rule.causes and rule.holds(evidence)), None)
    cause = (rule.cause if rule else None) or cause_by_standard(failure)
    if rule and rule.general:
        special = next((one for one in rules if cause in one.causes and one.holds(evidence)), rule)
        rule, cause = special, special.cause or cause
    refused = refused_sender_of(evidence) if cause is Cause.SENDER_REFUSED else ""
    addresses = Addresses(refused=refused, other=other_than(refused, evidence))
    return Diagnosis(
        cause=cause,
        refused=refused,
        retry_after_s=_retry_after_s(evidence, cause, rule),
        fewer_connections=asks_for_fewer_connections(failure.reply),
        advice=_advice(rule, evidence, addresses) if rule else None,
    )


def _advice(rule: AdviceRule, evidence: Evidence, addresses: Addresses) -> Advice:
    # The pages that servers name after a refused token are about passwords, or for programs.
    read = replace(evidence, page="") if rule.sign_in else evidence
    return filled(rule.advice, rule.step_conditions, rule.certain, read, addresses)


def _retry_after_s(evidence: Evidence, cause: Cause, rule: AdviceRule | None) -> float | None:
    """The server's time counts before the rule's."""
    reply = evidence.failure.reply
    asked_s = reply.retry_after_s if isinstance(reply, HttpReply) else None
    window_s = window_named_in(evidence.text) if cause is Cause.LIMIT else None
    return asked_s or wait_named_in(evidence.text) or window_s or (rule.retry_after_s if rule else None)
