"""Drafts: the content of an SMTP's form, as typed."""

from dataclasses import asdict, dataclass, replace

from smtp_desktop.domain.draft_fields import different_fields
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.certificate import Authority, Certificate
from smtp_desktop.domain.smtp.limit_rules import LIMIT_FIELDS, plain_limit, typed_limit
from smtp_desktop.domain.smtp.oauth import AppCertificate, OAuthClient, OAuthProvider
from smtp_desktop.domain.smtp.profile import (
    DEFAULT_PORT,
    INTERACTIVE,
    AppCredential,
    Cloud,
    EnvelopeSender,
    GenericServer,
    GraphMailbox,
    ProfileType,
    SecretField,
    SignIn,
    SmtpProfile,
)
from smtp_desktop.domain.smtp.tags import tags_of, typed_tags


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfileDraft:
    """The form's content as typed. A secret that is None was not typed: a stored one then stays. `fingerprint_host` is
    the host of the certificate with `trusted_fingerprint`; empty where that is the draft's own host. A limit that is
    empty or 0 is none. `tags` stand between blanks or commas. The certificates of an app are their public parts; their
    keys are secrets, as `tokens` are, which a sign-in brought."""

    name: str = ""
    type: ProfileType = ProfileType.GENERIC
    is_default: bool = False
    from_address: str = ""
    signature: str = ""
    description: str = ""
    tags: str = ""
    host_name: str = ""
    smtp_port: str = str(DEFAULT_PORT)
    tls: bool = True
    auth_required: bool = True
    user_name: str = ""
    envelope_sender: EnvelopeSender = EnvelopeSender.USER
    tenant_id: str = ""
    client_id: str = ""
    sign_in: SignIn = SignIn.PASSWORD
    cloud: Cloud = Cloud.GLOBAL
    authority: str = ""
    graph_url: str = ""
    client_secret_valid_until: str = ""
    provider: OAuthProvider = OAuthProvider.OTHER
    issuer: str = ""
    authorize_url: str = ""
    token_url: str = ""
    device_url: str = ""
    scope: str = ""
    app_credential: AppCredential = AppCredential.SECRET
    app_certificate: AppCertificate | None = None
    next_app_certificate: AppCertificate | None = None
    password: Secret | None = None
    client_secret: Secret | None = None
    service_account: Secret | None = None
    certificate: Secret | None = None
    next_certificate: Secret | None = None
    tokens: Secret | None = None
    trusted_ca_pem: str = ""
    trusted_fingerprint: str = ""
    fingerprint_host: str = ""
    ehlo_name: str = ""
    per_minute: str = ""
    per_hour: str = ""
    per_day: str = ""
    connections: str = ""
    mails_per_connection: str = ""

    @property
    def uses_oauth(self) -> bool:
        """Whether it describes an SMTP server that is signed in to without a password."""
        return self.type is ProfileType.GENERIC and self.auth_required and self.sign_in is not SignIn.PASSWORD

    @property
    def typed_secrets(self) -> dict[SecretField, Secret]:
        """The typed secrets that this kind of SMTP uses."""
        typed: dict[SecretField, Secret | None] = {field: getattr(self, field) for field in SecretField}
        return {field: secret for field, secret in typed.items() if secret and field in usable_secrets(self)}

    @property
    def client(self) -> OAuthClient | None:
        """The client that signs in to an SMTP server; None where none is needed."""
        if not self.uses_oauth:
            return None
        content = content_of(self)
        return OAuthClient(
            provider=content.provider,
            client_id=content.client_id,
            tenant_id=content.tenant_id,
            issuer=content.issuer,
            authorize_url=content.authorize_url,
            token_url=content.token_url,
            device_url=content.device_url,
            scope=content.scope,
        )


_OF_AN_APP = frozenset({SecretField.CLIENT_SECRET, SecretField.CERTIFICATE, SecretField.NEXT_CERTIFICATE})
_OF_APPS = {
    OAuthProvider.GOOGLE: frozenset({SecretField.SERVICE_ACCOUNT}),
    OAuthProvider.MICROSOFT: _OF_AN_APP,
    OAuthProvider.OTHER: frozenset({SecretField.CLIENT_SECRET}),
}


