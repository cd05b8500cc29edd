"""The option --json of every command that prints a result."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from smtp_desktop.cli.context import Session

Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(command: Command) -> Command:
    """Adds the option --json."""

    def set_json(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
        session = context.find_object(Session)
        if value and session:
            session.output.as_json = True

    return click.option(
        "--json",
        is_flag=True,
        is_eager=True,  # read first, so that errors in the others are printed as JSON too
        expose_value=False,
        callback=set_json,
        help="Print one JSON document.",
    )(command)
