"""The conversion of a draft to the SMTP that is stored."""

from datetime import date
from typing import Any

from smtp_desktop.domain.errors import FieldErrors
from smtp_desktop.domain.smtp.certificate import plain_fingerprint
from smtp_desktop.domain.smtp.draft import ProfileDraft, content_of
from smtp_desktop.domain.smtp.field_rules import field_errors
from smtp_desktop.domain.smtp.kept_secrets import kept_fingerprint, kept_secrets
from smtp_desktop.domain.smtp.limit_rules import limit_fields_of, limit_of
from smtp_desktop.domain.smtp.limits import SendLimits
from smtp_desktop.domain.smtp.profile import (
    Cloud,
    GenericServer,
    GraphMailbox,
    ProfileId,
    ProfileType,
    Server,
    SmtpProfile,
)
from smtp_desktop.domain.smtp.tags import tags_of


def profile_from_draft(
    draft: ProfileDraft, *, profile_id: ProfileId, stored: SmtpProfile | None, complete: bool = True
) -> SmtpProfile:
    """Returns the SMTP that `draft` describes. It keeps the secrets of `stored` that may still be used; typed ones are
    left out. With `complete` False, it may lack what it can't send without; see `completeness`. Raises FieldErrors with
    every refused field."""
    errors = tuple(field_errors(draft, stored, complete=complete))
    if errors:
        raise FieldErrors(errors)
    content, kept = content_of(draft), kept_secrets(draft, stored)
    shared: dict[str, Any] = {
        "app_credential": content.app_credential,
        "app_certificate": content.app_certificate,
        "next_app_certificate": content.next_app_certificate,
        "client_secret_valid_until": _day(content.client_secret_valid_until),
        **{f"{field}_ref": ref for field, ref in (stored.secret_refs if stored else {}).items() if field in kept},
    }
    server: Server
    if draft.type is ProfileType.GENERIC:
        server = GenericServer(
            host_name=draft.host_name.strip(),
            smtp_port=int(draft.smtp_port.strip()),
            tls=draft.tls,
            auth_required=draft.auth_required,
            user_name=draft.user_name.strip() if draft.auth_required else "",
            envelope_sender=draft.envelope_sender,
            sign_in=content.sign_in,
            oauth=draft.client,
            trusted_ca_pem=draft.trusted_ca_pem,
            trusted_fingerprint=plain_fingerprint(kept_fingerprint(draft)),
            ehlo_name=draft.ehlo_name.strip(),
            **shared,
        )
    else:
        server = GraphMailbox(
            user_name=draft.user_name.strip(),
            tenant_id=draft.tenant_id.strip(),
            client_id=draft.client_id.strip(),
            sign_in=draft.sign_in,
            cloud=draft.cloud,
            authority=draft.authority.strip() if draft.cloud is Cloud.CUSTOM else "",
            graph_url=draft.graph_url.strip() if draft.cloud is Cloud.CUSTOM else "",
            **shared,
        )
    return SmtpProfile(
        id=profile_id,
        name=draft.name.strip(),
        server=server,
        is_default=draft.is_default,
        from_address=draft.from_address.strip(),
        signature=draft.signature,
        description=draft.description,
        tags=tags_of(draft.tags),
        limits=SendLimits(**{field: limit_of(getattr(draft, field)) for field in limit_fields_of(draft.type)}),
    )


def _day(typed: str) -> date | None:
    return date.fromisoformat(typed.strip()) if typed.strip() else None
