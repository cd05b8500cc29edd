"""What the words of all concerns share."""

from smtp_desktop.domain.advice import Advice
from smtp_desktop.domain.concern import Concern, ConcernKind
from smtp_desktop.domain.text import Text, text

_MOST_QUOTED = 60

TEST_AGAIN = text("Wait until DNS shows the change, which can take a few hours, and test again.")


def concern(kind: ConcernKind, title: Text, meaning: Text, steps: tuple[Text, ...]) -> Concern:
    """Returns the concern in these words."""
    return Concern(kind=kind, advice=Advice(title=title, meaning=meaning, steps=steps))


def quoted(part: str) -> str:
    """Returns a part of a DNS record as it can be shown: short, and all of it visible."""
    visible = "".join(character if character.isprintable() else "\ufffd" for character in part)
    return visible if len(visible) <= _MOST_QUOTED else f"{visible[: _MOST_QUOTED - 1]}\u2026"
