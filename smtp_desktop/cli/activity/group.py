"""smtp-desktop activity"""

import click

from smtp_desktop.cli.lazy_group import LazyGroup


@click.group(
    cls=LazyGroup,
    modules={
        "list": "activity.activities:list_all",
        "show": "activity.activities:show",
        "set": "declared.activity_set:set_activity",
        "create": "activity.activities:create",
        "edit": "activity.edit:edit",
        "preview": "activity.preview:preview",
        "duplicate": "activity.activities:duplicate",
        "delete": "activity.activities:delete",
    },
)
def activity() -> None:
    """Manage activities, named jobs whose mail goes out through an SMTP.

    Addresses, subject, text, HTML and attachments may hold {{ placeholders }}, which `smtp-desktop trigger` fills.
    """
