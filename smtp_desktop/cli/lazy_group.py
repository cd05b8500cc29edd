"""A group of commands that imports only the command that is called: all of them take ten times as long as one.

This is the one place of the command line that imports late. Everything else is imported at the head of its module, so
that a command's imports are those of its module. `modules` gives the module of each command by its name, below this
package, as "module:attribute":

    @click.group(cls=LazyGroup, modules={"list": "smtp.profiles:list_all"})
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click


class LazyGroup(click.Group):
    """Imports a command when it is called or helped with; see the module's docstring for `modules`."""

    def __init__(self, *arguments: Any, modules: Mapping[str, str], **options: Any) -> None:
        super().__init__(*arguments, **options)
        self._modules = modules

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """Returns the names of the commands."""
        return sorted(self._modules)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        """Imports and returns the command; None if there is none of that name."""
        if cmd_name not in self._modules:
            return None
        module, _, attribute = self._modules[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"smtp_desktop.cli.{module}"), attribute)
        return command
