"""A mail address as it is typed or pasted, or a server in its place."""

import re
from dataclasses import replace
from urllib.parse import unquote

from smtp_desktop.domain.mail.address import Address, address_or_none
from smtp_desktop.domain.smtp.pasted_server import PastedServer, pasted_server

_LONGEST = 1_000  # far more than any address with a name
_A_LABEL = "xn--"  # RFC 5890 2.3.2.1
_MAILTO = "mailto:"  # RFC 6068
_UNSEEN = re.compile("[\u00ad\u200b-\u200d\u2060\ufeff]")  # what copying from a page brings along
_AROUND = " \t\r\n,;\"'"


def typed_address(typed: str) -> Address | PastedServer | None:
    """Returns the address in `typed`: bare, with a display name, or as a mailto link; else the parts of the server that
    was pasted in its place; None for anything else."""
    if len(typed) > _LONGEST:
        return None
    text = _UNSEEN.sub("", typed).strip()
    if text.lower().startswith(_MAILTO):
        return _linked(text[len(_MAILTO) :])
    return address_or_none(text) or address_or_none(text.strip(_AROUND)) or pasted_server(text)


def written(address: Address) -> str:
    """Returns the address as people write it: an international domain in its own letters."""
    return str(replace(address, domain=written_domain(address.domain)))


def written_domain(domain: str) -> str:
    """Returns a domain, in ASCII, in its own letters."""
    if not any(label.startswith(_A_LABEL) for label in domain.split(".")):
        return domain
    import idna  # noqa: PLC0415 - its tables take 10 ms to load, and few domains need them

    try:
        return idna.decode(domain)
    except idna.IDNAError:
        return domain


def _linked(link: str) -> Address | None:
    path, _, _ = link.partition("?")
    return address_or_none(unquote(path))
