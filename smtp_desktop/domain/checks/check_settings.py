"""Preferences for automatic checks: how often, whether a change is notified, and whether DNS is asked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta

EVERY_KEY, NOTIFY_KEY = "checks.every_minutes", "checks.notify"
"""The keys of the preferences."""
LEAST_MINUTES, MOST_MINUTES = 5, 24 * 60
USUAL_MINUTES = 30
SENDER_CHECKS_KEY = "checks.sender_domain"
"""The key of the preference for looking at the sender's domain in DNS."""
ON, OFF = "on", "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckChoices:
    """The user's choices for automatic checks. `every_minutes` is None where there are none; with `notify` the desktop
    shows a notification when an SMTP stops working, or works again."""

    every_minutes: int | None = None
    notify: bool = True

    @property
    def every(self) -> timedelta | None:
        return None if self.every_minutes is None else timedelta(minutes=self.every_minutes)


def check_choices(kept: Mapping[str, str]) -> CheckChoices:
    """Returns the choices in `kept`, the preferences; no automatic checks where none can be read from them."""
    stored = kept.get(EVERY_KEY, "")
    minutes = int(stored) if stored.isascii() and stored.isdigit() else None
    if minutes is not None:
        minutes = min(max(minutes, LEAST_MINUTES), MOST_MINUTES)
    return CheckChoices(every_minutes=minutes, notify=kept.get(NOTIFY_KEY) != "0")


def kept_choices(choices: CheckChoices) -> dict[str, str]:
    """Returns `choices` as preferences, by key."""
    every = "" if choices.every_minutes is None else str(choices.every_minutes)
    return {EVERY_KEY: every, NOTIFY_KEY: "1" if choices.notify else "0"}


def sender_checks_wanted(kept: Mapping[str, str]) -> bool:
    """Whether the sender's domain is to be looked at in DNS: yes, unless the user switched it off."""
    return kept.get(SENDER_CHECKS_KEY) != OFF
