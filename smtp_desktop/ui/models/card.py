"""What a card shows, whatever it stands for."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, Qt

from smtp_desktop.ui.text import plain_tip

CARD_ROLE = Qt.ItemDataRole.UserRole + 1
CARD_ROLES = frozenset(
    {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole, CARD_ROLE}
)
"""What a model of cards answers to; a view asks for much more."""


BARS = 14
"""How many of the latest results a card shows."""


class Tone(StrEnum):
    NONE = "faint"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
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
    if role == Qt.ItemDataRole.DisplayRole:
        return card.name
    if role == Qt.ItemDataRole.ToolTipRole:
        parts = (card.name, card.lead, card.detail, " · ".join(card.chips), card.status, card.note)
        return plain_tip("\n".join(part for part in parts if part))
    if role == Qt.ItemDataRole.AccessibleTextRole:
        return _spoken(card)
    return card


def _spoken(card: Card) -> str:
    default = QCoreApplication.translate("SmtpCards", "Default") if card.is_default else ""
    parts = (card.name, default, card.lead, card.detail, *card.chips, card.status, card.note)
    return ", ".join(part for part in parts if part)
