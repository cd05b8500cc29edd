"""Messages of an activity for the lines of a file, each of which is a JSON object with values."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from itertools import islice
from typing import TYPE_CHECKING, BinaryIO

from smtp_desktop.cli.exit_codes import ExitCode, code_of_error
from smtp_desktop.cli.interrupt import wait_for_all
from smtp_desktop.cli.outbox.delivery_results import result_document
from smtp_desktop.cli.output.output import Output, counted, error_document
from smtp_desktop.cli.output.progress import Progress
from smtp_desktop.cli.shortage import shortage_as_ours
from smtp_desktop.domain.delivery.activity import Activity
from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId
from smtp_desktop.domain.errors import Cancelled, SmtpDesktopError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.services import Services

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.outbox import RefusedLine, Triggered

CHUNK_LINES = 500
_CHUNK_BYTES = 64_000_000  # limits the memory that large attachments take

RowResult = Delivery | SmtpDesktopError | None
"""None stands for a line that would be queued."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One line of the file: its `values`, or the `error` that it can't be used for."""

    number: int
    values: Mapping[str, object] | None = None
    error: SmtpDesktopError | None = None


@dataclass(slots=True, kw_only=True)
class TriggerSummary:
    """The progress so far: every line up to `done_line` is in the outbox or was refused. `refused` describes those for
    `--json`."""

    ids: list[DeliveryId] = field(default_factory=list)
    valid: int = 0  # lines that would be queued
    refused: list[RefusedLine] = field(default_factory=list)
    done_line: int = 0
    largest_bytes: int = 0


class BulkTrigger:
    """Triggers `activity` once for each line, in chunks of one transaction each; with `dry_run` only looks whether it
    could."""

    def __init__(
        self, services: Services, activity: Activity, extra_files: Sequence[str], output: Output, *, dry_run: bool
    ) -> None:
        self._services = services
        self._activity = activity
        self._extra_files = extra_files
        self._output = output
        self._dry_run = dry_run
        self._progress = Progress()
        self._summary = TriggerSummary()
        self._stopped: SmtpDesktopError | None = None

    @property
    def ids(self) -> Sequence[DeliveryId]:
        """The messages that were queued, in the order of their lines."""
        return self._summary.ids

    @property
    def exit_code(self) -> ExitCode:
        """What the lines came to: 0 where each is in the outbox."""
        if self._stopped:
            return code_of_error(self._stopped)
        return ExitCode.REFUSED_DATA if self._summary.refused else ExitCode.OK

    def queue(self, lines: BinaryIO) -> None:
        """Puts a message into the outbox for every valid line, and prints the number of every refused one; if it is
        stopped, prints why, and at which line to go on."""
        try:
            with shortage_as_ours():
                self._queue_all(rows_of(lines))
        except SmtpDesktopError as error:
            self._stopped = error
        except KeyboardInterrupt:
            self._stopped = Cancelled(msg("Stopped."))
        self._progress.clear()
        if self._stopped:
            self._output.diagnostic(*(f"Error: {line}" for line in self._output.lines_of(self._stopped)))
            self._output.diagnostic(self._resume_hint())

    def _queue_all(self, rows: Iterator[Row]) -> None:
        with ThreadPoolExecutor(1, thread_name_prefix="queue") as pool:
            while chunk := list(islice(rows, self._chunk_lines())):
                if self._summary.done_line:
                    self._progress.show(f"{counted(self._summary.done_line, 'line')}: {self._counts()}")
                self._queue_chunk(pool, chunk)

    def _chunk_lines(self) -> int:
        if self._summary.largest_bytes:
            return max(1, min(CHUNK_LINES, _CHUNK_BYTES // self._summary.largest_bytes))
        # The first message shows how large they are.
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
        outbox = self._services.outbox
        queue: Callable[..., Sequence[RowResult]] = outbox.check if self._dry_run else outbox.trigger_many
        return queue(self._activity.id, rows, extra_files=self._extra_files)

    def _count(self, chunk: Sequence[Row], results: Sequence[RowResult]) -> None:
        following = iter(results)
        for row in chunk:
            result = row.error or next(following)
            if isinstance(result, SmtpDesktopError):
                self._refuse(row, result)
            elif result is None:
                self._summary.valid += 1
            else:
                self._summary.ids.append(result.id)
                self._summary.largest_bytes = max(self._summary.largest_bytes, result.size_bytes)
        self._summary.done_line = chunk[-1].number

    def _refuse(self, row: Row, error: SmtpDesktopError) -> None:
        self._summary.refused.append({"line": row.number, "error": error_document(error)})
        self._progress.clear()
        self._output.diagnostic(*(f"Line {row.number}: {line}" for line in self._output.lines_of(error)))

    def document(self, tried: Sequence[Delivery]) -> Triggered:
        """Returns the result for `--json`. `tried` are the messages where they were waited for."""
        summary = self._summary
        return {
            "activity": self._activity.name,
            "queued": summary.valid if self._dry_run else len(summary.ids),
            "refused": summary.refused,
            "ids": [*summary.ids],
            "messages": [result_document(one) for one in tried],
            "error": error_document(self._stopped) if self._stopped else None,
            "next_line": summary.done_line + 1 if self._stopped else None,
            "dry_run": self._dry_run,
        }

    def line(self) -> str:
        """Returns the result in a line."""
        if not self._summary.done_line and not self._stopped:
            return "There was no line to read. Nothing was queued."
        return f"{self._counts().capitalize()}."

    def _counts(self) -> str:
        ids, refused = self._summary.ids, len(self._summary.refused)
        if self._dry_run:
            queued = f"would queue {counted(self._summary.valid, 'message')}"
        else:
            queued = f"queued {counted(len(ids), 'message')}" + (f" as {ids[0]} to {ids[-1]}" if len(ids) > 1 else "")
        return queued + (f", refused {counted(refused, 'line')}" if refused else "")

    def _resume_hint(self) -> str:
        done = self._summary.done_line
        if self._dry_run:
            return f"Every line up to {done} was looked at."
        if not done:
            return "Nothing was queued. Start again with all lines."
        but = ", except refused lines," if self._summary.refused else ""
        return f"Everything up to line {done}{but} is in the outbox. Resume with line {done + 1}."


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
            error=SmtpDesktopError(msg("It is not a JSON object such as {example}.", example='{"name": "value"}')),
        )
    return Row(number=number, values=values)
