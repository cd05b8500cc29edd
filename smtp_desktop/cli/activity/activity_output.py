"""Activities in text and JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from smtp_desktop.cli.output.output import field_lines, table
from smtp_desktop.domain.delivery.activity import Activity
from smtp_desktop.domain.delivery.activity_template import placeholders
from smtp_desktop.domain.delivery.age_limit import age_limit_text
from smtp_desktop.domain.delivery.extra_headers import header_lines
from smtp_desktop.domain.delivery.recipient_list import recipients_in
from smtp_desktop.domain.delivery.routing import Route
from smtp_desktop.domain.errors import FieldErrors
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.services import Services

if TYPE_CHECKING:
    from smtp_desktop.cli.contract import other


@dataclass(frozen=True, slots=True, kw_only=True)
class RoutedActivity:
    """An activity, the route of its mail at present, and the names of all SMTPs."""

    activity: Activity
    route: Route
    smtp_names: Mapping[ProfileId, str]

    @property
    def smtp_name(self) -> str | None:
        """The SMTP that the activity is bound to; None for the default."""
        return self._name(self.activity.smtp_id)

    @property
    def backup_name(self) -> str | None:
        return self._name(self.activity.backup_id)

    @property
    def used_name(self) -> str | None:
        """The SMTP that a mail would be sent through now; None if there is none."""
        return self._name(self.route.profile_id)

    def _name(self, profile_id: ProfileId | None) -> str | None:
        return self.smtp_names.get(profile_id) if profile_id is not None else None


def routed(services: Services, activity: Activity) -> RoutedActivity:
    """Returns `activity` with the route of its mail at present. Raises StoreError."""
    return RoutedActivity(
        activity=activity, route=services.activities.route(activity), smtp_names=_smtp_names(services)
    )


def all_routed(services: Services) -> list[RoutedActivity]:
    """Returns all activities in the order of their names. Raises StoreError."""
    names, routes = _smtp_names(services), services.activities.routes()
    # An activity that another process has just created has no route here yet.
    known = [activity for activity in services.activities.all() if activity.id in routes]
    return [RoutedActivity(activity=activity, route=routes[activity.id], smtp_names=names) for activity in known]


def _smtp_names(services: Services) -> dict[ProfileId, str]:
    return {profile.id: profile.name for profile in services.profiles.all()}


def activity_document(shown: RoutedActivity) -> other.Activity:
    """Returns an activity for `--json`. `smtp` is null for the default; `uses` is the SMTP that a message would be sent
    through now, `reason` and `reason_text` say why."""
    activity = shown.activity
    return {
        "name": activity.name,
        "description": activity.description,
        "smtp": shown.smtp_name,
        "backup": shown.backup_name,
        "to": recipients_in(activity.to),
        "cc": recipients_in(activity.cc),
        "bcc": recipients_in(activity.bcc),
        "reply_to": recipients_in(activity.reply_to),
        "subject": activity.subject,
        "text": activity.text,
        "html": activity.html,
        "attachments": [line for line in activity.attachments.splitlines() if line.strip()],
        "headers": header_lines(activity.headers),
        "expire_after_s": activity.expire_after_s,
        "enabled": activity.enabled,
        "placeholders": _placeholders(activity),
        "uses": shown.used_name,
        "reason": shown.route.why,
        "reason_text": str(shown.route.reason),
    }


def _placeholders(activity: Activity) -> list[str]:
    try:
        return list(placeholders(activity))
    except FieldErrors:  # a template that an older version accepted; a trigger says what is wrong with it
        return []


def activity_lines(shown: RoutedActivity) -> list[str]:
    """Returns an activity as lines `Label: value`, without what has no value."""
    document = activity_document(shown)
    age_s = document["expire_after_s"]
    rows = {
        "Name": document["name"],
        "Description": document["description"],
        "SMTP": shown.smtp_name or "the default",
        "Backup": document["backup"],
        "Used now": shown.used_name,
        "Why": document["reason_text"],
        "To": document["to"],
        "Cc": document["cc"],
        "Bcc": document["bcc"],
        "Reply-To": document["reply_to"],
        "Subject": document["subject"],
        "Text": document["text"],
        "HTML": document["html"],
        "Attachments": document["attachments"],
        "Headers": document["headers"],
        "Placeholders": document["placeholders"],
        "Enabled": document["enabled"],
        "Expires after": "the limit in the settings" if age_s is None else age_limit_text(age_s),
    }
    return field_lines({label: value for label, value in rows.items() if value not in ("", [])})


def activity_table(all_shown: Sequence[RoutedActivity]) -> list[str]:
    """Returns a heading and a line for each activity."""
    return table(
        [
            {
                "NAME": shown.activity.name,
                "ON": "yes" if shown.activity.enabled else "no",
                "SMTP": shown.smtp_name or "Default SMTP",
                "USES NOW": shown.used_name or "none",
                "BACKUP": shown.backup_name or "",
                "TO": shown.activity.to,
                "SUBJECT": shown.activity.subject,
            }
            for shown in all_shown
        ]
    )
