"""What a failure means and what to do about it. The rules are data (`resources/advice.json`)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from smtp_desktop.domain.conversation import Failure, HttpReply, Reply
from smtp_desktop.domain.text import Text


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """`steps` are in the order in which to try them."""

    title: Text
    meaning: Text
    steps: tuple[Text, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceRule:
    """Selects a failure: every condition that is set must hold.

    `codes` are reply codes or HTTP statuses, `enhanced` enhanced status codes without their class, as in "7.8",
    `errors` Graph's codes, as in "ErrorAccessDenied", and `aadsts` Entra ID's; `host` and `words` are regular
    expressions that are searched for, ignoring case.
    """

    advice: Advice
    stages: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    faults: frozenset[str] = frozenset()
    codes: frozenset[int] = frozenset()
    enhanced: tuple[str, ...] = ()
    errors: frozenset[str] = frozenset()
    aadsts: frozenset[int] = frozenset()
    host: str = ""
    words: str = ""

    def fits(self, failure: Failure, host: str) -> bool:
        """Whether this rule speaks of `failure` with the server `host`."""
        reply = failure.reply
        return (
            (not self.stages or failure.stage in self.stages)
            and (not self.kinds or failure.kind in self.kinds)
            and (not self.faults or failure.certificate_fault in self.faults)
            and (not self.codes or (reply is not None and reply.code in self.codes))
            and (not self.enhanced or (isinstance(reply, Reply) and _detail(reply) in self.enhanced))
            and (not self.errors or (isinstance(reply, HttpReply) and reply.error_code in self.errors))
            and (not self.aadsts or (isinstance(reply, HttpReply) and not self.aadsts.isdisjoint(reply.aadsts)))
            and (not self.host or re.search(self.host, host, re.IGNORECASE) is not None)
            and (not self.words or (reply is not None and re.search(self.words, str(reply), re.IGNORECASE) is not None))
        )


def _detail(reply: Reply) -> str:
    return reply.enhanced_code.partition(".")[2]


def advise(rules: Sequence[AdviceRule], failure: Failure, host: str) -> Advice | None:
    """Returns the advice of the first rule that fits, or None."""
    return next((rule.advice for rule in rules if rule.fits(failure, host)), None)


def rules_from(documents: Sequence[dict[str, object]]) -> tuple[AdviceRule, ...]:
    """Returns the rules that `documents`, the parsed JSON list, describe. Raises KeyError or TypeError
    if one is malformed."""
    return tuple(_rule_from(document) for document in documents)


def _rule_from(document: dict[str, object]) -> AdviceRule:
    conditions = document.get("when", {})
    if not isinstance(conditions, dict) or not isinstance(document["steps"], list):
        raise TypeError(document)
    unknown = conditions.keys() - {
        "stages",
        "kinds",
        "faults",
        "codes",
        "enhanced",
        "errors",
        "aadsts",
        "host",
        "words",
    }
    if unknown:
        raise TypeError(unknown)
    return AdviceRule(
        advice=Advice(
            title=Text(str(document["title"])),
            meaning=Text(str(document["meaning"])),
            steps=tuple(Text(str(step)) for step in document["steps"]),
        ),
        stages=frozenset(conditions.get("stages", ())),
        kinds=frozenset(conditions.get("kinds", ())),
        faults=frozenset(conditions.get("faults", ())),
        codes=frozenset(conditions.get("codes", ())),
        enhanced=tuple(conditions.get("enhanced", ())),
        errors=frozenset(conditions.get("errors", ())),
        aadsts=frozenset(conditions.get("aadsts", ())),
        host=conditions.get("host", ""),
        words=conditions.get("words", ""),
    )
