"""Passphrases of sealed files: from options, else from a prompt."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import click

from smtp_desktop.cli.options.secret_options import secret_options, with_options
from smtp_desktop.cli.options.secret_sources import read_one, secret_source
from smtp_desktop.cli.options.secrets import can_ask
from smtp_desktop.domain.errors import WrongPassphrase
from smtp_desktop.domain.master_password import weakness_of
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret

Command = TypeVar("Command", bound=Callable[..., Any])

_OPTIONS = "--passphrase-stdin, --passphrase-env VAR, --passphrase-file FILE or --passphrase-command COMMAND"


def passphrase_options(command: Command) -> Command:
    """Adds the options for a passphrase, which is never an argument itself."""
    return with_options(command, secret_options("passphrase", "passphrase"))


def new_passphrase(options: Mapping[str, Any], propose: Callable[[], str]) -> Secret:
    """Returns the passphrase for a new file: as the options have it, else as it is typed twice at the prompt; where
    nothing is typed, what `propose` returns, which is shown. Raises UsageError without a terminal, and as
    `secret_sources.read_one` does."""
    given = read_one(secret_source("passphrase", options))
    if given is not None:
        return given
    _refuse_without_terminal("A sealed file needs a passphrase.")
    typed = click.prompt(
        "Passphrase (Enter to have one generated)",
        default="",
        show_default=False,
        hide_input=True,
        err=True,
        value_proc=_strong_or_none,
    )
    if not typed:
        proposed = propose()
        click.echo(f"Passphrase: {proposed}\nKeep it: without it, nobody can open the file.", err=True)
        return Secret(proposed)
    if click.prompt("Repeat for confirmation", hide_input=True, err=True) != typed:
        raise WrongPassphrase(msg("The two passphrases differ. Nothing was written."))
    return Secret(typed)


def asked_passphrase(options: Mapping[str, Any]) -> Secret:
    """Returns the passphrase of a file that there is: as the options have it, else as it is typed at the prompt. Raises
    WrongPassphrase without a terminal, and as `secret_sources.read_one` does."""
    given = read_one(secret_source("passphrase", options))
    if given is not None:
        return given
    if not can_ask():
        raise WrongPassphrase(msg("The file is sealed with a passphrase. Use {options}.", options=_OPTIONS))
    return Secret(click.prompt("Passphrase", hide_input=True, err=True))


def has_passphrase(options: Mapping[str, Any]) -> bool:
    """Whether an option for a passphrase was given."""
    return bool(secret_source("passphrase", options).options)


def _refuse_without_terminal(reason: str) -> None:
    if not can_ask():
        raise click.UsageError(f"{reason} Use {_OPTIONS}, or run this in a terminal.")


def _strong_or_none(typed: str) -> str:
    """Returns a new passphrase, or says why it is too weak, and has it asked for again."""
    weakness = weakness_of(typed) if typed else None
    if weakness:
        # Of what was typed unseen click says no more than that it was invalid.
        click.echo(str(weakness), err=True)
        raise click.UsageError(str(weakness))
    return typed
