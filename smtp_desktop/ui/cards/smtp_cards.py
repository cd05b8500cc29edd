"""The model of the cards of SMTPs."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QModelIndex, Signal

from smtp_desktop.domain.checks.health import CheckResult, ServerFact, endpoint_of
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, ProfileType, SmtpProfile
from smtp_desktop.ui.cards.card import BARS, Card, Tone
from smtp_desktop.ui.cards.card_list import CardList, Index
from smtp_desktop.ui.cards.smtp_card import smtp_card, smtp_status
from smtp_desktop.ui.cards.smtp_snapshot import SmtpSnapshot
from smtp_desktop.ui.cards.smtp_words import age_text, expiry_notices, with_notices, worked

if TYPE_CHECKING:
    from smtp_desktop.domain.sign_in.signed_in import SignedIn
    from smtp_desktop.domain.smtp.certificate import Certificate
    from smtp_desktop.ui.cards.card_holds import ShownHold, ShownHolds

_endpoint_of = lru_cache(1000)(endpoint_of)  # normalising a host name takes as long as half a card


class SmtpSegment(StrEnum):
    """The segments of the page of SMTPs."""

    ALL = "all"
    GENERIC = "generic"
    GRAPH = "graph"
    FAILING = "failing"


@dataclass(frozen=True, slots=True, kw_only=True)
class DefaultMove:
    """The SMTP `name` became the default, in place of the one named `before`."""

    profile_id: ProfileId
    name: str
    before: str


class SmtpCards(CardList[SmtpProfile]):
    """The SMTPs that match the search and belong to the chosen segment: the default first, then by name."""

    profiles_changed = Signal()
    """SMTPs were added, changed or removed. Not emitted when only the search or the segment changes."""
    default_moved = Signal(object)
    """Another SMTP became the default. Carries a DefaultMove."""
    holds_changed = Signal()
    """Other mails wait for an SMTP, or for another reason."""

    def __init__(
        self,
        now: Callable[[], datetime],
        parent: Any = None,
        *,
        authority_of: Callable[[str], Certificate | None] = lambda _: None,
    ) -> None:
        """`authority_of` returns the certificate of a trusted CA from its PEM form; None while that is not known."""
        self._snapshot = SmtpSnapshot({}, {}, {})
        super().__init__(self._snapshot.sorted, parent)
        self._now = now
        self._authority_of = authority_of
        self._busy: set[ProfileId] = set()
        self._holds: ShownHolds = {}
        self._signed_in: Mapping[ProfileId, SignedIn] = {}
        self._paused: frozenset[ProfileId] = frozenset()
        self._segment = SmtpSegment.ALL
        self._tag = ""
        self.revision = 0
        """Another number for each other list of SMTPs."""

    @property
    def snapshot(self) -> SmtpSnapshot:
        """The data of the cards. Only this model changes it."""
        return self._snapshot

    @property
    def profiles(self) -> Sequence[SmtpProfile]:
        """All SMTPs, shown or not: the default first, then by name."""
        return tuple(self._list.items)

    @property
    def default(self) -> SmtpProfile | None:
        """The default SMTP, shown or not."""
        first = self._list.items[0] if self._list.items else None
        return first if first and first.is_default else None

    @property
    def held(self) -> frozenset[ProfileId]:
        """The SMTPs through which nothing is sent until the courier finds that they work again."""
        return frozenset(one for one, held in self._holds.items() if held.hold.stops and held.hold.until)

    @property
    def holds(self) -> ShownHolds:
        """What keeps mails back, by SMTP."""
        return self._holds

    def hold_on(self, profile_id: ProfileId | None) -> ShownHold | None:
        """Returns what keeps the mails of an SMTP back; None if nothing does."""
        return self._holds.get(profile_id) if profile_id else None

    def latest(self) -> dict[ProfileId, CheckResult | None]:
        """Returns the latest result of every SMTP, shown or not; None for those that have none."""
        return {one: self.latest_of(one) for one in self._snapshot.profiles}

    def count_failing(self) -> int:
        """Returns how many SMTPs fail, or are on hold."""
        from smtp_desktop.domain.delivery.holds import HoldState  # noqa: PLC0415 - the first cards may have no hold

        held = {one for one, shown in self._holds.items() if shown.hold.state is HoldState.HELD}
        return sum(1 for profile in self.profiles if profile.id in held or self._fails(profile.id))

    def latest_of(self, profile_id: ProfileId) -> CheckResult | None:
        """Returns the latest result of an SMTP; None if it has none."""
        results = self._snapshot.results.get(profile_id)
        return results[-1] if results else None

    def load(self, snapshot: SmtpSnapshot) -> None:
        """Shows the SMTPs of `snapshot`."""
        before = self.default
        self._snapshot, self._list = snapshot, snapshot.sorted
        self._update()
        self._say_moved(before)

    def put(self, profile: SmtpProfile) -> None:
        """Adds or changes an SMTP; if it is the default, no other is any more."""
        default, known = self.default, self.profile(profile.id)
        if known == profile and known.version == profile.version:
            return  # it was loaded from the store before its event arrived
        if profile.is_default and default and default.id != profile.id:
            self._replace(replace(default, is_default=False))
        self._replace(profile)
        self._update()
        self._say_moved(default)

    def remove(self, profile_id: ProfileId, new_default: ProfileId | None) -> None:
        """Removes an SMTP; `new_default` takes its place as the default."""
        before = self.default
        gone = self._snapshot.profiles.pop(profile_id, None)
        if gone is None:
            return  # the store was loaded without it before its event arrived
        self._snapshot.results.pop(profile_id, None)
        self._list.remove(gone)
        successor = self._snapshot.profiles.get(new_default) if new_default else None
        if successor:
            self._replace(replace(successor, is_default=True))
        self._update()
        self._say_moved(before)

    def record(self, result: CheckResult) -> None:
        """Adds the latest result of an SMTP."""
        results = self._snapshot.results.setdefault(result.profile_id, [])
        if result in results:
            return  # it was loaded from the store before its event arrived
        failed = self._fails(result.profile_id)
        results.append(result)
        del results[:-BARS]
        if self._segment is SmtpSegment.FAILING and self._fails(result.profile_id) != failed:
            self._rearrange()
        else:
            self._repaint(self.profile(result.profile_id))

    def set_holds(self, holds: ShownHolds) -> None:
        """Shows on the cards of these SMTPs what keeps their mails back; on no others."""
        if holds != self._holds:
            self._holds = holds
            self.refresh_times()
            self.holds_changed.emit()

    def set_signed_in(self, signed_in: Mapping[ProfileId, SignedIn]) -> None:
        """Shows on the cards of these SMTPs who is signed in; on no others."""
        self._signed_in = dict(signed_in)
        self.refresh_times()

    def learn(self, fact: ServerFact) -> None:
        """Adds what is known of a server; the cards of its SMTPs show when its certificate ends."""
        self._snapshot.facts[(fact.host, fact.port)] = fact
        self.refresh_times()

    def set_paused(self, paused: frozenset[ProfileId]) -> None:
        """Shows on the cards of these SMTPs that their automatic checks are paused; on no others."""
        if paused != self._paused:
            self._paused = paused
            self.refresh_times()

    def set_busy(self, profile_id: ProfileId, busy: bool) -> None:
        """Shows on the card whether the SMTP is being tried."""
        (self._busy.add if busy else self._busy.discard)(profile_id)
        self._repaint(self.profile(profile_id))

    def show_only(
        self, *, search: str | None = None, segment: SmtpSegment | None = None, tag: str | None = None
    ) -> None:
        """Shows only SMTPs that contain `search` in name, host, address, description or tags, belong to `segment` and
        have this `tag`, if any."""
        if segment is not None or tag is not None:
            self._segment = self._segment if segment is None else segment
            self._tag = self._tag if tag is None else tag
            self._rearrange()
        if search is not None:
            self._set_search(search)

    def profile_at(self, index: Index) -> SmtpProfile | None:
        """Returns the SMTP of a card; None for an invalid index."""
        return self._item_at(index)

    def profile(self, profile_id: ProfileId) -> SmtpProfile | None:
        """Returns the SMTP with that id, shown or not; None if there is none."""
        return self._snapshot.profiles.get(profile_id)

    def fact_about(self, profile: SmtpProfile) -> ServerFact | None:
        """Returns what is known of the server of an SMTP; None if nothing is."""
        endpoint = _endpoint_of(profile.server) if self._snapshot.facts else None
        return self._snapshot.facts.get(endpoint) if endpoint else None

    def index_of(self, profile_id: ProfileId | None) -> QModelIndex:
        """Returns the index of an SMTP; an invalid one if it is not shown."""
        return self._index(self.profile(profile_id) if profile_id else None)

    def _replace(self, profile: SmtpProfile) -> None:
        self._list.put(profile, self._snapshot.profiles.get(profile.id))
        self._snapshot.profiles[profile.id] = profile

    def _say_moved(self, before: SmtpProfile | None) -> None:
        now = self.default
        if before and now and now.id != before.id:
            self.default_moved.emit(DefaultMove(profile_id=now.id, name=now.name, before=before.name))

    def _update(self) -> None:
        self.revision += 1
        self._rearrange()
        self.profiles_changed.emit()

    def _candidates(self) -> Sequence[int]:
        if self._segment is SmtpSegment.ALL and not self._tag:
            return super()._candidates()
        return [position for position, profile in enumerate(self._list.items) if self._belongs(profile)]

    def _belongs(self, profile: SmtpProfile) -> bool:
        if self._tag and self._tag not in profile.tags:
            return False
        match self._segment:
            case SmtpSegment.ALL:
                return True
            case SmtpSegment.GENERIC:
                return profile.type is ProfileType.GENERIC
            case SmtpSegment.GRAPH:
                return profile.type is ProfileType.GRAPH
            case _:
                return self._fails(profile.id)

    def _fails(self, profile_id: ProfileId) -> bool:
        last, profile = self.latest_of(profile_id), self.profile(profile_id)
        return last is not None and profile is not None and last.is_of(profile) and worked(last) is False

    def state_of(self, profile: SmtpProfile) -> tuple[Tone, str]:
        """Returns tone and status of the card of an SMTP, shown or not."""
        if profile.id in self._holds:
            card = self._card(profile)
            return card.tone, card.status
        last, busy = self.latest_of(profile.id), profile.id in self._busy
        tone, status = smtp_status(profile, last, busy=busy, now=self._now())
        return with_notices(tone, status, self._notices(profile))[:2]

    def age_of(self, profile_id: ProfileId) -> str:
        """Returns how long ago an SMTP was tested or checked, in a word or two; empty if it never was."""
        last = self.latest_of(profile_id)
        return age_text(self._now(), last.at) if last else ""

    def _card(self, profile: SmtpProfile) -> Card:
        busy = profile.id in self._busy
        card = smtp_card(
            profile,
            self._snapshot.results.get(profile.id, ()),
            self._notices(profile),
            busy=busy,
            paused=profile.id in self._paused,
            now=self._now(),
        )
        signed_in = self._signed_in.get(profile.id)
        if signed_in:
            from smtp_desktop.ui.cards.sign_in_words import with_sign_in  # noqa: PLC0415 - as the words of holds

            card = with_sign_in(card, signed_in, self._now())
        held = self._holds.get(profile.id)
        if held is None or busy:
            return card
        # Most windows show no hold, and its words take time to load.
        from smtp_desktop.ui.cards.card_holds import with_hold  # noqa: PLC0415

        return with_hold(card, held, self._now())

    def _notices(self, profile: SmtpProfile) -> Sequence[tuple[Tone, str]]:
        expiry = self._expiry_notices(profile)
        if not profile.needs_token:
            return expiry
        # Most windows show no such SMTP, and the words take time to load.
        from smtp_desktop.ui.cards.sign_in_words import sign_in_notice  # noqa: PLC0415

        notice = sign_in_notice(profile, self._signed_in.get(profile.id), self._now())
        return [notice, *expiry] if notice else expiry

    def _expiry_notices(self, profile: SmtpProfile) -> Sequence[tuple[Tone, str]]:
        server = profile.server
        fact, ca = self.fact_about(profile), None
        if isinstance(server, GenericServer):
            ca = self._authority_of(server.trusted_ca_pem) if server.trusted_ca_pem else None
            if not server.tls or not (fact or ca):
                return ()
        return expiry_notices(profile, fact, ca, self._now())
