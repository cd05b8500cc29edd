"""smtp-desktop deliveries: list, CSV export, show, retry, cancel"""

import sys
from codecs import BOM_UTF8
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.interrupt import interruptible
from smtp_desktop.cli.lazy_group import LazyGroup
from smtp_desktop.cli.options.json import json_option
from smtp_desktop.cli.output.delivery import (
    attempt_document,
    attempt_lines,
    delivery_document,
    delivery_lines,
    delivery_table,
)
from smtp_desktop.cli.output.holds import hold_lines, words_for
from smtp_desktop.cli.output.output import Output, counted, printable
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryFilter, DeliveryId, DeliveryState
from smtp_desktop.domain.delivery.hold_words import HoldWords
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.delivery.send_elsewhere import Elsewhere, can_send_elsewhere
from smtp_desktop.domain.delivery.waiting import hold_on
from smtp_desktop.domain.errors import WrongState
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile, default_id_of
from smtp_desktop.services.private_file import os_errors_as_lost, private, whole_file
from smtp_desktop.services.services import Services

_LINE_END = "\r\n"  # RFC 4180 2


def export_csv(output: Output, services: Services, wanted: DeliveryFilter, path: str) -> None:
    """Writes all deliveries that match `wanted` to `path`, or to standard output for `-`. Raises OutputLost,
    StoreError."""
    if path == "-":
        stream = sys.stdout.buffer  # line ends stay as they are, on Windows too
        # On standard output it is all that the command shows.
        _export(services, wanted, lambda text: stream.write(_encoded(_printable(text))))
        stream.flush()
        return
    with os_errors_as_lost(path), open(path, "wb", opener=private) as file:
        file.write(BOM_UTF8)  # by which spreadsheets recognize UTF-8
        number = _export(services, wanted, lambda text: file.write(_encoded(text)))
    output.result({"exported": number, "file": path}, f"Wrote {counted(number, 'mail')} to {path}.")


def _export(services: Services, wanted: DeliveryFilter, write: Callable[[str], object]) -> int:
    return interruptible(lambda cancel: services.outbox.export_csv(wanted, write, cancel))


def _encoded(text: str) -> bytes:
    return text.encode(errors="backslashreplace")


def _printable(text: str) -> str:
    return _LINE_END.join(printable(line) for line in text.split(_LINE_END))


_LIMIT = 50
_PAGE = 500
_ID = click.IntRange(1, 2**63 - 1)  # what the database can hold


@click.group(cls=LazyGroup)
def deliveries() -> None:
    """Deliveries: every mail in the outbox, and what became of it."""


@deliveries.command("list")
@click.option(
    "--state",
    "states",
    type=click.Choice([state.value for state in DeliveryState]),
    multiple=True,
    help="Only those in this state; may be given several times.",
)
@click.option("--search", metavar="TEXT", default="", help="Only those with TEXT in subject, recipients or names.")
@click.option("--activity", "activity_name", metavar="NAME", help="Only those of this activity.")
@click.option(
    "--limit", metavar="N", type=click.IntRange(min=1), help=f"How many to list, the newest first ({_LIMIT})."
)
@click.option("--csv", "csv_path", metavar="FILE", help="Write all that fit to this file; - is standard output.")
@json_option
@click.pass_obj
def list_some(
    session: Session,
    states: tuple[str, ...],
    search: str,
    activity_name: str | None,
    *,
    limit: int | None,
    csv_path: str | None,
) -> None:
    """Lists deliveries, the newest first."""
    if csv_path is not None and limit is not None:
        raise click.UsageError("--limit does not go with --csv, which takes all.")
    if csv_path == "-" and session.output.as_json:
        raise click.UsageError("--json does not go with --csv -: both would stand on standard output.")
    with session.open() as services:
        wanted = DeliveryFilter(
            search=search,
            states=frozenset(DeliveryState(state) for state in states),
            activity_id=services.activities.by_name(activity_name).id if activity_name is not None else None,
        )
        if csv_path is not None:
            export_csv(session.output, services, wanted, csv_path)
            return
        found = list(_newest(services, wanted, limit or _LIMIT))
        profiles, holds = services.profiles.all(), services.read_holds()
    waited_for = _waited_for(found, holds, profiles)
    session.output.answer([delivery_document(delivery) for delivery in found], *delivery_table(found, waited_for))
    session.output.diagnostic(*hold_lines(holds.values(), profiles))


