"""Whether SMTPs are checked by themselves, how often, and whether a change is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

EVERY_KEY, NOTIFY_KEY = "checks.every_minutes", "checks.notify"
"""The preferences that hold the choices."""
LEAST_MINUTES, MOST_MINUTES = 5, 24 * 60
USUAL_MINUTES = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckChoices:
    """`every_minutes` is None where nothing is checked by itself."""

    every_minutes: int | None = None
    notify: bool = True

    @property
    def every(self) -> timedelta | None:
        return None if self.every_minutes is None else timedelta(minutes=self.every_minutes)


def check_choices(kept: Mapping[str, str]) -> CheckChoices:
    """Returns what the preferences say; where they say nothing that can be read, nothing is checked by itself."""
    words = kept.get(EVERY_KEY, "")
    minutes = int(words) if words.isascii() and words.isdigit() else None
    if minutes is not None:
        minutes = min(max(minutes, LEAST_MINUTES), MOST_MINUTES)
    return CheckChoices(every_minutes=minutes, notify=kept.get(NOTIFY_KEY) != "0")


def kept_choices(choices: CheckChoices) -> dict[str, str]:
    """Returns `choices` as preferences."""
    every = "" if choices.every_minutes is None else str(choices.every_minutes)
    return {EVERY_KEY: every, NOTIFY_KEY: "1" if choices.notify else "0"}


SENDER_CHECKS_KEY = "checks.sender_domain"
"""The preference that holds it."""
ON, OFF = "on", "off"


def sender_checks_wanted(kept: Mapping[str, str]) -> bool:
    """Returns what the preferences say; it is wanted unless it was switched off."""
    return kept.get(SENDER_CHECKS_KEY) != OFF
