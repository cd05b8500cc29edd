"""The SMTPs as cards."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any

from PySide6.QtCore import QAbstractListModel, QCoreApplication, QModelIndex, QPersistentModelIndex, Qt

from smtp_desktop.domain.conversation import FailureKind, Stage
from smtp_desktop.domain.health import CheckResult
from smtp_desktop.domain.profile import GenericServer, ProfileId, ProfileType, SmtpProfile

CARD_ROLE = Qt.ItemDataRole.UserRole + 1
_Index = QModelIndex | QPersistentModelIndex
_HISTORY = 14  # bars in a card's chart


class Segment(StrEnum):
    ALL = "all"
    GENERIC = "generic"
    GRAPH = "graph"
    FAILING = "failing"


class Tone(StrEnum):
    NONE = "faint"
    OK = "ok"
    WARN = "warn"
    BAD = "bad"


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """All that a card shows. `bars` are the recent results, oldest first: worked or not, height 0 to 1."""

    name: str
    is_default: bool
    address: str
    place: str
    chips: tuple[str, ...]
    tone: Tone
    status: str
    bars: tuple[tuple[bool, float], ...]


class SmtpCards(QAbstractListModel):
    """The SMTPs that match the search and the chosen segment: the default first, then by name."""

    def __init__(self, now: Callable[[], datetime], parent: Any = None) -> None:
        super().__init__(parent)
        self._now = now
        self._profiles: dict[ProfileId, SmtpProfile] = {}
        self._results: dict[ProfileId, list[CheckResult]] = {}
        self._busy: set[ProfileId] = set()
        self._shown: list[ProfileId] = []
        self._search = ""
        self._segment = Segment.ALL

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default; it is never changed
        return 0 if parent.isValid() else len(self._shown)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        profile = self._profiles[self._shown[index.row()]]
        if role == Qt.ItemDataRole.DisplayRole:
            return profile.name
        if role == CARD_ROLE:
            return self._card(profile)
        if role == Qt.ItemDataRole.ToolTipRole:
            card = self._card(profile)
            return "\n".join((card.name, card.address, card.place, card.status))
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._spoken(self._card(profile))
        return None

    @property
    def total(self) -> int:
        """How many SMTPs there are, shown or not."""
        return len(self._profiles)

    @property
    def profiles(self) -> Sequence[SmtpProfile]:
        """Every SMTP, shown or not, the default first, then by name."""
        return sorted(self._profiles.values(), key=_order)

    def load(self, profiles: Iterable[SmtpProfile], history: dict[ProfileId, list[CheckResult]]) -> None:
        """The cards are those of `profiles`."""
        self._profiles = {profile.id: profile for profile in profiles}
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
        results.append(result)
        del results[:-_HISTORY]
        if self._segment is Segment.FAILING:
            self._sort()
        else:
            self._touch(result.profile_id)

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
                wanted = bool(results) and not results[-1].ok
            case _:
                wanted = True
        return wanted and (not self._search or self._search in _searchable(profile))

    def _card(self, profile: SmtpProfile) -> Card:
        results = self._results.get(profile.id, [])[-_HISTORY:]
        slowest = max((result.duration_ms for result in results), default=0.0) or 1.0
        tone, status = self._status(profile, results[-1] if results else None)
        return Card(
            name=profile.name,
            is_default=profile.is_default,
            address=profile.from_address or profile.server.user_name,
            place=_place(profile),
            chips=_chips(profile),
            tone=tone,
            status=status,
            bars=tuple((result.ok, result.duration_ms / slowest) for result in results),
        )

    def _status(self, profile: SmtpProfile, last: CheckResult | None) -> tuple[Tone, str]:
        if profile.id in self._busy:
            return Tone.NONE, _tr("Trying…")
        if last is None:
            return Tone.NONE, _tr("Never tested")
        age = age_text(self._now(), last.at)
        if not last.ok:
            return Tone.BAD, f"{failure_word(last)} · {age}"
        if isinstance(profile.server, GenericServer) and not profile.server.tls:
            return Tone.WARN, _tr("No TLS · {age}").format(age=age)
        return Tone.OK, _tr("Working · {age}").format(age=age)

    @staticmethod
    def _spoken(card: Card) -> str:
        default = (_tr("Default"),) if card.is_default else ()
        return ", ".join((card.name, *default, card.address, card.place, *card.chips, card.status))


def _tr(source: str) -> str:
    return QCoreApplication.translate("SmtpCards", source)


def _order(profile: SmtpProfile) -> tuple[bool, str]:
    return (not profile.is_default, profile.name.lower())


def _searchable(profile: SmtpProfile) -> str:
    parts = (profile.name, profile.from_address, profile.server.user_name, _place(profile), profile.description)
    return "\n".join(parts).lower()


def _place(profile: SmtpProfile) -> str:
    server = profile.server
    if isinstance(server, GenericServer):
        host = f"[{server.host_name}]" if ":" in server.host_name else server.host_name
        return f"{host}:{server.smtp_port}"
    tenant = server.tenant_id
    is_guid = len(tenant) == 36 and "." not in tenant  # noqa: PLR2004 - the length of a GUID
    return _tr("Tenant {tenant}").format(tenant=f"{tenant[:4]}…{tenant[-4:]}" if is_guid else tenant)


def _chips(profile: SmtpProfile) -> tuple[str, ...]:
    if isinstance(profile.server, GenericServer):
        return (_tr("Generic"), _tr("TLS") if profile.server.tls else _tr("Not encrypted"))
    return (_tr("MS Graph API"),)


def failure_word(result: CheckResult) -> str:
    """Returns in two or three words why a test or check failed."""
    words = {
        FailureKind.HOST_NOT_FOUND: _tr("Host not found"),
        FailureKind.HOST_LOOKUP_FAILED: _tr("No answer from DNS"),
        FailureKind.REFUSED: _tr("Connection refused"),
        FailureKind.UNREACHABLE: _tr("Not reachable"),
        FailureKind.TIMED_OUT: _tr("No answer"),
        FailureKind.CLOSED: _tr("Server hung up"),
        FailureKind.STARTTLS_MISSING: _tr("TLS not offered"),
        FailureKind.TLS_REFUSED: _tr("TLS refused"),
        FailureKind.TLS_BROKEN: _tr("TLS failed"),
        FailureKind.CERTIFICATE: _tr("Certificate refused"),
        FailureKind.AUTH_MISSING: _tr("Sign-in not offered"),
    }
    stages = {
        Stage.GREET: _tr("Server refused"),
        Stage.SIGN_IN: _tr("Sign-in refused"),
        Stage.SENDER: _tr("Sender refused"),
        Stage.RECIPIENT: _tr("Recipient refused"),
        Stage.CONTENT: _tr("Mail refused"),
    }
    known = words.get(result.kind) if result.kind else None
    return known or (stages.get(result.stage) if result.stage else None) or _tr("Failed")


_MINUTE_S, _HOUR_S, _DAY_S = 60, 3600, 86400


def age_text(now: datetime, then: datetime) -> str:
    """Returns how long ago `then` was, in a word or two."""
    seconds = (now - then).total_seconds()
    if seconds < _MINUTE_S:
        return _tr("just now")
    if seconds < _HOUR_S:
        return _tr("{n} min ago").format(n=int(seconds // _MINUTE_S))
    if seconds < _DAY_S:
        return _tr("{n} h ago").format(n=int(seconds // _HOUR_S))
    return _tr("{n} d ago").format(n=int(seconds // _DAY_S))
