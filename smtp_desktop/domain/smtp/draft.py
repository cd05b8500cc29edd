"""Drafts: the content of an SMTP's form, as typed."""

from dataclasses import dataclass, replace

from smtp_desktop.domain.draft_fields import different_fields
from smtp_desktop.domain.mail.address import BadHost, ascii_host
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.certificate import Authority, Certificate
from smtp_desktop.domain.smtp.cloud import graph_endpoints, graph_endpoints_of, is_https_address
from smtp_desktop.domain.smtp.limit_rules import LIMIT_FIELDS, plain_limit, typed_limit
from smtp_desktop.domain.smtp.profile import (
    DEFAULT_PORT,
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
    empty or 0 is none. `tags` stand between blanks or commas."""

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
    password: Secret | None = None
    client_secret: Secret | None = None
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
    def typed_secrets(self) -> dict[SecretField, Secret]:
        """The typed secrets that this kind of SMTP uses."""
        wanted: dict[SecretField, Secret | None] = {}
        if self.type is ProfileType.GRAPH:
            wanted[SecretField.CLIENT_SECRET] = self.client_secret
            if self.sign_in is SignIn.PASSWORD:
                wanted[SecretField.PASSWORD] = self.password
        elif self.auth_required:
            wanted[SecretField.PASSWORD] = self.password
        return {field: secret for field, secret in wanted.items() if secret}


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
            )
        case GraphMailbox() as server:
            return ProfileDraft(
                **common,  # type: ignore[arg-type]  # as above
                tenant_id=server.tenant_id,
                client_id=server.client_id,
                sign_in=server.sign_in,
                cloud=server.cloud,
                authority=server.authority,
                graph_url=server.graph_url,
                client_secret_valid_until=str(server.client_secret_valid_until or ""),
            )


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
_GRAPH_FIELDS = ("tenant_id", "client_id", "sign_in", "client_secret_valid_until", "cloud", *_CUSTOM_CLOUD_FIELDS)
_ONE_LINE_FIELDS = (
    "name",
    "from_address",
    "host_name",
    "smtp_port",
    "user_name",
    "tenant_id",
    "client_id",
    "client_secret_valid_until",
    "ehlo_name",
    *_CUSTOM_CLOUD_FIELDS,
)


def differs(draft: ProfileDraft, filled: ProfileDraft) -> bool:
    """Returns whether saving `draft` would store something else than saving `filled`."""
    return bool(draft.typed_secrets) or content_of(draft) != content_of(filled)


def content_of(draft: ProfileDraft) -> ProfileDraft:
    """Returns what is saved of a draft: the fields of its type, without white space around one-line values."""
    unused: tuple[str, ...] = _GRAPH_FIELDS if draft.type is ProfileType.GENERIC else _SERVER_FIELDS
    if draft.type is ProfileType.GENERIC and not draft.auth_required:
        unused += ("user_name", "envelope_sender")
    if draft.cloud is not Cloud.CUSTOM:
        unused += _CUSTOM_CLOUD_FIELDS
    empty = ProfileDraft()
    stripped = {name: getattr(draft, name).strip() for name in _ONE_LINE_FIELDS}
    limits = {name: plain_limit(getattr(draft, name)) for name in LIMIT_FIELDS}
    blanks = {name: getattr(empty, name) for name in unused}
    tags = typed_tags(tags_of(draft.tags))
    return replace(draft, **{**stripped, **limits, **blanks, "tags": tags, "password": None, "client_secret": None})


# What a test's outcome does not depend on.
_UNTESTED_FIELDS = frozenset(
    {"name", "is_default", "signature", "description", "tags", "client_secret_valid_until", *LIMIT_FIELDS}
)


def tests_alike(one: ProfileDraft, other: ProfileDraft) -> bool:
    """Returns whether a test of `one` says the same of `other`, if their secrets are the same."""
    return different_fields(content_of(one), content_of(other)) <= _UNTESTED_FIELDS


def kept_secrets(draft: ProfileDraft, stored: SmtpProfile | None) -> frozenset[SecretField]:
    """Returns which stored secrets may still be used: a secret is never sent to another host or tenant than it was
    entered for."""
    if stored is None or stored.type is not draft.type:
        return frozenset()
    match stored.server:
        case GenericServer(host_name=host):
            same_server = same_host(host, draft.host_name) and draft.auth_required
        case GraphMailbox() as mailbox:
            same_server = _same_tenant(mailbox, draft)
    kept = set(stored.secret_refs) if same_server else set()
    if draft.type is ProfileType.GRAPH and draft.sign_in is SignIn.APP_ONLY:
        kept.discard(SecretField.PASSWORD)
    return frozenset(kept)


def kept_fingerprint(draft: ProfileDraft) -> str:
    """Returns the fingerprint of the certificate that the draft trusts; empty where it is of another host, since a
    certificate that is trusted for one server must not be trusted for another."""
    if draft.fingerprint_host and not same_host(draft.fingerprint_host, draft.host_name):
        return ""
    return draft.trusted_fingerprint


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


def same_host(one: str, other: str) -> bool:
    """Whether two host names, as typed, are the same; False where one is not a host name."""
    try:
        return ascii_host(one) == ascii_host(other)
    except BadHost:
        return False


def _same_tenant(mailbox: GraphMailbox, draft: ProfileDraft) -> bool:
    """Whether the draft signs in to the same tenant at the same authority, for the same Graph."""
    tenant = draft.tenant_id.strip()
    if mailbox.tenant_id.lower() != tenant.lower():
        return False
    custom = draft.cloud is Cloud.CUSTOM
    if custom and not (is_https_address(draft.authority) and is_https_address(draft.graph_url)):
        return False
    before, after = graph_endpoints_of(mailbox), graph_endpoints(draft.cloud, tenant, draft.authority, draft.graph_url)
    # The whole authority: its path is the tenant where it has one.
    same_authority = before.authority.lower() == after.authority.lower()
    return same_authority and before.graph_host == after.graph_host
