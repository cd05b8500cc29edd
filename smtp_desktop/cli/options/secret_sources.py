"""The places that a secret comes from: standard input, a variable, a file, a command; never an argument, which every
user of a computer can see."""

import os
import shlex
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from smtp_desktop.cli.streams import read_standard_input
from smtp_desktop.domain.errors import FieldError, FieldErrors, NoInput
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import SecretField

_PATIENCE_S = 60
_LARGEST_BYTES = 100_000

OPTION_SECRETS = (SecretField.PASSWORD, SecretField.CLIENT_SECRET)
"""The secrets that options name a source for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretSource:
    """Where the options for the secret `field` take it from; see `secret_source`."""

    field: str
    stdin: bool = False
    variable: str | None = None
    file: str | None = None
    command: str | None = None

    @property
    def options(self) -> list[str]:
        """The options that were given."""
        option = f"--{self.field.replace('_', '-')}"
        given = {
            f"{option}-stdin": self.stdin,
            f"{option}-env": self.variable is not None,
            f"{option}-file": self.file is not None,
            f"{option}-command": self.command is not None,
        }
        return [name for name, is_given in given.items() if is_given]

    def read(self) -> Secret | None:
        """Returns the secret, or None if no option names a source. Raises UsageError, NoInput, FieldErrors."""
        if self.file is not None:
            return _secret(self.field, without_line_end(file_content(Path(self.file))))
        if self.command is not None:
            return _secret(self.field, first_line(command_output(_words(self.command))))
        return read_secret(self.field, stdin=self.stdin, variable=self.variable)


def secret_source(field: str, options: Mapping[str, Any]) -> SecretSource:
    """Returns the source that the options of a command name."""
    return SecretSource(
        field=field,
        stdin=options[f"{field}_stdin"],
        variable=options[f"{field}_env"],
        file=options[f"{field}_file"],
        command=options[f"{field}_command"],
    )


def read_secret(field: str, *, stdin: bool, variable: str | None) -> Secret | None:
    """Returns the secret for `field` from the variable of that name, else from standard input; None without either.
    Raises UsageError, NoInput, FieldErrors."""
    if variable is not None:
        typed = os.environ.get(variable)
        if typed is None:
            raise click.UsageError(f"Environment variable {variable} is not set.")
        return _checked(field, typed)
    if stdin:
        return _secret(field, without_line_end(read_standard_input()))
    return None


def read_all(sources: Sequence[SecretSource]) -> dict[SecretField, Secret]:
    """Returns the secrets that have a source. Raises UsageError if the sources contradict each other, and as
    `SecretSource.read` does."""
    for source in sources:
        _refuse_several(source)
    if sum(source.stdin for source in sources) > 1:
        raise click.UsageError("Only one secret can come from standard input. Use another option for the other one.")
    read = {SecretField(source.field): source.read() for source in sources}
    return {field: secret for field, secret in read.items() if secret is not None}


def read_one(source: SecretSource) -> Secret | None:
    """Returns the secret, or None if no option names a source. Raises UsageError if several do, and as
    `SecretSource.read` does."""
    _refuse_several(source)
    return source.read()


def _refuse_several(source: SecretSource) -> None:
    if len(source.options) > 1:
        raise click.UsageError(f"Use only one of {' and '.join(source.options)}.")


def file_content(path: Path) -> bytes:
    """Returns what is in the file. Raises NoInput."""
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST_BYTES)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise NoInput(msg("{path} can't be read: {reason}.", path=str(path), reason=reason)) from error


def command_output(words: Sequence[str]) -> bytes:
    """Runs a command, not through a shell, and returns what it prints; its errors go to standard error. Raises
    NoInput."""
    try:
        # Who calls this program decides what runs.
        ended = subprocess.run(  # noqa: S603
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False, timeout=_PATIENCE_S
        )
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise NoInput(msg("{command} can't be run: {reason}.", command=words[0], reason=reason)) from error
    except subprocess.TimeoutExpired:
        # From None: the error holds what the command had printed.
        raise NoInput(
            msg("{command} did not end within {seconds} seconds.", command=words[0], seconds=_PATIENCE_S)
        ) from None
    if ended.returncode:
        raise NoInput(msg("{command} ended with exit code {code}.", command=words[0], code=ended.returncode))
    return ended.stdout


def first_line(content: bytes) -> bytes:
    """Returns the first line without its end: password managers print other facts below."""
    return content.partition(b"\n")[0].removesuffix(b"\r")


def without_line_end(content: bytes) -> bytes:
    """Returns `content` without a line end: one is the shell's or the editor's, any other belongs to the secret."""
    if content.endswith(b"\r\n"):
        return content[:-2]
    return content.removesuffix(b"\n")


def _words(command: str) -> list[str]:
    try:
        words = shlex.split(command, posix=os.name != "nt")
    except ValueError as error:
        raise click.UsageError(f"The command can't be read: {error}.") from error
    if not words:
        raise click.UsageError("The command is empty.")
    return words


def _secret(field: str, content: bytes) -> Secret:
    return _checked(field, content.decode(errors="surrogateescape"))


def _checked(field: str, typed: str) -> Secret:
    # Lone surrogates stand for bytes that are not UTF-8, which no server could be sent.
    if any("\ud800" <= character <= "\udfff" for character in typed):
        raise FieldErrors((FieldError(field=field, message=msg("It is not UTF-8 text.")),))
    # A passphrase is taken as it is, like one that is typed: four words of four letters are no app password.
    return Secret(typed) if field == "passphrase" else Secret.typed(typed)
