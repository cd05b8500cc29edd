"""What a server's certificate says."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Certificate:
    """One certificate. `subject` and `issuer` are for a person, the common name first, as in "Example CA, Example Ltd";
    `names` are the host names and addresses that it is for; `fingerprint` is its SHA-256 in lower-case hexadecimal."""

    subject: str
    issuer: str
    fingerprint: str
    valid_from: datetime  # aware UTC
    valid_until: datetime  # aware UTC
    names: tuple[str, ...] = ()
    self_signed: bool = False


def spelled(fingerprint: str) -> str:
    """Returns a fingerprint as people compare it: "AB:CD:…"."""
    return ":".join(fingerprint[at : at + 2] for at in range(0, len(fingerprint), 2)).upper()