def usable_secrets(draft: ProfileDraft) -> frozenset[SecretField]:
    """Returns the secrets that an SMTP of this kind may have, whether it needs them or not."""
    with_password = draft.sign_in is SignIn.PASSWORD
    if draft.type is ProfileType.GRAPH:
        return frozenset({SecretField.PASSWORD, SecretField.CLIENT_SECRET}) if with_password else _OF_AN_APP
    if not draft.auth_required:
        return frozenset()
    if with_password:
        return frozenset({SecretField.PASSWORD})
    if draft.sign_in in INTERACTIVE:
        return frozenset({SecretField.CLIENT_SECRET, SecretField.TOKENS})
    return _OF_APPS[draft.provider]


def draft_of(profile: SmtpProfile) -> ProfileDraft:
    """Returns the form's content for a stored SMTP, without its secrets."""
    common = {
        "name": profile.name,
        "type": profile.type,
        "is_default": profile.is_default,
        "from_address": profile.from_address,
        "signature": profile.signature,
        "description": profile.description,
        "tags": typed_tags(profile.tags),
        "user_name": profile.server.user_name,
        "sign_in": profile.server.sign_in,
        "client_secret_valid_until": str(profile.server.client_secret_valid_until or ""),
        "app_credential": profile.server.app_credential,
        "app_certificate": profile.server.app_certificate,
        "next_app_certificate": profile.server.next_app_certificate,
        **{field: typed_limit(getattr(profile.limits, field)) for field in LIMIT_FIELDS},
    }
    match profile.server:
        case GenericServer() as server:
            return ProfileDraft(
                **common,  # type: ignore[arg-type]  # the dict above holds each field's own type
                host_name=server.host_name,
                smtp_port=str(server.smtp_port),
                tls=server.tls,
                auth_required=server.auth_required,
                envelope_sender=server.envelope_sender,
                trusted_ca_pem=server.trusted_ca_pem,
                trusted_fingerprint=server.trusted_fingerprint,
                fingerprint_host=server.host_name if server.trusted_fingerprint else "",
                ehlo_name=server.ehlo_name,
                **_values_of(server.oauth),  # type: ignore[arg-type]  # as above
            )
        case GraphMailbox() as server:
            return ProfileDraft(
                **common,  # type: ignore[arg-type]  # as above
                tenant_id=server.tenant_id,
                client_id=server.client_id,
                cloud=server.cloud,
                authority=server.authority,
                graph_url=server.graph_url,
            )


def _values_of(client: OAuthClient | None) -> dict[str, str]:
    return asdict(client) if client else {}


_SERVER_FIELDS = (
    "host_name",
    "smtp_port",
    "tls",
    "auth_required",
    "envelope_sender",
    "trusted_ca_pem",
    "trusted_fingerprint",
    "fingerprint_host",
    "ehlo_name",
    "mails_per_connection",
)
_CUSTOM_CLOUD_FIELDS = ("authority", "graph_url")
_OWN_ADDRESS_FIELDS = ("issuer", "authorize_url", "token_url", "device_url")
_CERTIFICATE_FIELDS = ("app_credential", "app_certificate", "next_app_certificate")
_APP_FIELDS = (*_CERTIFICATE_FIELDS, "client_secret_valid_until")
_ONE_LINE_FIELDS = (
    "name",
    "from_address",
    "host_name",
    "smtp_port",
    "user_name",
    "tenant_id",
    "client_id",
    "client_secret_valid_until",
    "scope",
    "ehlo_name",
    *_CUSTOM_CLOUD_FIELDS,
    *_OWN_ADDRESS_FIELDS,
)


def differs(draft: ProfileDraft, filled: ProfileDraft) -> bool:
    """Returns whether saving `draft` would store something else than saving `filled`."""
    return bool(draft.typed_secrets) or content_of(draft) != content_of(filled)


