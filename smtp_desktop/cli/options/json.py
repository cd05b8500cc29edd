"""The option --json, which every command has from `global_options`: nothing is left to do here."""

from collections.abc import Callable
from typing import Any, TypeVar

Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(command: Command) -> Command:
    """Returns `command` as it is."""
    return command
