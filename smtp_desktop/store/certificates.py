"""Certificates as JSON."""

from datetime import datetime
from typing import Any

from smtp_desktop.domain.smtp.certificate import Certificate

_Json = Any  # what json.loads gives: its shape is known to the two functions alone


def from_chain(chain: tuple[Certificate, ...]) -> _Json:
    """Returns what `to_chain` makes equal certificates from."""
    return [
        [
            one.subject,
            one.issuer,
            one.fingerprint,
            one.valid_from.isoformat(),
            one.valid_until.isoformat(),
            one.names,
            one.self_signed,
        ]
        for one in chain
    ]


def to_chain(found: _Json) -> tuple[Certificate, ...]:
    """Returns the certificates that `from_chain` was given."""
    return tuple(_certificate(one) for one in found)


def _certificate(one: _Json) -> Certificate:
    subject, issuer, fingerprint, valid_from, valid_until, names, self_signed = one
    return Certificate(
        subject=subject,
        issuer=issuer,
        fingerprint=fingerprint,
        valid_from=datetime.fromisoformat(valid_from),
        valid_until=datetime.fromisoformat(valid_until),
        names=tuple(names),
        self_signed=self_signed,
    )
