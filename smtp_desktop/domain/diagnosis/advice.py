"""What a failure means and what to do about it. The rules are data (`resources/advice*.json`)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from smtp_desktop.domain.diagnosis.conversation import Failure, HttpReply, Reply
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.mail.address import BadHost, ascii_host
from smtp_desktop.domain.message_text import MessageText
from smtp_desktop.domain.smtp.cloud import endpoints_of
from smtp_desktop.domain.smtp.profile import GenericServer, Server
from smtp_desktop.domain.smtp.providers import Provider, Providers


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """`steps` are in the order in which to try them."""

    title: MessageText
    meaning: MessageText
    steps: tuple[MessageText, ...]


class ReadFailed(SmtpDesktopError):
    """A mailbox could not be read; `failure` says why, `advice` what to do."""

    def __init__(self, failure: Failure, advice: Advice | None = None) -> None:
        super().__init__(failure.message)
        self.failure = failure
        self.advice = advice


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureContext:
    """Where a failure was met. `host` is ASCII; `tls` and `auth` tell whether the SMTP is set to encrypt and to sign
    in. What is empty, 0 or None is not known."""

    host: str = ""
    port: int = 0
    tls: bool | None = None
    auth: bool | None = None


def failure_context_of(server: Server) -> FailureContext:
    """Returns where a conversation with `server` is held."""
    if isinstance(server, GenericServer):
        return FailureContext(host=_host_of(server), port=server.smtp_port, tls=server.tls, auth=server.auth_required)
    return FailureContext(host=endpoints_of(server).graph_host)


def _host_of(server: GenericServer) -> str:
    try:
        return ascii_host(server.host_name)
    except BadHost:
        return ""  # what was typed names no host: the conversation has failed for that


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceRule:
    """Selects a failure: every condition that is set must hold.

    `codes` are reply codes or HTTP statuses, `enhanced` enhanced status codes without their class, as in "7.8",
    `errors` Graph's codes, as in "ErrorAccessDenied", and `aadsts` Entra ID's; `host` and `words` are regular
    expressions that are searched for, ignoring case. `provider` are those that it may be, met by
    their hosts or by their words.
    """

    advice: Advice
    stages: frozenset[str] = frozenset()
    kinds: frozenset[str] = frozenset()
    faults: frozenset[str] = frozenset()
    codes: frozenset[int] = frozenset()
    enhanced: frozenset[str] = frozenset()
    errors: frozenset[str] = frozenset()
    aadsts: frozenset[int] = frozenset()
    ports: frozenset[int] = frozenset()
    tls: bool | None = None
    auth: bool | None = None
    host: str = ""
    words: str = ""
    provider: tuple[Provider, ...] = ()

    def fits(self, failure: Failure, place: FailureContext) -> bool:
        """Whether this rule speaks of `failure`, met at `place`."""
        return (
            (not self.stages or failure.stage in self.stages)
            and (not self.kinds or failure.kind in self.kinds)
            and (not self.faults or failure.certificate_fault in self.faults)
            and self._fits_reply(failure.reply)
            and self._fits_place(place, str(failure.reply or ""))
        )

    def _fits_reply(self, reply: Reply | HttpReply | None) -> bool:
        return (
            (not self.codes or (reply is not None and reply.code in self.codes))
            and (not self.enhanced or (isinstance(reply, Reply) and _detail(reply) in self.enhanced))
            and (not self.errors or (isinstance(reply, HttpReply) and reply.error_code in self.errors))
            and (not self.aadsts or (isinstance(reply, HttpReply) and not self.aadsts.isdisjoint(reply.aadsts)))
            and (not self.words or (reply is not None and re.search(self.words, str(reply), re.IGNORECASE) is not None))
        )

    def _fits_place(self, place: FailureContext, said: str) -> bool:
        return (
            (not self.ports or place.port in self.ports)
            and (self.tls is None or place.tls is self.tls)
            and (self.auth is None or place.auth is self.auth)
            and (not self.host or re.search(self.host, place.host, re.IGNORECASE) is not None)
            and (not self.provider or any(one.is_met(place.host, said) for one in self.provider))
        )


def _detail(reply: Reply) -> str:
    return reply.enhanced_code.partition(".")[2]


def advise(rules: Sequence[AdviceRule], failure: Failure, place: FailureContext) -> Advice | None:
    """Returns the advice of the first rule that fits, or None."""
    return next((rule.advice for rule in rules if rule.fits(failure, place)), None)


_CONDITIONS = frozenset(field.name for field in fields(AdviceRule)) - {"advice"}
_SINGLE = frozenset({"tls", "auth", "host", "words"})


def rules_from(documents: Sequence[dict[str, object]], providers: Providers) -> tuple[AdviceRule, ...]:
    """Returns the rules that `documents`, the parsed JSON list, describe; they may speak of `providers`. Raises
    KeyError or TypeError if one is malformed."""
    return tuple(_rule_from(document, providers) for document in documents)


def _rule_from(document: dict[str, object], providers: Providers) -> AdviceRule:
    conditions = document.get("when", {})
    if not isinstance(conditions, dict) or not isinstance(document["steps"], list):
        raise TypeError(document)
    if unknown := conditions.keys() - _CONDITIONS:
        raise TypeError(unknown)
    advice = Advice(
        title=MessageText(str(document["title"])),
        meaning=MessageText(str(document["meaning"])),
        steps=tuple(MessageText(str(step)) for step in document["steps"]),
    )
    met = {name: _condition(name, value, providers) for name, value in conditions.items()}
    return AdviceRule(advice=advice, **met)


def _condition(name: str, value: Any, providers: Providers) -> Any:
    if name == "provider":
        return providers.advised_as(value)
    return value if name in _SINGLE else frozenset(value)
