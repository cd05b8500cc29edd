"""Certificates of servers and CAs, and their fingerprints."""

from dataclasses import dataclass, field
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """The contents of one certificate.

    `subject` and `issuer` are for the user, the common name first, as in "Example CA, Example Ltd"; `names` are the
    host names and IP addresses that it is for; `fingerprint` is its SHA-256 in lower-case hexadecimal. `der` is the
    encoded certificate where it comes straight from a server or a file; it is never stored.
    """

    subject: str
    issuer: str
    fingerprint: str
    valid_from: datetime  # aware UTC
    valid_until: datetime  # aware UTC
    names: tuple[str, ...] = ()
    self_signed: bool = False
    der: bytes = field(default=b"", repr=False, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class Authority:
    """A CA that an SMTP can trust: its certificate as PEM, as it is stored, and parsed."""

    pem: str
    certificate: Certificate


def plain_fingerprint(typed: str) -> str:
    """Returns a fingerprint as it is stored: in lower case, without colons and white space."""
    return "".join(typed.replace(":", "").split()).lower()


def spelled(fingerprint: str) -> str:
    """Returns a fingerprint as people compare it: "AB:CD:…"."""
    return ":".join(fingerprint[at : at + 2] for at in range(0, len(fingerprint), 2)).upper()


def spelled_in_two(fingerprint: str) -> str:
    """Does as `spelled`, with a space in the middle, where a line may break."""
    half = len(fingerprint) // 2
    return f"{spelled(fingerprint[:half])}: {spelled(fingerprint[half:])}"
