"""Advice rules: the conditions for giving an advice, and its cause. Read from `resources/advice*.json`."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import IntEnum, StrEnum
from fnmatch import fnmatchcase
from typing import Any

from smtp_desktop.domain.diagnosis.actions import HOW_TO
from smtp_desktop.domain.diagnosis.advice import Advice, AdviceStep
from smtp_desktop.domain.diagnosis.context import FailureContext
from smtp_desktop.domain.diagnosis.conversation import Failure, HttpReply, Reply
from smtp_desktop.domain.diagnosis.evidence import Evidence, evidence_of
from smtp_desktop.domain.diagnosis.expressions import found
from smtp_desktop.domain.diagnosis.filling import FACTS, PLACEHOLDERS, Conditions, placeholders_in
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.diagnosis.waits import WINDOWS_S
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.providers import Provider, Providers

_REFUSALS = 400  # RFC 5321 4.2.1, RFC 9110 15.5


class RuleSet(StrEnum):
    """The rules that are asked together: those about SMTP servers, about Microsoft 365 mailboxes, and about the
    authorization servers that give tokens for SMTP servers."""

    GENERIC = "generic"
    GRAPH = "graph"
    OAUTH = "oauth"


class Tier(IntEnum):
    """What a rule goes by: a server's words count before its codes, and what is known in detail before the rest."""

    WORDS = 0
    DETAILS = 1
    CODES = 2
    REST = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceRule:
    """Advice, and the conditions for giving it: every one that is set must hold.

    `codes` are reply codes or HTTP statuses; `temporary` is whether the refusal is. `enhanced` are enhanced status
    codes (RFC 3463) without their class, as in "7.8", or patterns of `fnmatch`. `errors` are Graph's codes, as in
    "ErrorAccessDenied", and `aadsts` Entra ID's. `words`, `without`, `page`, `host` and `server` are regular
    expressions that are searched for, ignoring case and accents: `words` in the reply, where what it only quotes is
    masked, `without` must not be found there, `page` in the web addresses and host names that it names, `host` in the
    Host Name, and `server` in the server's greeting and answer to EHLO. `provider` are the possible providers,
    recognized by their hosts, their replies or their greetings. `sign_in` are the ways in which the SMTP may sign in,
    `authority` are those whose authorization server it may sign in at, and `credential` is what its app may sign in
    with; none of them holds where that is not known.

    `cause` is that of every failure that the rule fits; None leaves it to the standards. `retry_after_s` is the time
    after which trying again can help, in seconds, where the server names none. A rule with `causes` takes the place of
    a `general` rule with one of these causes. The first `certain` steps stand before the page that the server names.
    Each step is given where nothing contradicts its condition in `step_conditions`.
    """

    advice: Advice
    step_conditions: tuple[Conditions, ...] = ()
    cause: Cause | None = None
    retry_after_s: float | None = None
    general: bool = False
    certain: int = 0
    causes: frozenset[Cause] = frozenset()
    stages: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    faults: frozenset[str] = frozenset()
    details: frozenset[str] = frozenset()
    codes: frozenset[int] = frozenset()
    temporary: bool | None = None
    enhanced: frozenset[str] = frozenset()
    errors: frozenset[str] = frozenset()
    aadsts: frozenset[int] = frozenset()
    ports: frozenset[int] = frozenset()
    tls: bool | None = None
    auth: bool | None = None
    sign_in: frozenset[str] = frozenset()
    authority: frozenset[str] = frozenset()
    credential: frozenset[str] = frozenset()
    host: str = ""
    server: str = ""
    words: str = ""
    without: str = ""
    page: str = ""
    provider: tuple[Provider, ...] = field(default=())

    @property
    def tier(self) -> Tier:
        """What the rule goes by."""
        if self.words or self.page:
            return Tier.WORDS
        if self.enhanced or self.errors or self.aadsts or self.details:
            return Tier.DETAILS
        return Tier.CODES if self.codes else Tier.REST

    def fits(self, failure: Failure, context: FailureContext) -> bool:
        """Whether every condition holds for `failure` in `context`."""
        return self.holds(evidence_of(failure, context))

    def holds(self, evidence: Evidence) -> bool:
        """Whether every condition holds, but for `causes`."""
        failure = evidence.failure
        return (
            (not self.stages or failure.stage in self.stages)
            and (not self.kinds or failure.kind in self.kinds)
            and (not self.faults or failure.certificate_fault in self.faults)
            and (not self.details or failure.detail in self.details)
            and self._holds_for_codes(failure.reply, evidence.enhanced)
            and self._holds_for_context(evidence.context)
            and self._holds_for_words(evidence)
        )

    def _holds_for_codes(self, reply: Reply | HttpReply | None, enhanced: str) -> bool:
        return (
            (not self.codes or (reply is not None and reply.code in self.codes))
            and (self.temporary is None or (reply is not None and _refused_for_now(reply) is self.temporary))
            and (not self.enhanced or any(fnmatchcase(enhanced, pattern) for pattern in self.enhanced))
            and (not self.errors or (isinstance(reply, HttpReply) and reply.error_code in self.errors))
            and (not self.aadsts or (isinstance(reply, HttpReply) and not self.aadsts.isdisjoint(reply.aadsts)))
        )

    def _holds_for_context(self, context: FailureContext) -> bool:
        return (
            (not self.ports or context.port in self.ports)
            and (self.tls is None or context.tls is self.tls)
            and (self.auth is None or context.auth is self.auth)
            and (not self.sign_in or context.sign_in in self.sign_in)
            and (not self.authority or context.authority in self.authority)
            and (not self.credential or context.credential in self.credential)
            and (not self.host or found(self.host, context.host))
        )

    def _holds_for_words(self, evidence: Evidence) -> bool:
        return (
            (not self.words or (evidence.text != "" and found(self.words, evidence.text)))
            and (not self.without or not found(self.without, evidence.text))
            and (not self.page or found(self.page, evidence.named))
            and (not self.server or found(self.server, evidence.introduced))
            and (not self.provider or any(evidence.is_of(provider) for provider in self.provider))
        )


