"""Telling the admin when an SMTP stops working, or works again."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject

from smtp_desktop.domain.checks.health import CheckResult, KnownStates, StateChange
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.ui.models.change_words import notice_of
from smtp_desktop.ui.models.smtp_cards import SmtpCards
from smtp_desktop.ui.notifications import Notifier


class StateWatch(QObject):
    """Hears of every result. What the admin does by hand, in front of the window, is never told."""

    def __init__(
        self,
        *,
        owner: QObject,
        cards: SmtpCards,
        notifier: Notifier,
        show_smtp: Callable[[ProfileId], None],
        wanted: Callable[[], bool],
    ) -> None:
        """`show_smtp` brings the window to the front with that SMTP; `wanted` is asked whether anything is told."""
        super().__init__(owner)
        self._cards = cards
        self._notifier = notifier
        self._show_smtp = show_smtp
        self._wanted = wanted
        self._states = KnownStates()
        self._untold: dict[ProfileId, StateChange] = {}

    def note(self, result: CheckResult, *, by_hand: bool) -> None:
        """`result` has just come in; what it changes is told with the next `tell`."""
        change = self._states.note(result)
        if by_hand or change is None:
            return
        # Back before anybody was told: nothing has changed.
        if self._untold.pop(result.profile_id, None) is None:
            self._untold[result.profile_id] = change

    def compare(self, changed: Iterable[ProfileId]) -> None:
        """What another process found of these, such as the one that sends, is told with the next `tell`."""
        for result in filter(None, map(self._cards.latest_of, changed)):
            self.note(result, by_hand=False)

    def tell(self) -> None:
        """All that changed since the last time is in one notification."""
        changes, self._untold = list(self._untold.values()), {}
        found = (self._cards.profile(one.result.profile_id) for one in changes)
        names = {profile.id: profile.name for profile in found if profile}
        changes = [one for one in changes if one.result.profile_id in names]
        if not changes or not self._wanted():
            return
        first = next((one for one in changes if not one.works), changes[0]).result.profile_id
        self._notifier.notify(notice_of(changes, names), lambda: self._show_smtp(first))
