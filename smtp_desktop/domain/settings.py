"""The settings of the program, by name: what the window's dialog and the command line can set."""

from collections.abc import Mapping
from dataclasses import dataclass

from smtp_desktop.domain.checks.check_settings import (
    EVERY_KEY,
    LEAST_MINUTES,
    MOST_MINUTES,
    NOTIFY_KEY,
    OFF,
    ON,
    SENDER_CHECKS_KEY,
    check_choices,
    sender_checks_wanted,
)
from smtp_desktop.domain.delivery.outbox_settings import (
    ASK_AT_CLOSE_KEY,
    CONTENT_KEY,
    MOST_CONTENT_DAYS,
    MOST_RETENTION_DAYS,
    MOST_RETRY_DAYS,
    RETENTION_KEY,
    RETRY_KEY,
    asks_at_close,
    outbox_settings,
)
from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.message_text import MessageText, msg

SettingValue = int | bool | str | None
THEME_KEY = "theme"
BACKGROUND_KEY = "background"
_THEMES = ("system", "light", "dark", "more-contrast-light", "more-contrast-dark")
_SWITCH = {"on": True, "yes": True, "true": True, "off": False, "no": False, "false": False}


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A whole number within these limits. With `can_be_off` it may also be off, which is None."""

    least: int
    most: int
    can_be_off: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """On or off. `stored` are the preference's values for both."""

    stored_on: str
    stored_off: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """One of these words."""

    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """A setting: its name in snake case, the key of its preference, and what it may be."""

    name: str
    key: str
    kind: Number | Switch | Choice
    meaning: str

    @property
    def can_be_off(self) -> bool:
        return isinstance(self.kind, Number) and self.kind.can_be_off

    def parsed(self, typed: str) -> SettingValue:
        """Returns the value that was typed. Raises FieldErrors."""
        word = typed.strip().lower()
        match self.kind:
            case Switch() if word in _SWITCH:
                return _SWITCH[word]
            case Choice(words=words) if word in words:
                return word
            case Number(can_be_off=True) if word == "off":
                return None
            case Number(least=least, most=most) if word.isascii() and word.isdigit() and least <= int(word) <= most:
                return int(word)
            case _:
                raise FieldErrors((FieldError(field=self.name, message=self.rule),))

    def stored(self, value: SettingValue) -> str:
        """Returns the preference for that value, which `parsed` returned."""
        if isinstance(self.kind, Switch):
            return self.kind.stored_on if value else self.kind.stored_off
        return "" if value is None else str(value)

    @property
    def rule(self) -> MessageText:
        """What may be entered."""
        match self.kind:
            case Switch():
                return msg("Enter on or off.")
            case Choice(words=words):
                return msg("Enter one of: {words}.", words=", ".join(words))
            case Number(least=least, most=most, can_be_off=True):
                return msg("Enter a whole number from {least} to {most}, or off.", least=least, most=most)
            case Number(least=least, most=most):
                return msg("Enter a whole number from {least} to {most}.", least=least, most=most)


SETTINGS = (
    Setting(name="theme", key=THEME_KEY, kind=Choice(words=_THEMES), meaning="the colors of the window"),
    Setting(
        name="check_every_minutes",
        key=EVERY_KEY,
        kind=Number(least=LEAST_MINUTES, most=MOST_MINUTES, can_be_off=True),
        meaning="minutes between automatic checks of every SMTP while the window is open",
    ),
    Setting(
        name="notify",
        key=NOTIFY_KEY,
        kind=Switch(stored_on="1", stored_off="0"),
        meaning="show a desktop notification when an SMTP stops working or works again, and ahead of dates",
    ),
    Setting(
        name="sender_checks",
        key=SENDER_CHECKS_KEY,
        kind=Switch(stored_on=ON, stored_off=OFF),
        meaning="look up the sender's domain in DNS (SPF, DMARC, MX) after a test or check",
    ),
    Setting(
        name="ask_at_close",
        key=ASK_AT_CLOSE_KEY,
        kind=Switch(stored_on=ON, stored_off=OFF),
        meaning="ask about waiting messages before the window closes",
    ),
    Setting(
        name="background",
        key=BACKGROUND_KEY,
        kind=Switch(stored_on=ON, stored_off=OFF),
        meaning="keep running in the tray when the window is closed, and send waiting messages after quitting",
    ),
    Setting(
        name="retention_days",
        key=RETENTION_KEY,
        kind=Number(least=1, most=MOST_RETENTION_DAYS),
        meaning="days to keep finished deliveries",
    ),
    Setting(
        name="content_days",
        key=CONTENT_KEY,
        kind=Number(least=0, most=MOST_CONTENT_DAYS),
        meaning="days to keep text and attachments of sent messages; after that they can't be sent again",
    ),
    Setting(
        name="retry_days",
        key=RETRY_KEY,
        kind=Number(least=1, most=MOST_RETRY_DAYS),
        meaning="days to keep trying to send a message, unless its activity says otherwise",
    ),
)
"""All settings, in the order of the window's dialog."""


def background_wanted(preferences: Mapping[str, str]) -> bool:
    """Whether the program is to go on when its window is closed: no, unless the user switched it on."""
    return preferences.get(BACKGROUND_KEY) == ON


def setting_values(preferences: Mapping[str, str]) -> dict[str, SettingValue]:
    """Returns the value of every setting by its name, with the default in place of one that nobody set."""
    checks, outbox = check_choices(preferences), outbox_settings(preferences)
    theme = preferences.get(THEME_KEY, "")
    return {
        "theme": theme if theme in _THEMES else _THEMES[0],
        "check_every_minutes": checks.every_minutes,
        "notify": checks.notify,
        "sender_checks": sender_checks_wanted(preferences),
        "ask_at_close": asks_at_close(preferences),
        "background": background_wanted(preferences),
        "retention_days": outbox.retention_days,
        "content_days": outbox.content_days,
        "retry_days": outbox.retry_days,
    }
