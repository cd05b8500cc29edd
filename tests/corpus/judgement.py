"""Holds what came of a case against what should."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from corpus.case import Case
from corpus.play import Outcome
from servers.smtp.reply_script import Heard

from smtp_desktop.cli.exit_codes import code_of_cause
from smtp_desktop.domain.diagnosis.consequences import consequence_of
from smtp_desktop.domain.diagnosis.kinds import Cause


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is right about an outcome; None where the case does not say. `problems` says what is not, in words.

    The fate is what becomes of the mail and of the SMTP: as it was seen in the outbox, else as it follows from the
    cause.
    """

    cause: bool | None
    advice: bool | None
    exit: bool | None
    fate: bool | None
    problems: tuple[str, ...]

    @property
    def right(self) -> bool:
        return not self.problems


def judged(case: Case, outcome: Outcome) -> Judgement:
    """Returns the judgement on `outcome`."""
    advice_faults = (*_advice_faults(case, outcome), *_missing_words(case, outcome))
    cause = None if case.cause is None else case.cause is outcome.cause
    wanted_exits = case.exit or ((int(code_of_cause(case.cause)),) if case.cause and case.stage != "outbox" else ())
    exit_right = outcome.exit in wanted_exits if wanted_exits else None
    fate_faults = tuple(_fate_faults(case, outcome))
    problems = [
        *(() if cause is not False else (f"the cause is {outcome.cause}, not {case.cause}",)),
        *advice_faults,
        *(() if exit_right is not False else (f"the exit code is {outcome.exit}, not one of {wanted_exits}",)),
        *fate_faults,
        *_arrival_faults(case.server_gets, outcome.heard),
    ]
    says_fate = bool(case.state or case.backup_used is not None or case.cause)
    return Judgement(
        cause=cause,
        advice=not advice_faults if case.first_step or case.must_not or case.words else None,
        exit=exit_right,
        fate=not fate_faults if says_fate else None,
        problems=tuple(problems),
    )


def _advice_faults(case: Case, outcome: Outcome) -> Iterator[str]:
    if case.first_step and not re.search(case.first_step, outcome.advice, re.IGNORECASE):
        yield f"the advice does not match {case.first_step!r}: {outcome.advice!r}"
    if case.must_not and re.search(case.must_not, outcome.advice, re.IGNORECASE):
        yield f"the advice matches {case.must_not!r}: {outcome.advice!r}"


def _missing_words(case: Case, outcome: Outcome) -> Iterator[str]:
    for words in (*case.words, *_plain_words(case)):
        if words not in outcome.shown:
            yield f"{words!r} is not shown in {outcome.shown!r}"


def _plain_words(case: Case) -> Iterator[str]:
    """Yields the words of a refusal that everybody reads in the same way."""
    if case.reply.startswith(("4", "5")) and case.reply.isascii() and case.reply.isprintable():
        yield from case.reply.split()


def _fate_faults(case: Case, outcome: Outcome) -> Iterator[str]:
    if case.state and not set(outcome.states) <= set(case.state):
        yield f"the mails are {outcome.states}, not {case.state}"
    if case.backup_used is not None and outcome.backup_used is not case.backup_used:
        yield "the backup took over" if outcome.backup_used else "the backup did not take over"
    if case.cause and case.stage != "outbox":
        fate, wanted = _fate_of(outcome.cause), _fate_of(case.cause)
        if fate != wanted:
            yield f"what follows is: {fate}, not: {wanted}"


def _fate_of(cause: Cause | None) -> str:
    if cause is None:
        return "nothing"
    consequence = consequence_of(cause)
    backup = "the backup takes over" if consequence.backup else "no backup"
    return f"the mail {consequence.mail}, the SMTP {consequence.smtp}, {backup}"


def _arrival_faults(wanted: Mapping[str, Any], heard: Heard) -> Iterator[str]:
    for name, value in wanted.items():
        got = _arrived(name, heard)
        fine = got <= value if name == "longest_line" else got == value
        if not fine:
            yield f"{name}: the server got {got!r}, not {value!r}"


def _arrived(name: str, heard: Heard) -> Any:
    content = b"\r\n".join(heard.contents)
    match name:
        case "recipient":
            return heard.recipients[-1] if heard.recipients else ""
        case "seven_bit":
            return content.isascii()
        case "longest_line":
            return max(map(len, content.split(b"\r\n")))
        case _:
            return getattr(heard, name)
