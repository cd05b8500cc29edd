"""All that the window works with, beside its cards."""
# ruff: noqa: PLC0415 - a page is loaded when it is first shown

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QMainWindow

from smtp_desktop.domain.checks.check_settings import check_choices
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.ui.activities.section import ActivitiesSection
from smtp_desktop.ui.checks.round_process import RoundProcess
from smtp_desktop.ui.dates.section import DatesSection
from smtp_desktop.ui.deliveries.section import DeliveriesSection
from smtp_desktop.ui.inbox.opening import InboxOpening
from smtp_desktop.ui.runtime.bus import Bus
from smtp_desktop.ui.runtime.change_watch import ChangeWatch
from smtp_desktop.ui.runtime.courier_on_call import CourierOnCall
from smtp_desktop.ui.runtime.courier_process import CourierProcess
from smtp_desktop.ui.runtime.later import Later
from smtp_desktop.ui.runtime.notifications import DesktopNotifications, Notifier
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.unlocking import Unlocking
from smtp_desktop.ui.smtps.page import SmtpPage
from smtp_desktop.ui.smtps.section import SmtpSection
from smtp_desktop.ui.theme.theme import Theme, ThemeChoice
from smtp_desktop.ui.window.closing import Leaving
from smtp_desktop.ui.window.section import Section
from smtp_desktop.ui.window.settings import WindowSettings
from smtp_desktop.ui.window.window_parts import WindowParts

if TYPE_CHECKING:
    from smtp_desktop.ui.inbox.page import InboxPage


class Workings:
    """The sections, and what else acts in the window, which shows but cards so far. The window connects them."""

    def __init__(
        self,
        window: QMainWindow,
        page: SmtpPage,
        *,
        parts: WindowParts,
        bus: Bus,
        tasks: Tasks,
        theme: Theme,
        choice: ThemeChoice,
        kept: Mapping[str, str],
        show_smtp: Callable[[ProfileId], None],
    ) -> None:
        """`page` shows SMTPs already; `show_smtp` brings the window to the front with that one."""
        self._page, self._bus, self._show_smtp = page, bus, show_smtp
        self._window, self._parts, self._tasks, self._theme = window, parts, tasks, theme
        unlocking = Unlocking(window, tasks, parts.unlock)
        self.notifier: Notifier = parts.notifier or DesktopNotifications(window, tasks)
        self._make_sections(unlocking, kept)
        self.inbox_page = Later(self._make_inbox_page)
        self.inbox = InboxOpening(
            window=window,
            open_inbox=parts.open_inbox,
            reopen_inbox=parts.reopen_inbox,
            tasks=tasks,
            unlocking=unlocking,
        )
        for listens in (self.inbox.opened, self.inbox.reopened):
            listens.connect(lambda *_: self.inbox_page.tell("open", lambda page: page.show_open()))
        self.leaving = Leaving(
            window=window, outbox=parts.outbox, default_smtp=lambda: self.smtps.default_id, tasks=tasks
        )
        self.settings = WindowSettings(
            window=window,
            preferences=parts.preferences,
            choice=choice,
            kept=kept,
            home=parts.home,
            log_path=parts.log_path,
            tasks=tasks,
            check_status=lambda: self.smtps.automatic.status,
        )
        self.watch = ChangeWatch(owner=window, change_signal=parts.change_signal, tasks=tasks)
        self.courier = CourierProcess(
            owner=window, command=parts.courier_command, unlocking=unlocking, secret=parts.courier_secret
        )
        self.courier_on_call = CourierOnCall(
            owner=window, courier=self.courier, next_work_at=parts.next_work_at, tasks=tasks
        )

    def _round_process(self) -> RoundProcess | None:
        command = self._parts.round_command
        if not command:
            return None
        return RoundProcess(command, events=self._bus, secret=self._parts.courier_secret)

    def _make_inbox_page(self) -> InboxPage:
        from smtp_desktop.ui.inbox.page import InboxPage

        page = InboxPage(self._parts.inbox)
        page.open_asked.connect(self.inbox.open)
        return page

    def _make_sections(self, unlocking: Unlocking, kept: Mapping[str, str]) -> None:
        window, parts, tasks, theme = self._window, self._parts, self._tasks, self._theme
        self.smtps = SmtpSection(
            window=window,
            profiles=parts.profiles,
            tester=parts.tester,
            finder=parts.finder,
            rounds=parts.rounds,
            apart=self._round_process(),
            mailbox_reader=parts.mailbox_reader,
            activities=parts.activities,
            outbox=parts.outbox,
            tasks=tasks,
            unlocking=unlocking,
            authorities=parts.authorities,
            secret_place=parts.secret_place,
            theme=theme,
            choices=check_choices(kept),
            notifier=self.notifier,
            show_smtp=self._show_smtp,
            page=self._page,
        )
        self.activities = ActivitiesSection(
            window=window,
            activities=parts.activities,
            outbox=parts.outbox,
            profiles=parts.profiles,
            tasks=tasks,
            theme=theme,
        )
        self.deliveries = DeliveriesSection(
            window=window,
            outbox=parts.outbox,
            activities=parts.activities,
            advice_on=parts.tester.advice_on,
            tasks=tasks,
            theme=theme,
        )
        self.dates = DatesSection(window=window, end_dates=parts.end_dates, tasks=tasks, theme=theme)
        self.sections: dict[str, Section] = {
            "smtp": self.smtps,
            "activities": self.activities,
            "deliveries": self.deliveries,
            "dates": self.dates,
        }
