"""What steps are called on screen."""

import re

from smtp_desktop.domain.diagnosis.conversation import Stage, Step, StepStatus
from smtp_desktop.domain.diagnosis.stages import outcome_text, stage_text, took_text
from smtp_desktop.domain.message_text import one_line
from smtp_desktop.ui.widgets.message_text import shown

_TLS_VERSION = re.compile(r"(TLS \d(?:\.\d)?)(?: · )?")


def stage_name(stage: Stage) -> str:
    """Returns what the stage is called on screen."""
    return shown(stage_text(stage))


def outcome_name(outcome: StepStatus) -> str:
    """Returns the outcome in a word, for those who do not see the mark."""
    return shown(outcome_text(outcome))


def headed(step: Step) -> tuple[str, str]:
    """Returns a step's heading and its detail. The version of TLS, which the detail of a secured connection begins
    with, belongs to the heading: "Secure (TLS 1.3)"."""
    heading, detail = stage_name(step.stage), one_line(step.detail)
    found = _TLS_VERSION.match(detail) if step.stage is Stage.SECURE and step.outcome is StepStatus.DONE else None
    if found:
        return f"{heading} ({found[1]})", detail[found.end() :]
    if not detail and step.outcome is not StepStatus.DONE:
        detail = outcome_name(step.outcome)
    return heading, detail


def took_words(step: Step) -> str:
    """Returns how long the step took; nothing while that is not known."""
    ended = step.outcome in {StepStatus.DONE, StepStatus.FAILED, StepStatus.UNKNOWN}
    return shown(took_text(step.duration_ms)) if ended else ""
