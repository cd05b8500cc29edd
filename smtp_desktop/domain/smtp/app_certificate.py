"""An app's certificate together with its private key, and for how long one that is made here is valid."""

from dataclasses import dataclass

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.oauth import AppCertificate

DEFAULT_MONTHS = 24
# As long as the longest client secret that Entra ID issues. A certificate may be valid longer, but policies that limit
# its lifetime would refuse it when it is uploaded.
MOST_MONTHS = 24


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedCertificate:
    """A certificate with its private key. `secret` is both as PEM, the key first: unencrypted, in PKCS #8."""

    secret: Secret
    certificate: AppCertificate
