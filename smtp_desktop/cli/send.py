"""smtp-desktop send: a finished message from standard input into the outbox"""

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.json import json_option
from smtp_desktop.cli.output.delivery import delivery_document
from smtp_desktop.cli.streams import read_standard_input

_FIELD_LABELS = {"sender": "--from", "to": "--to", "message": "The message"}


@click.command()
@click.option("--smtp", metavar="NAME", help="Send through this SMTP; left out: through the default.")
@click.option(
    "--to",
    metavar="ADDRESS",
    multiple=True,
    help="Who gets it; may be given several times. Left out: whom To, Cc and Bcc of the message name.",
)
@click.option("--from", "sender", metavar="ADDRESS", default="", help="The envelope sender; left out: the SMTP's own.")
@json_option
@click.pass_obj
def send(session: Session, smtp: str | None, to: tuple[str, ...], sender: str) -> None:
    """Puts a finished message from standard input into the outbox and prints its number.

    Its headers stay as they are; only Bcc is taken out, and a missing Message-ID or Date is added.
    """
    session.output.field_labels = _FIELD_LABELS
    # Kept as bytes: a message may be in any encoding, or in several.
    raw = read_standard_input()
    with session.open() as services:
        smtp_id = services.profiles.by_name(smtp).id if smtp and smtp.strip() else None
        delivery = services.outbox.submit(raw, smtp_id=smtp_id, recipients=to, sender=sender)
        session.is_queued = True
    session.output.result(delivery_document(delivery), str(delivery.id))
