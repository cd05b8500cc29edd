"""The state that a file asks for: its content, with the secrets that it refers to."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from datetime import date
from typing import Any

from smtp_desktop.domain.declared.document import Declared, DeclaredActivity, DeclaredSmtp
from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft
from smtp_desktop.domain.delivery.recipient_list import recipients_in
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.kept_secrets import kept_secrets
from smtp_desktop.domain.smtp.oauth import AppCertificate
from smtp_desktop.domain.smtp.profile import AppCredential, ProfileId, SecretField, SmtpProfile

OF_SMTP = frozenset(one.name for one in fields(ProfileDraft)) - {*SecretField, "is_default"}
"""The fields that a file declares of an SMTP, whether it says them or leaves them at their defaults."""
OF_ACTIVITY = frozenset(one.name for one in fields(ActivityDraft))
"""Those of an activity."""
# These stand for what was not read, where its value does not matter.
_UNREAD = Secret("not read")
_UNREAD_CERTIFICATE = AppCertificate(pem="", valid_until=date.max)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file and its secrets, by the places of the SMTPs, with the public parts of the `certificates` among them. Those
    that are `unread` were left alone, as a dry run does with commands. With `prune`, what the lists of the file do not
    name is to be deleted."""

    declared: Declared
    secrets: Mapping[str, Mapping[SecretField, Secret]] = field(default_factory=dict)
    certificates: Mapping[str, AppCertificate] = field(default_factory=dict)
    unread: Mapping[str, Collection[SecretField]] = field(default_factory=dict)
    prune: bool = False

    def smtp_draft(self, one: DeclaredSmtp, present: SmtpProfile | None) -> ProfileDraft:
        """Returns what the SMTP is to become. Whether it is the default is left as it is where the file does not say
        so. A secret that was not read is left out where one is stored."""
        is_default = self.declared.is_default(one.draft.name) or (present is not None and present.is_default)
        draft = self._with_certificate(one, replace(one.draft, is_default=is_default), present)
        secrets: dict[str, Any] = {str(key): value for key, value in self.secrets.get(one.place, {}).items()}
        missing = set(self.unread.get(one.place, ())) - kept_secrets(draft, present)
        secrets |= dict.fromkeys(map(str, missing), _UNREAD)
        return replace(draft, **secrets)

    def _with_certificate(self, one: DeclaredSmtp, draft: ProfileDraft, present: SmtpProfile | None) -> ProfileDraft:
        """Returns the draft with the public parts of its certificates. The next one is in no file, and stays."""
        stored = present.server if present and present.type is draft.type else None
        if draft.app_credential is not AppCredential.CERTIFICATE:
            return draft
        return replace(
            draft,
            app_certificate=self.certificates.get(one.place)
            or (stored.app_certificate if stored else None)
            or (_UNREAD_CERTIFICATE if SecretField.CERTIFICATE in self.unread.get(one.place, ()) else None),
            next_app_certificate=stored.next_app_certificate if stored else None,
        )


def activity_draft(one: DeclaredActivity, present: Activity | None, id_of: Callable[[str], ProfileId]) -> ActivityDraft:
    """Returns what the activity is to become. Lists that are written otherwise, but hold the same, are left as they
    are."""
    draft = replace(
        one.draft,
        smtp_id=id_of(one.smtp) if one.smtp else None,
        backup_id=id_of(one.backup) if one.backup else None,
    )
    if present is None:
        return draft
    same: dict[str, Any] = {
        name: getattr(present, name)
        for name in ("to", "cc", "bcc", "reply_to")
        if recipients_in(getattr(present, name)) == recipients_in(getattr(draft, name))
    }
    same |= {
        name: getattr(present, name)
        for name in ("attachments", "headers")
        if _lines(getattr(present, name)) == _lines(getattr(draft, name))
    }
    return replace(draft, **same)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
