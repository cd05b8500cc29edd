"""The address of an SMTP that a server refused, and the one to use instead."""

import re

from smtp_desktop.domain.diagnosis.conversation import Stage
from smtp_desktop.domain.diagnosis.evidence import Evidence
from smtp_desktop.domain.diagnosis.masking import addresses_in, hosts_in

# What stands before the address of the user who signed in, and not before the one that is refused.
_BEFORE_A_USER = re.compile(
    r"(?:user(?: ?name)?|log-?in|account|authenticated as|auth\w*(?: user)?|belongs? to|owned by|benutzer|nutzer"
    r"|utilisateur|usuario|utente|by)[\s:=<(\"'\[]*$",
    re.IGNORECASE,
)
_BEFORE_THE_REFUSED = re.compile(
    r"(?:\b(?:as|from|sender|for|als|von|comme|como|come|da|de)\b|от имени)[\s:<(\"']*$", re.IGNORECASE
)
_OF_THE_HEADER = re.compile(
    r"header|\bfrom(?: address| domain|:)|from/sender|rfc ?5322|send as|sendas|expediteur|absender|отправител|发件人"
)


def refused_sender_of(evidence: Evidence) -> str:
    """Returns the address that the server refused as a sender: the one that it names, where that is one of the SMTP's;
    else the one that it had seen last. "" where none is known."""
    context = evidence.context
    own = {address.casefold(): address for address in context.own_addresses}
    named = [(at, own[address.casefold()]) for at, address in addresses_in(evidence.said) if address.casefold() in own]
    before = [(evidence.said[:at], address) for at, address in named]
    meant = [address for words, address in before if _BEFORE_THE_REFUSED.search(words)]
    others = meant or [address for words, address in before if not _BEFORE_A_USER.search(words)]
    if others:
        return others[0]
    hosts = hosts_in(evidence.said)
    of_a_domain = [address for address in own.values() if address.rpartition("@")[2].casefold() in hosts]
    seen = _seen_last(evidence)
    if of_a_domain and seen not in of_a_domain:
        return of_a_domain[0]
    return seen or context.envelope_sender


def other_than(refused: str, evidence: Evidence) -> str:
    """Returns the address of the SMTP to send from instead of `refused`; "" where it has no other one."""
    context = evidence.context
    candidates = (context.user_address, context.from_spec, context.envelope_sender)
    return next((one for one in candidates if one and one.casefold() != refused.casefold()), "") if refused else ""


def _seen_last(evidence: Evidence) -> str:
    """The header's address is seen only with the content, and refused there."""
    context = evidence.context
    of_header = evidence.failure.stage is Stage.SEND or (
        evidence.failure.stage is Stage.CONTENT and _OF_THE_HEADER.search(evidence.text) is not None
    )
    return (context.from_spec or context.envelope_sender) if of_header else context.envelope_sender
