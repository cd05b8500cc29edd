"""smtp-desktop trigger: one message of an activity, or one for each line of a file, into the outbox"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import BinaryIO

import click

from smtp_desktop.cli.activity.activity_output import routed
from smtp_desktop.cli.activity.preview import preview_document, preview_lines
from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exit_codes import ExitCode
from smtp_desktop.cli.options.names import activity_names
from smtp_desktop.cli.options.values import VALUE_LABELS, unused_values, values_of, values_option
from smtp_desktop.cli.outbox.wait import WAIT_EXIT_CODES, send_now, wait_options, wait_time_s
from smtp_desktop.cli.output.delivery import delivery_document, recipients_in_short
from smtp_desktop.cli.output.output import Output
from smtp_desktop.cli.streams import InputFile, announce_standard_input
from smtp_desktop.cli.trigger_lines import BulkTrigger
from smtp_desktop.domain.delivery.activity import Activity, activity_draft_of
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryState
from smtp_desktop.services.services import Services


@click.command(
    epilog=f"""\b
Examples:
  smtp-desktop trigger Nightly_Report -s day=Monday --attach report.pdf
  smtp-desktop trigger Nightly_Report -s day=Monday --wait
  smtp-desktop trigger Newsletter --values readers.jsonl --dry-run

{WAIT_EXIT_CODES}"""
)
@click.argument("activity_name", metavar="ACTIVITY", shell_complete=activity_names)
@values_option
@click.option(
    "--attach", "extra_files", metavar="FILE", multiple=True, help="Attach this file, too; may be given several times."
)
@click.option(
    "--values",
    "rows",
    metavar="FILE",
    type=InputFile(),
    help="Queue one message for each line of FILE, a JSON object with the values; - is standard input.",
)
@click.option("--json-values", "former_rows", type=InputFile(), hidden=True)  # what --values was called
@click.option("--dry-run", is_flag=True, help="Only show what would be queued.")
@wait_options
@click.pass_obj
def trigger(
    session: Session,
    activity_name: str,
    settings: tuple[str, ...],
    extra_files: tuple[str, ...],
    *,
    rows: BinaryIO | None,
    former_rows: BinaryIO | None,
    dry_run: bool,
    wait: bool,
    timeout_s: float | None,
) -> int:
    """Queue a message of an activity.

    The message is safely stored when the command returns. The window or `smtp-desktop outbox run` sends it; with --wait
    this command does, and says what became of it.
    """
    wait_s = wait_time_s(wait=wait, timeout_s=timeout_s)
    if dry_run and wait:
        raise click.UsageError("--dry-run queues nothing, so there is nothing to --wait for.")
    rows = rows or former_rows
    if rows is not None and settings:
        raise click.UsageError("-s can't be used with --values: every line has its own values.")
    values = values_of(settings)
    session.output.field_labels = VALUE_LABELS
    with session.open() as services:
        activity = services.activities.by_name(activity_name)
        if rows is not None:
            announce_standard_input(rows, "the values, one JSON object per line,")
            bulk = BulkTrigger(services, activity, extra_files, session.output, dry_run=dry_run)
            bulk.queue(rows)
            return _ended(session, services, bulk, wait_s)
        if dry_run:
            return _preview(session, services, activity, values, extra_files)
        return _trigger_one(session, services, activity, values, extra_files=extra_files, wait_s=wait_s)


def _preview(
    session: Session, services: Services, activity: Activity, values: Mapping[str, str], extra_files: Sequence[str]
) -> ExitCode:
    (problem,) = services.outbox.check(activity.id, [values], extra_files=extra_files)
    if problem:
        raise problem
    _warn_of_unused(session.output, activity, values)
    shown = routed(services, activity)
    message = services.activities.preview(activity_draft_of(activity), values)
    message = replace(message, attachments=(*message.attachments, *extra_files))
    session.output.answer(preview_document(shown, message), *preview_lines(shown, message))
    return ExitCode.OK


def _ended(session: Session, services: Services, bulk: BulkTrigger, wait_s: float | None) -> ExitCode:
    if wait_s is None or not bulk.ids:
        session.output.result(bulk.document([]), bulk.line())
        return bulk.exit_code
    session.output.live(bulk.line())
    sent = send_now(session, services, bulk.ids, wait_s=wait_s)
    went = [one.state for one in sent.messages].count(DeliveryState.SENT)
    session.output.result(bulk.document(sent.messages), f"Sent {went:,} of {len(sent.messages):,}.")
    return bulk.exit_code or sent.exit_code


def _trigger_one(
    session: Session,
    services: Services,
    activity: Activity,
    values: Mapping[str, str],
    *,
    extra_files: Sequence[str],
    wait_s: float | None,
) -> int:
    delivery = services.outbox.trigger(activity.id, values, extra_files=extra_files)
    session.is_queued = wait_s is None  # to be queued is not all that --wait is asked for
    _warn_of_unused(session.output, activity, values)
    if wait_s is None:
        _print(session.output, services, delivery, "Queued as")
        return ExitCode.OK
    sent = send_now(session, services, [delivery.id], wait_s=wait_s)
    (delivery,) = sent.messages
    _print(session.output, services, delivery, "Sent as" if delivery.state is DeliveryState.SENT else "Queued as")
    return sent.exit_code


def _warn_of_unused(output: Output, activity: Activity, values: Mapping[str, str]) -> None:
    for name in unused_values(activity, values):
        output.notice(f"Warning: {activity.name} has no placeholder {name}.")


def _print(output: Output, services: Services, delivery: Delivery, what: str) -> None:
    subject, to = delivery.subject or "(no subject)", recipients_in_short(delivery)
    document = delivery_document(delivery, services.profiles.all())
    output.result(document, f"{what} {delivery.id}: {subject}, to {to}")
