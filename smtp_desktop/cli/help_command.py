"""smtp-desktop help"""

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.global_options import printed_help
from smtp_desktop.cli.help_topics import TOPICS


@click.command(
    "help",
    epilog=f"""\b
Topics: {", ".join(TOPICS)}

\b
Examples:
  smtp-desktop help smtp create
  smtp-desktop help exit-codes
""",
)
@click.argument("words", metavar="[COMMAND|TOPIC]...", nargs=-1)
@click.pass_context
def help_command(context: click.Context, words: tuple[str, ...]) -> None:
    """Show the help of a command, or what holds for all commands."""
    if len(words) == 1 and words[0] in TOPICS:
        session: Session = context.obj
        text = TOPICS[words[0]]()
        session.output.answer({"help": text}, *text.splitlines())
        return
    shown = context.find_root()
    for word in words:
        shown = _below(shown, word)
    click.echo(printed_help(shown))


def _below(parent: click.Context, word: str) -> click.Context:
    """Returns a context of the command of that name below the one of `parent`. Raises UsageError if there is none."""
    if not isinstance(parent.command, click.Group):
        raise click.UsageError(f"{parent.command_path} has no commands below it.")
    _, command, _ = parent.command.resolve_command(parent, [word])
    if command is None:
        raise click.exceptions.NoSuchCommand(word, ctx=parent)
    return click.Context(command, info_name=word, parent=parent)
