"""A maker of certificates that takes no time: what it makes only looks like PEM."""

import base64
import itertools
from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path

from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.app_certificate import KeyedCertificate
from smtp_desktop.domain.smtp.oauth import AppCertificate

_KEY = "-----BEGIN PRIVATE KEY-----\n{body}\n-----END PRIVATE KEY-----\n"
_CERTIFICATE = "-----BEGIN CERTIFICATE-----\n{body}\n-----END CERTIFICATE-----\n"


class FakeCertificateMaker:
    """Numbers what it makes. A file that it reads has to hold what was made, as text."""

    def __init__(self) -> None:
        self._numbers = itertools.count(1)

    def make(self, name: str, *, months: int, now: datetime) -> KeyedCertificate:
        pem = _pem(_CERTIFICATE, f"certificate {next(self._numbers)} of {name}")
        certificate = AppCertificate(pem=pem, valid_until=(now + timedelta(days=30 * months)).date())
        return KeyedCertificate(secret=Secret(_pem(_KEY, f"canary key of {name}") + pem), certificate=certificate)

    def read(self, paths: Sequence[Path], password: Secret | None, *, now: datetime) -> KeyedCertificate:
        return self.parse(
            Secret("".join(path.read_text(encoding="ascii") for path in paths if path.is_file())), now=now
        )

    def parse(self, pem: Secret, *, now: datetime) -> KeyedCertificate:
        text = pem.reveal().strip() + "\n"
        key, mark, rest = text.partition("-----BEGIN CERTIFICATE-----")
        if not key or not mark:
            raise FieldErrors((FieldError(field="certificate", message=msg("There is no key and certificate.")),))
        certificate = AppCertificate(pem=mark + rest, valid_until=(now + timedelta(days=30)).date())
        return KeyedCertificate(secret=Secret(text), certificate=certificate)

    def der(self, certificate: AppCertificate) -> bytes:
        return base64.b64decode("".join(certificate.pem.splitlines()[1:-1]))


def _pem(form: str, content: str) -> str:
    return form.format(body=base64.b64encode(content.encode()).decode())
