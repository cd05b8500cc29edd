"""smtp-desktop outbox list"""

from collections.abc import Iterator, Mapping, Sequence

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.numbers import whole_number
from smtp_desktop.cli.outbox.csv_file import export_csv
from smtp_desktop.cli.outbox.filters import MessageFilter, filter_options, pages
from smtp_desktop.cli.output.delivery import delivery_document, delivery_table
from smtp_desktop.cli.output.holds import hold_lines, words_for
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryFilter, DeliveryId
from smtp_desktop.domain.delivery.hold_words import HoldWords
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.delivery.waiting import hold_on
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile, default_id_of
from smtp_desktop.services.services import Services

_LIMIT = 50
_PAGE = 500
_LARGEST = 2**63 - 1  # that the database can hold
ID = whole_number(1, _LARGEST)


def _storable(_context: click.Context, _parameter: click.Parameter, value: int | None) -> int | None:
    return None if value is None else max(0, min(value, _LARGEST))


@click.command(
    "list",
    epilog="""\b
Examples:
  smtp-desktop outbox list --state refused --since 2d
  smtp-desktop outbox list --smtp Reports --limit 500 --json
  smtp-desktop outbox list --since 2026-11-01 --until 2026-11-30 --csv november.csv
""",
)
@filter_options
@click.option(
    "--limit",
    metavar="N",
    type=whole_number(1),
    help=f"How many messages to list (default: {_LIMIT}).",
)
@click.option(
    "--before",
    metavar="ID",
    type=click.INT,
    callback=_storable,
    help="List messages older than this one: the next page of a list.",
)
@click.option("--csv", "csv_path", metavar="FILE", help="Write all that match to this CSV file; - is standard output.")
@click.pass_obj
def list_some(
    session: Session, chosen: MessageFilter, *, limit: int | None, before: int | None, csv_path: str | None
) -> None:
    """List messages, newest first, and what happened to each."""
    if csv_path is not None:
        _refuse_with_csv(session, csv_path, pages_asked=limit is not None or before is not None)
    with session.open() as services:
        wanted = chosen.read(services)
        if csv_path is not None:
            export_csv(session.output, services, wanted, csv_path)
            return
        shown = limit or _LIMIT
        # One more than is shown says whether there are more.
        found = list(_newest(services, wanted, shown + 1, DeliveryId(before) if before is not None else None))
        total = services.outbox.count(wanted) if len(found) > shown else 0
        profiles, holds = services.profiles.all(), services.read_holds()
    del found[shown:]
    waited_for = _waited_for(found, holds, profiles)
    documents = [delivery_document(delivery, profiles) for delivery in found]
    session.output.answer(documents, *delivery_table(found, waited_for, profiles))
    if not found:
        session.output.empty_list("No message matches." if chosen.given or before is not None else "No messages yet.")
    if total:
        session.output.notice(
            f"Showing {len(found):,} of {total:,} messages. For older ones add: --before {found[-1].id}"
            " (or use a larger --limit)."
        )
    session.output.notice(*hold_lines(holds.values(), profiles))


def _refuse_with_csv(session: Session, path: str, *, pages_asked: bool) -> None:
    if pages_asked:
        raise click.UsageError("--csv writes all that match: leave out --limit and --before.")
    if path == "-" and session.output.as_json:
        raise click.UsageError("--csv - and --json would both write to standard output. Use one of them.")


def _newest(services: Services, wanted: DeliveryFilter, limit: int, before: DeliveryId | None) -> Iterator[Delivery]:
    for page in pages(services, wanted, before=before, at_most=min(limit, _PAGE)):
        yield from page[:limit]
        limit -= len(page)
        if limit <= 0:
            return


def _waited_for(
    deliveries: Sequence[Delivery], holds: Mapping[ProfileId, SmtpHold], profiles: Sequence[SmtpProfile]
) -> dict[DeliveryId, HoldWords]:
    default = default_id_of(profiles)
    found = {delivery.id: hold_on(delivery, holds, default) for delivery in deliveries} if holds else {}
    return {one: words_for(hold) for one, hold in found.items() if hold}
