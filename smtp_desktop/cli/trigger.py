"""smtp-desktop trigger"""

from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import BinaryIO

import click

from smtp_desktop.cli.delivery_documents import delivery_document, recipients_in_short
from smtp_desktop.cli.json_option import json_option
from smtp_desktop.cli.many_mails import ManyMails
from smtp_desktop.cli.program import Program, Session
from smtp_desktop.domain.delivery.activity import Activity
from smtp_desktop.domain.delivery.activity_template import placeholders
from smtp_desktop.domain.errors import FieldErrors

# What is refused stands in the activity, not behind an option of this command.
_FIELD_WORDS = {
    "values": "Values",
    "to": "To",
    "cc": "Cc",
    "bcc": "Bcc",
    "subject": "Subject",
    "text": "Text",
    "html": "HTML",
    "attachments": "Attachments",
}


@click.command()
@click.argument("activity_name", metavar="ACTIVITY")
@click.option(
    "-s", "--set", "settings", metavar="NAME=VALUE", multiple=True, help="The value of a placeholder; several times."
)
@click.option("--attach", "extra_files", metavar="FILE", multiple=True, help="One more file; several times.")
@click.option(
    "--json-values",
    "rows",
    metavar="FILE",
    type=click.File("rb"),
    help="One mail for each line of FILE, which is a JSON object with the values; - is standard input.",
)
@json_option
@click.pass_obj
def trigger(
    session: Session,
    activity_name: str,
    settings: tuple[str, ...],
    extra_files: tuple[str, ...],
    rows: BinaryIO | None,
) -> int:
    """Puts mail of an activity into the outbox. It is on the disk when this ends; `smtp-desktop deliver`, or the
    window, sends it."""
    if rows is not None and settings:
        raise click.UsageError("-s does not go with --json-values: every line has values of its own.")
    values = _values(settings)
    session.output.field_words = _FIELD_WORDS
    with closing(session.open()) as program:
        activity = program.activities.by_name(activity_name)
        if rows is not None:
            return ManyMails(program, activity, extra_files, session.output).queue(rows)
        _queue_one(session, program, activity, values, extra_files)
    return 0


def _values(settings: Sequence[str]) -> dict[str, str]:
    values: dict[str, str] = {}
    for setting in settings:
        name, equals, value = setting.partition("=")
        name = name.strip()
        if not equals or not name:
            raise click.UsageError(f"-s takes NAME=VALUE, not {setting!r}.")
        if name in values:
            raise click.UsageError(f"-s gives {name} twice.")
        values[name] = value
    return values


def _queue_one(
    session: Session, program: Program, activity: Activity, values: Mapping[str, str], extra_files: Sequence[str]
) -> None:
    delivery = program.outbox.trigger(activity.id, values, extra_files=extra_files)
    for name in _unused(activity, values):
        session.output.diagnostic(f"Warning: {activity.name} has no placeholder {name}.")
    subject, to = delivery.subject or "(no subject)", recipients_in_short(delivery)
    session.output.result(delivery_document(delivery), f"Queued as {delivery.id}: {subject}, to {to}")


def _unused(activity: Activity, values: Mapping[str, str]) -> list[str]:
    try:
        used = placeholders(activity)
    except FieldErrors:
        return []
    return [name for name in values if name not in used]