def content_of(draft: ProfileDraft) -> ProfileDraft:
    """Returns what is saved of a draft: the fields of its type, without white space around one-line values."""
    unused = _unused_of_server(draft) if draft.type is ProfileType.GENERIC else _unused_of_mailbox(draft)
    empty = ProfileDraft()
    stripped = {name: getattr(draft, name).strip() for name in _ONE_LINE_FIELDS}
    limits = {name: plain_limit(getattr(draft, name)) for name in LIMIT_FIELDS}
    blanks = {name: getattr(empty, name) for name in unused}
    tags = typed_tags(tags_of(draft.tags))
    secrets: dict[str, None] = dict.fromkeys(SecretField)
    return replace(draft, **{**stripped, **limits, **blanks, "tags": tags, **secrets})


def _unused_of_server(draft: ProfileDraft) -> tuple[str, ...]:
    unused: tuple[str, ...] = ("cloud", *_CUSTOM_CLOUD_FIELDS)
    if not draft.auth_required:
        unused += ("user_name", "envelope_sender", "sign_in")
    if not draft.uses_oauth:
        return (*unused, "provider", "client_id", "tenant_id", "scope", *_OWN_ADDRESS_FIELDS, *_APP_FIELDS)
    if draft.provider is not OAuthProvider.MICROSOFT:
        unused += ("tenant_id", *_CERTIFICATE_FIELDS)
    if draft.provider is not OAuthProvider.OTHER:
        unused += _OWN_ADDRESS_FIELDS
    if draft.sign_in is SignIn.APP_ONLY and draft.provider is OAuthProvider.GOOGLE:
        unused += ("client_id", "client_secret_valid_until")  # the service account's key says who it is
    if draft.sign_in in INTERACTIVE:
        unused += _CERTIFICATE_FIELDS
    return unused


def _unused_of_mailbox(draft: ProfileDraft) -> tuple[str, ...]:
    unused: tuple[str, ...] = (*_SERVER_FIELDS, "provider", "scope", *_OWN_ADDRESS_FIELDS)
    if draft.cloud is not Cloud.CUSTOM:
        unused += _CUSTOM_CLOUD_FIELDS
    if draft.sign_in is SignIn.PASSWORD:
        unused += _CERTIFICATE_FIELDS
    return unused


# What a test's outcome does not depend on.
_UNTESTED_FIELDS = frozenset(
    {
        "name",
        "is_default",
        "signature",
        "description",
        "tags",
        "client_secret_valid_until",
        "next_app_certificate",
        *LIMIT_FIELDS,
    }
)


def tests_alike(one: ProfileDraft, other: ProfileDraft) -> bool:
    """Returns whether a test of `one` says the same of `other`, if their secrets are the same."""
    return different_fields(content_of(one), content_of(other)) <= _UNTESTED_FIELDS


def trusting(draft: ProfileDraft, trusted: Authority | Certificate | None) -> ProfileDraft:
    """Returns the draft with this CA trusted besides those of the system, or this certificate of its host alone; with
    None, neither."""
    match trusted:
        case Authority(pem=pem):
            return replace(draft, trusted_ca_pem=pem, trusted_fingerprint="", fingerprint_host="")
        case Certificate(fingerprint=fingerprint):
            host = draft.host_name.strip()
            return replace(draft, trusted_ca_pem="", trusted_fingerprint=fingerprint, fingerprint_host=host)
        case None:
            return replace(draft, trusted_ca_pem="", trusted_fingerprint="", fingerprint_host="")


def with_next_certificate(draft: ProfileDraft, key: Secret) -> ProfileDraft:
    """Returns the draft with its next certificate, whose key is `key`, in the place of the present one."""
    return replace(
        draft,
        app_credential=AppCredential.CERTIFICATE,
        app_certificate=draft.next_app_certificate,
        certificate=key,
        next_app_certificate=None,
        next_certificate=None,
    )
