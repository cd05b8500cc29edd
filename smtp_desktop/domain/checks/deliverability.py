"""What may go wrong although the server took everything: the third outcome beside works and fails."""

from enum import StrEnum
from typing import NamedTuple

from smtp_desktop.domain.diagnosis.advice import Advice
from smtp_desktop.domain.message_text import MessageText, msg


class WarningKind(StrEnum):
    """What a concern is about; its words are in `DeliverabilityWarning.advice`."""

    SPF_MISSING = "spf_missing"  # the sender's domain publishes none
    SPF_BROKEN = "spf_broken"  # a receiver can't evaluate it: several records, too many look-ups, bad syntax
    SPF_EXCLUDES = "spf_excludes"  # it does not name the provider that sends
    DMARC_BROKEN = "dmarc_broken"
    DMARC_UNALIGNED = "dmarc_unaligned"  # neither SPF nor DKIM can align with the From Address's domain
    DOMAIN_TAKES_NO_MAIL = "domain_takes_no_mail"  # no MX and no address, or a null MX: replies and reports are lost
    DOMAIN_UNKNOWN = "domain_unknown"  # DNS knows no such domain
    FOREIGN_FREEMAIL = "foreign_freemail"  # a freemail provider's address that is not sent through that provider
    FROM_REWRITTEN = "from_rewritten"  # the provider replaces a From Address that is not the user's
    CERTIFICATE_ENDS = "certificate_ends"


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
