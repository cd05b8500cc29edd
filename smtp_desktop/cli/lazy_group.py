"""Groups of commands that load only the one that is called for."""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """Its commands' rooms are loaded when they are needed: all of them together take ten times as long as one."""

    def __init__(self, *arguments: Any, rooms: Mapping[str, str], **options: Any) -> None:
        """`rooms` says by each command's name where in this package it is, as "room:attribute"."""
        super().__init__(*arguments, **options)
        self._rooms = rooms

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's
        """Returns the names of its commands."""
        return sorted(self._rooms)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Returns the command, loaded; None where there is none of that name."""
        if cmd_name not in self._rooms:
            return None
        room, _, attribute = self._rooms[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"smtp_desktop.cli.{room}"), attribute)
        return command
