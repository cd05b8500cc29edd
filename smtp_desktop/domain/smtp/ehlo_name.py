"""The name in EHLO: what may be typed, and how it goes out."""

import ipaddress

from smtp_desktop.domain.mail.address import BadHost, ascii_host, is_ip_address
from smtp_desktop.domain.message_text import MessageText, msg


def ascii_ehlo_name(typed: str) -> str:
    """Returns the name as EHLO takes it: a full ASCII name or an address literal; empty for none. Raises BadHost."""
    name = typed.strip()
    if not name:
        return ""
    if name.startswith("["):
        return _checked_literal(name)
    host = ascii_host(name)
    # RFC 5321 2.3.5 wants the full name, and 4.1.2 has no underscore.
    if is_ip_address(host) or "." not in host or "_" in host:
        raise BadHost(typed)
    return host


def _checked_literal(literal: str) -> str:
    # RFC 5321 4.1.3: [192.0.2.1] or [IPv6:2001:db8::1], without a zone.
    address = literal[1:].removesuffix("]")
    version, plain = (6, address[5:]) if address.startswith("IPv6:") else (4, address)
    try:
        found = ipaddress.ip_address(plain)
    except ValueError as error:
        raise BadHost(literal) from error
    if not literal.endswith("]") or "%" in plain or found.version != version:
        raise BadHost(literal)
    return literal


def ehlo_name_problem(typed: str) -> MessageText | None:
    """Returns what is wrong with the name in EHLO, or None."""
    try:
        ascii_ehlo_name(typed)
    except BadHost:
        return _what_is_wrong(typed.strip())
    return None


def _what_is_wrong(name: str) -> MessageText:
    bare = name.removeprefix("[").removesuffix("]").removeprefix("IPv6:")
    if is_ip_address(bare) and "%" not in bare:
        form = "[IPv6:{address}]" if ":" in bare else "[{address}]"
        return msg("Enter the address as {literal}.", literal=form.format(address=bare))
    try:
        host = ascii_host(name)
    except BadHost:
        host = ""
    if host and "." not in host and "_" not in host:
        return msg("Enter the full name, for example {name}.company.example, or leave the field empty.", name=name)
    return msg(
        "Enter this computer's full name, such as pc7.company.example, or its address, such as "
        "[192.0.2.1]. If you leave this empty, the program chooses."
    )
