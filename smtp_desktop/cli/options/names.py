"""The names that the shell completes: of SMTPs and activities, as they are stored."""

import io
from collections.abc import Callable, Iterable
from contextlib import redirect_stderr

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.services.services import Services


def smtp_names(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Returns the names of SMTPs that begin with `incomplete`, in any case."""
    return _beginning(incomplete, _read(context, lambda services: [one.name for one in services.profiles.all()]))


def activity_names(context: click.Context, _parameter: click.Parameter, incomplete: str) -> list[str]:
    """Returns the names of activities that begin with `incomplete`, in any case."""
    return _beginning(incomplete, _read(context, lambda services: [one.name for one in services.activities.all()]))


def _beginning(incomplete: str, names: Iterable[str]) -> list[str]:
    return [name for name in names if name.lower().startswith(incomplete.lower())]


def _read(context: click.Context, read: Callable[[Services], list[str]]) -> list[str]:
    """Returns what `read` returns; nothing where the data can't be read: who presses Tab wants no errors."""
    session = context.find_object(Session)
    if session is None:
        return []
    with redirect_stderr(io.StringIO()):
        try:
            with session.open() as services:
                return read(services)
        except SmtpDesktopError:
            return []
