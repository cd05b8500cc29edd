"""What an SMTP's card says of what will stop working."""

from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.expiry import CertificateExpiry, SecretExpiry
from smtp_desktop.ui.models.card import Tone
from smtp_desktop.ui.models.card_words import expiry_text


class Ending(NamedTuple):
    """Something that ends soon or has ended, in a few words."""

    words: str
    tone: Tone


def secret_ending(expiry: SecretExpiry) -> Ending:
    """Returns when the client secret ends."""
    return Ending(words=expiry_text(expiry), tone=Tone.BAD if expiry.ended else Tone.WARN)


def certificate_ending(expiry: CertificateExpiry, *, harmless: bool) -> Ending:
    """Returns when the certificate ends; `harmless` where mail is sent after that as well."""
    if expiry.of_ca:
        ended, today = _tr("Trusted CA has ended"), _tr("Trusted CA ends today")
        tomorrow, later = _tr("Trusted CA ends tomorrow"), _tr("Trusted CA ends in {n} days")
    else:
        ended, today = _tr("Certificate has ended"), _tr("Certificate ends today")
        tomorrow, later = _tr("Certificate ends tomorrow"), _tr("Certificate ends in {n} days")
    if expiry.ended:
        return Ending(words=ended, tone=Tone.WARN if harmless else Tone.BAD)
    words = {0: today, 1: tomorrow}
    return Ending(words=words.get(expiry.days_left, later.format(n=expiry.days_left)), tone=Tone.WARN)


def _tr(source: str) -> str:
    return QCoreApplication.translate("SmtpCards", source)