@deliveries.command()
@click.argument("delivery_id", metavar="ID", type=_ID)
@click.option("--transcript", is_flag=True, help="Show what was said, too; --json always does.")
@click.option("--eml", "eml_path", metavar="FILE", help="Write the mail itself to this file; - is standard output.")
@json_option
@click.pass_obj
def show(session: Session, delivery_id: int, *, transcript: bool, eml_path: str | None) -> None:
    """Shows one delivery with every attempt."""
    if eml_path is not None:
        if transcript or (eml_path == "-" and session.output.as_json):
            raise click.UsageError("--eml writes the mail and nothing else.")
        _write_mail(session, DeliveryId(delivery_id), eml_path)
        return
    with session.open() as services:
        delivery = services.outbox.get(DeliveryId(delivery_id))
        attempts = services.outbox.attempts(delivery.id)
        profiles, holds = services.profiles.all(), services.read_holds()
    log = [attempt_document(attempt) for attempt in attempts]
    lines = [line for attempt in attempts for line in attempt_lines(attempt, transcript=transcript)]
    session.output.answer(delivery_document(delivery) | {"attempts_log": log}, *delivery_lines(delivery), *lines)
    hold = hold_on(delivery, holds, default_id_of(profiles))
    session.output.diagnostic(*hold_lines([hold] if hold else [], profiles))


def _write_mail(session: Session, delivery_id: DeliveryId, path: str) -> None:
    """Raises NoSuchDelivery, ContentDropped, DamagedMail, CantWrite, StoreError."""
    with session.open() as services:
        mail = services.outbox_mails.read(delivery_id).raw
    if path == "-":
        sys.stdout.buffer.write(mail)
        sys.stdout.buffer.flush()
        return
    with whole_file(Path(path)) as part, open(part, "wb", opener=private) as file:
        file.write(mail)
    session.output.result({"file": path, "size_bytes": len(mail)}, f"Wrote the mail {delivery_id} to {path}.")


def _waited_for(
    deliveries: Sequence[Delivery], holds: Mapping[ProfileId, SmtpHold], profiles: Sequence[SmtpProfile]
) -> dict[DeliveryId, HoldWords]:
    default = default_id_of(profiles)
    found = {delivery.id: hold_on(delivery, holds, default) for delivery in deliveries} if holds else {}
    return {one: words_for(hold) for one, hold in found.items() if hold}


@deliveries.command()
@click.argument("ids", metavar="[ID]...", nargs=-1, type=_ID)
@click.option("--all-refused", is_flag=True, help="All that were refused.")
@click.option("--all-expired", is_flag=True, help="All that expired.")
@click.option("--again", is_flag=True, help="Those that were sent, too: they arrive twice.")
@click.option("--via", metavar="NAME", help="Send them as new mails through this SMTP; their records stay as they are.")
@click.option(
    "--to",
    metavar="ADDRESS",
    multiple=True,
    help="Send them as new mails to these recipients; may be given several times, and may be a list.",
)
@json_option
@click.pass_obj
def retry(
    session: Session,
    ids: tuple[int, ...],
    *,
    all_refused: bool,
    all_expired: bool,
    again: bool,
    via: str | None,
    to: tuple[str, ...],
) -> int:
    """Sends mails again that were refused, cancelled, expired or lost sight of; one that waits is tried at once."""
    if via is not None or to:
        if not ids or all_refused or all_expired:
            raise click.UsageError("--via and --to go with the IDs of mails.")
        return _send_elsewhere(session, ids, again=again, via=via, to=to)
    states = {DeliveryState.REFUSED: all_refused, DeliveryState.EXPIRED: all_expired}
    wanted = DeliveryFilter(states=frozenset(state for state, chosen in states.items() if chosen))
    if bool(ids) == bool(wanted.states):
        raise click.UsageError("Give the IDs of the mails to send again, or say --all-refused or --all-expired.")
    with session.open() as services:
        outbox = services.outbox
        if wanted.states:
            requested = sent_now = 0
            resent = outbox.resend_matching(wanted)
        else:
            chosen = _find_all(services, ids)
            _refuse_retry(chosen, again=again)
            waiting = [delivery.id for delivery in chosen if delivery.state is DeliveryState.WAITING]
            others = [delivery.id for delivery in chosen if delivery.state is not DeliveryState.WAITING]
            requested = len(chosen)
            sent_now = outbox.send_now(waiting) if waiting else 0
            resent = outbox.resend(others) if others else 0
    lines = [f"{counted(resent, 'mail')} to be sent again."] if resent or not sent_now else []
    lines += [f"{counted(sent_now, 'waiting mail')} to be tried at once."] if sent_now else []
    session.output.result({"resent": resent, "hurried": sent_now, "queued": []}, *lines)
    return _print_missed(session, requested - sent_now - resent)


