"""The options that say where a secret comes from, which is never an argument itself."""

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import click

Command = TypeVar("Command", bound=Callable[..., Any])
Option = Callable[[Any], Any]
"""Adds an option to a command."""


def secret_options(option: str, what: str) -> tuple[Option, ...]:
    """Returns `--OPTION-stdin`, `--OPTION-env`, `--OPTION-file` and `--OPTION-command`."""
    return (
        click.option(f"--{option}-stdin", is_flag=True, help=f"Read the {what} from standard input."),
        click.option(f"--{option}-env", metavar="VAR", help=f"Read the {what} from this environment variable."),
        click.option(f"--{option}-file", metavar="FILE", help=f"Read the {what} from this file."),
        click.option(
            f"--{option}-command", metavar="COMMAND", help=f"Read the {what} from the first line this command prints."
        ),
    )


def with_options(command: Command, options: Sequence[Option]) -> Command:
    """Adds the options in this order."""
    for option in reversed(options):
        command = option(command)
    return command