def _refused_for_now(reply: Reply | HttpReply) -> bool | None:
    """None where the reply is no refusal."""
    return reply.temporary if reply.code >= _REFUSALS else None


_SINGLE = frozenset({"tls", "auth", "temporary", "host", "server", "words", "without", "page"})
_NO_CONDITIONS = frozenset({"advice", "step_conditions", "cause", "retry_after_s", "general", "certain"})
_CONDITIONS = frozenset(field.name for field in fields(AdviceRule)) - _NO_CONDITIONS
_EXPRESSIONS = frozenset({"words", "without", "page"})
_KEYS = frozenset({"when", "title", "meaning", "steps", "cause", "retry_after_s", "window", "general", "certain"})


def rules_from(documents: Sequence[dict[str, object]], providers: Providers) -> tuple[AdviceRule, ...]:
    """Returns the rules in `documents`, the parsed JSON list, in the order in which they count: words before enhanced
    codes before codes, of these a provider's before the others, and else as they stand; of rules with `causes`, those
    about a way to sign in before the others. Conditions may name `providers`; a rule may have the title of another one
    as its `advice`. Raises KeyError, TypeError or ValueError where a rule is malformed."""
    by_title = {document["title"]: document for document in documents if "title" in document}
    rules = [rule for document in documents for rule in _rules_from(_with_advice(document, by_title), providers)]
    return tuple(sorted(rules, key=lambda rule: (not (rule.causes and rule.sign_in), rule.tier, not rule.provider)))


def _with_advice(document: dict[str, object], by_title: Mapping[object, dict[str, object]]) -> dict[str, object]:
    """Returns `document`; where it names the title of another rule as its `advice`, with what that one says and
    decides."""
    if "advice" not in document:
        return document
    if unknown := document.keys() - {"when", "advice", "certain"}:
        raise TypeError(unknown)
    return by_title[document["advice"]] | {name: value for name, value in document.items() if name != "advice"}


def _rules_from(document: dict[str, object], providers: Providers) -> list[AdviceRule]:
    if unknown := document.keys() - _KEYS:
        raise TypeError(unknown)
    steps = document["steps"]
    if not isinstance(steps, list):
        raise TypeError(document)
    stepped = [_step(step) for step in steps]
    advice = Advice(
        title=msg(str(document["title"])),
        meaning=msg(str(document["meaning"])),
        steps=tuple(step for step, _ in stepped),
    )
    texts = (advice.meaning, *(step.text for step in advice.steps))
    if unknown := {name for text in texts for name in placeholders_in(text)} - PLACEHOLDERS:
        raise TypeError(unknown)
    cause, general = document.get("cause"), document.get("general") is True
    alternatives = document.get("when", {})
    return [
        AdviceRule(
            advice=advice,
            step_conditions=tuple(conditions for _, conditions in stepped),
            cause=Cause(str(cause)) if cause else None,
            retry_after_s=_retry_after_s(document),
            general=general,
            certain=int(str(document.get("certain", 0 if general else 1))),
            **_conditions(when, providers),
        )
        for when in (alternatives if isinstance(alternatives, list) else [alternatives])
    ]


def _retry_after_s(document: Mapping[str, object]) -> float | None:
    if "window" in document:
        return WINDOWS_S[str(document["window"])]
    asked = document.get("retry_after_s")
    return float(str(asked)) if asked else None


def _step(document: object) -> tuple[AdviceStep, Conditions]:
    if isinstance(document, str):
        return AdviceStep(text=msg(document)), {}
    if not isinstance(document, dict) or not {"step"} < document.keys() <= {"step", "if", "do"}:
        raise TypeError(document)
    conditions = dict(document.get("if", {}))
    if unknown := conditions.keys() - FACTS:
        raise TypeError(unknown)
    actions = tuple(document.get("do", ()))
    if unknown := set(actions) - HOW_TO.keys():
        raise TypeError(unknown)
    return AdviceStep(text=msg(str(document["step"])), actions=actions), conditions


def _conditions(when: object, providers: Providers) -> dict[str, Any]:
    if not isinstance(when, dict):
        raise TypeError(when)
    if unknown := when.keys() - _CONDITIONS:
        raise TypeError(unknown)
    return {name: _condition(name, value, providers) for name, value in when.items()}


def _condition(name: str, value: Any, providers: Providers) -> Any:
    if name == "provider":
        return providers.advised_as(value)
    if name in _EXPRESSIONS and isinstance(value, list):
        return "|".join(value)
    if name == "causes":
        return frozenset(map(Cause, value))
    return value if name in _SINGLE else frozenset(value)
