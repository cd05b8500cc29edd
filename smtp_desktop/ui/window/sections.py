"""The sections of the window, and the other objects that `MainWindow.attach` adds."""
# ruff: noqa: PLC0415 - a page is loaded when it is first shown

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMainWindow

from smtp_desktop.domain.checks.check_settings import check_choices
from smtp_desktop.domain.errors import StoreGone
from smtp_desktop.domain.kept_form import FormKind
from smtp_desktop.domain.settings import background_wanted
from smtp_desktop.services.services import Services
from smtp_desktop.ui.activities.section import ActivitiesSection
from smtp_desktop.ui.alerts.alert_settings import WindowAlertSettings
from smtp_desktop.ui.alerts.alert_watch import AlertWatch
from smtp_desktop.ui.background.autostart import autostart
from smtp_desktop.ui.background.background import Background
from smtp_desktop.ui.backup.window_backups import WindowBackups
from smtp_desktop.ui.checks.bulk_check_process import BulkCheckProcess
from smtp_desktop.ui.checks.recipients import Recipients
from smtp_desktop.ui.dates.date_watch import DateWatch
from smtp_desktop.ui.dates.section import DatesSection
from smtp_desktop.ui.deliveries.section import DeliveriesSection
from smtp_desktop.ui.inbox.starter import InboxStarter
from smtp_desktop.ui.runtime.bus import Bus
from smtp_desktop.ui.runtime.change_watch import ChangeWatch
from smtp_desktop.ui.runtime.courier_on_call import CourierOnCall
from smtp_desktop.ui.runtime.courier_process import CourierProcess
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.notifications import DesktopNotifications, Notifier
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.runtime.worker_programs import WorkerPrograms
from smtp_desktop.ui.smtps.page import COLUMNS_NAME, SmtpPage
from smtp_desktop.ui.smtps.section import SmtpSection
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_text import shown
from smtp_desktop.ui.widgets.table_columns import ColumnKeeper
from smtp_desktop.ui.window.close_confirmation import CloseConfirmation
from smtp_desktop.ui.window.kept_forms import FormSection, UnsavedForms
from smtp_desktop.ui.window.section import Section
from smtp_desktop.ui.window.settings import WindowSettings
from smtp_desktop.ui.window.transfer import Transfer

if TYPE_CHECKING:
    from smtp_desktop.ui.inbox.page import InboxPage


