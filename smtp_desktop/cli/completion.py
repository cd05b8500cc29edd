"""smtp-desktop completion"""

import click
from click.shell_completion import BashComplete, FishComplete, ShellComplete, ZshComplete

from smtp_desktop.cli.context import Session

VARIABLE = "_SMTP_DESKTOP_COMPLETE"
"""Set by the script when the shell asks for completions; `bootstrap` opens no window then."""
_SHELLS: dict[str, type[ShellComplete]] = {"bash": BashComplete, "fish": FishComplete, "zsh": ZshComplete}


@click.command(
    epilog="""\b
Examples:
  source <(smtp-desktop completion bash)                 in this shell
  smtp-desktop completion bash > ~/.local/share/bash-completion/completions/smtp-desktop
  smtp-desktop completion zsh > ~/.zfunc/_smtp-desktop   with ~/.zfunc in fpath
  smtp-desktop completion fish > ~/.config/fish/completions/smtp-desktop.fish
"""
)
@click.argument("shell", type=click.Choice(sorted(_SHELLS)))
@click.pass_context
def completion(context: click.Context, shell: str) -> None:
    """Print a script that completes commands, options and names in a shell."""
    session: Session = context.obj
    root = context.find_root()
    completer = _SHELLS[shell](root.command, {}, root.info_name or "", VARIABLE)
    # Not BashComplete's own, which runs bash to find out how old it is.
    script = ShellComplete.source(completer)
    session.output.answer({"shell": shell, "script": script}, *script.splitlines())
