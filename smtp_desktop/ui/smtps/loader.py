"""The loader of the SMTP cards: reads the store on a worker, and applies events."""

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TypeVar

from PySide6.QtCore import QObject, QTimer, Signal

from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.delivery.delivery import DeliveryFilter, DeliveryState
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.delivery.waiting import hold_on
from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.events import Event, ProfileDeleted, ProfileSaved, ResultRecorded, ServerLearned
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SmtpProfile, default_id_of
from smtp_desktop.services.services import Services
from smtp_desktop.ui.cards.card import BARS
from smtp_desktop.ui.cards.card_holds import ShownHold, ShownHolds
from smtp_desktop.ui.cards.smtp_cards import SmtpCards
from smtp_desktop.ui.cards.smtp_snapshot import SmtpSnapshot
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.widgets.message_text import shown

T = TypeVar("T")
_COUNTED = 1000  # mails that are looked through to tell how many an SMTP holds up, and how many went by a backup
_AGAIN_MS = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """The result of a read of the store.

    `holds` are what keeps mails back. `stock` is None where nothing of it has changed. `changed` are
    the SMTPs that were changed or have other results, `trusted_pems` the CAs that these trust, and `learned` the facts
    about servers that were not known.
    """

    holds: ShownHolds
    stock: SmtpSnapshot | None = None
    changed: frozenset[ProfileId] = frozenset()
    trusted_pems: frozenset[str] = frozenset()
    learned: tuple[ServerFact, ...] = ()


class SmtpLoader(QObject):
    """Fills the cards from the store, and applies events to them. Never runs two reads at once."""

    loaded = Signal(object)
    """The cards show what was read. Carries Loaded."""
    failed = Signal(str)
    """The store could not be read. Carries why, to be shown."""

    def __init__(self, *, owner: QObject, cards: SmtpCards, services: Services, tasks: Tasks) -> None:
        super().__init__(owner)
        self._cards = cards
        self._services = services
        self._tasks = tasks
        self._reading = self._again = self._all_loaded = False
        self._meanwhile: list[Event] = []
        self._when_loaded: list[Callable[[], None]] = []

    @property
    def is_loaded(self) -> bool:
        """Whether the cards are those of all SMTPs."""
        return self._all_loaded

    @property
    def is_reading(self) -> bool:
        """Whether the store is being read."""
        return self._reading

    def load(self) -> None:
        """Reads the store; if a read is running, once more after it."""
        if self._reading:
            self._again = True
            return
        self._reading = True
        self._meanwhile.clear()
        known = self._cards.snapshot
        self._tasks.run(self, lambda: read(self._services, known), self._show, self._show_error)

    def when_loaded(self, act: Callable[[], None]) -> None:
        """Calls `act` now, or as soon as all SMTPs are loaded: never for a part of them."""
        if self._all_loaded:
            act()
        else:
            self._when_loaded.append(act)

    def on_event(self, event: Event) -> None:
        """Updates the cards after `event`."""
        if self._reading:
            self._meanwhile.append(event)
        self._apply(event)

    def _apply(self, event: Event) -> None:
        match event:
            case ProfileSaved(profile=profile):
                self._cards.put(profile)
            case ProfileDeleted(profile_id=profile_id, new_default=new_default):
                self._cards.remove(profile_id, new_default)
            case ResultRecorded(result=result):
                self._cards.record(result)
            case ServerLearned(fact=fact):
                self._cards.learn(fact)
            case _:
                pass

    def _show(self, loaded: Loaded) -> None:
        if self._meanwhile and self._all_loaded:
            # It may lack what happened meanwhile, which is on the cards already.
            self._again = True
        else:
            self._fill(loaded)
        self._read_next()

    def _fill(self, loaded: Loaded) -> None:
        self._cards.set_holds(loaded.holds)
        if loaded.stock:
            self._cards.load(loaded.stock)
            for event in self._meanwhile:
                self._apply(event)
        first, self._all_loaded = not self._all_loaded, True
        self.loaded.emit(loaded)
        if first:
            for act in self._when_loaded:
                act()
            self._when_loaded.clear()

    def _show_error(self, error: SmtpDesktopError) -> None:
        self.failed.emit(shown(error.message))
        self._read_next()

    def _read_next(self) -> None:
        self._reading = False
        if self._again:
            self._again = False
            # Not at once: where much happens, the store would be read all the time.
            QTimer.singleShot(_AGAIN_MS, self, self.load)


def read(services: Services, known: SmtpSnapshot) -> Loaded:
    """Reads the store and compares it with what is `known`. Runs on a worker. Raises StoreError."""
    with _collector_resting():
        tester = services.tester
        stored = services.profiles.all()
        holds = read_holds(services, stored)
        # What has not changed stays the same object as before: quick to compare, and nothing has to be freed.
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
            stock=SmtpSnapshot(by_id, results, facts),
            changed=changed,
            trusted_pems=trusted_pems(by_id[one] for one in changed),
            learned=tuple(fact for endpoint, fact in facts.items() if known.facts.get(endpoint) != fact),
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


def read_holds(services: Services, profiles: Sequence[SmtpProfile]) -> dict[ProfileId, ShownHold]:
    """Returns what keeps mails back, by SMTP. `profiles` hold the default, if there is one."""
    holds = services.read_holds()
    if not holds:
        return {}
    default = default_id_of(profiles)
    wanted = DeliveryFilter(states=frozenset({DeliveryState.WAITING}))
    waiting = services.outbox.page(wanted, limit=_COUNTED)
    found = (hold_on(delivery, holds, default) for delivery in waiting)
    counts = Counter(hold.profile_id for hold in found if hold)
    more = "+" if len(waiting) == _COUNTED else ""
    by_backup = _counts_by_backup(services, holds, default)
    return {
        one: ShownHold(
            hold=hold, waiting=f"{counts[one]}{more}" if counts[one] else "", by_backup=by_backup.get(one, "")
        )
        for one, hold in holds.items()
    }


def _counts_by_backup(
    services: Services, holds: Mapping[ProfileId, SmtpHold], default: ProfileId | None
) -> Mapping[ProfileId, str]:
    """Returns how many of the mails that were sent last went through their backup because of each hold."""
    stopped = {one: hold.since for one, hold in holds.items() if hold.stops}
    if not stopped:
        return {}
    sent = services.outbox.page(DeliveryFilter(states=frozenset({DeliveryState.SENT})), limit=_COUNTED)
    counts: Counter[ProfileId] = Counter()
    for delivery in sent:
        own = delivery.smtp_id or default
        since = stopped.get(own) if own and delivery.by_backup else None
        if own and since and delivery.finished_at and delivery.finished_at >= since:
            counts[own] += 1
    all_read = len(sent) < _COUNTED
    return {
        one: f"{count}" if all_read or sent[-1].created_at < stopped[one] else f"{count}+"
        for one, count in counts.items()
    }
