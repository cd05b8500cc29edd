"""A mail address as it is typed or pasted, or a server in its place."""

import re
from urllib.parse import unquote

from smtp_desktop.domain.mail.address import Address, address_or_none
from smtp_desktop.domain.smtp.pasted_server import PastedServer, pasted_server

_LONGEST = 1_000  # far more than any address with a name
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


def _linked(link: str) -> Address | None:
    path, _, _ = link.partition("?")
    return address_or_none(unquote(path))
