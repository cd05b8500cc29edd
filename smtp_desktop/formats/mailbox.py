"""Mailboxes of Microsoft 365 that a file describes, with the app that sends from them."""

from dataclasses import dataclass
from typing import Any

from smtp_desktop.domain.imports.found import FoundSmtp, ImportFormat
from smtp_desktop.domain.imports.naming import smtp_name
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import Cloud, ProfileType, SignIn
from smtp_desktop.formats.values import is_mask, reference_in

_LONGEST_MASK = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxParts:
    """What a file says of a mailbox and the app that signs in, in the file's words. `user` is the mailbox's address,
    `client_secret` as it stands in the file."""

    names: tuple[str, ...] = ()
    user: str = ""
    tenant_id: str = ""
    client_id: str = ""
    client_secret: str = ""
    cloud: Cloud = Cloud.GLOBAL
    from_address: str = ""


def mailbox_of(parts: MailboxParts, *, source_format: ImportFormat, file: str, line: int | None) -> FoundSmtp:
    """Returns the mailbox, signed in to by the app itself."""
    missing = _missing(parts.client_secret)
    values: dict[str, Any] = {
        "client_id": parts.client_id.strip(),
        "tenant_id": parts.tenant_id.strip(),
        "user_name": parts.user.strip(),
        "from_address": parts.from_address.strip(),
        "client_secret": None if missing else Secret(parts.client_secret),
    }
    draft = ProfileDraft(
        name=smtp_name(*parts.names, parts.user, "Microsoft Graph"),
        type=ProfileType.GRAPH,
        sign_in=SignIn.APP_ONLY,
        cloud=parts.cloud,
        **values,
    )
    note = None if draft.user_name else msg("It names no mailbox: each message goes out from its From Address.")
    return FoundSmtp(
        format=source_format,
        file=file,
        line=line,
        draft=draft,
        said=frozenset({"type", "sign_in", "cloud", *(key for key, value in values.items() if value)}),
        missing=missing,
        notes=(note,) if note else (),
    )


def _missing(secret: str) -> MessageText | None:
    if not secret:
        return msg("The file has no client secret")
    if is_mask(secret):
        return msg("The file shows only {mask}", mask=secret.strip()[:_LONGEST_MASK])
    reference = reference_in(secret)
    return msg("The file says {reference}", reference=reference) if reference else None
