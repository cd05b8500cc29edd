"""smtp-desktop trigger: one mail of an activity, or one for each line of a file, into the outbox"""

import json
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import BinaryIO

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exit_codes import ExitCode, code_of_error
from smtp_desktop.cli.interrupt import wait_for_all
from smtp_desktop.cli.options.json import json_option
from smtp_desktop.cli.output.delivery import delivery_document, recipients_in_short
from smtp_desktop.cli.output.output import Output, counted, error_document
from smtp_desktop.cli.output.progress import Progress
from smtp_desktop.cli.shortage import shortage_as_ours
from smtp_desktop.cli.streams import InputFile
from smtp_desktop.domain.delivery.activity import Activity
from smtp_desktop.domain.delivery.activity_template import placeholders
from smtp_desktop.domain.delivery.delivery import Delivery
from smtp_desktop.domain.errors import Cancelled, FieldErrors, SmtpDesktopError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.services import Services

CHUNK_LINES = 500
_CHUNK_BYTES = 64_000_000  # limits the memory that large attachments take

RowResult = Delivery | SmtpDesktopError


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the file: its `values`, or the `error` that it can't be used for."""

    number: int
    values: Mapping[str, object] | None = None
    error: SmtpDesktopError | None = None


@dataclass(slots=True, kw_only=True)
class TriggerSummary:
    """The progress so far: every line up to `done_line` is in the outbox or was refused. `documents` describe the
    refused ones for `--json`."""

    ids: list[int] = field(default_factory=list)
    refused: int = 0
    documents: list[dict[str, object]] = field(default_factory=list)
    done_line: int = 0
    largest_bytes: int = 0


