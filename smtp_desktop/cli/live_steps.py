"""The steps of conversations while they happen."""

import threading

from smtp_desktop.cli.output import Output
from smtp_desktop.cli.progress import Progress
from smtp_desktop.cli.stage_names import STAGE_NAMES
from smtp_desktop.domain.diagnosis.conversation import Outcome, Step
from smtp_desktop.domain.diagnosis.stages import took_text
from smtp_desktop.domain.smtp.profile import SmtpProfile

# Why it did not go well is told once, at the end, with what to do about it.
_BAD_WORDS = {Outcome.FAILED: "FAILED", Outcome.UNKNOWN: "unknown"}


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
        running = step.outcome is Outcome.RUNNING
        with self._printing:
            if not running and step.outcome is not Outcome.NOT_REACHED:
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
