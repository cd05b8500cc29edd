"""OAuth 2.0 clients: where a company's own client signs in, and the certificates that it proves itself with."""

import base64
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

GOOGLE_SCOPE = "https://mail.google.com/"
"""Google's only scope for SMTP; `gmail.send` is for its HTTP API alone."""
_MICROSOFT_APP_SCOPE = "https://outlook.office365.com/.default"
_MICROSOFT_SCOPE = "https://outlook.office.com/SMTP.Send"


class OAuthProvider(StrEnum):
    """Who the authorization server belongs to."""

    GOOGLE = "google"
    MICROSOFT = "microsoft"
    OTHER = "other"


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthClient:
    """A client as it is registered at an authorization server. All values are as typed.

    `tenant_id` is for Microsoft alone: empty stands for all companies and personal accounts. The addresses are for
    another provider alone: those of its authorization, token and device authorization endpoints, or `issuer`, which
    says them (RFC 8414). `scope` is empty where the provider's own is to be asked for.
    """

    provider: OAuthProvider
    client_id: str = ""
    tenant_id: str = ""
    issuer: str = ""
    authorize_url: str = ""
    token_url: str = ""
    device_url: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class OAuthEndpoints:
    """Where a client signs in. An address is empty where only the issuer's metadata can say it, or there is none."""

    issuer: str
    authorize_url: str
    token_url: str
    device_url: str
    scope: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AppCertificate:
    """The public part of an app's certificate. `pem` is one certificate; `valid_until` is its last day, UTC."""

    pem: str
    valid_until: date

    @property
    def thumbprint(self) -> str:
        """The SHA-256 of the certificate, in upper-case hexadecimal, as Entra ID shows it; empty where the PEM is
        damaged."""
        import hashlib  # noqa: PLC0415 - loads OpenSSL, which the window's start needs for nothing

        lines = [line.strip() for line in self.pem.splitlines() if line.strip() and not line.startswith("-----")]
        try:
            der = base64.b64decode("".join(lines), validate=True)
        except ValueError:
            return ""
        return hashlib.sha256(der).hexdigest().upper()


def endpoints_of(client: OAuthClient, *, app_only: bool) -> OAuthEndpoints:
    """Returns where `client` signs in, and the scope that it asks for."""
    match client.provider:
        case OAuthProvider.GOOGLE:
            return OAuthEndpoints(
                issuer="https://accounts.google.com",
                authorize_url="https://accounts.google.com/o/oauth2/v2/auth",
                token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address, not a token
                device_url="",  # Google's device flow knows no scope for mail
                scope=client.scope.strip() or GOOGLE_SCOPE,
            )
        case OAuthProvider.MICROSOFT:
            authority = f"https://login.microsoftonline.com/{client.tenant_id.strip() or 'common'}"
            return OAuthEndpoints(
                issuer=f"{authority}/v2.0",
                authorize_url=f"{authority}/oauth2/v2.0/authorize",
                token_url=f"{authority}/oauth2/v2.0/token",
                device_url=f"{authority}/oauth2/v2.0/devicecode",
                scope=client.scope.strip() or (_MICROSOFT_APP_SCOPE if app_only else _MICROSOFT_SCOPE),
            )
        case OAuthProvider.OTHER:
            return OAuthEndpoints(
                issuer=client.issuer.strip(),
                authorize_url=client.authorize_url.strip(),
                token_url=client.token_url.strip(),
                device_url=client.device_url.strip(),
                scope=client.scope.strip(),
            )
