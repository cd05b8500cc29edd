"""SMTPs as they are stored: a profile, with its server or mailbox."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Any, NewType

from smtp_desktop.domain.errors import ChangedMeanwhile
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.oauth import AppCertificate, OAuthClient, OAuthProvider

ProfileId = NewType("ProfileId", str)

NAME_LIMIT = 50
SIGNATURE_LIMIT = 250
DESCRIPTION_LIMIT = 1000
DEFAULT_PORT = 587
_NO_LIMITS = SendLimits()


class ProfileType(StrEnum):
    """An SMTP server, or a Microsoft 365 mailbox."""

    GENERIC = "generic"
    GRAPH = "graph"


class EnvelopeSender(StrEnum):
    """The address in MAIL FROM where both are known: the user name's or the From Address."""

    USER = "user"
    FROM = "from"


class SignIn(StrEnum):
    """How the program signs in. A Microsoft 365 mailbox has the first and the last."""

    PASSWORD = "password"  # noqa: S105 - a choice, not a password
    BROWSER = "browser"  # a person signs in once, in a browser; the program renews the access token from then on
    DEVICE = "device"  # the same with a code that is entered in a browser on another computer
    APP_ONLY = "app-only"  # the program signs in as itself


INTERACTIVE = frozenset({SignIn.BROWSER, SignIn.DEVICE})
"""The ways for which a person signs in."""


class AppCredential(StrEnum):
    """How an app proves to Microsoft who it is."""

    SECRET = "secret"  # noqa: S105 - a choice, not a secret
    CERTIFICATE = "certificate"
    MANAGED_IDENTITY = "managed-identity"  # the identity that Azure gives to the computer the program runs on


class Cloud(StrEnum):
    """The Microsoft cloud that a tenant is in; `cloud.graph_endpoints` has their addresses."""

    GLOBAL = "global"
    US_L4 = "us-l4"
    US_DOD = "us-dod"
    CHINA = "china"
    CUSTOM = "custom"


class SecretField(StrEnum):
    """The fields of an SMTP that hold a secret."""

    PASSWORD = "password"  # noqa: S105 - a field's name, not a password
    CLIENT_SECRET = "client_secret"  # noqa: S105 - as above
    SERVICE_ACCOUNT = "service_account"  # Google's JSON key
    CERTIFICATE = "certificate"  # PEM: the private key, then its certificate
    NEXT_CERTIFICATE = "next_certificate"  # the one that is about to replace it
    TOKENS = "tokens"  # as `domain.sign_in.tokens` writes them


@dataclass(frozen=True, slots=True, kw_only=True)
class GenericServer:
    """An SMTP server. `host_name` is as typed. For this SMTP alone, `trusted_ca_pem` adds a CA to those of the system,
    and with `trusted_fingerprint` (SHA-256 in lower-case hexadecimal) that certificate alone is trusted. `ehlo_name` is
    the name that the program gives in EHLO, as typed; empty where it chooses one itself.

    `oauth` is None where it signs in with a password. `app_credential`, the certificates (their public parts) and
    `client_secret_valid_until` are as those of a mailbox.
    """

    host_name: str
    smtp_port: int = DEFAULT_PORT
    tls: bool = True
    auth_required: bool = True
    user_name: str = ""
    envelope_sender: EnvelopeSender = EnvelopeSender.USER
    sign_in: SignIn = SignIn.PASSWORD
    oauth: OAuthClient | None = None
    app_credential: AppCredential = AppCredential.SECRET
    app_certificate: AppCertificate | None = None
    next_app_certificate: AppCertificate | None = None
    client_secret_valid_until: date | None = None
    password_ref: SecretRef | None = None
    client_secret_ref: SecretRef | None = None
    service_account_ref: SecretRef | None = None
    certificate_ref: SecretRef | None = None
    next_certificate_ref: SecretRef | None = None
    tokens_ref: SecretRef | None = None
    trusted_ca_pem: str = ""
    trusted_fingerprint: str = ""
    ehlo_name: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphMailbox:
    """A Microsoft 365 mailbox, reached through Microsoft Graph.

    `authority` and `graph_url` are as typed, for the custom cloud alone. `client_secret_valid_until` is the last day
    of the client secret, where the user has entered it. `app_credential` is how an app-only sign-in proves who it is;
    `next_app_certificate` is to replace `app_certificate`. Both are the public parts.
    """

    user_name: str
    tenant_id: str
    client_id: str
    sign_in: SignIn = SignIn.PASSWORD
    cloud: Cloud = Cloud.GLOBAL
    authority: str = ""
    graph_url: str = ""
    client_secret_valid_until: date | None = None
    app_credential: AppCredential = AppCredential.SECRET
    app_certificate: AppCertificate | None = None
    next_app_certificate: AppCertificate | None = None
    password_ref: SecretRef | None = None
    client_secret_ref: SecretRef | None = None
    certificate_ref: SecretRef | None = None
    next_certificate_ref: SecretRef | None = None


