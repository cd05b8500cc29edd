"""The changes that setting or applying a declared SMTP, activity or setting makes, field by field."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from smtp_desktop.domain.delivery.activity import Activity
from smtp_desktop.domain.delivery.extra_headers import header_lines
from smtp_desktop.domain.delivery.recipient_list import recipients_in
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, SmtpProfile
from smtp_desktop.domain.smtp.profile_fields import Plain, fields_of

_SHOWN_LENGTH = 60
_WORDS = {
    "smtp_port": "port",
    "host_name": "host",
    "from_address": "from",
    "user_name": "user",
    "is_default": "default",
}


class Kind(StrEnum):
    """The kinds of objects that a file declares."""

    SMTP = "smtp"
    ACTIVITY = "activity"
    SETTING = "setting"


class Action(StrEnum):
    """What was done to an object, or in a dry run would be."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    DELETED = "deleted"


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """A field with its values before and after. A secret's are never known: both are None."""

    name: str
    before: Plain = None
    after: Plain = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """An object of that kind and name, what was done to it, and in which fields. `unknown` are the secrets that could
    not be compared, since that would have run a command."""

    kind: Kind
    name: str
    action: Action
    fields: Sequence[FieldChange] = ()
    unknown: Sequence[str] = field(default=())

    @property
    def changed(self) -> bool:
        return self.action is not Action.UNCHANGED


def field_changes(before: Mapping[str, Plain], after: Mapping[str, Plain]) -> list[FieldChange]:
    """Returns the fields that differ, in the order of `after`; one that is missing before counts as empty."""
    return [
        FieldChange(name=name, before=before.get(name), after=value)
        for name, value in after.items()
        if (before.get(name) or None) != (value or None)
    ]


def profile_difference(
    before: SmtpProfile | None, after: SmtpProfile, secrets: Collection[SecretField] = ()
) -> Difference:
    """Returns what differs between two states of an SMTP. `secrets` are those that are replaced although their places
    are the same in both."""
    fields = field_changes(fields_of(before) if before else {}, fields_of(after))
    places = before.secret_refs if before else {}
    replaced = {one for one in SecretField if places.get(one) != after.secret_refs.get(one)} | set(secrets)
    fields += [FieldChange(name=str(one)) for one in SecretField if one in replaced]
    return Difference(kind=Kind.SMTP, name=after.name, action=_action(before, fields), fields=fields)


def activity_difference(before: Activity | None, after: Activity, smtp_names: Mapping[ProfileId, str]) -> Difference:
    """Returns what differs between two states of an activity. `smtp_names` are the names of the SMTPs by id."""
    fields = field_changes(activity_fields(before, smtp_names) if before else {}, activity_fields(after, smtp_names))
    return Difference(kind=Kind.ACTIVITY, name=after.name, action=_action(before, fields), fields=fields)


def activity_fields(activity: Activity, smtp_names: Mapping[ProfileId, str]) -> dict[str, Plain]:
    """Returns all fields by name, in the order of the form. `smtp` is None for the default SMTP."""
    return {
        "name": activity.name,
        "description": activity.description,
        "smtp": smtp_names.get(activity.smtp_id) if activity.smtp_id else None,
        "backup": smtp_names.get(activity.backup_id) if activity.backup_id else None,
        "to": recipients_in(activity.to),
        "cc": recipients_in(activity.cc),
        "bcc": recipients_in(activity.bcc),
        "reply_to": recipients_in(activity.reply_to),
        "subject": activity.subject,
        "text": activity.text,
        "html": activity.html,
        "attachments": [path for line in activity.attachments.splitlines() if (path := line.strip())],
        "headers": header_lines(activity.headers),
        "expire_after_s": activity.expire_after_s,
        "enabled": activity.enabled,
    }


def difference_text(difference: Difference) -> str:
    """Returns a difference as one line: "Reports: changed port 587 → 465."."""
    words = {
        Action.CREATED: "created",
        Action.UNCHANGED: "unchanged",
        Action.DELETED: "deleted",
        Action.UPDATED: f"changed {', '.join(map(_change_text, difference.fields))}",
    }
    unknown = f" ({', '.join(difference.unknown)} not compared)" if difference.unknown else ""
    return f"{difference.name}: {words[difference.action]}{unknown}."


def _action(before: object, fields: Sequence[FieldChange]) -> Action:
    if before is None:
        return Action.CREATED
    return Action.UPDATED if fields else Action.UNCHANGED


def _change_text(change: FieldChange) -> str:
    name = _WORDS.get(change.name, change.name.replace("_", " "))
    before, after = _value_text(change.before), _value_text(change.after)
    if (change.before is None and change.after is None) or before is None or after is None:
        return name
    return f"{name} {before} → {after}"


def _value_text(value: Plain) -> str | None:
    """Returns a value as a word or a few; None where it is too long for a line."""
    match value:
        case bool():
            return "yes" if value else "no"
        case dict():
            return None
        case list():
            text = ", ".join(value)
        case _:
            text = "" if value is None else str(value)
    if len(text) > _SHOWN_LENGTH or len(text.splitlines()) > 1:
        return None
    return text or "none"
