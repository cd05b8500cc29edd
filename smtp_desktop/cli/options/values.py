"""The values of placeholders: -s NAME=VALUE."""

from collections.abc import Mapping, Sequence

import click

from smtp_desktop.domain.delivery.activity import Activity
from smtp_desktop.domain.delivery.activity_template import placeholders
from smtp_desktop.domain.errors import FieldErrors

# What is refused is a field of the activity, not an option of the command.
VALUE_LABELS = {
    "values": "Values",
    "to": "To",
    "cc": "Cc",
    "bcc": "Bcc",
    "reply_to": "Reply-To",
    "subject": "Subject",
    "text": "Text",
    "html": "HTML",
    "attachments": "Attachments",
    "headers": "Headers",
}

values_option = click.option(
    "-s",
    "--set",
    "settings",
    metavar="NAME=VALUE",
    multiple=True,
    help="The value of a placeholder; may be given several times.",
)
"""The option -s, of which `values_of` makes the values."""


def values_of(settings: Sequence[str]) -> dict[str, str]:
    """Returns the values by name. Raises UsageError for one without a name, or given twice."""
    values: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        name = name.strip()
        if not equals or not name:
            raise click.UsageError(f"-s takes NAME=VALUE, not {setting!r}.")
        if name in values:
            raise click.UsageError(f"-s gives {name} twice.")
        values[name] = value
    return values


def unused_values(activity: Activity, values: Mapping[str, str]) -> list[str]:
    """Returns the names that no placeholder of the activity has."""
    try:
        used = placeholders(activity)
    except FieldErrors:  # a template that an older version accepted
        return []
    return [name for name in values if name not in used]
