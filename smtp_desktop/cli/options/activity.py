"""The options for the fields of an activity, and the draft that they make."""

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

import click

from smtp_desktop.cli.options.names import smtp_names
from smtp_desktop.cli.streams import read_standard_input
from smtp_desktop.domain.delivery.age_limit import age_limit_s
from smtp_desktop.domain.errors import FieldError, FieldErrors, NoInput
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.services import Services

Command = TypeVar("Command", bound=Callable[..., Any])

_ADDRESSES = ("to", "cc", "bcc", "reply_to")
_BODIES = ("text", "html")
_AS_TYPED = ("description", "subject", "enabled", *_BODIES)
_PLACEHOLDER = "{{"
_NAME_AND_VALUE = re.compile(r"(?P<name>[^=:\s]+)\s*[=:]\s*(?P<value>.*)")  # of one line
_STDIN = "-"
_FILE = click.Path(dir_okay=False, allow_dash=True)


def activity_options(command: Command) -> Command:
    """Adds the options for the fields of an activity. One that is left out is None, or empty if it may be given several
    times."""
    again = "may be given several times"
    options = (
        click.option(
            "--smtp", metavar="NAME", shell_complete=smtp_names, help="Send through this SMTP; '' for the default SMTP."
        ),
        click.option(
            "--backup",
            metavar="NAME",
            shell_complete=smtp_names,
            help="SMTP to use while the first one fails; '' for none.",
        ),
        click.option("--to", metavar="ADDRESS", multiple=True, help=f"Recipient; {again}."),
        click.option("--cc", metavar="ADDRESS", multiple=True, help=f"Recipient of a copy; {again}; '' for none."),
        click.option("--bcc", metavar="ADDRESS", multiple=True, help=f"Hidden recipient; {again}; '' for none."),
        click.option(
            "--reply-to", metavar="ADDRESS", multiple=True, help=f"Where replies are to go; {again}; '' for the sender."
        ),
        click.option("--subject", metavar="TEXT", help="The subject line."),
        click.option("--text", metavar="TEXT", help="The message as plain text."),
        click.option("--text-file", type=_FILE, help="Read the text from this file; - for standard input."),
        click.option("--html", metavar="HTML", help="The message as HTML."),
        click.option("--html-file", type=_FILE, help="Read the HTML from this file; - for standard input."),
        click.option("--attach", metavar="FILE", multiple=True, help=f"Attach this file; {again}; '' for none."),
        click.option(
            "--header",
            "headers",
            metavar="NAME=VALUE",
            multiple=True,
            help=f"Add this header field, such as X-Job={{{{ job }}}}; {again}; '' for none.",
        ),
        click.option(
            "--expire-after",
            metavar="TIME",
            help="Give up on messages older than this, such as 12h or 2d; '' for the setting's limit.",
        ),
        click.option("--description", metavar="TEXT", help="A note for people; it is never sent."),
        click.option(
            "--enabled/--disabled", "enabled", default=None, help="Allow triggering it, or not (default: on)."
        ),
    )
    for option in reversed(options):
        command = option(command)
    return command


def activity_changes(services: Services, options: Mapping[str, Any]) -> dict[str, Any]:
    """Returns the values that the options give, by field. Raises UsageError if options contradict each other,
    NoSuchProfile, FieldErrors for a file that is not text."""
    changes: dict[str, Any] = {field: options[field] for field in _AS_TYPED if options[field] is not None}
    changes |= bodies_from_files(options)
    changes |= {field: ", ".join(filter(None, options[field])) for field in _ADDRESSES if options[field]}
    if options["attach"]:
        changes["attachments"] = "\n".join(_absolute(path) for path in options["attach"] if path)
    if options["headers"]:
        changes["headers"] = "\n".join(_header(one) for one in options["headers"] if one)
    if options["expire_after"] is not None:
        changes["expire_after_s"] = age_limit_s(options["expire_after"])
    for option, field in (("smtp", "smtp_id"), ("backup", "backup_id")):
        if options[option] is not None:
            changes[field] = _profile_id(services, options[option])
    return changes


def _profile_id(services: Services, name: str) -> ProfileId | None:
    return services.profiles.by_name(name).id if name.strip() else None


def _header(typed: str) -> str:
    """Returns the line of a header that is typed as NAME=VALUE, or as it stands in a message."""
    found = _NAME_AND_VALUE.fullmatch(typed)
    if found is None:
        raise click.UsageError(f"--header takes NAME=VALUE, not {typed!r}.")
    return f"{found['name']}: {found['value']}"


def _absolute(path: str) -> str:
    # It is triggered from another folder. A path that begins with a placeholder is known only then. Not joined by
    # pathlib, which would change what is between the braces.
    return path if Path(path).is_absolute() or path.startswith(_PLACEHOLDER) else f"{Path.cwd()}{os.sep}{path}"


def bodies_from_files(options: Mapping[str, Any]) -> dict[str, str]:
    """Returns the bodies that are read from files, by field. Raises UsageError, FieldErrors, SmtpDesktopError."""
    paths: dict[str, str] = {body: options[f"{body}_file"] for body in _BODIES if options[f"{body}_file"] is not None}
    for body in paths:
        if options[body] is not None:
            raise click.UsageError(f"Use --{body} or --{body}-file, not both.")
    if list(paths.values()) == [_STDIN, _STDIN]:
        raise click.UsageError("Only one of --text-file and --html-file can be standard input.")
    return {body: _read(body, path) for body, path in paths.items()}


def _read(field: str, path: str) -> str:
    try:
        content = read_standard_input() if path == _STDIN else Path(path).read_bytes()
        text = content.decode("utf-8-sig")  # some editors on Windows write a byte order mark
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise NoInput(msg("{path} can't be read: {reason}.", path=path, reason=reason)) from error
    except UnicodeDecodeError as error:
        raise FieldErrors((FieldError(field=field, message=msg("The file is not UTF-8 text.")),)) from error
    return text.replace("\r\n", "\n")
