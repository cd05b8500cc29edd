"""What may go wrong although the server took everything: the third outcome beside works and fails."""

from typing import NamedTuple

from smtp_desktop.domain.checks.health import WarningKind
from smtp_desktop.domain.diagnosis.advice import Advice
from smtp_desktop.domain.message_text import MessageText, msg


class DeliverabilityWarning(NamedTuple):
    """Recipients may distrust the mail, or it will stop working soon. `advice` says what it means and what to do."""

    kind: WarningKind
    advice: "Advice"


_MOST_QUOTED = 60

TEST_AGAIN = msg("Wait until DNS shows the change, which can take a few hours, and test again.")


def warning(
    kind: WarningKind, title: MessageText, meaning: MessageText, steps: tuple[MessageText, ...]
) -> DeliverabilityWarning:
    """Returns the concern in these words."""
    return DeliverabilityWarning(kind=kind, advice=Advice(title=title, meaning=meaning, steps=steps))


def quoted(part: str) -> str:
    """Returns a part of a DNS record as it can be shown: short, and all of it visible."""
    visible = "".join(character if character.isprintable() else "\ufffd" for character in part)
    return visible if len(visible) <= _MOST_QUOTED else f"{visible[: _MOST_QUOTED - 1]}\u2026"
