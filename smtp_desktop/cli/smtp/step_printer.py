"""The steps of conversations, printed as they happen."""

import threading

from smtp_desktop.cli.output.columns import state_painted
from smtp_desktop.cli.output.conversation import STAGE_NAMES
from smtp_desktop.cli.output.output import Output, printable
from smtp_desktop.cli.output.progress import Progress
from smtp_desktop.domain.diagnosis.conversation import Step, StepStatus
from smtp_desktop.domain.diagnosis.stages import took_text

# The reason comes once, at the end, with the advice.
_STATUS_WIDTH = 7
_BAD_STATUSES = {StepStatus.FAILED: "FAILED", StepStatus.UNKNOWN: "unknown"}


class StepPrinter:
    """With `prints_steps` prints each step of a conversation on standard output once it has ended; else shows on a
    terminal how many of `total` conversations are done. Safe from every thread."""

    def __init__(self, output: Output, total: int, *, prints_steps: bool) -> None:
        self._output = output
        self._total = total
        self._prints_steps = prints_steps
        self._ended = 0
        self._counted = -1
        self._progress = Progress()
        self._printing = threading.Lock()

    def step(self, step: Step) -> None:
        """Prints `step` if it has ended, and shows it as running if it has begun. Leaves out one that was not
        reached."""
        running = step.status is StepStatus.RUNNING
        with self._printing:
            if not running and step.status is not StepStatus.NOT_REACHED and self._prints_steps:
                self._progress.clear()
                self._output.live(_line(step))
            self._show_progress(f"{'...':<7}  {STAGE_NAMES[step.stage]}" if running else "")

    def conversation_ended(self) -> None:
        """Counts a conversation that has ended."""
        with self._printing:
            self._ended += 1
            self._show_progress("")
            if self._ended >= self._total:
                self._progress.clear()

    def clear(self) -> None:
        """Takes the progress away: nothing more will end."""
        with self._printing:
            self._progress.clear()

    def _show_progress(self, running: str) -> None:
        if self._output.is_quiet:
            return
        if self._prints_steps:
            self._progress.show(running)
        elif self._counted != self._ended:  # else the line would flicker at each step
            self._counted = self._ended
            self._progress.show(f"... {self._ended:,} of {self._total:,} done")


def _line(step: Step) -> str:
    bad = _BAD_STATUSES.get(step.status)
    status, detail = (bad, "") if bad else ("ok", step.detail)
    space = " " * (_STATUS_WIDTH - len(status))
    rest = f"{space}  {STAGE_NAMES[step.stage]:<9}  {took_text(step.duration_ms)!s:>10}  {detail}"
    return state_painted(status, printable(rest.rstrip()))
