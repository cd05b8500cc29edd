"""The secrets that a file refers to: read from variables, files and commands."""

import os
import subprocess
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from smtp_desktop.domain.declared.document import Declared, SecretReference, SecretSource
from smtp_desktop.domain.declared.errors import DocumentErrors, Problem
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import SecretField
from smtp_desktop.services.declared.wanted import Wanted

_PATIENCE_S = 60
_LARGEST_BYTES = 100_000


class _Unreadable(Exception):
    def __init__(self, message: MessageText) -> None:
        super().__init__(str(message))
        self.message = message


def wanted_of(declared: Declared, *, prune: bool, runs_commands: bool) -> Wanted:
    """Returns what the file asks for, with its secrets; without those that commands give where it does not run any.
    Raises DocumentErrors for all that can't be read."""
    secrets: dict[str, dict[SecretField, Secret]] = defaultdict(dict)
    unread: dict[str, set[SecretField]] = defaultdict(set)
    problems: list[Problem] = []
    for one in declared.smtps or ():
        for field, reference in one.secrets.items():
            if reference.source is SecretSource.COMMAND and not runs_commands:
                unread[one.place].add(field)
                continue
            try:
                secrets[one.place][field] = _read(reference)
            except _Unreadable as error:
                place = f"{one.place}.{field}"
                problems.append(Problem(place=place, message=error.message, line=declared.lines.get(place)))
    if problems:
        raise DocumentErrors(problems)
    return Wanted(declared=declared, secrets=secrets, unread=unread, prune=prune)


def _read(reference: SecretReference) -> Secret:
    match reference.source:
        case SecretSource.ENV:
            text = os.environ.get(reference.words[0])
            if text is None:
                raise _Unreadable(msg("Environment variable {name} is not set.", name=reference.words[0]))
        case SecretSource.FILE:
            text = _text(_file_content(Path(reference.words[0])))
        case SecretSource.COMMAND:
            text = _text(_command_output(reference.words))
    if not text:
        raise _Unreadable(msg("The secret from {source} is empty.", source=" ".join(reference.words[:1])))
    return Secret.typed(text)


def _file_content(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST_BYTES)
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _Unreadable(msg("{path} can't be read: {reason}.", path=str(path), reason=reason)) from error


def _command_output(words: Sequence[str]) -> bytes:
    try:
        # Not through a shell; who may write the file that is applied decides what runs, as with a script.
        ended = subprocess.run(  # noqa: S603
            words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, check=False, timeout=_PATIENCE_S
        )
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise _Unreadable(msg("{command} can't be run: {reason}.", command=words[0], reason=reason)) from error
    except subprocess.TimeoutExpired as error:
        raise _Unreadable(
            msg("{command} did not end within {seconds} seconds.", command=words[0], seconds=_PATIENCE_S)
        ) from error
    if ended.returncode:
        raise _Unreadable(msg("{command} ended with exit code {code}.", command=words[0], code=ended.returncode))
    return ended.stdout


def _text(content: bytes) -> str:
    try:
        text = content.decode()
    except UnicodeDecodeError as error:
        raise _Unreadable(msg("The secret is not UTF-8 text.")) from error
    return text.removesuffix("\n").removesuffix("\r")
