"""Progress of a command while it runs."""

import sys
import threading

import click

from smtp_desktop.cli.output.conversation import STAGE_NAMES
from smtp_desktop.cli.output.output import Output, printable
from smtp_desktop.domain.diagnosis.conversation import Step, StepStatus
from smtp_desktop.domain.diagnosis.stages import took_text
from smtp_desktop.domain.smtp.profile import SmtpProfile


class Progress:
    """Progress on standard error, on a terminal only: one line that is overwritten. Elsewhere nobody watches, and cron
    would send it by mail."""

    def __init__(self) -> None:
        self._on_terminal = sys.stderr is not None and sys.stderr.isatty()
        self._shown = ""

    def show(self, text: str) -> None:
        """Shows `text` in place of the one before."""
        if self._on_terminal:
            self.clear()
            self._shown = printable(text)
            click.echo(self._shown, err=True, nl=False)

    def clear(self) -> None:
        """Empties the line on the terminal."""
        if self._shown:
            click.echo(f"\r{' ' * len(self._shown)}\r", err=True, nl=False)
            self._shown = ""


# The reason comes once, at the end, with the advice.
_BAD_STATUSES = {StepStatus.FAILED: "FAILED", StepStatus.UNKNOWN: "unknown"}


class StepPrinter:
    """Prints each step of `total` conversations on standard output once it has ended, and shows the progress on a
    terminal. Safe from every thread."""

    def __init__(self, output: Output, total: int) -> None:
        self._output = output
        self._total = total
        self._ended = 0
        self._progress = Progress()
        self._printing = threading.Lock()

    def step(self, profile: SmtpProfile, step: Step) -> None:
        """Prints `step` if it has ended, and shows it as running if it has begun. Leaves out one that was not
        reached."""
        running = step.status is StepStatus.RUNNING
        with self._printing:
            if not running and step.status is not StepStatus.NOT_REACHED:
                self._progress.clear()
                self._output.live(self._line(profile, step))
            self._show_progress(f"{'...':<7}  {STAGE_NAMES[step.stage]}" if running else "")

    def conversation_ended(self) -> None:
        """Counts a conversation that has ended."""
        with self._printing:
            self._ended += 1
            self._show_progress("")
            if self._ended == self._total:
                self._progress.clear()

    def _show_progress(self, running: str) -> None:
        if self._output.as_json:
            return
        self._progress.show(f"... {self._ended:,} of {self._total:,} done" if self._total > 1 else running)

    def _line(self, profile: SmtpProfile, step: Step) -> str:
        bad = _BAD_STATUSES.get(step.status)
        status, detail = (bad, "") if bad else ("ok", step.detail)
        prefix = f"{profile.name}: " if self._total > 1 else ""
        took = str(took_text(step.duration_ms))
        return f"{prefix}{status:<7}  {STAGE_NAMES[step.stage]:<9}  {took:>10}  {detail}".rstrip()
