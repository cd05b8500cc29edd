"""The options that every command takes, before its name or after it."""

import json
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import click

from smtp_desktop.cli.context import Session


def asks_for_json(arguments: Sequence[str]) -> bool:
    """Returns whether `--json` stands anywhere in `arguments`: how an error is printed that stopped their parsing."""
    words = list(arguments)
    return "--json" in words[: words.index("--")] if "--" in words else "--json" in words


def wants_json(context: click.Context) -> bool:
    """Returns whether what is printed while the arguments are still being read is to be JSON."""
    session = context.find_object(Session)
    return session is not None and (session.output.as_json or session.json_asked)


def printed_help(context: click.Context) -> str:
    """Returns the help of the command of `context`; with `--json` as a document."""
    text = context.get_help()
    return json.dumps({"help": text}, ensure_ascii=False, indent=2) if wants_json(context) else text


def _session_option(*names: str, set_value: Callable[[Session, Any], None], **options: Any) -> click.Option:
    def note(context: click.Context, _parameter: click.Parameter, value: Any) -> None:
        session = context.find_object(Session)
        if value and session:
            set_value(session, value)

    # Read first, so that errors in the others are printed as this says.
    return click.Option(names, callback=note, is_eager=True, expose_value=False, **options)


def _set_json(session: Session, _value: object) -> None:
    session.output.as_json = True


def _set_quiet(session: Session, _value: object) -> None:
    session.output.is_quiet = True


def _set_verbose(session: Session, _value: object) -> None:
    session.output.is_verbose = True


def _set_no_color(session: Session, _value: object) -> None:
    session.output.no_color = True


def _set_home(session: Session, home: Path) -> None:
    session.home = home


def _print_help(context: click.Context, _parameter: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        click.echo(printed_help(context), color=context.color)
        context.exit()


GLOBAL_OPTIONS: tuple[click.Option, ...] = (
    _session_option("--json", set_value=_set_json, is_flag=True, help="Print one JSON document."),
    _session_option("-q", "--quiet", set_value=_set_quiet, is_flag=True, help="Print errors only."),
    _session_option(
        "--verbose", set_value=_set_verbose, is_flag=True, help="Print what servers said, too, on standard error."
    ),
    _session_option("--no-color", set_value=_set_no_color, is_flag=True, help="Print without color."),
    _session_option(
        "--home",
        set_value=_set_home,
        metavar="DIR",
        type=click.Path(file_okay=False, path_type=Path),
        help="Keep all data in this folder.",
    ),
)


class TreeCommand(click.Command):
    """A command with the global options behind its own; where a name is taken, its own option stays."""

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        taken = {name for parameter in self.params for name in parameter.opts}
        self.params.extend(option for option in GLOBAL_OPTIONS if taken.isdisjoint(option.opts))

    def format_epilog(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Writes the examples of the command, and where there is more."""
        super().format_epilog(ctx, formatter)
        formatter.write_paragraph()
        formatter.write_text(f"More: {ctx.find_root().info_name} help exit-codes|environment|json, docs/cli.md")

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Returns the option --help, which prints a document with `--json`."""
        option = super().get_help_option(ctx)
        if option:
            option.callback = _print_help
        return option


class _Leaf(TreeCommand):
    """A command without others below it."""

    def invoke(self, ctx: click.Context) -> Any:
        """Carries out the command: from here on its arguments are known to be read."""
        session = ctx.find_object(Session)
        if session:
            session.json_asked = session.output.as_json
            session.command = ctx.command_path
        return super().invoke(ctx)


def in_tree(command: click.Command) -> click.Command:
    """Returns `command` with the global options; a group has its own way to them, `LazyGroup`."""
    if isinstance(command, TreeCommand | click.Group):
        return command
    return _Leaf(
        command.name,
        callback=command.callback,
        params=[*command.params],
        help=command.help,
        epilog=command.epilog,
        short_help=command.short_help,
        options_metavar=command.options_metavar,
        add_help_option=command.add_help_option,
        no_args_is_help=command.no_args_is_help,
        hidden=command.hidden,
        deprecated=command.deprecated,
        context_settings=command.context_settings,
    )
