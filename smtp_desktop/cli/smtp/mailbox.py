"""smtp-desktop smtp mailbox: the former name of `mailbox list` and `mailbox show`"""

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.mailbox import MAX_LIMIT, print_message, print_newest
from smtp_desktop.cli.options.names import smtp_names
from smtp_desktop.cli.options.numbers import whole_number


@click.command(hidden=True)
@click.argument("name", shell_complete=smtp_names)
@click.option("--count", type=whole_number(1, MAX_LIMIT), metavar="N", help="List so many messages.")
@click.option("--message", "mail_id", metavar="ID", help="Show this message.")
@click.pass_obj
def mailbox(session: Session, name: str, count: int | None, mail_id: str | None) -> None:
    """List the messages in the inbox of a Microsoft 365 mailbox, or show one: see `mailbox list` and `mailbox show`."""
    if mail_id is None:
        print_newest(session, name, count)
        return
    if count is not None:
        raise click.UsageError("--count does not go with --message.")
    print_message(session, name, mail_id)
