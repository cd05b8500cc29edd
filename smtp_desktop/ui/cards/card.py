"""The content of a card, of an SMTP or an activity."""

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QCoreApplication, Qt

from smtp_desktop.ui.widgets.message_text import plain_tip

CARD_ROLE = int(Qt.ItemDataRole.UserRole) + 1
"""The role under which a model of cards returns a Card, the only one that the grid paints from."""
CARD_ROLES = frozenset(
    {Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole, CARD_ROLE}
)
"""The roles that a model of cards supports; a view asks for many more."""

BARS = 14
"""How many of the latest results a card shows."""


class Tone(StrEnum):
    """A state as a colour; each value is the name of a colour of the theme."""

    NONE = "faint"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """Everything that a card shows: the name, two lines below it, chips, and the status.

    `accent_chip` highlights the first chip. `bars` are the latest results, oldest first: whether each worked (None
    where that is unknown), and its height from 0 to 1. `note` is text that the card has no room for: it appears in the
    tool tip and is read by screen readers. `dimmed` marks what is switched off. `hold_chip`, in the colour `hold_tone`,
    is a last chip for what keeps mails back; empty where nothing does.
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
    hold_chip: str = ""
    hold_tone: Tone = Tone.WARN

    @property
    def all_chips(self) -> tuple[str, ...]:
        """The chips with that of the hold."""
        return (*self.chips, self.hold_chip) if self.hold_chip else self.chips


def card_data(card: Card, role: int) -> object:
    """Returns the data of `card` for `role`, one of CARD_ROLES."""
    match role:
        case Qt.ItemDataRole.DisplayRole:
            return card.name
        case Qt.ItemDataRole.ToolTipRole:
            parts = (card.name, card.lead, card.detail, " · ".join(card.all_chips), card.status, card.note)
            return plain_tip("\n".join(part for part in parts if part))
        case Qt.ItemDataRole.AccessibleTextRole:
            return _accessible_text(card)
        case _:
            return card


def _accessible_text(card: Card) -> str:
    default = QCoreApplication.translate("SmtpCards", "Default") if card.is_default else ""
    parts = (card.name, default, card.lead, card.detail, *card.all_chips, card.status, card.note)
    return ", ".join(part for part in parts if part)
