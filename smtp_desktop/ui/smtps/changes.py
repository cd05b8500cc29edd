"""What was changed in the form of an SMTP."""

from dataclasses import fields, replace

from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import Cloud, ProfileType

_SERVER_FIELDS = (
    "host_name",
    "smtp_port",
    "tls",
    "auth_required",
    "envelope_sender",
    "trusted_ca_pem",
    "trusted_fingerprint",
    "fingerprint_host",
)
_CUSTOM_CLOUD_FIELDS = ("authority", "graph_url")
_GRAPH_FIELDS = ("tenant_id", "client_id", "sign_in", "client_secret_valid_until", "cloud", *_CUSTOM_CLOUD_FIELDS)
_LINES = (
    "name",
    "from_address",
    "host_name",
    "smtp_port",
    "user_name",
    "tenant_id",
    "client_id",
    "client_secret_valid_until",
    *_CUSTOM_CLOUD_FIELDS,
)


def differs(draft: ProfileDraft, filled: ProfileDraft) -> bool:
    """Whether saving `draft` would store something else than `filled` says."""
    return bool(draft.typed_secrets) or _content(draft) != _content(filled)


def _content(draft: ProfileDraft) -> ProfileDraft:
    """Returns what is saved of a draft: the fields of its type, without the white space around lines."""
    unused: tuple[str, ...] = _GRAPH_FIELDS if draft.type is ProfileType.GENERIC else _SERVER_FIELDS
    if draft.type is ProfileType.GENERIC and not draft.auth_required:
        unused += ("user_name", "envelope_sender")
    if draft.cloud is not Cloud.CUSTOM:
        unused += _CUSTOM_CLOUD_FIELDS
    empty = ProfileDraft()
    lines = {name: getattr(draft, name).strip() for name in _LINES}
    blanks = {name: getattr(empty, name) for name in unused}
    return replace(draft, **{**lines, **blanks, "password": None, "client_secret": None})


def rebased(draft: ProfileDraft, filled: ProfileDraft, fresh: ProfileDraft) -> ProfileDraft:
    """Returns `fresh` with what differs between `filled` and `draft`, which is what a person typed."""
    typed = {
        field.name: getattr(draft, field.name)
        for field in fields(ProfileDraft)
        if getattr(draft, field.name) != getattr(filled, field.name)
    }
    return replace(fresh, **typed)
