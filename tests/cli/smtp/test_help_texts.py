"""The help of the commands for SMTPs and mailboxes."""

import re

import click
import pytest

from smtp_desktop.cli.mailbox import mailbox
from smtp_desktop.cli.smtp.group import smtp

COMMANDS = [
    command
    for group in (smtp, mailbox)
    for name in group.list_commands(click.Context(group))
    if (command := group.get_command(click.Context(group), name)) and not command.hidden
]
WINDOW = re.compile(r"\b(button|click|tick|untick|Auth Required|Host Name|From Address|under Advanced)\b")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
def test_it_speaks_of_no_field_or_button_of_the_window(command):
    assert not WINDOW.search(command.get_help(click.Context(command)))
