"""What an SMTP's card says of what will stop working."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.checks.end_date import certificate_expiry, secret_expiry
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.ui.cards.card import Tone
from smtp_desktop.ui.cards.smtp_words import expiry_text

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from smtp_desktop.domain.checks.end_date import CertificateExpiry, SecretExpiry
    from smtp_desktop.domain.checks.health import ServerFact
    from smtp_desktop.domain.smtp.certificate import Certificate
    from smtp_desktop.domain.smtp.profile import SmtpProfile


class Ending(NamedTuple):
    """Something that ends soon or has ended, in a few words."""

    words: str
    tone: Tone


def endings_of(
    profile: SmtpProfile, fact: ServerFact | None, ca: Certificate | None, now: datetime
) -> Sequence[Ending]:
    """Returns what ends soon or has ended, the soonest first. `fact` is what is known of its server, and `ca` the one
    that it trusts."""
    server, now = profile.server, now.astimezone()
    if not isinstance(server, GenericServer):
        secret = secret_expiry(profile, now.date())
        return [secret_ending(secret)] if secret else []
    expiries: list[CertificateExpiry | None] = []
    if fact and fact.security.chain:
        expiries.append(certificate_expiry(fact.security.chain[0], now))
    if ca and not server.trusted_fingerprint:
        expiries.append(certificate_expiry(ca, now, of_ca=True))
    found = sorted((expiry for expiry in expiries if expiry), key=lambda expiry: expiry.valid_until)
    # A certificate that is trusted by its fingerprint is taken after its end as well.
    return [certificate_ending(expiry, harmless=bool(server.trusted_fingerprint)) for expiry in found]


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
