"""What a card shows, whatever it stands for."""

from enum import StrEnum
from typing import NamedTuple

from PySide6.QtCore import QCoreApplication

from smtp_desktop.ui.widgets.message_text import plain_tip

# Qt.ItemDataRole as numbers: to name one of them has PySide make all 93 enumerations of Qt, for 16 ms of the start.
DISPLAY_ROLE, TOOL_TIP_ROLE, ACCESSIBLE_TEXT_ROLE, CARD_ROLE = 0, 3, 11, 0x101
CARD_ROLES = frozenset((DISPLAY_ROLE, TOOL_TIP_ROLE, ACCESSIBLE_TEXT_ROLE, CARD_ROLE))
"""What a model of cards answers to; a view asks for much more."""


BARS = 14
"""How many of the latest results a card shows."""


class Tone(StrEnum):
    NONE = "faint"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


class Card(NamedTuple):
    """All that a card shows: the name, two lines below it, chips, and how things stand.

    `accent_chip` says whether the first chip stands out. `bars` are the recent results, oldest first: worked or not
    (None where that is not known), height 0 to 1. `note` is what there is no room for: it is in the tool tip and read
    out. `dimmed` is for what is switched off.
    """

    name: str
    lead: str
    detail: str
    chips: tuple[str, ...]
    tone: Tone
    status: str
    is_default: bool = False
    accent_chip: bool = False
    bars: tuple[tuple[bool | None, float], ...] = ()
    note: str = ""
    dimmed: bool = False


def card_data(card: Card, role: int) -> object:
    """Returns what a model of cards answers for `role`, one of CARD_ROLES."""
    if role == DISPLAY_ROLE:
        return card.name
    if role == TOOL_TIP_ROLE:
        parts = (card.name, card.lead, card.detail, " · ".join(card.chips), card.status, card.note)
        return plain_tip("\n".join(part for part in parts if part))
    if role == ACCESSIBLE_TEXT_ROLE:
        return _spoken(card)
    return card


def _spoken(card: Card) -> str:
    default = QCoreApplication.translate("SmtpCards", "Default") if card.is_default else ""
    parts = (card.name, default, card.lead, card.detail, *card.chips, card.status, card.note)
    return ", ".join(part for part in parts if part)
