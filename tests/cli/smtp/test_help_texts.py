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
def test_it_begins_with_a_command_gives_an_example_and_speaks_of_no_field_of_the_window(command):
    words = command.help
    assert not words.split()[0].endswith("s")
    assert "Examples:\n" in words
    shown = command.get_help(click.Context(command))
    assert not WINDOW.search(shown)
    assert all(option.help for option in command.params if isinstance(option, click.Option) and not option.hidden)
