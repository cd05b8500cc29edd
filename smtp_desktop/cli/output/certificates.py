"""Certificates, and what one SMTP trusts besides the system's, in text and JSON."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from smtp_desktop.cli.output.times import utc_text
from smtp_desktop.domain.smtp.certificate import Certificate, spelled
from smtp_desktop.domain.smtp.profile import GenericServer

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.common import CertificateInfo
    from smtp_desktop.cli.contract.smtp import TrustedCa

_NAMES_SHOWN = 10


def certificate_lines(chain: tuple[Certificate, ...]) -> list[str]:
    """Returns a few lines for each certificate, the server's own first."""
    return [line for number, one in enumerate(chain) for line in _certificate_lines(one, is_own=number == 0)]


def _certificate_lines(certificate: Certificate, *, is_own: bool) -> list[str]:
    issuer = "itself" if certificate.self_signed else certificate.issuer
    names = certificate.names[:_NAMES_SHOWN]
    more = [f"+{len(certificate.names) - _NAMES_SHOWN} more"] if len(certificate.names) > _NAMES_SHOWN else []
    lines = [f"Certificate of {certificate.subject}" if is_own else f"  Above it: {certificate.subject}"]
    lines.append(f"  Issued by {issuer}")
    if names:
        lines.append(f"  For {', '.join((*names, *more))}")
    lines.append(f"  Valid from {_day(certificate.valid_from)} until {_day(certificate.valid_until)}")
    lines.append(f"  SHA-256 {spelled(certificate.fingerprint)}")
    return lines


def certificate_documents(chain: tuple[Certificate, ...]) -> list[CertificateInfo]:
    """Returns the certificates for `--json`, the server's own first."""
    return [
        {
            "subject": one.subject,
            "issuer": one.issuer,
            "names": list(one.names),
            "valid_from": utc_text(one.valid_from),
            "valid_until": utc_text(one.valid_until),
            "fingerprint": spelled(one.fingerprint),
            "self_signed": one.self_signed,
        }
        for one in chain
    ]


def trusted_ca_document(server: GenericServer | None, ca: Certificate | None) -> TrustedCa | None:
    """Returns for `--json` the CA that is trusted for one SMTP alone. `ca` is its certificate, None if that can't be
    read."""
    if server is None or not server.trusted_ca_pem:
        return None
    return {"subject": ca.subject if ca else None, "valid_until": utc_text(ca.valid_until) if ca else None}


def trusted_fingerprint_text(server: GenericServer | None) -> str | None:
    """Returns the fingerprint of the only certificate that is trusted for an SMTP, if there is one."""
    return spelled(server.trusted_fingerprint) or None if server else None


def trusted_ca_text(ca: Certificate | None) -> str:
    """Returns a trusted CA on one line."""
    return f"{ca.subject}, until {_day(ca.valid_until)}" if ca else "a CA whose certificate can't be read"


def _day(moment: datetime) -> str:
    return moment.date().isoformat()
