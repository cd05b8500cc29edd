"""What commands tell of certificates."""
# ruff: noqa: PLC0415 - a list of SMTPs loads this, and mostly has none to tell of

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime

    from smtp_desktop.domain.smtp.certificate import Certificate
    from smtp_desktop.domain.smtp.profile import GenericServer

_NAMES_TOLD = 10


def certificate_lines(chain: "tuple[Certificate, ...]") -> list[str]:
    """Returns a few lines for each certificate, the server's own first; none for an empty chain."""
    return [line for number, one in enumerate(chain) for line in _lines(one, is_own=number == 0)]


def _lines(certificate: "Certificate", *, is_own: bool) -> list[str]:
    from smtp_desktop.domain.smtp.certificate import spelled

    issuer = "itself" if certificate.self_signed else certificate.issuer
    names = certificate.names[:_NAMES_TOLD]
    more = [f"+{len(certificate.names) - _NAMES_TOLD} more"] if len(certificate.names) > _NAMES_TOLD else []
    lines = [f"Certificate of {certificate.subject}" if is_own else f"  Above it: {certificate.subject}"]
    lines.append(f"  Issued by {issuer}")
    if names:
        lines.append(f"  For {', '.join((*names, *more))}")
    lines.append(f"  Valid from {_day(certificate.valid_from)} until {_day(certificate.valid_until)}")
    lines.append(f"  SHA-256 {spelled(certificate.fingerprint)}")
    return lines


def certificate_documents(chain: "tuple[Certificate, ...]") -> list[dict[str, object]]:
    """Returns what `--json` tells of the certificates, the server's own first."""
    from smtp_desktop.domain.smtp.certificate import spelled

    return [
        {
            "subject": one.subject,
            "issuer": one.issuer,
            "names": list(one.names),
            "valid_from": one.valid_from.isoformat(),
            "valid_until": one.valid_until.isoformat(),
            "fingerprint": spelled(one.fingerprint),
            "self_signed": one.self_signed,
        }
        for one in chain
    ]


def trusted_document(server: "GenericServer | None", ca: "Certificate | None") -> dict[str, object]:
    """Returns what `--json` tells of what is trusted for one SMTP alone; null where that is nothing. `ca` is the
    certificate of the CA that it trusts, None where that can't be read."""
    if server is None or not (server.trusted_ca_pem or server.trusted_fingerprint):
        return {"trusted_ca": None, "trusted_fingerprint": None}
    from smtp_desktop.domain.smtp.certificate import spelled

    told = {"subject": ca.subject if ca else None, "valid_until": ca.valid_until.isoformat() if ca else None}
    return {
        "trusted_ca": told if server.trusted_ca_pem else None,
        "trusted_fingerprint": spelled(server.trusted_fingerprint) or None,
    }


def trusted_words(ca: "Certificate | None") -> str:
    """Returns a trusted CA on one line."""
    return f"{ca.subject}, until {_day(ca.valid_until)}" if ca else "a CA whose certificate can't be read"


def _day(moment: "datetime") -> str:
    return moment.date().isoformat()