class Sections:
    """Builds the sections, the courier and the dialogs of the window; the window connects them."""

    def __init__(
        self,
        window: QMainWindow,
        page: SmtpPage,
        *,
        services: Services,
        bus: Bus,
        tasks: Tasks,
        theme: Theme,
        kept: Mapping[str, str],
        programs: WorkerPrograms,
        notifier: Notifier | None,
    ) -> None:
        """`page` already shows SMTPs. `kept` are the preferences. `notifier` replaces the desktop's notifications."""
        self._window = window
        unlocker = VaultUnlocker(window, tasks, services.unlock)
        self.notifier: Notifier = notifier or DesktopNotifications(window, tasks)
        self.smtps = SmtpSection(
            window=window,
            services=services,
            tasks=tasks,
            unlocker=unlocker,
            theme=theme,
            page=page,
            notifier=self.notifier,
            choices=check_choices(kept),
            bulk_check_process=_bulk_check_process(programs, bus),
        )
        self.activities = ActivitiesSection(window=window, services=services, tasks=tasks, theme=theme)
        columns = self.smtps.history.columns = ColumnKeeper(kept, _put_quietly(window, services, tasks))
        page.list.apply("columns", lambda view: columns.keep(COLUMNS_NAME, view.columns))
        self.smtps.test_runs.recipients = Recipients(kept, _put_quietly(window, services, tasks))
        self.deliveries = DeliveriesSection(window=window, services=services, tasks=tasks, theme=theme, columns=columns)
        self.dates = DatesSection(window=window, services=services, tasks=tasks, theme=theme)
        self.date_watch = DateWatch(
            owner=window,
            dates=self.dates,
            services=services,
            tasks=tasks,
            notifier=self.notifier,
            wanted=lambda: self.smtps.automatic.choices.notify,
        )
        self.by_key: dict[str, Section] = {
            "smtp": self.smtps,
            "activities": self.activities,
            "deliveries": self.deliveries,
            "dates": self.dates,
        }
        self.inbox = InboxStarter(window=window, services=services, tasks=tasks, unlocker=unlocker)
        self.inbox_page = Lazy(lambda: self._make_inbox_page(services, tasks))
        for listens in (self.inbox.opened, self.inbox.reopened):
            listens.connect(lambda *_: self.inbox_page.apply("open", lambda page: page.show_open()))
        self.close_confirmation = CloseConfirmation(
            window=window, services=services, default_smtp=lambda: self.smtps.default_id, tasks=tasks
        )
        self.settings = WindowSettings(
            window=window,
            services=services,
            kept=kept,
            tasks=tasks,
            check_status=lambda: self.smtps.automatic.status,
            autostart=autostart(programs.at_login),
        )
        alert_settings = WindowAlertSettings(window=window, services=services, tasks=tasks, unlocker=unlocker)
        self.settings.alerts_asked.connect(alert_settings.show)
        self.alerts = AlertWatch(owner=window, services=services, tasks=tasks, notifier=self.notifier)
        cards = self.smtps.cards
        self.background = Background(window=window, count=lambda: (cards.count_failing(), len(cards.profiles)))
        self.background.choose(background_wanted(kept))
        self.settings.background_chosen.connect(self.background.choose)
        self.smtps.states.changed.connect(self.alerts.note)
        unlocker.opened.connect(lambda _: self.alerts.look_soon())
        kinds: dict[FormKind, FormSection] = {FormKind.SMTP: self.smtps, FormKind.ACTIVITY: self.activities}
        self.unsaved = UnsavedForms(owner=window, sections=kinds, forms=services.kept_forms, tasks=tasks)
        self.transfer = Transfer(
            window=window, smtps=self.smtps, services=services, tasks=tasks, unlocker=unlocker, theme=theme
        )
        self.backups = WindowBackups(window=window, services=services, tasks=tasks, unlocker=unlocker)
        self.watch = ChangeWatch(owner=window, change_signal=services.change_signal, tasks=tasks)
        bus.published.connect(self.alerts.on_event)
        for listens in (self.smtps.loaded, self.watch.changed):
            listens.connect(self.alerts.look_soon)
        for listens in (bus.published, self.smtps.loaded, cards.profiles_changed, cards.holds_changed):
            listens.connect(lambda *_: self.background.count_soon())
        self.courier = CourierProcess(owner=window, command=programs.courier, unlocker=unlocker, secret=programs.master)
        self.courier_on_call = CourierOnCall(
            owner=window, courier=self.courier, next_work_at=services.next_work_at, tasks=tasks
        )

    def say_gone(self, error: StoreGone) -> None:
        """Says that the data folder is not there any more."""
        from smtp_desktop.ui.widgets.message_dialog import MessageDialog

        title = QCoreApplication.translate("MainWindow", "The database is missing")
        MessageDialog(self._window, title=title, text=shown(error.message)).open()

    def _make_inbox_page(self, services: Services, tasks: Tasks) -> InboxPage:
        from smtp_desktop.ui.inbox.page import InboxPage

        page = InboxPage(services.inbox, tasks)
        page.open_asked.connect(self.inbox.open)
        return page


def _put_quietly(owner: QMainWindow, services: Services, tasks: Tasks) -> Callable[[str, str], None]:
    def put(key: str, value: str) -> None:
        # A width, or a recipient, that can't be stored is not worth a message.
        tasks.run(owner, lambda: services.preferences.put(key, value), lambda _: None, lambda _: None)

    return put


def _bulk_check_process(programs: WorkerPrograms, bus: Bus) -> BulkCheckProcess | None:
    if not programs.bulk_check:
        return None
    return BulkCheckProcess(programs.bulk_check, events=bus, secret=programs.master)
