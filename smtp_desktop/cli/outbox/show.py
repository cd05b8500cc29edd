"""smtp-desktop outbox show"""

import sys
from pathlib import Path

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.outbox.listing import ID
from smtp_desktop.cli.output.delivery import attempt_document, attempt_lines, delivery_document, delivery_lines
from smtp_desktop.cli.output.holds import hold_lines
from smtp_desktop.domain.delivery.delivery import DeliveryId
from smtp_desktop.domain.delivery.waiting import hold_on
from smtp_desktop.domain.smtp.profile import default_id_of
from smtp_desktop.services.private_file import private, whole_file


@click.command(
    epilog="""\b
Examples:
  smtp-desktop outbox show 17 --transcript
  smtp-desktop outbox show 17 --eml message.eml
"""
)
@click.argument("delivery_id", metavar="ID", type=ID)
@click.option("--transcript", is_flag=True, help="Include the conversation with the server; --json always does.")
@click.option("--eml", "eml_path", metavar="FILE", help="Write the message itself to this file; - is standard output.")
@click.pass_obj
def show(session: Session, delivery_id: int, *, transcript: bool, eml_path: str | None) -> None:
    """Show one message with every attempt to send it."""
    if eml_path is not None:
        if transcript or (eml_path == "-" and session.output.as_json):
            raise click.UsageError("--eml writes the message and nothing else: leave out --transcript and --json.")
        _write_message(session, DeliveryId(delivery_id), eml_path)
        return
    with session.open() as services:
        delivery = services.outbox.get(DeliveryId(delivery_id))
        attempts = services.outbox.attempts(delivery.id)
        profiles, holds = services.profiles.all(), services.read_holds()
    log = [attempt_document(attempt) for attempt in attempts]
    lines = [line for attempt in attempts for line in attempt_lines(attempt, transcript=transcript)]
    document = delivery_document(delivery, profiles) | {"attempts_log": log}
    session.output.answer(document, *delivery_lines(delivery, profiles), *lines)
    hold = hold_on(delivery, holds, default_id_of(profiles))
    session.output.notice(*hold_lines([hold] if hold else [], profiles))


def _write_message(session: Session, delivery_id: DeliveryId, path: str) -> None:
    """Raises NoSuchDelivery, ContentDropped, DamagedMail, CantWrite, StoreError."""
    with session.open() as services:
        mail = services.outbox_mails.read(delivery_id).raw
    if path == "-":
        sys.stdout.buffer.write(mail)
        sys.stdout.buffer.flush()
        return
    with whole_file(Path(path)) as part, open(part, "wb", opener=private) as file:
        file.write(mail)
    session.output.result({"file": path, "size_bytes": len(mail)}, f"Wrote message {delivery_id} to {path}.")
