"""What the page of SMTPs shows, read from the store. Runs on a worker."""

import gc
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.checks.health import CheckResult, ServerFact, TestKind
from smtp_desktop.domain.delivery.delivery import DeliveryFilter, DeliveryState, SmtpHold
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SmtpProfile
from smtp_desktop.services.outbox import Outbox
from smtp_desktop.services.services import Services
from smtp_desktop.ui.cards.card import BARS
from smtp_desktop.ui.cards.smtp_cards import SmtpStock
from smtp_desktop.ui.cards.smtp_words import failure_word

T = TypeVar("T")
_COUNTED = 1000  # waiting mails that are looked through to tell how many an SMTP holds up


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """`holds` say why nothing goes through an SMTP for now. `stock` is None where nothing of it has changed; `changed`
    are the SMTPs that are other ones than before or have another result, `trusted_pems` the CAs that these trust, and
    `learned` is what was not known of servers."""

    holds: Mapping[ProfileId, str]
    stock: SmtpStock | None = None
    changed: frozenset[ProfileId] = frozenset()
    trusted_pems: frozenset[str] = frozenset()
    learned: tuple[ServerFact, ...] = ()


def read(services: Services, known: SmtpStock) -> Loaded:
    """Returns what the store holds now, beside what is `known`. Raises StoreError."""
    with _collector_resting():
        tester = services.tester
        stored = services.profiles.all()
        holds = holds_in_words(services.outbox, stored)
        # What has not changed is the same object as before: quick to compare, and not freed when others are shown.
        by_id = {one.id: _same(known.profiles.get(one.id), one) for one in stored}
        results = {one: _same(known.results.get(one), found) for one, found in tester.history(BARS).items()}
        facts = {(fact.host, fact.port): fact for fact in tester.server_facts()}
        if (by_id, results, facts) == (known.profiles, known.results, known.facts):
            return Loaded(holds=holds)
        changed = frozenset(
            one
            for one, profile in by_id.items()
            if known.profiles.get(one) is not profile or known.results.get(one) is not results.get(one)
        )
        return Loaded(
            holds=holds,
            stock=SmtpStock(by_id, results, facts),
            changed=changed,
            trusted_pems=trusted_pems(by_id[one] for one in changed),
            learned=tuple(fact for place, fact in facts.items() if known.facts.get(place) != fact),
        )


def _same(before: T | None, now: T) -> T:
    return before if before is not None and before == now else now


@contextmanager
def _collector_resting() -> Iterator[None]:
    # Looking for garbage among a hundred thousand SMTPs stops all threads for half a second, again and again while they
    # are read; none of them is ever garbage that only the collector could find.
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


def trusted_pems(profiles: Iterable[SmtpProfile]) -> frozenset[str]:
    """Returns the CAs, in PEM form, that these SMTPs trust."""
    servers = (profile.server for profile in profiles)
    return frozenset(s.trusted_ca_pem for s in servers if isinstance(s, GenericServer) and s.trusted_ca_pem)


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
        test_kind=TestKind.CHECK,
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