Server = GenericServer | GraphMailbox


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpProfile:
    """An SMTP: one way to send mail. `id` never changes; everything else may. `from_address` is as typed. `version` is
    another one after each change in the store, and 0 before it is stored; `settings_version` grows with each change of
    what a test depends on."""

    id: ProfileId
    name: str
    server: Server
    is_default: bool = False
    from_address: str = ""
    signature: str = ""
    description: str = ""
    tags: tuple[str, ...] = ()
    limits: SendLimits = _NO_LIMITS
    version: int = field(default=0, compare=False)
    settings_version: int = field(default=0, compare=False)

    @property
    def type(self) -> ProfileType:
        return ProfileType.GENERIC if isinstance(self.server, GenericServer) else ProfileType.GRAPH

    @property
    def needs_password(self) -> bool:
        """Whether it signs in with a password."""
        return self.server.sign_in is SignIn.PASSWORD and (
            self.server.auth_required if isinstance(self.server, GenericServer) else True
        )

    @property
    def needs_token(self) -> bool:
        """Whether it signs in to an SMTP server with an access token."""
        server = self.server
        return isinstance(server, GenericServer) and server.auth_required and server.sign_in is not SignIn.PASSWORD

    @property
    def needed_secrets(self) -> frozenset[SecretField]:
        """The secrets that it signs in with, without those that it can do without."""
        server = self.server
        if isinstance(server, GraphMailbox):
            return _of_mailbox(server)
        return _of_server(server) if server.auth_required else frozenset()

    @property
    def secret_refs(self) -> dict[SecretField, SecretRef]:
        """The references of its stored secrets, by field."""
        refs = {field: getattr(self.server, f"{field}_ref", None) for field in SecretField}
        return {field: ref for field, ref in refs.items() if ref}


def _of_mailbox(mailbox: GraphMailbox) -> frozenset[SecretField]:
    if mailbox.sign_in is SignIn.PASSWORD:
        return frozenset({SecretField.PASSWORD, SecretField.CLIENT_SECRET})
    return secrets_of_app(mailbox.app_credential)


def _of_server(server: GenericServer) -> frozenset[SecretField]:
    match server.sign_in:
        case SignIn.PASSWORD:
            return frozenset({SecretField.PASSWORD})
        case SignIn.BROWSER | SignIn.DEVICE:
            return frozenset({SecretField.TOKENS})
        case SignIn.APP_ONLY:
            provider = server.oauth.provider if server.oauth else OAuthProvider.OTHER
            return app_secrets(provider, server.app_credential)


def app_secrets(provider: OAuthProvider, credential: AppCredential) -> frozenset[SecretField]:
    """Returns the secrets by which an app signs in at `provider`."""
    match provider:
        case OAuthProvider.GOOGLE:
            return frozenset({SecretField.SERVICE_ACCOUNT})
        case OAuthProvider.MICROSOFT:
            return secrets_of_app(credential)
        case OAuthProvider.OTHER:
            return frozenset({SecretField.CLIENT_SECRET})


def secrets_of_app(credential: AppCredential) -> frozenset[SecretField]:
    """Returns the secrets by which an app signs in at Microsoft."""
    match credential:
        case AppCredential.SECRET:
            return frozenset({SecretField.CLIENT_SECRET})
        case AppCredential.CERTIFICATE:
            return frozenset({SecretField.CERTIFICATE})
        case AppCredential.MANAGED_IDENTITY:
            return frozenset()


def is_app_at_microsoft(server: Server) -> bool:
    """Whether it is signed in to by an app at Microsoft, as itself."""
    if server.sign_in is not SignIn.APP_ONLY:
        return False
    if not isinstance(server, GenericServer):
        return True
    return server.auth_required and server.oauth is not None and server.oauth.provider is OAuthProvider.MICROSOFT


def with_refs(server: Server, refs: Mapping[SecretField, SecretRef]) -> Server:
    """Returns the server with these places of secrets, and no others; those that its kind does not have are left
    out."""
    every: dict[str, Any] = {f"{field}_ref": refs.get(field) for field in SecretField}
    return replace(server, **{name: ref for name, ref in every.items() if hasattr(server, name)})


def copy_name(name: str, taken: frozenset[str]) -> str:
    """Returns the name for a copy of `name`: NAME_copied, else NAME_copied2 and so on, with NAME shortened to fit.
    `taken` holds every name in use; case does not matter."""
    folded = {other.lower() for other in taken}
    number = 1
    while True:
        suffix = "_copied" if number == 1 else f"_copied{number}"
        candidate = name[: NAME_LIMIT - len(suffix)] + suffix
        if candidate.lower() not in folded:
            return candidate
        number += 1


def default_of(profiles: Iterable[SmtpProfile]) -> SmtpProfile | None:
    """Returns the default SMTP; None where there is none among `profiles`."""
    return next((profile for profile in profiles if profile.is_default), None)


def default_id_of(profiles: Iterable[SmtpProfile]) -> ProfileId | None:
    """Returns the id of the default SMTP; None where there is none among `profiles`."""
    default = default_of(profiles)
    return default.id if default else None


def refuse_wrong_default(deleted: SmtpProfile, *, new_default: ProfileId | None, left: int) -> None:
    """Raises ChangedMeanwhile where deleting that SMTP would leave the `left` others without a default, or take the
    default from another SMTP than the deleted one."""
    name = deleted.name
    if deleted.is_default and left and new_default is None:
        raise ChangedMeanwhile(
            msg("{name} is the default SMTP. Nothing was deleted; choose a new default first.", name=name)
        )
    if not deleted.is_default and new_default is not None:
        raise ChangedMeanwhile(msg("{name} is no longer the default SMTP. Nothing was deleted; try again.", name=name))