class BulkTrigger:
    """Triggers `activity` once for each line, in chunks of one transaction each."""

    def __init__(self, services: Services, activity: Activity, extra_files: Sequence[str], output: Output) -> None:
        self._services = services
        self._activity = activity
        self._extra_files = extra_files
        self._output = output
        self._progress = Progress()
        self._summary = TriggerSummary()

    def queue(self, lines: BinaryIO) -> ExitCode:
        """Puts a mail into the outbox for every valid line, and prints the number of every refused one; if it is
        stopped, prints why, and at which line to go on. Returns the exit code."""
        stopped: SmtpDesktopError | None = None
        try:
            with shortage_as_ours():
                self._queue_all(rows_of(lines))
        except SmtpDesktopError as error:
            stopped = error
        except KeyboardInterrupt:
            stopped = Cancelled(msg("Stopped."))
        self._progress.clear()
        self._print(stopped)
        if stopped:
            return code_of_error(stopped)
        return ExitCode.REFUSED_DATA if self._summary.refused else ExitCode.OK

    def _queue_all(self, rows: Iterator[Row]) -> None:
        with ThreadPoolExecutor(1, thread_name_prefix="queue") as pool:
            while chunk := list(islice(rows, self._chunk_lines())):
                if self._summary.done_line:
                    self._progress.show(f"{counted(self._summary.done_line, 'line')}: {self._counts()}")
                self._queue_chunk(pool, chunk)

    def _chunk_lines(self) -> int:
        if self._summary.largest_bytes:
            return max(1, min(CHUNK_LINES, _CHUNK_BYTES // self._summary.largest_bytes))
        # The first mail shows how large they are.
        return 1 if self._activity.attachments or self._extra_files else CHUNK_LINES

    def _queue_chunk(self, pool: ThreadPoolExecutor, chunk: Sequence[Row]) -> None:
        valid = [row.values for row in chunk if row.values is not None]
        # On another thread, so that Ctrl+C can't come between the transaction and its entry in the summary.
        future = pool.submit(self._trigger, valid)
        try:
            wait_for_all([future], [])
        except KeyboardInterrupt:
            self._count(chunk, future.result())
            raise
        self._count(chunk, future.result())

    def _trigger(self, rows: Sequence[Mapping[str, object]]) -> Sequence[RowResult]:
        if not rows:
            return []
        return self._services.outbox.trigger_many(self._activity.id, rows, extra_files=self._extra_files)

    def _count(self, chunk: Sequence[Row], results: Sequence[RowResult]) -> None:
        following = iter(results)
        for row in chunk:
            result = row.error or next(following)
            if isinstance(result, SmtpDesktopError):
                self._refuse(row, result)
            else:
                self._summary.ids.append(result.id)
                self._summary.largest_bytes = max(self._summary.largest_bytes, result.size_bytes)
        self._summary.done_line = chunk[-1].number

    def _refuse(self, row: Row, error: SmtpDesktopError) -> None:
        self._summary.refused += 1
        if self._output.as_json:
            self._summary.documents.append({"line": row.number, **error_document(error)})
        self._progress.clear()
        self._output.diagnostic(*(f"Line {row.number}: {line}" for line in self._output.lines_of(error)))

    def _print(self, stopped: SmtpDesktopError | None) -> None:
        summary = self._summary
        if stopped:
            self._output.diagnostic(*(f"Error: {line}" for line in self._output.lines_of(stopped)), self._resume_hint())
        document = {
            "activity": self._activity.name,
            "queued": len(summary.ids),
            "refused": summary.documents,
            "ids": summary.ids,
            "error": error_document(stopped) if stopped else None,
            "next_line": summary.done_line + 1 if stopped else None,
        }
        self._output.result(document, f"{self._counts().capitalize()}.")

    def _counts(self) -> str:
        ids = self._summary.ids
        queued = f"queued {counted(len(ids), 'mail')}" + (f" as {ids[0]} to {ids[-1]}" if len(ids) > 1 else "")
        return queued + (f", refused {counted(self._summary.refused, 'line')}" if self._summary.refused else "")

    def _resume_hint(self) -> str:
        done = self._summary.done_line
        if not done:
            return "Nothing is in the outbox. Give all lines again."
        but = " but those that were refused" if self._summary.refused else ""
        return f"Everything up to line {done}{but} is in the outbox. Give the lines from {done + 1} on again."


def rows_of(lines: BinaryIO) -> Iterator[Row]:
    """Yields the lines as they are read, without blank ones. Raises SmtpDesktopError if they can't be read."""
    number = 0
    while line := _next_line(lines):
        number += 1
        if not line.isspace():
            yield _row(number, line)


def _next_line(lines: BinaryIO) -> bytes:
    try:
        return lines.readline()
    except OSError as error:
        reason = error.strerror or type(error).__name__
        raise SmtpDesktopError(msg("The values can't be read any further: {reason}.", reason=reason)) from error


def _row(number: int, line: bytes) -> Row:
    try:
        values = json.loads(line.decode("utf-8-sig" if number == 1 else "utf-8"))
    except UnicodeDecodeError:
        return Row(number=number, error=SmtpDesktopError(msg("It is not UTF-8 text.")))
    except (ValueError, RecursionError) as error:  # RecursionError: brackets nested too deeply
        return Row(number=number, error=SmtpDesktopError(msg("It is not JSON: {reason}.", reason=str(error))))
    if not isinstance(values, dict):
        return Row(
            number=number,
            error=SmtpDesktopError(msg("It is not a JSON object, as in {example}.", example='{"name": "value"}')),
        )
    return Row(number=number, values=values)


# The refused field is one of the activity, not an option of this command.
_FIELD_LABELS = {
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
    type=InputFile(),
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
    """Puts mail of an activity into the outbox. It is on the disk when this ends; `smtp-desktop outbox run`, or the
    window, sends it."""
    if rows is not None and settings:
        raise click.UsageError("-s does not go with --json-values: every line has values of its own.")
    values = _values(settings)
    session.output.field_labels = _FIELD_LABELS
    with session.open() as services:
        activity = services.activities.by_name(activity_name)
        if rows is not None:
            return BulkTrigger(services, activity, extra_files, session.output).queue(rows)
        _queue_one(session, services, activity, values, extra_files)
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
    session: Session, services: Services, activity: Activity, values: Mapping[str, str], extra_files: Sequence[str]
) -> None:
    delivery = services.outbox.trigger(activity.id, values, extra_files=extra_files)
    session.is_queued = True
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
