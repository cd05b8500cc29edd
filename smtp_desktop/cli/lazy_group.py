"""A group of commands that imports only the command that is called: all of them take ten times as long as one.

This is the one place of the command line that imports late. Everything else is imported at the head of its module, so
that a command's imports are those of its module. `modules` gives the module of each command by its name, below this
package, as "module:attribute". `aliases` gives former names, which still work and are shown nowhere: the words after
this group that they stand for now.

    @click.group(cls=LazyGroup, modules={"run": "outbox.run:run"}, aliases={"deliver": "run"})

Commands that a module adds with `@group.command()` work as well.
"""

from collections.abc import Mapping
from importlib import import_module
from typing import Any

import click

from smtp_desktop.cli.global_options import TreeCommand, in_tree, printed_help, wants_json

_WHOLE = 1000  # characters, which no first sentence has


class LazyGroup(TreeCommand, click.Group):
    """Imports a command when it is called or helped with; see the module's docstring for `modules` and `aliases`."""

    def __init__(
        self,
        *arguments: Any,
        modules: Mapping[str, str] | None = None,
        aliases: Mapping[str, str] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(*arguments, no_args_is_help=False, **options)
        self._modules = modules or {}
        self._aliases = aliases or {}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Returns the names of the commands, without former ones."""
        return sorted({*self._modules, *super().list_commands(ctx)})

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Imports and returns the command; None if there is none of that name."""
        if cmd_name in self._aliases:
            return self._of_words(ctx, self._aliases[cmd_name])
        if cmd_name not in self._modules:
            own = super().get_command(ctx, cmd_name)
            return in_tree(own) if own else None
        module, _, attribute = self._modules[cmd_name].partition(":")
        command: click.Command = getattr(import_module(f"smtp_desktop.cli.{module}"), attribute)
        return in_tree(command)

    def _of_words(self, ctx: click.Context, words: str) -> click.Command | None:
        command: click.Command | None = self
        for word in words.split():
            command = command.get_command(ctx, word) if isinstance(command, click.Group) else None
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the commands with the whole first sentence of each, however narrow the terminal is."""
        commands = {name: self.get_command(ctx, name) for name in self.list_commands(ctx)}
        rows = [
            (name, command.get_short_help_str(_WHOLE))
            for name, command in commands.items()
            if command and not command.hidden
        ]
        with formatter.section("Commands"):
            formatter.write_dl(rows)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Returns the command that `args` call. Raises NoSuchCommand, which knows names that are like the given one."""
        try:
            return super().resolve_command(ctx, args)
        except click.exceptions.NoSuchCommand as error:
            known = [name for name in self.list_commands(ctx) if not self._is_hidden(ctx, name)]
            raise click.exceptions.NoSuchCommand(error.command_name, possibilities=known, ctx=ctx) from None

    def _is_hidden(self, ctx: click.Context, name: str) -> bool:
        command = self.get_command(ctx, name)
        return command is None or command.hidden

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Without a word after the group prints its help, as git and gh do; `--json` makes that an error."""
        if not args and not ctx.resilient_parsing and not wants_json(ctx):
            click.echo(printed_help(ctx))
            ctx.exit()
        return super().parse_args(ctx, args)
