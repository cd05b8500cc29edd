"""How far something is, on standard error."""

import sys
import threading

import click

from smtp_desktop.cli.output.conversation import STAGE_NAMES
from smtp_desktop.cli.output.output import Output, printable
from smtp_desktop.domain.diagnosis.conversation import Step, StepStatus
from smtp_desktop.domain.diagnosis.stages import took_text
from smtp_desktop.domain.smtp.profile import SmtpProfile


class Progress:
    """On a terminal one line that is written over and over, elsewhere (a log file, cron's mail) a line each time."""

    def __init__(self) -> None:
        self._on_terminal = sys.stderr is not None and sys.stderr.isatty()
        self._shown = ""

    def show(self, words: str) -> None:
        """`words` are the last ones said about how far it is."""
        words = printable(words)
        if not self._on_terminal:
            click.echo(words, err=True)
            return
        self.clear()
        click.echo(words, err=True, nl=False)
        self._shown = words

    def hint(self, words: str) -> None:
        """On a terminal `words` stand there until something else is said; elsewhere, where nobody waits before the
        screen, nothing does."""
        if self._on_terminal:
            self.show(words)

    def clear(self) -> None:
        """The cursor stands at the start of an empty line."""
        if self._shown:
            click.echo(f"\r{' ' * len(self._shown)}\r", err=True, nl=False)
            self._shown = ""

    def end(self) -> None:
        """Whatever is printed next stands on a line of its own."""
        self.clear()


# Why it did not go well is told once, at the end, with what to do about it.
_BAD_WORDS = {StepStatus.FAILED: "FAILED", StepStatus.UNKNOWN: "unknown"}


class LiveSteps:
    """Tells each step on standard output once it has ended, and on a terminal what goes on, in a line that is written
    over. `total` conversations are held. Any thread may call it."""

    def __init__(self, output: Output, total: int) -> None:
        self._output = output
        self._total = total
        self._ended = 0
        self._progress = Progress()
        self._printing = threading.Lock()

    def step(self, profile: SmtpProfile, step: Step) -> None:
        """`step` was begun or has ended; one that was not reached after all is not told."""
        running = step.outcome is StepStatus.RUNNING
        with self._printing:
            if not running and step.outcome is not StepStatus.NOT_REACHED:
                self._progress.clear()
                self._output.live(self._line(profile, step))
            self._hint(f"{'...':<7}  {STAGE_NAMES[step.stage]}" if running else "")

    def conversation_ended(self) -> None:
        """One of the conversations is over."""
        with self._printing:
            self._ended += 1
            self._hint("")
            if self._ended == self._total:
                self._progress.end()

    def _hint(self, running: str) -> None:
        if self._output.as_json:
            return
        self._progress.hint(f"... {self._ended:,} of {self._total:,} done" if self._total > 1 else running)

    def _line(self, profile: SmtpProfile, step: Step) -> str:
        bad = _BAD_WORDS.get(step.outcome)
        word, detail = (bad, "") if bad else ("ok", step.detail)
        prefix = f"{profile.name}: " if self._total > 1 else ""
        took = str(took_text(step.duration_ms))
        return f"{prefix}{word:<7}  {STAGE_NAMES[step.stage]:<9}  {took:>10}  {detail}".rstrip()
