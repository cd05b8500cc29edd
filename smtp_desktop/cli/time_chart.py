"""When the steps of a conversation ran, drawn with characters that every terminal has."""

from smtp_desktop.cli.stage_names import STAGE_NAMES
from smtp_desktop.domain.diagnosis.conversation import Outcome, Step, Timeline
from smtp_desktop.domain.diagnosis.stages import outcome_text, took_text

_WIDTH = 40
_MARKS = {Outcome.DONE: "#", Outcome.FAILED: "!", Outcome.UNKNOWN: "?"}


def chart_lines(timeline: Timeline) -> list[str]:
    """Returns a line for each step with a bar on a time axis that is the same for all; nothing without steps."""
    if not timeline.steps:
        return []
    axis_ms = max(1.0, *(step.started_ms + step.duration_ms for step in timeline.steps))
    widest = max(len(STAGE_NAMES[step.stage]) for step in timeline.steps)
    return [f"  {STAGE_NAMES[step.stage]:<{widest}}  [{_bar(step, axis_ms)}]  {_took(step)}" for step in timeline.steps]


def _bar(step: Step, axis_ms: float) -> str:
    mark = _MARKS.get(step.outcome)
    if mark is None:
        return " " * _WIDTH
    # The shortest step is seen too, and the last one does not leave the axis.
    start = min(int(step.started_ms / axis_ms * _WIDTH), _WIDTH - 1)
    end = min(max(round((step.started_ms + step.duration_ms) / axis_ms * _WIDTH), start + 1), _WIDTH)
    return f"{' ' * start}{mark * (end - start)}".ljust(_WIDTH)


def _took(step: Step) -> str:
    if step.outcome in _MARKS:
        return f"{took_text(step.duration_ms)!s:>8}"
    return str(outcome_text(step.outcome))
