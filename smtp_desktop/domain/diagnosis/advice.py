"""Advice: what a failure means and what to do about it. The rules are data (`resources/advice*.json`)."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from enum import StrEnum

from smtp_desktop.domain.diagnosis.actions import Means, command_of, needs_of, paths_of
from smtp_desktop.domain.message_text import MessageText, Translate


class Frontend(StrEnum):
    """The part of the program in which advice is read."""

    WINDOW = "window"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True, kw_only=True)
class AdviceStep:
    """One thing to do. `actions` are names in `actions.HOW_TO`; `command` is the command for them, filled in."""

    text: MessageText
    actions: tuple[str, ...] = ()
    command: str = ""

    def __str__(self) -> str:
        return str(self.text)

    def at(self, place: Frontend, translate: Translate = str) -> str:
        """Returns the step as it is read at `place`: with the labels or the command that do it."""
        text = translate(self.text)
        if place is Frontend.TERMINAL:
            return f"{text.removesuffix('.')}: {self.command}" if self.command else text
        paths = ", ".join(" > ".join(map(translate, path)) for path in paths_of(self.actions))
        return f"{text.removesuffix('.')} ({paths})." if paths else text


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """An explanation of a failure or a warning. `steps` are in the order in which to try them."""

    title: MessageText
    meaning: MessageText
    steps: tuple[AdviceStep, ...]

    def steps_for(self, place: Frontend, present: Collection[Means] = ()) -> tuple[AdviceStep, ...]:
        """Returns the steps that can be taken at `place`; in the window, with the means that are `present`."""
        if place is Frontend.TERMINAL:
            return self.steps
        return tuple(step for step in self.steps if needs_of(step.actions) <= set(present))

    def with_commands(self, known: Mapping[str, str]) -> Advice:
        """Returns the advice with the commands for its steps; `known` is what `command_of` fills in."""
        return replace(self, steps=tuple(replace(step, command=command_of(step.actions, known)) for step in self.steps))
