"""Secrets from a prompt, and the vault that they are kept in."""

import os
import sys
from collections.abc import Callable
from typing import Protocol, TypeVar

import click

from smtp_desktop.domain.errors import VaultError, VaultLocked, WrongMasterPassword
from smtp_desktop.domain.master_password import weakness_of
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import SecretField, SmtpProfile
from smtp_desktop.services.services import Services

MASTER_VARIABLE = "SMTP_DESKTOP_VAULT_PASSWORD"
_MASTER_TRIES = 3

_PROMPTS = {SecretField.PASSWORD: "Password", SecretField.CLIENT_SECRET: "Client secret"}

Result = TypeVar("Result")


def can_ask() -> bool:
    """Whether standard input is a terminal."""
    return sys.stdin is not None and sys.stdin.isatty()


def ask(field: SecretField) -> Secret:
    """Asks for a secret without echo and returns it. Raises Abort after Ctrl+C."""
    return Secret.typed(click.prompt(_PROMPTS[field], hide_input=True, err=True))


class HasVault(Protocol):
    """What opens a vault: services, or a data folder whose database can't be opened."""

    def unlock(self, master: Secret) -> None: ...


def with_open_vault(services: HasVault, action: Callable[[], Result]) -> Result:
    """Returns what `action` returns. If that raises VaultLocked, opens the vault and calls it once more. Raises what
    `action` raises, and what `open_vault` does."""
    try:
        return action()
    except VaultLocked as locked:
        open_vault(services, locked)
    return action()


def open_vault(services: HasVault, locked: VaultLocked) -> None:
    """Opens the vault with the master password from the environment or, three times, from a prompt. Raises VaultError,
    and Abort after Ctrl+C."""
    master = os.environ.get(MASTER_VARIABLE)
    if master:
        try:
            services.unlock(Secret(master))
        except WrongMasterPassword as wrong:
            raise WrongMasterPassword(
                msg("The master password in {variable} is wrong.", variable=MASTER_VARIABLE)
            ) from wrong
        return
    if not can_ask():
        raise VaultLocked(
            msg(
                "{reason} Set the environment variable {variable} to it, or run this in a terminal.",
                reason=str(locked),
                variable=MASTER_VARIABLE,
            ),
            new=locked.new,
        ) from locked
    click.echo(str(locked), err=True)
    for tries_left in reversed(range(_MASTER_TRIES)):
        typed = click.prompt(
            "Master password",
            hide_input=True,
            err=True,
            confirmation_prompt=locked.new,
            value_proc=_strong if locked.new else None,
        )
        try:
            services.unlock(Secret(typed))
        except WrongMasterPassword as wrong:
            if not tries_left:
                raise WrongMasterPassword(msg("The master password is wrong.")) from wrong
            click.echo(str(wrong), err=True)
        else:
            return


def _strong(typed: str) -> str:
    """Returns a new master password, or says why it is too weak, and has it asked for again."""
    weakness = weakness_of(typed)
    if weakness:
        # Of what was typed unseen click says no more than that it was invalid.
        click.echo(str(weakness), err=True)
        raise click.UsageError(str(weakness))
    return typed


def open_vault_of(services: Services, profile: SmtpProfile) -> VaultError | None:
    """Opens the vaults of the secrets of `profile`, so that they can be erased. Returns the error that prevents that
    other than a missing password, if any. Raises VaultLocked, WrongMasterPassword."""
    for ref in profile.secret_refs.values():
        try:
            services.vault.get(ref)
        except VaultLocked as locked:
            open_vault(services, locked)
        except VaultError as error:
            return error
    return None
