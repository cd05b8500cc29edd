"""Advice: what a failure means and what to do about it. The rules are data (`resources/advice*.json`)."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from smtp_desktop.domain.diagnosis.conversation import Failure, HttpReply, Reply
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.mail.address import BadAddress, BadHost, ascii_host
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.cloud import graph_endpoints_of
from smtp_desktop.domain.smtp.identity import identity_of
from smtp_desktop.domain.smtp.profile import GenericServer, SmtpProfile
from smtp_desktop.domain.smtp.providers import Provider, Providers


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """An explanation of a failure or a warning. `steps` are in the order in which to try them."""

    title: MessageText
    meaning: MessageText
    steps: tuple[MessageText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureContext:
    """The server of a failure, and how the SMTP uses it. `host` is ASCII; `tls` and `auth` say whether the SMTP
    encrypts and signs in; `server_words` are what the server said of itself, in its greeting and its answer to EHLO.
    Empty, 0 or None stand for unknown."""

    host: str = ""
    port: int = 0
    tls: bool | None = None
    auth: bool | None = None
    user_name: str = ""
    from_address: str = ""
    envelope_sender: str = ""
    server_words: str = ""


def failure_context_of(profile: SmtpProfile, *, server_words: str = "") -> FailureContext:
    """Returns the context of a failure in a conversation through `profile`."""
    server = profile.server
    if not isinstance(server, GenericServer):
        return FailureContext(
            host=graph_endpoints_of(server).graph_host,
            user_name=server.user_name,
            from_address=profile.from_address or server.user_name,
        )
    try:
        envelope_sender = identity_of(profile).envelope_sender.spec
    except BadAddress:
        envelope_sender = ""  # there is no address to send from: that is why it failed
    return FailureContext(
        host=_host_of(server),
        port=server.smtp_port,
        tls=server.tls,
        auth=server.auth_required,
        user_name=server.user_name if server.auth_required else "",
        from_address=profile.from_address,
        envelope_sender=envelope_sender,
        server_words=server_words,
    )


def _host_of(server: GenericServer) -> str:
    try:
        return ascii_host(server.host_name)
    except BadHost:
        return ""  # the host name is not one: that is why the conversation failed


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceRule:
    """Advice, and the conditions for giving it: every one that is set must hold.

    `codes` are reply codes or HTTP statuses, `enhanced` enhanced status codes (RFC 3463) without their class, as in
    "7.8", `errors` Graph's codes, as in "ErrorAccessDenied", and `aadsts` Entra ID's. `host` and `words` are regular
    expressions that are searched for in the host and the reply, ignoring case. `provider` are the possible providers,
    recognized by their hosts or their replies. `cause` is that of every failure that the rule fits; None leaves it to
    the standards. `retry_after_s` is the time after which trying again can help, in seconds.
    """

    advice: Advice
    cause: Cause | None = None
    retry_after_s: float | None = None
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

    def fits(self, failure: Failure, context: FailureContext) -> bool:
        """Whether every condition holds for `failure` in `context`."""
        return (
            (not self.stages or failure.stage in self.stages)
            and (not self.kinds or failure.kind in self.kinds)
            and (not self.faults or failure.certificate_fault in self.faults)
            and self._fits_reply(failure.reply)
            and self._fits_context(context, str(failure.reply or ""))
        )

    def _fits_reply(self, reply: Reply | HttpReply | None) -> bool:
        return (
            (not self.codes or (reply is not None and reply.code in self.codes))
            and (not self.enhanced or (isinstance(reply, Reply) and _without_class(reply) in self.enhanced))
            and (not self.errors or (isinstance(reply, HttpReply) and reply.error_code in self.errors))
            and (not self.aadsts or (isinstance(reply, HttpReply) and not self.aadsts.isdisjoint(reply.aadsts)))
            and (not self.words or (reply is not None and re.search(self.words, str(reply), re.IGNORECASE) is not None))
        )

    def _fits_context(self, context: FailureContext, reply: str) -> bool:
        return (
            (not self.ports or context.port in self.ports)
            and (self.tls is None or context.tls is self.tls)
            and (self.auth is None or context.auth is self.auth)
            and (not self.host or re.search(self.host, context.host, re.IGNORECASE) is not None)
            and (not self.provider or any(provider.is_met(context.host, reply) for provider in self.provider))
        )


def _without_class(reply: Reply) -> str:
    return reply.enhanced_code.partition(".")[2]


_CONDITIONS = frozenset(field.name for field in fields(AdviceRule)) - {"advice", "cause", "retry_after_s"}
_SINGLE = frozenset({"tls", "auth", "host", "words"})


def rules_from(documents: Sequence[dict[str, object]], providers: Providers) -> tuple[AdviceRule, ...]:
    """Returns the rules in `documents`, the parsed JSON list; conditions may name `providers`. Raises KeyError or
    TypeError where a rule is malformed."""
    return tuple(_rule_from(document, providers) for document in documents)


def _rule_from(document: dict[str, object], providers: Providers) -> AdviceRule:
    conditions = document.get("when", {})
    if not isinstance(conditions, dict) or not isinstance(document["steps"], list):
        raise TypeError(document)
    if unknown := conditions.keys() - _CONDITIONS:
        raise TypeError(unknown)
    advice = Advice(
        title=msg(str(document["title"])),
        meaning=msg(str(document["meaning"])),
        steps=tuple(msg(str(step)) for step in document["steps"]),
    )
    set_conditions = {name: _condition(name, value, providers) for name, value in conditions.items()}
    cause, retry_after_s = document.get("cause"), document.get("retry_after_s")
    return AdviceRule(
        advice=advice,
        cause=Cause(str(cause)) if cause else None,
        retry_after_s=float(str(retry_after_s)) if retry_after_s else None,
        **set_conditions,
    )


def _condition(name: str, value: Any, providers: Providers) -> Any:
    if name == "provider":
        return providers.advised_as(value)
    return value if name in _SINGLE else frozenset(value)
