"""What the page of SMTPs shows, read from the store. Runs on a worker."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.delivery import DeliveryFilter, DeliveryState, SmtpHold
from smtp_desktop.domain.health import CheckResult, ServerFact, Trial
from smtp_desktop.domain.profile import ProfileId, SmtpProfile
from smtp_desktop.services.outbox import Outbox
from smtp_desktop.services.profiles import Profiles
from smtp_desktop.services.testing import Tester
from smtp_desktop.ui.models.card import BARS
from smtp_desktop.ui.models.card_words import failure_word

_COUNTED = 1000  # waiting mails that are looked through to tell how many an SMTP holds up


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """`history` are the latest results of each, oldest first; `holds` say why nothing goes through an SMTP for now."""

    profiles: tuple[SmtpProfile, ...]
    history: dict[ProfileId, list[CheckResult]]
    facts: tuple[ServerFact, ...]
    holds: Mapping[ProfileId, str]


def read(profiles: Profiles, tester: Tester, outbox: Outbox) -> Loaded:
    """Returns what the store holds now. Raises StoreError."""
    stored = tuple(profiles.all())
    return Loaded(
        profiles=stored,
        history=tester.history(BARS),
        facts=tuple(tester.server_facts()),
        holds=holds_in_words(outbox, stored),
    )


def holds_in_words(outbox: Outbox, profiles: Sequence[SmtpProfile]) -> dict[ProfileId, str]:
    """Returns why nothing goes through an SMTP for now. `profiles` hold the default, if there is one."""
    holds = outbox.holds()
    if not holds:
        return {}
    default = next((profile.id for profile in profiles if profile.is_default), None)
    wanted = DeliveryFilter(states=frozenset({DeliveryState.WAITING}))
    waiting = outbox.page(wanted, limit=_COUNTED)
    counts = Counter(delivery.smtp_id or default for delivery in waiting)
    return {hold.profile_id: _hold_words(hold, counts[hold.profile_id], len(waiting) < _COUNTED) for hold in holds}


def _hold_words(hold: SmtpHold, waiting: int, counted_all: bool) -> str:
    # As a failed check is told: a hold is one, of a mail that was to be sent.
    result = CheckResult(
        profile_id=hold.profile_id,
        at=hold.since,
        trial=Trial.CHECK,
        ok=False,
        duration_ms=0.0,
        stage=hold.stage,
        kind=hold.kind,
        reply=hold.reply,
    )
    word = failure_word(result)
    reason = word[:1].lower() + word[1:] if word[1:2].islower() else word
    words = _tr("On hold: {reason} · {n} waiting") if waiting else _tr("On hold: {reason}")
    return words.format(reason=reason, n=waiting if counted_all else f"{waiting}+")


def _tr(source: str) -> str:
    return QCoreApplication.translate("SmtpCards", source)
