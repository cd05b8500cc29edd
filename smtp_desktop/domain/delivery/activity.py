"""Activities: named jobs whose mails go out through an SMTP."""

from dataclasses import dataclass, field, replace
from typing import NewType

from smtp_desktop.domain.smtp.profile import ProfileId

ActivityId = NewType("ActivityId", str)


@dataclass(frozen=True, slots=True, kw_only=True)
class Activity:
    """The template of a mail, and the SMTP that it goes out through.

    `smtp_id` is None for the SMTP that is the default when the mail is sent. `to`, `cc`, `bcc`, `reply_to`, `subject`,
    `text`, `html`, `attachments` (paths of files, one a line) and `headers` (`Name: value`, one a line) are templates
    as typed; `activity_template` renders them. A mail that could not be sent for `expire_after_s` is not sent any more;
    None leaves that to the settings. `id` never changes; `version` is another one after each change in the store, and 0
    before it is stored.
    """

    id: ActivityId
    name: str
    description: str = ""
    smtp_id: ProfileId | None = None
    backup_id: ProfileId | None = None
    to: str = ""
    cc: str = ""
    bcc: str = ""
    reply_to: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    attachments: str = ""
    headers: str = ""
    expire_after_s: int | None = None
    enabled: bool = True
    version: int = field(default=0, compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class ActivityDraft:
    """An activity as the user types it, not checked."""

    name: str = ""
    description: str = ""
    smtp_id: ProfileId | None = None
    backup_id: ProfileId | None = None
    to: str = ""
    cc: str = ""
    bcc: str = ""
    reply_to: str = ""
    subject: str = ""
    text: str = ""
    html: str = ""
    attachments: str = ""
    headers: str = ""
    expire_after_s: int | None = None
    enabled: bool = True


def activity_draft_of(activity: Activity) -> ActivityDraft:
    """Returns a draft that gives `activity` again."""
    return ActivityDraft(
        name=activity.name,
        description=activity.description,
        smtp_id=activity.smtp_id,
        backup_id=activity.backup_id,
        to=activity.to,
        cc=activity.cc,
        bcc=activity.bcc,
        reply_to=activity.reply_to,
        subject=activity.subject,
        text=activity.text,
        html=activity.html,
        attachments=activity.attachments,
        headers=activity.headers,
        expire_after_s=activity.expire_after_s,
        enabled=activity.enabled,
    )


_TRIMMED = ("name", "to", "cc", "bcc", "reply_to", "subject", "attachments", "headers")


def differs(draft: ActivityDraft, filled: ActivityDraft) -> bool:
    """Returns whether saving `draft` would store something else than saving `filled`."""
    return content_of(draft) != content_of(filled)


def content_of(draft: ActivityDraft) -> ActivityDraft:
    """Returns what is saved of a draft: without blanks around its values."""
    return replace(draft, **{name: getattr(draft, name).strip() for name in _TRIMMED})
