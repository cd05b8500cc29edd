"""Rules for activities: which drafts can be saved, and the activity that one gives."""

from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft, ActivityId
from smtp_desktop.domain.delivery.activity_template import literal_address_errors, template_errors
from smtp_desktop.domain.delivery.age_limit import age_limit_problem
from smtp_desktop.domain.delivery.extra_headers import header_errors
from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.field_rules import free_text_problem, name_problem
from smtp_desktop.domain.smtp.profile import DESCRIPTION_LIMIT

_FIELDS = (
    "name",
    "description",
    "smtp_id",
    "backup_id",
    "to",
    "cc",
    "bcc",
    "reply_to",
    "subject",
    "text",
    "html",
    "attachments",
    "headers",
    "expire_after_s",
)


def activity_errors(draft: ActivityDraft) -> list[FieldError]:
    """Returns what is wrong with the draft, one error per field, in the order of the form; nothing where it can be
    saved. Does not know whether another activity has the name."""
    problems: dict[str, MessageText | None] = {
        "name": name_problem(draft.name),
        "description": free_text_problem(draft.description, DESCRIPTION_LIMIT),
        "backup_id": _backup_problem(draft),
        "to": None if draft.to.strip() else msg("Enter the recipients: addresses, or a placeholder for them."),
        "subject": None if draft.subject.strip() else msg("Enter a subject."),
        "text": None if draft.text.strip() or draft.html.strip() else msg("Enter a body, as text or HTML."),
        "expire_after_s": age_limit_problem(draft.expire_after_s),
    }
    found = {field: problem for field, problem in problems.items() if problem}
    for error in [*template_errors(draft), *literal_address_errors(draft), *header_errors(draft.headers)]:
        found.setdefault(error.field, error.message)
    return [FieldError(field=field, message=found[field]) for field in _FIELDS if field in found]


def _backup_problem(draft: ActivityDraft) -> MessageText | None:
    if draft.backup_id is not None and draft.backup_id == draft.smtp_id:
        return msg("Choose a different SMTP as the backup: this is the activity's own SMTP.")
    return None


def activity_from_draft(draft: ActivityDraft, activity_id: ActivityId) -> Activity:
    """Returns the activity that `draft` describes. Raises FieldErrors, which names every refused field."""
    errors = tuple(activity_errors(draft))
    if errors:
        raise FieldErrors(errors)
    return Activity(
        id=activity_id,
        name=draft.name.strip(),
        description=draft.description,
        smtp_id=draft.smtp_id,
        backup_id=draft.backup_id,
        to=draft.to.strip(),
        cc=draft.cc.strip(),
        bcc=draft.bcc.strip(),
        reply_to=draft.reply_to.strip(),
        subject=draft.subject.strip(),
        text=draft.text,
        html=draft.html,
        attachments=draft.attachments.strip(),
        headers=draft.headers.strip(),
        expire_after_s=draft.expire_after_s,
        enabled=draft.enabled,
    )