def _send_elsewhere(
    session: Session, ids: Sequence[int], *, again: bool, via: str | None, to: tuple[str, ...]
) -> ExitCode:
    with session.open() as services:
        chosen = _find_all(services, ids)
        # With other recipients nobody gets it twice.
        _refuse_retry(chosen, again=again or bool(to))
        for delivery in chosen:
            if not can_send_elsewhere(delivery):
                raise WrongState(msg("{id} is still to be sent: cancel it first. Nothing was changed.", id=delivery.id))
        smtp_id = services.profiles.by_name(via).id if via is not None else None
        queued = [
            services.outbox.send_elsewhere(
                delivery.id, Elsewhere(smtp_id=delivery.smtp_id if via is None else smtp_id, recipients=to)
            )
            for delivery in chosen
        ]
    numbers = [delivery.id for delivery in queued]
    line = f"{counted(len(numbers), 'mail')} to be sent, as {', '.join(map(str, numbers))}."
    session.output.result({"resent": len(numbers), "hurried": 0, "queued": numbers}, line)
    return ExitCode.OK


@deliveries.command()
@click.argument("ids", metavar="[ID]...", nargs=-1, type=_ID)
@click.option("--all-waiting", is_flag=True, help="All that wait, or would be tried again.")
@json_option
@click.pass_obj
def cancel(session: Session, ids: tuple[int, ...], *, all_waiting: bool) -> int:
    """Takes mails out of the queue that are not sent yet; they stay in the list."""
    if bool(ids) == all_waiting:
        raise click.UsageError("Give the IDs of the mails to cancel, or say --all-waiting.")
    with session.open() as services:
        if all_waiting:
            wanted = DeliveryFilter(states=frozenset({DeliveryState.WAITING, DeliveryState.UNKNOWN}))
            requested = 0
            pages = ([one for one in page if _can_cancel(one)] for page in _pages(services, wanted))
            cancelled = sum(services.outbox.cancel(_ids(page)) for page in pages if page)
        else:
            chosen = _find_all(services, ids)
            _refuse_cancel(chosen)
            requested = len(chosen)
            cancelled = services.outbox.cancel(_ids(chosen))
    session.output.result({"cancelled": cancelled}, f"Cancelled {counted(cancelled, 'mail')}.")
    return _print_missed(session, requested - cancelled)


def _newest(services: Services, wanted: DeliveryFilter, limit: int) -> Iterator[Delivery]:
    for page in _pages(services, wanted, at_most=min(limit, _PAGE)):
        yield from page[:limit]
        limit -= len(page)
        if limit <= 0:
            return


def _pages(services: Services, wanted: DeliveryFilter, *, at_most: int = _PAGE) -> Iterator[Sequence[Delivery]]:
    before: DeliveryId | None = None
    while page := services.outbox.page(wanted, before=before, limit=at_most):
        yield page
        before = page[-1].id


def _ids(chosen: Sequence[Delivery]) -> list[DeliveryId]:
    return [delivery.id for delivery in chosen]


def _find_all(services: Services, ids: Sequence[int]) -> list[Delivery]:
    # All of them first, so that one wrong number stops the command before anything is changed.
    return [services.outbox.get(DeliveryId(delivery_id)) for delivery_id in dict.fromkeys(ids)]


def _refuse_retry(chosen: Sequence[Delivery], *, again: bool) -> None:
    for delivery in chosen:
        if delivery.state is DeliveryState.SENDING:
            raise WrongState(msg("{id} is being sent right now. Nothing was changed.", id=delivery.id))
        if delivery.content_dropped:
            raise WrongState(
                msg(
                    "The content of {id} was dropped a while after it was sent, so it can't be sent again "
                    "(smtp-desktop settings get content_days). Nothing was changed.",
                    id=delivery.id,
                )
            )
        if delivery.state is DeliveryState.SENT and not again:
            raise WrongState(
                msg("{id} was sent already. Say --again to send it once more. Nothing was changed.", id=delivery.id)
            )


def _can_cancel(delivery: Delivery) -> bool:
    tried_again = delivery.state is DeliveryState.UNKNOWN and delivery.next_try_at is not None
    return delivery.state is DeliveryState.WAITING or tried_again


def _refuse_cancel(chosen: Sequence[Delivery]) -> None:
    for delivery in chosen:
        if not _can_cancel(delivery):
            raise WrongState(
                msg(
                    "{id} does not wait any more, it is {state}. Nothing was changed.",
                    id=delivery.id,
                    state=delivery.state.value,
                )
            )


def _print_missed(session: Session, missed: int) -> ExitCode:
    if missed <= 0:
        return ExitCode.OK
    session.output.diagnostic(f"{counted(missed, 'mail')} went on meanwhile and can't be changed any more.")
    return ExitCode.REFUSED_DATA
