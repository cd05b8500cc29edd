"""Filling a rule's advice: placeholders with what is set and what the server said, and only the steps that apply."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain, repeat
from string import Formatter

from smtp_desktop.domain.diagnosis.advice import Advice, AdviceStep
from smtp_desktop.domain.diagnosis.context import FailureContext
from smtp_desktop.domain.diagnosis.evidence import Evidence
from smtp_desktop.domain.message_text import MessageText, msg, one_line
from smtp_desktop.domain.smtp.profile import AppCredential

# What stands for a value that is not known. A step with another placeholder is left out where its value is not known.
_UNKNOWN = {
    "refused": "the sender's address",
    "sender": "the envelope sender",
    "from": "the From address",
    "user": "this user",
    "host": "the server",
    "port": "the port",
    "mailbox": "MAILBOX",
    "from_mailbox": "FROM_ADDRESS",
    "client_id": "CLIENT_ID",
}
PLACEHOLDERS = frozenset(_UNKNOWN) | {"other", "page"}
# What may get into a command that an administrator pastes: no character that means something to a shell.
_SAFE = re.compile(r"[A-Za-z0-9._+-]+(?:@[A-Za-z0-9.-]+)?")
FACTS = frozenset(
    {
        *(
            "auth",
            "tls",
            "port",
            "submission_port",
            "user_is_address",
            "from_is_set",
            "from_is_user",
            "sender_is_user",
            "sender_is_from",
        ),
        *("refused_is_user", "refused_is_from", "refused_is_sender", "other", "temporary"),
        *("sign_in", "authority", "certificate", "graph"),
    }
)
_OPEN_THE_PAGE = "Open the page that the server names: {page}"
_LONGEST_PAGE = 300
_SUBMISSION = frozenset({465, 587})  # RFC 8314 3.3, RFC 6409 3.1

Fact = bool | int | str | None
Conditions = Mapping[str, bool | list[int] | list[str]]
_ALWAYS: Conditions = {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Addresses:
    """The address that was refused, and the one to send from instead; "" where there is none."""

    refused: str = ""
    other: str = ""


def facts_of(evidence: Evidence, addresses: Addresses) -> dict[str, Fact]:
    """Returns what steps may ask for; None stands for unknown."""
    context, refused = evidence.context, addresses.refused
    known = bool(context.envelope_sender or context.from_address or context.user_name)
    reply = evidence.failure.reply
    return {
        "auth": context.auth,
        "tls": context.tls,
        "port": context.port or None,
        "submission_port": context.port in _SUBMISSION if context.port else None,
        "user_is_address": bool(context.user_address) if context.user_name else None,
        "from_is_set": bool(context.from_address) if known else None,
        "from_is_user": _same(context.from_spec or context.user_address, context.user_name) if known else None,
        "sender_is_user": _same(context.envelope_sender, context.user_name) if known else None,
        "sender_is_from": _sender_is_from(context) if known else None,
        "refused_is_user": _same(refused, context.user_name) if refused else None,
        "refused_is_from": _same(refused, context.from_spec) if refused else None,
        "refused_is_sender": _same(refused, context.envelope_sender) if refused else None,
        "other": bool(addresses.other) if refused else None,
        "temporary": reply.temporary if reply else None,
        "sign_in": context.sign_in,
        "authority": context.authority,
        "certificate": context.credential is AppCredential.CERTIFICATE if context.credential else None,
        "graph": context.graph,
    }


def _sender_is_from(context: FailureContext) -> bool:
    return _same(context.envelope_sender, context.from_spec or context.user_address)


def _same(one: str, other: str) -> bool:
    return bool(one) and one.casefold() == other.casefold()


def applies(conditions: Conditions, facts: Mapping[str, Fact]) -> bool:
    """Whether a step with `conditions` applies: nothing that is known contradicts it."""
    return all(_agrees(wanted, facts[name]) for name, wanted in conditions.items())


def _agrees(wanted: bool | list[int] | list[str], fact: Fact) -> bool:
    return fact is None or (fact in wanted if isinstance(wanted, list) else fact is wanted)


def filled(
    advice: Advice, conditions: Sequence[Conditions], certain: int, evidence: Evidence, addresses: Addresses
) -> Advice:
    """Returns `advice` for this failure: filled, with the steps that apply by their `conditions` and the commands for
    them, and with the page that the server names, after the first `certain` steps."""
    context = evidence.context
    page = one_line(evidence.page)[:_LONGEST_PAGE]
    values = {
        "refused": addresses.refused,
        "other": addresses.other,
        "sender": context.envelope_sender,
        "from": context.from_spec,
        "user": one_line(context.user_name),
        "host": context.host,
        "port": str(context.port or ""),
        "page": page,
        "mailbox": _safe(context.user_address),
        "from_mailbox": _safe(context.from_spec),
        "client_id": _safe(context.client_id),
    }
    known = {name: value for name, value in values.items() if value}
    facts = facts_of(evidence, addresses)
    each = zip(advice.steps, chain(conditions, repeat(_ALWAYS)), strict=False)
    kept = [
        step
        for step, of_step in each
        if applies(of_step, facts) and placeholders_in(step.text) <= known.keys() | _UNKNOWN.keys()
    ]
    if page and not any("page" in placeholders_in(step.text) for step in kept):
        kept.insert(min(certain, len(kept)), AdviceStep(text=msg(_OPEN_THE_PAGE)))
    everything = _UNKNOWN | known
    return Advice(
        title=_with(advice.title, everything),
        meaning=_with(advice.meaning, everything),
        steps=tuple(replace(step, text=_with(step.text, everything)) for step in kept),
    ).with_commands({"name": context.smtp_name, "other": addresses.other})


def _safe(value: str) -> str:
    return value if _SAFE.fullmatch(value) else ""


def placeholders_in(text: MessageText) -> set[str]:
    """Returns the names of the placeholders in `text`."""
    return {name for _, name, _, _ in Formatter().parse(text.template) if name}


def _with(text: MessageText, values: Mapping[str, str]) -> MessageText:
    names = placeholders_in(text)
    return msg(text.template, **{name: values[name] for name in names}) if names else text
