"""The option --timeout of commands that speak to servers."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from smtp_desktop.cli.options.numbers import any_number
from smtp_desktop.services.services import Services

Command = TypeVar("Command", bound=Callable[..., Any])

_LONGEST_S = 3600


def timeout_option(command: Command) -> Command:
    """Adds the option --timeout; the command hands it to `limit`."""
    return click.option(
        "--timeout",
        "timeout_s",
        metavar="SECONDS",
        type=any_number(0.1, _LONGEST_S),
        help="Give up on a server after this many seconds in all (default: 120, and less for some steps).",
    )(command)


def limit(services: Services, timeout_s: float | None) -> None:
    """Lets conversations take that long, if it was given."""
    if timeout_s is not None:
        services.limit_conversations(timeout_s)
