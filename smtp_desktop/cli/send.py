"""smtp-desktop send: a finished message from standard input into the outbox, as sendmail takes it"""

import re

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.json import json_option
from smtp_desktop.cli.options.sendmail import ignores_dots, sendmail_options, until_dot
from smtp_desktop.cli.output.delivery import delivery_document
from smtp_desktop.cli.streams import read_standard_input
from smtp_desktop.services.raw_message import RawEnvelope

_LOCAL_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_FIELD_LABELS = {"sender": "--from", "to": "--to", "message": "The message"}


@click.command()
@click.argument("addresses", metavar="[ADDRESS]...", nargs=-1)
@click.option("--smtp", metavar="NAME", help="Send through this SMTP; left out: through the default.")
@click.option("--to", metavar="ADDRESS", multiple=True, help="As ADDRESS; may be given several times.")
@click.option("-t", "from_header", is_flag=True, help="Who gets it stands in its To, Cc and Bcc, too.")
@click.option("--from", "sender", metavar="ADDRESS", default="", help="The envelope sender; left out: the SMTP's own.")
@click.option("-f", "-r", "envelope_from", metavar="ADDRESS", help="As --from; '' or <> for none, as bounces have it.")
@click.option("-F", "sender_name", metavar="NAME", default="", help="The name in its From, where it has none.")
@sendmail_options
@json_option
@click.pass_context
def send(
    context: click.Context,
    *,
    addresses: tuple[str, ...],
    smtp: str | None,
    to: tuple[str, ...],
    sender: str,
    envelope_from: str | None,
    sender_name: str,
    from_header: bool,
) -> None:
    """Puts a finished message from standard input into the outbox and prints its number.

    It goes to every ADDRESS; without any, or with -t, to those in its To, Cc and Bcc, or of Resent-To, Resent-Cc and
    Resent-Bcc where it was redirected. All of them get it, or it is refused.

    Its headers stay as they are; only Bcc is taken out, and a missing From, Message-ID or Date is added. Its text is
    encoded anew only where the server could not take it otherwise, and never where it is signed.

    sendmail's other options, as -bm -B -G -N -oX -OX -R -U -V -v, are taken and have no effect. Called as sendmail is,
    with an ADDRESS or -t, a line with nothing but a dot ends the message unless there is -i.
    """
    session: Session = context.obj
    session.output.field_labels = _FIELD_LABELS
    as_sendmail = bool(addresses or from_header)
    # Kept as bytes: a message may be in any encoding, or in several.
    raw = read_standard_input(until_dot) if as_sendmail and not ignores_dots(context) else read_standard_input()
    envelope = RawEnvelope(
        recipients=(*addresses, *to),
        from_header=from_header,
        sender=sender if envelope_from is None else _sender(envelope_from),
        sender_name=sender_name,
    )
    with session.open() as services:
        smtp_id = services.profiles.by_name(smtp).id if smtp and smtp.strip() else None
        delivery = services.outbox.submit(raw, envelope, smtp_id=smtp_id)
        session.is_queued = True
    session.output.result(delivery_document(delivery), str(delivery.id))


def _sender(typed: str) -> str:
    """Returns the sender of -f as `RawEnvelope` has it. A mere user name, as cron gives, is nobody to a mail server:
    the SMTP's own sender takes its place."""
    return "" if _LOCAL_USER.fullmatch(typed) else typed.strip() or "<>"
