"""Advice: what a failure means and what to do about it. The rules are data (`resources/advice*.json`)."""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from itertools import chain, repeat

from smtp_desktop.domain.message_text import MessageText


class Means(StrEnum):
    """What a step can need that only some places have."""

    FIND_SETTINGS = "find_settings"  # the button "Find settings that work"
    TRUST = "trust"  # the button "Trust this certificate…"
    TERMINAL = "terminal"


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """An explanation of a failure or a warning. `steps` are in the order in which to try them; `needs`, as long as
    `steps` or shorter, are what each needs."""

    title: MessageText
    meaning: MessageText
    steps: tuple[MessageText, ...]
    needs: tuple[Means | None, ...] = ()

    def steps_with(self, present: Collection[Means] = ()) -> tuple[MessageText, ...]:
        """Returns the steps that can be taken where these means are `present`."""
        pairs = zip(self.steps, chain(self.needs, repeat(None)), strict=False)
        return tuple(step for step, needed in pairs if needed is None or needed in present)
