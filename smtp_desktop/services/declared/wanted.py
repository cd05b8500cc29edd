"""The state that a file asks for: its content, with the secrets that it refers to."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, fields, replace
from typing import Any

from smtp_desktop.domain.declared.document import Declared, DeclaredActivity, DeclaredSmtp
from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft
from smtp_desktop.domain.delivery.recipient_list import recipients_in
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.kept_secrets import kept_secrets
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, SmtpProfile

OF_SMTP = frozenset(one.name for one in fields(ProfileDraft)) - {*SecretField, "is_default"}
"""The fields that a file declares of an SMTP, whether it says them or leaves them at their defaults."""
OF_ACTIVITY = frozenset(one.name for one in fields(ActivityDraft))
"""Those of an activity."""
_UNREAD = Secret("not read")  # stands for a secret where its value does not matter


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A file and its secrets, by the places of the SMTPs. Those that are `unread` were left alone, as a dry run does
    with commands. With `prune`, what the lists of the file do not name is to be deleted."""

    declared: Declared
    secrets: Mapping[str, Mapping[SecretField, Secret]] = field(default_factory=dict)
    unread: Mapping[str, Collection[SecretField]] = field(default_factory=dict)
    prune: bool = False

    def smtp_draft(self, one: DeclaredSmtp, present: SmtpProfile | None) -> ProfileDraft:
        """Returns what the SMTP is to become. Whether it is the default is left as it is where the file does not say
        so. A secret that was not read is left out where one is stored."""
        is_default = self.declared.is_default(one.draft.name) or (present is not None and present.is_default)
        draft = replace(one.draft, is_default=is_default)
        secrets: dict[str, Any] = {str(key): value for key, value in self.secrets.get(one.place, {}).items()}
        missing = set(self.unread.get(one.place, ())) - kept_secrets(draft, present)
        secrets |= dict.fromkeys(map(str, missing), _UNREAD)
        return replace(draft, **secrets)


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
        for name in ("to", "cc", "bcc")
        if recipients_in(getattr(present, name)) == recipients_in(getattr(draft, name))
    }
    if _lines(present.attachments) == _lines(draft.attachments):
        same["attachments"] = present.attachments
    return replace(draft, **same)


def _lines(text: str) -> list[str]:
    return [line.strip() for line in text.splitlines() if line.strip()]
