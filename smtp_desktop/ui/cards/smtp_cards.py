"""The SMTPs as cards."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QCoreApplication, QModelIndex, Signal

from smtp_desktop.domain.checks.health import CheckResult, ServerFact, endpoint_of
from smtp_desktop.domain.diagnosis.conversation import FailureKind
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, ProfileType, SmtpProfile
from smtp_desktop.ui.cards.card import BARS, Card, Tone
from smtp_desktop.ui.cards.card_list import CardList, Index, Shelf
from smtp_desktop.ui.cards.smtp_words import age_text, chips, failure_word, place, warning_word

if TYPE_CHECKING:
    from smtp_desktop.domain.smtp.certificate import Certificate
    from smtp_desktop.ui.cards.smtp_endings import Ending

_place_of = lru_cache(1000)(endpoint_of)  # whether a name is a host's is as much work as half a card


class Segment(StrEnum):
    ALL = "all"
    GENERIC = "generic"
    GRAPH = "graph"
    FAILING = "failing"


class SmtpStock:
    """All SMTPs and what is known of them, ready to be shown. Made on a worker; once it is shown, it is the model's."""

    def __init__(
        self,
        profiles: dict[ProfileId, SmtpProfile],
        results: dict[ProfileId, list[CheckResult]],
        facts: dict[tuple[str, int], ServerFact],
    ) -> None:
        """`results` are the latest of each SMTP, oldest first; `facts` are by host and port."""
        self.profiles, self.results, self.facts = profiles, results, facts
        self.shelf = Shelf(profiles.values(), order=_order, text=_searchable)


class SmtpCards(CardList[SmtpProfile]):
    """The SMTPs that match the search and the chosen segment: the default first, then by name."""

    profiles_changed = Signal()
    """There are others, or one of them was changed; not where a search only shows others."""

    def __init__(
        self,
        now: Callable[[], datetime],
        parent: Any = None,
        *,
        authority_of: "Callable[[str], Certificate | None]" = lambda _: None,
    ) -> None:
        """`authority_of` gives what is known of a trusted CA in PEM form."""
        self._stock = SmtpStock({}, {}, {})
        super().__init__(self._stock.shelf, parent)
        self._now = now
        self._authority_of = authority_of
        self._busy: set[ProfileId] = set()
        self._holds: Mapping[ProfileId, str] = {}
        self._paused: frozenset[ProfileId] = frozenset()
        self._segment = Segment.ALL

    @property
    def stock(self) -> SmtpStock:
        """What is shown now. Only this model changes it."""
        return self._stock

    @property
    def profiles(self) -> Sequence[SmtpProfile]:
        """Every SMTP, shown or not, the default first, then by name."""
        return tuple(self._shelf.things)

    @property
    def default(self) -> SmtpProfile | None:
        """The default SMTP, shown or not."""
        first = self._shelf.things[0] if self._shelf.things else None
        return first if first and first.is_default else None

    @property
    def held(self) -> frozenset[ProfileId]:
        """Those that nothing goes through for now; the courier looks when they work again."""
        return frozenset(self._holds)

    def latest(self) -> dict[ProfileId, CheckResult | None]:
        """Returns the latest result of every SMTP, shown or not; None where there is none."""
        return {one: self.latest_of(one) for one in self._stock.profiles}

    def latest_of(self, profile_id: ProfileId) -> CheckResult | None:
        """Returns the latest result of that SMTP; None where there is none."""
        results = self._stock.results.get(profile_id)
        return results[-1] if results else None

    def load(self, stock: SmtpStock) -> None:
        """The cards are those of `stock`."""
        self._stock, self._shelf = stock, stock.shelf
        self._tell_changed()

    def put(self, profile: SmtpProfile) -> None:
        """The SMTP is shown as it is now; a new default takes that from the others."""
        default = self.default
        if profile.is_default and default and default.id != profile.id:
            self._replace(replace(default, is_default=False))
        self._replace(profile)
        self._tell_changed()

    def remove(self, profile_id: ProfileId, new_default: ProfileId | None) -> None:
        """The SMTP is gone."""
        gone = self._stock.profiles.pop(profile_id, None)
        self._stock.results.pop(profile_id, None)
        if gone:
            self._shelf.remove(gone)
        successor = self._stock.profiles.get(new_default) if new_default else None
        if successor:
            self._replace(replace(successor, is_default=True))
        self._tell_changed()

    def record(self, result: CheckResult) -> None:
        """The SMTP's card shows this latest result."""
        results = self._stock.results.setdefault(result.profile_id, [])
        if result in results:
            return  # it came with a reading of the store that overtook the news of it
        failed = self._fails(result.profile_id)
        results.append(result)
        del results[:-BARS]
        if self._segment is Segment.FAILING and self._fails(result.profile_id) != failed:
            self._arrange()
        else:
            self._touch(self.profile(result.profile_id))

    def set_holds(self, holds: Mapping[ProfileId, str]) -> None:
        """The cards of these SMTPs say, in these words, that nothing goes through them for now."""
        if holds != self._holds:
            self._holds = holds
            self.refresh_times()

    def learn(self, fact: ServerFact) -> None:
        """The cards of this server's SMTPs know its certificate."""
        self._stock.facts[(fact.host, fact.port)] = fact
        self.refresh_times()

    def set_paused(self, paused: frozenset[ProfileId]) -> None:
        """The cards of these SMTPs say that they are not checked by themselves for now."""
        if paused != self._paused:
            self._paused = paused
            self.refresh_times()

    def set_busy(self, profile_id: ProfileId, busy: bool) -> None:
        """The card shows that the SMTP is being tried, or not any more."""
        (self._busy.add if busy else self._busy.discard)(profile_id)
        self._touch(self.profile(profile_id))

    def show_only(self, *, search: str | None = None, segment: Segment | None = None) -> None:
        """Only SMTPs that hold `search` in name, host, address or description and belong to `segment` are shown."""
        if segment is not None:
            self._segment = segment
            self._arrange()
        if search is not None:
            self._look_for(search)

    def profile_at(self, index: Index) -> SmtpProfile | None:
        """Returns the SMTP of a card."""
        return self._at(index)

    def profile(self, profile_id: ProfileId) -> SmtpProfile | None:
        """Returns the SMTP of that id, shown or not."""
        return self._stock.profiles.get(profile_id)

    def fact_about(self, profile: SmtpProfile) -> ServerFact | None:
        """Returns what is known of its server."""
        place = _place_of(profile.server) if self._stock.facts else None
        return self._stock.facts.get(place) if place else None

    def index_of(self, profile_id: ProfileId | None) -> QModelIndex:
        """Returns where the SMTP is shown; an invalid index if it is not."""
        return self._index(self.profile(profile_id) if profile_id else None)

    def _replace(self, profile: SmtpProfile) -> None:
        self._shelf.put(profile, self._stock.profiles.get(profile.id))
        self._stock.profiles[profile.id] = profile

    def _tell_changed(self) -> None:
        self._arrange()
        self.profiles_changed.emit()

    def _within(self) -> Sequence[int]:
        if self._segment is Segment.ALL:
            return super()._within()
        return [place for place, profile in enumerate(self._shelf.things) if self._belongs(profile)]

    def _belongs(self, profile: SmtpProfile) -> bool:
        match self._segment:
            case Segment.GENERIC:
                return profile.type is ProfileType.GENERIC
            case Segment.GRAPH:
                return profile.type is ProfileType.GRAPH
            case _:
                return self._fails(profile.id)

    def _fails(self, profile_id: ProfileId) -> bool:
        last = self.latest_of(profile_id)
        return last is not None and worked(last) is False

    def _card(self, profile: SmtpProfile) -> Card:
        results = self._stock.results.get(profile.id, [])[-BARS:]
        slowest = max((result.duration_ms for result in results), default=0.0) or 1.0
        tone, status = self._status(profile, results[-1] if results else None)
        tone, status, note = _with_endings(tone, status, self._endings(profile))
        if profile.id in self._paused:
            pause = _tr("Automatic checks are paused: the sign-in was refused")
            note = f"{note}\n{pause}" if note else pause
        return Card(
            name=profile.name,
            is_default=profile.is_default,
            lead=profile.from_address or profile.server.user_name,
            detail=place(profile),
            chips=chips(profile),
            tone=tone,
            status=status,
            bars=tuple((worked(result), result.duration_ms / slowest) for result in results),
            note=note,
        )

    def _endings(self, profile: SmtpProfile) -> "Sequence[Ending]":
        """Returns what ends soon or has ended, the soonest first."""
        server = profile.server
        fact, ca = self.fact_about(profile), None
        if isinstance(server, GenericServer):
            ca = self._authority_of(server.trusted_ca_pem) if server.trusted_ca_pem else None
            if not server.tls or not (fact or ca):
                return ()
        from smtp_desktop.ui.cards.smtp_endings import endings_of  # noqa: PLC0415 - of many servers nothing is known

        return endings_of(profile, fact, ca, self._now())

    def _status(self, profile: SmtpProfile, last: CheckResult | None) -> tuple[Tone, str]:
        if profile.id in self._busy:
            return Tone.NONE, _tr("Trying…")
        if profile.id in self._holds:
            return Tone.BAD, self._holds[profile.id]
        if last is None:
            return Tone.NONE, _tr("Never tested")
        age = age_text(self._now(), last.at)
        if not last.ok:
            return Tone.WARN if worked(last) is None else Tone.BAD, f"{failure_word(last)} · {age}"
        return _success(profile, last, age)


