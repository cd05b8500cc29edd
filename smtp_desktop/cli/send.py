"""smtp-desktop send: a complete message from standard input into the outbox, as sendmail takes it, or a quick one"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.options.message import composes, draft_of, message_options
from smtp_desktop.cli.options.names import smtp_names
from smtp_desktop.cli.options.sendmail import ignores_dots, sendmail_options, until_dot
from smtp_desktop.cli.outbox.wait import WAIT_EXIT_CODES, send_now, wait_options, wait_time_s
from smtp_desktop.cli.output.delivery import delivery_document
from smtp_desktop.cli.streams import announce_standard_input, read_standard_input
from smtp_desktop.domain.delivery.delivery import Delivery
from smtp_desktop.domain.delivery.message_draft import MessageDraft
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.raw_message import RawEnvelope
from smtp_desktop.services.services import Services

_LOCAL_USER = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_FIELD_LABELS = {
    "sender": "--from",
    "to": "--to",
    "cc": "--cc",
    "bcc": "--bcc",
    "subject": "--subject",
    "text": "--text",
    "html": "--html",
    "message": "The message",
}
# They mean something only for a complete message, by the names of their parameters.
_OF_COMPLETE = {"from_header": "-t", "sender": "--from", "envelope_from": "-f", "sender_name": "-F"}


@click.command(
    epilog=f"""\b
Examples:
  smtp-desktop send --subject "Backup done" --text "All 14 discs." ann@company.example
  df -h | smtp-desktop send --subject "Disk space" --wait ann@company.example
  smtp-desktop send --smtp Reports < message.eml
  smtp-desktop send -t -i -f jobs@company.example < message.eml

{WAIT_EXIT_CODES}"""
)
@click.argument("addresses", metavar="[ADDRESS]...", nargs=-1)
@click.option(
    "--smtp", metavar="NAME", shell_complete=smtp_names, help="Send through this SMTP (default: the default SMTP)."
)
@click.option("--to", metavar="ADDRESS", multiple=True, help="As ADDRESS; may be given several times.")
@message_options
@click.option("-t", "from_header", is_flag=True, help="Also send to those in the message's To, Cc and Bcc.")
@click.option("--from", "sender", metavar="ADDRESS", default="", help="The envelope sender (default: the SMTP's own).")
@click.option("-f", "-r", "envelope_from", metavar="ADDRESS", help="As --from; '' or <> for none, as bounces have it.")
@click.option("-F", "sender_name", metavar="NAME", default="", help="The name in From, where the message has none.")
@sendmail_options
@wait_options
@click.pass_context
def send(
    context: click.Context, /, addresses: tuple[str, ...], *, wait: bool, timeout_s: float | None, **options: Any
) -> int:
    """Queue a message and print its ID.

    It is a quick message with --subject, --text, --html or --attach: its text is read from standard input where no
    option gives any; From and signature are the SMTP's. Otherwise a complete message (RFC 5322) is read from standard
    input.

    A complete message goes to every ADDRESS; without any, or with -t, to those in its To, Cc and Bcc (or Resent-To,
    Resent-Cc and Resent-Bcc where it was redirected). All of them get it, or it is refused. Its headers stay as they
    are; only Bcc is removed, and a missing From, Message-ID or Date is added. Its text is encoded again only where the
    server could not take it otherwise, and never where it is signed.

    sendmail's other options, such as -bm -B -G -N -oX -OX -R -U -V -v, are accepted and have no effect. Called as
    sendmail is, with an ADDRESS or -t, a line with nothing but a dot ends the message unless -i is given.
    """
    session: Session = context.obj
    session.output.field_labels = _FIELD_LABELS
    wait_s = wait_time_s(wait=wait, timeout_s=timeout_s)
    recipients = (*addresses, *options["to"])
    if composes(options):
        _refuse_for_quick(options)
        source: MessageDraft | _Complete = draft_of(options, recipients)
    else:
        source = _read(context, options, recipients, as_sendmail=bool(addresses or options["from_header"]))
    with session.open() as services:
        smtp = options["smtp"]
        smtp_id = services.profiles.by_name(smtp).id if smtp and smtp.strip() else None
        delivery = _queued(services, source, smtp_id)
        session.is_queued = wait_s is None  # to be queued is not all that --wait is asked for
        code = ExitCode.OK
        if wait_s is not None:
            sent = send_now(session, services, [delivery.id], wait_s=wait_s)
            (delivery,) = sent.messages
            code = sent.exit_code
        document = delivery_document(delivery, services.profiles.all())
    session.output.result(document, str(delivery.id))
    return code


@dataclass(frozen=True, slots=True, kw_only=True)
class _Complete:
    """A complete message, and what was said about its envelope."""

    raw: bytes
    envelope: RawEnvelope


def _refuse_for_quick(options: Mapping[str, Any]) -> None:
    for field, name in _OF_COMPLETE.items():
        if options[field]:
            raise click.UsageError(f"{name} is for a complete message: it has no effect with --subject and the like.")


def _read(
    context: click.Context, options: Mapping[str, Any], recipients: Sequence[str], *, as_sendmail: bool
) -> _Complete:
    announce_standard_input(None, "the message")
    # Kept as bytes: a message may be in any encoding, or in several.
    raw = read_standard_input(until_dot) if as_sendmail and not ignores_dots(context) else read_standard_input()
    envelope_from = options["envelope_from"]
    envelope = RawEnvelope(
        recipients=recipients,
        from_header=options["from_header"],
        sender=options["sender"] if envelope_from is None else _sender(envelope_from),
        sender_name=options["sender_name"],
    )
    return _Complete(raw=raw, envelope=envelope)


def _queued(services: Services, source: MessageDraft | _Complete, smtp_id: ProfileId | None) -> Delivery:
    if isinstance(source, MessageDraft):
        return services.outbox.submit_draft(source, smtp_id=smtp_id)
    return services.outbox.submit(source.raw, source.envelope, smtp_id=smtp_id)


def _sender(typed: str) -> str:
    """Returns the sender of -f as `RawEnvelope` has it. A mere user name, as cron gives, is nobody to a mail server:
    the SMTP's own sender takes its place."""
    return "" if _LOCAL_USER.fullmatch(typed) else typed.strip() or "<>"
