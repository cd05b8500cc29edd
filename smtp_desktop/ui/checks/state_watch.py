"""Notifications of SMTPs that stopped working, or work again."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from PySide6.QtCore import QCoreApplication, QObject, Signal

from smtp_desktop.domain.checks.health import CheckResult
from smtp_desktop.domain.checks.known_states import KnownStates, StateChange
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.ui.cards.smtp_cards import SmtpCards
from smtp_desktop.ui.cards.smtp_words import failure_word
from smtp_desktop.ui.runtime.notifications import Notice, Notifier

_NAMED = 8  # names that one notice holds


def notice_of(changes: Sequence[StateChange], names: Mapping[ProfileId, str]) -> Notice:
    """Returns one notice of all `changes`, of which there is at least one: the names, and for one alone why it fails.
    It holds nothing that a server said."""
    if len(changes) == 1:
        return _of_one(changes[0], names)
    stopped = [one for one in changes if not one.works]
    again = [one for one in changes if one.works]
    if not again:
        title = _tr("{n} SMTPs stopped working").format(n=len(stopped))
    elif not stopped:
        title = _tr("{n} SMTPs work again").format(n=len(again))
    else:
        title = _tr("{stopped} SMTPs stopped working, {again} work again").format(
            stopped=len(stopped), again=len(again)
        )
    groups = [_names_text(group, names) for group in (stopped, again) if group]
    if len(groups) > 1:
        groups = [_tr("Stopped: {names}").format(names=groups[0]), _tr("Again: {names}").format(names=groups[1])]
    return Notice(title=title, words="\n".join(groups))


def _of_one(change: StateChange, names: Mapping[ProfileId, str]) -> Notice:
    name = names[change.result.profile_id]
    if change.works:
        return Notice(title=_tr("{name} works again").format(name=name))
    return Notice(title=_tr("{name} stopped working").format(name=name), words=failure_word(change.result))


def _names_text(changes: Sequence[StateChange], names: Mapping[ProfileId, str]) -> str:
    found = sorted((names[one.result.profile_id] for one in changes), key=str.lower)
    words = ", ".join(found[:_NAMED])
    return _tr("{names} and {n} more").format(names=words, n=len(found) - _NAMED) if len(found) > _NAMED else words


def _tr(source: str) -> str:
    return QCoreApplication.translate("ChangeWords", source)


class StateWatch(QObject):
    """Collects changes between working and failing, and notifies of them. What the user tests or checks by hand, in
    front of the window, is never notified of."""

    changed = Signal(object)
    """Carries the StateChanges, a sequence, that a notification is about, whether or not the user wants to see it."""

    def __init__(
        self,
        *,
        owner: QObject,
        cards: SmtpCards,
        notifier: Notifier,
        show_smtp: Callable[[ProfileId], None],
        wanted: Callable[[], bool],
    ) -> None:
        """`show_smtp` brings the window to the front with that SMTP; `wanted` says whether the user wants to be
        notified."""
        super().__init__(owner)
        self._cards = cards
        self._notifier = notifier
        self._show_smtp = show_smtp
        self._wanted = wanted
        self._states = KnownStates()
        self._pending: dict[ProfileId, StateChange] = {}

    def note(self, result: CheckResult, *, by_hand: bool) -> None:
        """Takes a new result; a change that it makes is part of the next `notify`, unless it came `by_hand`."""
        change = self._states.note(result)
        if by_hand or change is None:
            return
        # Changed back before the user was notified: nothing has changed.
        if self._pending.pop(result.profile_id, None) is None:
            self._pending[result.profile_id] = change

    def compare(self, changed: Iterable[ProfileId]) -> None:
        """Takes the latest results of these SMTPs, which another process recorded, such as the one that sends."""
        for result in filter(None, map(self._cards.latest_of, changed)):
            self.note(result, by_hand=False)

    def notify(self) -> None:
        """Notifies of all that changed since the last time, in one notification."""
        changes, self._pending = list(self._pending.values()), {}
        found = (self._cards.profile(one.result.profile_id) for one in changes)
        names = {profile.id: profile.name for profile in found if profile}
        changes = [one for one in changes if one.result.profile_id in names]
        if changes:
            self.changed.emit(tuple(changes))
        if not changes or not self._wanted():
            return
        first = next((one for one in changes if not one.works), changes[0]).result.profile_id
        self._notifier.notify(notice_of(changes, names), lambda: self._show_smtp(first))
