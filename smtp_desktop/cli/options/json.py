"""--json, which every command that tells something has."""

from collections.abc import Callable
from typing import Any, TypeVar

import click

from smtp_desktop.cli.context import Session

Command = TypeVar("Command", bound=Callable[..., Any])


def json_option(command: Command) -> Command:
    """The command can print one JSON document."""

    def remember(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
        session = context.find_object(Session)
        if value and session:
            session.output.as_json = True

    return click.option(
        "--json",
        is_flag=True,
        is_eager=True,  # read first, so that what is wrong with the others is told as JSON too
        expose_value=False,
        callback=remember,
        help="Print one JSON document.",
    )(command)
