"""Notifications ahead of end dates."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

from PySide6.QtCore import QCoreApplication, QObject, Signal

from smtp_desktop.domain.checks.end_date import EndDate
from smtp_desktop.services.services import Services
from smtp_desktop.ui.dates.section import DatesSection
from smtp_desktop.ui.runtime.notifications import Notice, Notifier
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.widgets.message_text import one_line, shown

_NAMED = 4  # end dates that one notice lists


def notice_of(due: Sequence[EndDate], now: datetime) -> Notice:
    """Returns one notice of all `due`, of which there is at least one. It holds nothing that a server said."""
    if len(due) == 1:
        title = _tr("{what}: {left}").format(what=shown(due[0].what), left=shown(due[0].left(now)))
        return Notice(title=one_line(title), words=one_line(due[0].names))
    lines = [
        one_line(
            _tr("{what}: {left} ({names})").format(what=shown(one.what), left=shown(one.left(now)), names=one.names)
        )
        for one in due[:_NAMED]
    ]
    if len(due) > _NAMED:
        lines.append(_tr("and {n} more").format(n=len(due) - _NAMED))
    return Notice(title=_tr("{n} dates are near").format(n=len(due)), words="\n".join(lines))


class DateWatch(QObject):
    """Notifies once when what an app proves itself with, or a way to sign in, has 60, 30, 14 or 7 days left, and when
    it has ended."""

    clicked = Signal()
    """A notification was clicked."""

    def __init__(
        self,
        *,
        owner: QObject,
        dates: DatesSection,
        services: Services,
        tasks: Tasks,
        notifier: Notifier,
        wanted: Callable[[], bool],
    ) -> None:
        """`wanted` says whether the user wants to be notified."""
        super().__init__(owner)
        self._dates, self._services, self._tasks = dates, services, tasks
        self._notifier = notifier
        self._wanted = wanted
        self._looked_at: tuple[tuple[EndDate, ...], object] | None = None
        dates.counts_changed.connect(self._look)

    def _look(self) -> None:
        found, now = self._dates.model.every, datetime.now().astimezone()
        looked_at = (found, now.date())
        if not found or looked_at == self._looked_at or not self._wanted():
            return
        self._looked_at = looked_at
        self._tasks.run(
            self,
            lambda: self._services.end_date_warnings.take(found, now),
            lambda due: self._notify(due, now),
            lambda _: None,  # a store that can't be read says so where it is shown
        )

    def _notify(self, due: Sequence[EndDate], now: datetime) -> None:
        if due:
            self._notifier.notify(notice_of(due, now), self.clicked.emit)


def _tr(source: str) -> str:
    return QCoreApplication.translate("DateWatch", source)
