"""Header values: the check of what may stand in one, and single headers as `email` writes them."""

import re
from email.headerregistry import Address as HeaderAddress
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8
from functools import lru_cache

from smtp_desktop.domain.mail.address import Address

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_LONGEST_SAFE_NAME = 50


class BadHeader(ValueError):
    """A value must not be in a header: it would end the header, or hide something in it."""


def checked(value: str) -> str:
    """Returns `value`. Raises BadHeader."""
    # `email` itself rejects CR and LF, but not NUL and most others.
    if _CONTROL.search(value):
        raise BadHeader("a control character")
    # It also decodes encoded words (RFC 2047), and then writes the line end that is hidden in one.
    if "=?" in value:
        raise BadHeader("an encoded word")
    return value


def may_fold_badly(address: Address) -> bool:
    """Returns whether its display name may lose its quotes when `email` folds the line."""
    return len(address.display_name) > _LONGEST_SAFE_NAME


def header_addresses(addresses: tuple[Address, ...], *, smtputf8: bool) -> tuple[HeaderAddress, ...]:
    """Returns `addresses` as `email` takes them. Raises BadHeader."""
    return tuple(_header_address(address, smtputf8=smtputf8) for address in addresses)


def _header_address(address: Address, *, smtputf8: bool) -> HeaderAddress:
    if address.needs_smtputf8 and not smtputf8:
        raise BadHeader("an address that only SMTPUTF8 can carry")
    local = address.local
    if len(local) > 1 and local[0] == local[-1] == '"':
        local = re.sub(r"\\(.)", r"\1", local[1:-1])  # HeaderAddress adds the quotes itself
    return HeaderAddress(
        display_name=checked(address.display_name), username=checked(local), domain=checked(address.domain)
    )


@lru_cache(maxsize=512)  # From and subject of an activity repeat, and each takes 0.2 ms
def header_line(name: str, value: str | tuple[Address, ...], *, smtputf8: bool) -> bytes:
    """Returns one header with its line end, folded where it is long. Raises BadHeader."""
    head = EmailMessage(policy=SMTPUTF8 if smtputf8 else SMTP)
    head[name] = checked(value) if isinstance(value, str) else header_addresses(value, smtputf8=smtputf8)
    return head.as_bytes().removesuffix(b"\r\n")
