"""The SMTPs as cards."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QCoreApplication, QModelIndex, QPersistentModelIndex, Qt

from smtp_desktop.domain.endings import FailureKind
from smtp_desktop.domain.expiry import CertificateExpiry, certificate_expiry, secret_expiry
from smtp_desktop.domain.health import CheckResult, ServerFact, place_of
from smtp_desktop.domain.profile import GenericServer, ProfileId, ProfileType, SmtpProfile
from smtp_desktop.ui.models.card import BARS, CARD_ROLE, CARD_ROLES, Card, Tone, card_data
from smtp_desktop.ui.models.card_words import age_text, chips, concern_word, failure_word, place
from smtp_desktop.ui.models.endings import Ending, certificate_ending, secret_ending

if TYPE_CHECKING:
    from smtp_desktop.domain.certificate import Certificate

_Index = QModelIndex | QPersistentModelIndex


class Segment(StrEnum):
    ALL = "all"
    GENERIC = "generic"
    GRAPH = "graph"
    FAILING = "failing"


class SmtpCards(QAbstractListModel):
    """The SMTPs that match the search and the chosen segment: the default first, then by name."""

    def __init__(
        self,
        now: Callable[[], datetime],
        parent: Any = None,
        *,
        authority_of: "Callable[[str], Certificate | None]" = lambda _: None,
    ) -> None:
        """`authority_of` gives what is known of a trusted CA in PEM form."""
        super().__init__(parent)
        self._now = now
        self._authority_of = authority_of
        self._facts: dict[tuple[str, int], ServerFact] = {}
        self._profiles: dict[ProfileId, SmtpProfile] = {}
        self._results: dict[ProfileId, list[CheckResult]] = {}
        self._busy: set[ProfileId] = set()
        self._holds: Mapping[ProfileId, str] = {}
        self._paused: frozenset[ProfileId] = frozenset()
        self._shown: list[ProfileId] = []
        self._search = ""
        self._segment = Segment.ALL

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default; it is never changed
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid() or role not in CARD_ROLES:
            return None
        profile = self._profiles[self._shown[index.row()]]
        return card_data(self._card(profile), role)

    @property
    def total(self) -> int:
        """How many SMTPs there are, shown or not."""
        return len(self._profiles)

    @property
    def profiles(self) -> Sequence[SmtpProfile]:
        """Every SMTP, shown or not, the default first, then by name."""
        return sorted(self._profiles.values(), key=_order)

    @property
    def held(self) -> frozenset[ProfileId]:
        """Those that nothing goes through for now; the courier looks when they work again."""
        return frozenset(self._holds)

    def latest(self) -> dict[ProfileId, CheckResult | None]:
        """Returns the latest result of every SMTP, shown or not; None where there is none."""
        return {one: self._results[one][-1] if self._results.get(one) else None for one in self._profiles}

    def load(self, profiles: Iterable[SmtpProfile], history: dict[ProfileId, list[CheckResult]]) -> None:
        """The cards are those of `profiles`. Where they were before, nothing moves."""
        new = {profile.id: profile for profile in profiles}
        if (new, history) != (self._profiles, self._results):
            self._profiles = new
            self._results = {key: list(results) for key, results in history.items()}
            self._sort()

    def put(self, profile: SmtpProfile) -> None:
        """The SMTP is shown as it is now; a new default takes that from the others."""
        if profile.is_default:
            for other in self._profiles.values():
                if other.is_default and other.id != profile.id:
                    self._profiles[other.id] = replace(other, is_default=False)
        self._profiles[profile.id] = profile
        self._sort()

    def remove(self, profile_id: ProfileId, new_default: ProfileId | None) -> None:
        """The SMTP is gone."""
        self._profiles.pop(profile_id, None)
        self._results.pop(profile_id, None)
        if new_default in self._profiles:
            self._profiles[new_default] = replace(self._profiles[new_default], is_default=True)
        self._sort()

    def record(self, result: CheckResult) -> None:
        """The SMTP's card shows this latest result."""
        results = self._results.setdefault(result.profile_id, [])
        if result in results:
            return  # it came with a reading of the store that overtook the news of it
        results.append(result)
        del results[:-BARS]
        if self._segment is Segment.FAILING:
            self._sort()
        else:
            self._touch(result.profile_id)

    def set_holds(self, holds: Mapping[ProfileId, str]) -> None:
        """The cards of these SMTPs say, in these words, that nothing goes through them for now."""
        if holds != self._holds:
            self._holds = holds
            self.refresh_ages()

    def set_facts(self, facts: Iterable[ServerFact]) -> None:
        """The cards know these servers' certificates, and no others."""
        new = {(fact.host, fact.port): fact for fact in facts}
        if new != self._facts:
            self._facts = new
            self.refresh_ages()

    def learn(self, fact: ServerFact) -> None:
        """The cards of this server's SMTPs know its certificate."""
        self._facts[(fact.host, fact.port)] = fact
        self.refresh_ages()

    def set_paused(self, paused: frozenset[ProfileId]) -> None:
        """The cards of these SMTPs say that they are not checked by themselves for now."""
        if paused != self._paused:
            self._paused = paused
            self.refresh_ages()

    def set_busy(self, profile_id: ProfileId, busy: bool) -> None:
        """The card shows that the SMTP is being tried, or not any more."""
        (self._busy.add if busy else self._busy.discard)(profile_id)
        self._touch(profile_id)

    def show_only(self, *, search: str | None = None, segment: Segment | None = None) -> None:
        """Only SMTPs that hold `search` in name, host, address or description and belong to `segment` are shown."""
        self._search = self._search if search is None else search.strip().lower()
        self._segment = self._segment if segment is None else segment
        self._sort()

    def profile_at(self, index: _Index) -> SmtpProfile | None:
        """Returns the SMTP of a card."""
        return self._profiles[self._shown[index.row()]] if index.isValid() and index.row() < len(self._shown) else None

    def profile(self, profile_id: ProfileId) -> SmtpProfile | None:
        """Returns the SMTP of that id, shown or not."""
        return self._profiles.get(profile_id)

    def index_of(self, profile_id: ProfileId | None) -> QModelIndex:
        """Returns where the SMTP is shown; an invalid index if it is not."""
        return self.index(self._shown.index(profile_id)) if profile_id in self._shown else QModelIndex()

    def refresh_ages(self) -> None:
        """The ages of results are those of now."""
        if self._shown:
            self.dataChanged.emit(self.index(0), self.index(len(self._shown) - 1), [CARD_ROLE])

    def _touch(self, profile_id: ProfileId) -> None:
        index = self.index_of(profile_id)
        if index.isValid():
            self.dataChanged.emit(index, index, [CARD_ROLE])

    def _sort(self) -> None:
        self.beginResetModel()
        self._shown = [profile.id for profile in self.profiles if self._fits(profile)]
        self.endResetModel()

    def _fits(self, profile: SmtpProfile) -> bool:
        match self._segment:
            case Segment.GENERIC:
                wanted = profile.type is ProfileType.GENERIC
            case Segment.GRAPH:
                wanted = profile.type is ProfileType.GRAPH
            case Segment.FAILING:
                results = self._results.get(profile.id, [])
                wanted = bool(results) and worked(results[-1]) is False
            case _:
                wanted = True
        return wanted and (not self._search or self._search in _searchable(profile))

    def _card(self, profile: SmtpProfile) -> Card:
        results = self._results.get(profile.id, [])[-BARS:]
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

    def _endings(self, profile: SmtpProfile) -> list[Ending]:
        """Returns what ends soon or has ended, the soonest first."""
        now = self._now().astimezone()
        server = profile.server
        if not isinstance(server, GenericServer):
            secret = secret_expiry(profile, now.date())
            return [secret_ending(secret)] if secret else []
        if not server.tls:
            return []
        expiries: list[CertificateExpiry | None] = []
        place = place_of(server)
        fact = self._facts.get(place) if place else None
        if fact and fact.security.chain:
            expiries.append(certificate_expiry(fact.security.chain[0], now))
        ca = self._authority_of(server.trusted_ca_pem) if server.trusted_ca_pem else None
        if ca and not server.trusted_fingerprint:
            expiries.append(certificate_expiry(ca, now, of_ca=True))
        found = sorted((expiry for expiry in expiries if expiry), key=lambda expiry: expiry.valid_until)
        # A certificate that is trusted by its fingerprint is taken after its end as well.
        return [certificate_ending(expiry, harmless=bool(server.trusted_fingerprint)) for expiry in found]

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
    if last.concerns:
        word = concern_word(last.concerns[0])  # the worst: there is room for one
        return Tone.WARN, _tr("Works, but: {concern} · {age}").format(concern=word, age=age)
    if isinstance(profile.server, GenericServer) and not profile.server.tls:
        return Tone.WARN, _tr("No TLS · {age}").format(age=age)
    return Tone.OK, _tr("Working · {age}").format(age=age)


def _tr(source: str) -> str:
    return QCoreApplication.translate("SmtpCards", source)


def worked(result: CheckResult) -> bool | None:
    """Returns whether it worked; None where the answer to the mail was lost, and where it works, but."""
    return None if result.kind is FailureKind.OUTCOME_UNKNOWN or result.concerns else result.ok


def _with_endings(tone: Tone, status: str, endings: Sequence[Ending]) -> tuple[Tone, str, str]:
    """Returns tone, status and note of a card with what ends, the soonest first. What is wrong already stays in front,
    and so does a try that goes on."""
    words = [ending.words for ending in endings]
    if not words or tone is Tone.BAD or status == _tr("Trying…"):
        return tone, status, "\n".join(words)
    return endings[0].tone, words[0], "\n".join((*words[1:], status))


def _order(profile: SmtpProfile) -> tuple[bool, str]:
    return (not profile.is_default, profile.name.lower())


def _searchable(profile: SmtpProfile) -> str:
    parts = (profile.name, profile.from_address, profile.server.user_name, place(profile), profile.description)
    return "\n".join(parts).lower()
