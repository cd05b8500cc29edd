"""The options that name the files of an app's certificate and its private key."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

import click

from smtp_desktop.cli.options.secret_sources import file_content, read_secret, without_line_end
from smtp_desktop.cli.options.secrets import can_ask
from smtp_desktop.domain.errors import FieldErrors
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.app_certificate import KeyedCertificate

_Command = TypeVar("_Command", bound=Callable[..., Any])

ReadCertificate = Callable[[Sequence[Path], Secret | None], KeyedCertificate]
"""Reads a PFX, or one or two PEM files; see `Certificates.read`."""


def certificate_password_options(command: _Command) -> _Command:
    """Adds the options for the password of a certificate's file, which is never an argument itself."""
    options = (
        click.option(
            "--certificate-password-env", metavar="VAR", help="Read the password of that file from this variable."
        ),
        click.option(
            "--certificate-password-file", metavar="FILE", help="Read the password of that file from this file."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def names_password(options: Mapping[str, Any]) -> bool:
    """Whether an option says where the password is."""
    return options["certificate_password_env"] is not None or options["certificate_password_file"] is not None


def read_certificate(paths: Sequence[str], options: Mapping[str, Any], read: ReadCertificate) -> KeyedCertificate:
    """Returns the certificate in these files; asks for a password on a terminal where they need one. Raises UsageError,
    NoInput, FieldErrors."""
    files = tuple(Path(path) for path in paths)
    for file in files:
        file_content(file)  # or it would be refused as a field, not as a file that is not there
    password = _password(options)
    try:
        return read(files, password)
    except FieldErrors as error:
        if password or not can_ask() or error.errors[0].field != "certificate_password":
            raise
    return read(files, Secret(click.prompt("Password of the file", hide_input=True, err=True)))


def _password(options: Mapping[str, Any]) -> Secret | None:
    variable, path = options["certificate_password_env"], options["certificate_password_file"]
    if variable is not None and path is not None:
        raise click.UsageError("Use only one of --certificate-password-env and --certificate-password-file.")
    if path is not None:
        return Secret(without_line_end(file_content(Path(path))).decode(errors="replace"))
    return read_secret("certificate_password", stdin=False, variable=variable)
