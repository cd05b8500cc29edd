"""What a deadline says in the table and in the box below it."""

from datetime import datetime

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.checks.end_date import Deadline
from smtp_desktop.ui.models.card import Tone
from smtp_desktop.ui.text import day_text, one_line, shown
from smtp_desktop.ui.verdict import Verdict, VerdictTone

_VERDICT_TONES = {Tone.BAD: VerdictTone.BAD, Tone.WARN: VerdictTone.WARN}


def tone_of(deadline: Deadline, now: datetime) -> Tone:
    """Returns how urgent it is; `now` is aware, in this computer's zone, here and below."""
    if deadline.ended(now):
        return Tone.BAD
    return Tone.WARN if deadline.is_near(now) else Tone.NONE


def urgency(deadline: Deadline, now: datetime) -> str:
    """Returns in a word how urgent it is; nothing where there is time."""
    words = {Tone.BAD: _tr("ended"), Tone.WARN: _tr("soon")}
    return words.get(tone_of(deadline, now), "")


def when_text(deadline: Deadline) -> str:
    """Returns the last day, by this computer's calendar."""
    return day_text(deadline.ends_on)


def moment_text(deadline: Deadline) -> str:
    """Returns the last day, with the local time where it is known."""
    if deadline.ends_at is None:
        return when_text(deadline)
    return _tr("{day} at {time}").format(day=when_text(deadline), time=f"{deadline.ends_at.astimezone():%H:%M}")


def left_text(deadline: Deadline, now: datetime) -> str:
    """Returns the days left in words."""
    return shown(deadline.left(now))


def what_text(deadline: Deadline) -> str:
    """Returns what ends. A server may have said what it is called."""
    return one_line(shown(deadline.what))


def steps_text(deadline: Deadline) -> tuple[str, ...]:
    """Returns what to do, a numbered sentence each."""
    steps = [one_line(shown(step)) for step in deadline.steps]
    return tuple(f"{n}. {step}" for n, step in enumerate(steps, 1)) if len(steps) > 1 else tuple(steps)


def verdict_on_deadline(deadline: Deadline, now: datetime) -> Verdict:
    """Returns all there is to say about it."""
    heading = _tr("{what}: {moment} ({left})").format(
        what=what_text(deadline), moment=moment_text(deadline), left=left_text(deadline, now)
    )
    return Verdict(
        title=heading,
        heading=heading,
        words=(one_line(shown(deadline.meaning)), *steps_text(deadline)),
        tone=_VERDICT_TONES.get(tone_of(deadline, now), VerdictTone.GOOD),
    )


def _tr(source: str) -> str:
    return QCoreApplication.translate("Dates", source)
