"""The options for a message without an activity, and the draft that they make."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeVar

import click

from smtp_desktop.cli.options.activity import bodies_from_files
from smtp_desktop.cli.streams import announce_standard_input, read_standard_input
from smtp_desktop.domain.delivery.message_draft import MessageDraft
from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.message_text import msg

_Command = TypeVar("_Command", bound=Callable[..., Any])
_FIELDS = ("cc", "bcc", "subject", "text", "text_file", "html", "html_file", "attach")
_FILE = click.Path(dir_okay=False, allow_dash=True)


def message_options(command: _Command) -> _Command:
    """Adds the options. One that is left out is None, or empty if it may be given several times."""
    again = "may be given several times"
    options = (
        click.option("--cc", metavar="ADDRESS", multiple=True, help=f"Send a copy to this address; {again}."),
        click.option("--bcc", metavar="ADDRESS", multiple=True, help=f"Send a hidden copy to this address; {again}."),
        click.option("--subject", metavar="TEXT", help="The subject."),
        click.option("--text", metavar="TEXT", help="The message as plain text."),
        click.option("--text-file", metavar="FILE", type=_FILE, help="Read the plain text from this file."),
        click.option("--html", metavar="HTML", help="The message as HTML."),
        click.option("--html-file", metavar="FILE", type=_FILE, help="Read the HTML from this file."),
        click.option("--attach", metavar="FILE", multiple=True, help=f"Attach this file; {again}."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def composes(options: Mapping[str, Any]) -> bool:
    """Whether any of the options was given: then the message is made of them, and not read complete."""
    return any(options[field] not in {None, ()} for field in _FIELDS)


def draft_of(options: Mapping[str, Any], to: Sequence[str]) -> MessageDraft:
    """Returns the draft. Its text comes from standard input where no option gives any. Raises UsageError, FieldErrors,
    NoInput."""
    bodies = {field: options[field] for field in ("text", "html") if options[field] is not None}
    bodies |= bodies_from_files(options)
    draft = MessageDraft(
        to=to,
        cc=options["cc"],
        bcc=options["bcc"],
        subject=options["subject"] or "",
        attachments=options["attach"],
        **bodies,
    )
    return draft if bodies else replace(draft, text=_typed_text())


def _typed_text() -> str:
    announce_standard_input(None, "the text")
    try:
        return read_standard_input().decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FieldErrors((FieldError(field="text", message=msg("Standard input is not UTF-8 text.")),)) from error
