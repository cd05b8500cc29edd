"""smtp-desktop outbox"""

import click

from smtp_desktop.cli.lazy_group import LazyGroup


@click.group(
    cls=LazyGroup,
    modules={
        "run": "outbox.run:run",
        "list": "outbox.listing:list_some",
        "show": "outbox.show:show",
        "retry": "outbox.retry:retry",
        "cancel": "outbox.cancel:cancel",
        "purge": "outbox.purge:purge",
    },
)
def outbox() -> None:
    """Send, list and change messages in the outbox."""
