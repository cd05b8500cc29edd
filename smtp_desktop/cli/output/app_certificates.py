"""Certificates of apps in text and JSON: their public parts."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.common import AppCertificateInfo
    from smtp_desktop.domain.smtp.oauth import AppCertificate


def app_certificate_document(certificate: AppCertificate | None) -> AppCertificateInfo | None:
    """Returns a certificate for `--json`."""
    if certificate is None:
        return None
    return {"thumbprint": certificate.thumbprint, "valid_until": certificate.valid_until.isoformat()}


def app_certificate_text(certificate: AppCertificate) -> str:
    """Returns "SHA-256 thumbprint …, valid until …"."""
    return f"SHA-256 thumbprint {certificate.thumbprint}, valid until {certificate.valid_until.isoformat()}"
