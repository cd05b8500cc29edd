"""Mail addresses and host names, international ones included."""

import ipaddress
import re
from dataclasses import dataclass
from functools import lru_cache

_HOST_LABEL = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?<!-)")
# With lone surrogates: bytes of a command line that are not UTF-8 become those, and nothing can encode them.
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]+")
_ZONE = re.compile(r"[A-Za-z0-9_.-]+")
_NAMED = re.compile(r"(?P<name>.*?)\s*<(?P<spec>[^<>]*)>")
# Nearly all local parts match it. email-validator, which takes 0.1 ms, neither changes nor refuses these.
_COMMON_LOCAL = re.compile(r"[a-z0-9_+-]+(?:\.[a-z0-9_+-]+)*")
_MAX_LOCAL = 64  # RFC 5321 4.5.3.1.1
_ENCODED_WORD = "=?"
MAX_ADDRESS = 254  # RFC 5321 4.5.3.1.3: a path of 256 octets, less its angle brackets


class BadAddress(ValueError):
    """The text is no mail address, or more than one."""


class BadHost(ValueError):
    """The text is neither a host name nor an IP address."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """One mailbox. `local` may hold non-ASCII characters (RFC 6531); `domain` is ASCII (A-labels)."""

    local: str
    domain: str
    display_name: str = ""

    @property
    def spec(self) -> str:
        """The address without its display name, as in an envelope; empty for NULL_SENDER."""
        return f"{self.local}@{self.domain}" if self.local else ""

    @property
    def needs_smtputf8(self) -> bool:
        """Whether only a server with SMTPUTF8 accepts it (RFC 6531 3.2)."""
        return not self.local.isascii()

    def __str__(self) -> str:
        if not self.display_name:
            return self.spec
        from email.utils import quote  # noqa: PLC0415 - loads sockets and more in 15 ms, and few addresses have a name

        return f'"{quote(self.display_name)}" <{self.spec}>'


NULL_SENDER = Address(local="", domain="")
"""The sender of a mail that nobody wants to hear of again, as of a bounce (RFC 5321 4.5.5). In envelopes only."""


@lru_cache(maxsize=1024)  # the few addresses of an SMTP are parsed again and again
def parse_address(typed: str) -> Address:
    """Returns the address in `typed`: `local@domain` or `Display Name <local@domain>`.

    Intranet domains (`localhost`, `plant.local`, `[192.0.2.1]`) are allowed: this program's mail often stays there.
    Raises BadAddress.
    """
    typed = typed.strip()
    # An encoded word (RFC 2047) as `=?utf-8?q?=0D=0A?=` can hide line ends: Python's `email` decodes it in headers.
    if (not typed.isprintable() and CONTROL.search(typed)) or _ENCODED_WORD in typed:
        raise BadAddress(typed)
    named = _NAMED.fullmatch(typed) if "<" in typed else None
    display_name = _unquoted(named["name"]) if named else ""
    spec = (named["spec"] if named else typed).strip()
    local, at, domain = spec.rpartition("@")
    if not at or not local:
        raise BadAddress(typed)
    address = Address(local=_checked_local(local), domain=_checked_domain(domain), display_name=display_name)
    # Measured last: A-labels are longer than the text that was typed.
    if len(address.spec.encode()) > MAX_ADDRESS:
        raise BadAddress(typed)
    return address


def address_or_none(typed: str) -> Address | None:
    """Returns the address that was typed, or None where it is none."""
    try:
        return parse_address(typed)
    except BadAddress:
        return None


def _unquoted(name: str) -> str:
    name = name.strip()
    if len(name) > 1 and name[0] == name[-1] == '"':
        name = re.sub(r"\\(.)", r"\1", name[1:-1])
    return name


def _checked_local(local: str) -> str:
    if len(local) <= _MAX_LOCAL and _COMMON_LOCAL.fullmatch(local):
        return local
    from email_validator import EmailNotValidError, validate_email  # noqa: PLC0415 - takes 25 ms, and few need it

    try:
        # With any good domain: the real one is checked below, by rules that know intranets.
        checked = validate_email(f"{local}@example.com", check_deliverability=False, allow_quoted_local=True)
    except EmailNotValidError as error:
        raise BadAddress(local) from error
    # Servers that don't know quotes would take what follows for parameters of the command.
    if set(checked.local_part) & {"<", ">"}:
        raise BadAddress(local)
    return checked.local_part


@lru_cache(maxsize=1024)  # the recipients of a batch share a few domains
def _checked_domain(domain: str) -> str:
    if domain.startswith("[") and domain.endswith("]"):
        literal = domain[1:-1].removeprefix("IPv6:")
        # RFC 5321 4.1.3: an address literal has no zone. One could hold blanks, and so ESMTP parameters.
        if "%" in literal or not _is_ip(literal):
            raise BadAddress(domain)
        return domain
    try:
        host = ascii_host(domain)
    except BadHost as error:
        raise BadAddress(domain) from error
    if _is_ip(host):
        raise BadAddress(domain)
    return host


@lru_cache(maxsize=1024)  # a check calls it three times, and hundreds of checks may run at once
def ascii_host(typed: str) -> str:
    """Returns the host name or IP address in `typed` as DNS and TLS take it: in lower-case ASCII, international names
    by IDNA 2008 (RFC 5891), IP addresses in their short form without brackets. Raises BadHost."""
    host = typed.strip()
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    if _is_ip(host):
        return str(ipaddress.ip_address(host))
    host = host.removesuffix(".")
    if not host.isascii():
        host = _to_a_labels(host)
    labels = host.split(".")
    numeric = labels[-1].isdigit()  # RFC 1123 2.1: no name ends with a number; this is a mistyped IPv4 address
    if numeric or len(host) > 253 or not all(_HOST_LABEL.fullmatch(label) for label in labels):  # noqa: PLR2004 - RFC 1035 2.3.4
        raise BadHost(typed)
    return host.lower()


def is_ip_address(host: str) -> bool:
    """Whether `host`, as `ascii_host` returns it, is an IP address and no name."""
    return _is_ip(host)


def _to_a_labels(host: str) -> str:
    import idna  # noqa: PLC0415 - its tables take 10 ms to load, and few host names need them

    try:
        return idna.encode(host, uts46=True).decode("ascii")
    except idna.IDNAError as error:
        raise BadHost(host) from error


def _is_ip(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    # `ipaddress` accepts any text as a zone.
    _, has_zone, zone = host.partition("%")
    return not has_zone or _ZONE.fullmatch(zone) is not None


def is_this_computer(host: str) -> bool:
    """Whether `host` can only mean this computer, so that clear text never leaves it."""
    try:
        return ipaddress.ip_address(host.strip("[] ")).is_loopback
    except ValueError:
        return host.strip().rstrip(".").lower() in {
            "localhost",
            "ip6-localhost",
        } or host.strip().lower().endswith(".localhost")
