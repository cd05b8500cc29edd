"""The hold on an SMTP, as its card shows it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.delivery.hold_words import HoldWords, hold_words
from smtp_desktop.domain.delivery.holds import HoldState, SmtpHold
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.ui.cards.card import Card, Tone
from smtp_desktop.ui.widgets.message_text import one_line, shown


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHold:
    """A hold, how many mails wait for its end, and how many went through their backup since it began. Both are numbers
    as text, "1000+" where not all were counted, "" for none."""

    hold: SmtpHold
    waiting: str = ""
    by_backup: str = ""

    @property
    def tone(self) -> Tone:
        """Red while the SMTP needs somebody, amber where the hold ends by itself or was wanted."""
        return Tone.BAD if self.hold.state is HoldState.HELD else Tone.WARN

    def words(self, now: datetime) -> HoldWords:
        """Returns the hold in words."""
        return hold_words(self.hold, now=now, translate=shown)


ShownHolds = Mapping[ProfileId, ShownHold]


def with_hold(card: Card, held: ShownHold, now: datetime) -> Card:
    """Returns `card` with a chip for the hold, the reason and the number of mails that wait as its status, and the
    whole in its note."""
    words = held.words(now)
    # What the last check found, and how long ago, has no room beside the reason.
    replaced = card.status if held.hold.state is not HoldState.SLOWED else ""
    note = "\n".join(part for part in (words.title, words.meaning, words.advice, replaced, card.note) if part)
    marked = replace(card, hold_chip=words.state, hold_tone=held.tone, note=note)
    if held.hold.state is HoldState.SLOWED:
        return marked  # it works
    return replace(marked, tone=held.tone, status=with_waiting(words.reason or words.state, held))


def with_waiting(words: str, held: ShownHold) -> str:
    """Returns `words` with how many mails wait, if any does."""
    if not held.waiting:
        return words
    form = _tr("{words} · {n} waits") if held.waiting == "1" else _tr("{words} · {n} wait")
    return form.format(words=words, n=held.waiting)


def said(held: ShownHold) -> str:
    """Returns what the server said, in one line."""
    return one_line(held.hold.reply)


def _tr(source: str) -> str:
    return QCoreApplication.translate("SmtpCards", source)
