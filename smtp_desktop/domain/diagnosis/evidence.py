"""The evidence of a failure: what advice rules look at, worked out once for all of them."""

import re
from dataclasses import dataclass

from smtp_desktop.domain.diagnosis.context import FailureContext
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Reply
from smtp_desktop.domain.diagnosis.masking import folded, hosts_in, masked, pages_in
from smtp_desktop.domain.smtp.providers import Provider

_ENHANCED = re.compile(r"(?<![\w.])[45]\.(\d{1,3}\.\d{1,3})(?![\w.]*\d)")
_LONGEST = 4_000  # characters of a reply: what is to be said is said by then
# What else they name are addresses of programs: the scope, the redirect address.
_PAGES_ON_SIGN_INS = ("https://aka.ms/", "https://go.microsoft.com/", "https://support.google.com/")
_NAME = re.compile(r"[\w-]+(?:\.[\w-]+)+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """A failure and its context, as advice rules see them.

    `text` is the reply with its code, without accents and with what the server only quotes `masked`; `named` are the
    web addresses and host names that it names, one a line; `enhanced` is its enhanced code without the class. `said` is
    what the server said, unchanged; `introduced` what it said of itself, without accents. `page` is the first web
    address that the reply names for people. What is not there is empty.
    """

    failure: Failure
    context: FailureContext
    text: str
    named: str
    enhanced: str
    said: str
    introduced: str
    page: str

    def is_of(self, provider: Provider) -> bool:
        """Whether the server is the provider's, by its host, its words or its introduction."""
        context = self.context
        return provider.is_met(context.host, f"{self.said}\n{context.server_words}") or any(
            provider.has_host(name.lower()) for name in _NAME.findall(context.server_words.partition("\n")[0])
        )


def evidence_of(failure: Failure, context: FailureContext) -> Evidence:
    """Returns the evidence of `failure` in `context`."""
    said = str(failure.reply or "")[:_LONGEST]
    text = folded(masked(said, _own(context)))
    pages = pages_in(said)
    of_sign_in = failure.kind is FailureKind.TOKEN_REFUSED
    to_open = [page for page in pages if not of_sign_in or page.startswith(_PAGES_ON_SIGN_INS)]
    return Evidence(
        failure=failure,
        context=context,
        text=text,
        named="\n".join((*pages, *hosts_in(said))),
        enhanced=_enhanced(failure.reply, text),
        said=said,
        introduced=folded(context.server_words),
        page=to_open[0] if to_open else "",
    )


def _own(context: FailureContext) -> frozenset[str]:
    addresses = [address.casefold() for address in context.own_addresses]
    return frozenset((*addresses, *(address.rpartition("@")[2] for address in addresses)))


def _enhanced(reply: Reply | HttpReply | None, text: str) -> str:
    if not isinstance(reply, Reply):
        return ""
    if reply.enhanced_code:
        return reply.enhanced_code.partition(".")[2]
    elsewhere = _ENHANCED.search(text)  # as in "(#5.7.1)"
    return elsewhere[1] if elsewhere else ""
