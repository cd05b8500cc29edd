"""Questions before something that can't be undone."""

import click

from smtp_desktop.cli.output.output import printable
from smtp_desktop.domain.errors import Declined
from smtp_desktop.domain.message_text import MessageText


def confirm(question: str, *, nothing: MessageText) -> None:
    """Asks `question` on the terminal. Raises Declined, with `nothing` as its text, where the answer is no, and Abort
    after Ctrl+C."""
    if not click.confirm(printable(question), err=True):
        raise Declined(nothing)