def _success(profile: SmtpProfile, last: CheckResult, age: str) -> tuple[Tone, str]:
    if last.warnings:
        word = warning_word(last.warnings[0])  # the worst: there is room for one
        return Tone.WARN, _tr("Works, but: {concern} · {age}").format(concern=word, age=age)
    if isinstance(profile.server, GenericServer) and not profile.server.tls:
        return Tone.WARN, _tr("No TLS · {age}").format(age=age)
    return Tone.OK, _tr("Working · {age}").format(age=age)


def _tr(source: str) -> str:
    return QCoreApplication.translate("SmtpCards", source)


def worked(result: CheckResult) -> bool | None:
    """Returns whether it worked; None where the answer to the mail was lost, and where it works, but."""
    return None if result.kind is FailureKind.OUTCOME_UNKNOWN or result.warnings else result.ok


def _with_endings(tone: Tone, status: str, endings: "Sequence[Ending]") -> tuple[Tone, str, str]:
    """Returns tone, status and note of a card with what ends, the soonest first. What is wrong already stays in front,
    and so does a try that goes on."""
    words = [ending.words for ending in endings]
    if not words or tone is Tone.BAD or status == _tr("Trying…"):
        return tone, status, "\n".join(words)
    return endings[0].tone, words[0], "\n".join((*words[1:], status))


def _order(profile: SmtpProfile) -> tuple[bool, str, str]:
    return (not profile.is_default, profile.name.lower(), profile.id)


def _searchable(profile: SmtpProfile) -> str:
    return "\n".join(
        (profile.name, profile.from_address, profile.server.user_name, place(profile), profile.description)
    )
