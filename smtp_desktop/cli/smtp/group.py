"""smtp-desktop smtp …"""

import click

from smtp_desktop.cli.lazy_group import LazyGroup


@click.group(
    cls=LazyGroup,
    rooms={
        "list": "smtp_showing:list_all",
        "show": "smtp_showing:show",
        "create": "smtp_editing:create",
        "edit": "smtp_editing:edit",
        "duplicate": "smtp_editing:duplicate",
        "delete": "smtp_editing:delete",
        "default": "smtp_editing:default",
        "check": "smtp_trials:check",
        "test": "smtp_trials:test",
        "mailbox": "mailbox:mailbox",
        "dates": "dates:dates",
        "find-settings": "find_settings:find_settings",
        "history": "history:history",
    },
)
def smtp() -> None:
    """SMTPs: the ways to send mail."""
