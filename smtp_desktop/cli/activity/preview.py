"""smtp-desktop activity preview"""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from smtp_desktop.cli.activity.activity_output import RoutedActivity, routed
from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.names import activity_names
from smtp_desktop.cli.options.values import VALUE_LABELS, unused_values, values_of, values_option
from smtp_desktop.cli.output.output import field_lines
from smtp_desktop.domain.delivery.activity import activity_draft_of
from smtp_desktop.domain.delivery.activity_template import RenderedMessage

if TYPE_CHECKING:
    from smtp_desktop.cli.contract import other


@click.command()
@click.argument("name", shell_complete=activity_names)
@values_option
@click.pass_obj
def preview(session: Session, name: str, settings: tuple[str, ...]) -> None:
    """Show the message that an activity would send. Nothing is queued.

    \b
    Example:
      smtp-desktop activity preview Nightly -s day=Monday -s who=Ann
    """
    values = values_of(settings)
    session.output.field_labels = VALUE_LABELS
    with session.open() as services:
        shown = routed(services, services.activities.by_name(name))
        message = services.activities.preview(activity_draft_of(shown.activity), values)
    for unused in unused_values(shown.activity, values):
        session.output.notice(f"Warning: {shown.activity.name} has no placeholder {unused}.")
    session.output.answer(preview_document(shown, message), *preview_lines(shown, message))


def preview_document(shown: RoutedActivity, message: RenderedMessage) -> other.ActivityPreview:
    """Returns the message for `--json`. `uses` is the SMTP that it would be sent through now."""
    return {
        "activity": shown.activity.name,
        "uses": shown.used_name,
        "to": [str(address) for address in message.to],
        "cc": [str(address) for address in message.cc],
        "bcc": [str(address) for address in message.bcc],
        "reply_to": [str(address) for address in message.reply_to],
        "subject": message.subject,
        "text": message.text,
        "html": message.html,
        "attachments": list(message.attachments),
        "headers": [f"{name}: {value}" for name, value in message.headers],
    }


def preview_lines(shown: RoutedActivity, message: RenderedMessage) -> list[str]:
    """Returns the message as people read one: its headers, and below them the text, or the HTML for want of one."""
    headers = {
        "Through": shown.used_name or "no SMTP",
        "To": ", ".join(map(str, message.to)) or None,
        "Cc": ", ".join(map(str, message.cc)) or None,
        "Bcc": ", ".join(map(str, message.bcc)) or None,
        "Reply-To": ", ".join(map(str, message.reply_to)) or None,
        "Subject": message.subject,
        "Attachments": list(message.attachments) or None,
        **dict(message.headers),
    }
    both = ["", "HTML:", "", *message.html.splitlines()] if message.text and message.html else []
    return [*field_lines(headers), "", *(message.text or message.html).splitlines(), *both]
