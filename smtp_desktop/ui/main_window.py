"""The window: top bar, entity panel, and the pages with their Info panels."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence
from PySide6.QtWidgets import QMainWindow

from smtp_desktop.domain.activity import ActivityId
from smtp_desktop.domain.check_choices import check_choices
from smtp_desktop.domain.events import Event, MailReceived
from smtp_desktop.domain.profile import ProfileId, SmtpProfile
from smtp_desktop.ui.activities import ActivitiesSection
from smtp_desktop.ui.bus import Bus
from smtp_desktop.ui.change_watch import ChangeWatch
from smtp_desktop.ui.courier_process import CourierProcess
from smtp_desktop.ui.dates import DatesSection
from smtp_desktop.ui.deliveries import DeliveriesSection
from smtp_desktop.ui.frame import WindowFrame, panel_width_of
from smtp_desktop.ui.inbox_opening import InboxOpening
from smtp_desktop.ui.leaving import Leaving
from smtp_desktop.ui.notifications import DesktopNotifications, Notifier
from smtp_desktop.ui.pages.inbox_page import InboxPage
from smtp_desktop.ui.round_process import RoundProcess
from smtp_desktop.ui.section import Section, leave_all
from smtp_desktop.ui.smtps import SmtpSection
from smtp_desktop.ui.tasks import Tasks
from smtp_desktop.ui.theme import Theme, ThemeChoice
from smtp_desktop.ui.unlocking import Unlocking
from smtp_desktop.ui.window_keys import Key, OnPage, bind
from smtp_desktop.ui.window_layout import layout_to_keep, restore_layout
from smtp_desktop.ui.window_parts import WindowParts
from smtp_desktop.ui.window_settings import WindowSettings, put_all

_MIN_SIZE = (960, 600)


class MainWindow(QMainWindow):
    """Its `objectName` is `mainWindow`. Everything that may block runs on `tasks`."""

    theme_chosen = Signal(object)
    """The admin chose a theme: a ThemeChoice."""
    closed = Signal()
    """The window is closed for good; nothing typed was lost by it."""

    def __init__(
        self, *, parts: WindowParts, bus: Bus, tasks: Tasks, theme: Theme, choice: ThemeChoice, kept: dict[str, str]
    ) -> None:
        """`kept` are the preferences as they were read at the start."""
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle(self.tr("SMTP Desktop"))
        self.setMinimumSize(*_MIN_SIZE)
        self._parts, self._tasks = parts, tasks
        self._may_close = self._closing = False
        self._typed: dict[str, str] = {}
        unlocking = Unlocking(self, tasks, parts.unlock)
        self._notifier: Notifier = parts.notifier or DesktopNotifications(self, tasks)
        command, secret = parts.round_command, parts.courier_secret
        self._apart = RoundProcess(command, events=bus, secret=secret) if command else None
        self._make_sections(unlocking, theme, kept)
        self.inbox_page = InboxPage(parts.inbox)
        self.frame = WindowFrame(self._sections, self.inbox_page, theme, panel_width_px=panel_width_of(kept))
        self.bar, self.entities = self.frame.bar, self.frame.entities
        self.setCentralWidget(self.frame)
        self._inbox = InboxOpening(
            window=self, open_inbox=parts.open_inbox, reopen_inbox=parts.reopen_inbox, tasks=tasks, unlocking=unlocking
        )
        self._leaving = Leaving(
            window=self, outbox=parts.outbox, default_smtp=lambda: self.smtps.default_id, tasks=tasks
        )
        self._settings = WindowSettings(
            window=self,
            preferences=parts.preferences,
            choice=choice,
            kept=kept,
            home=parts.home,
            log_path=parts.log_path,
            tasks=tasks,
            check_status=lambda: self.smtps.automatic.status,
        )
        self._settings.checks_chosen.connect(self.smtps.automatic.choose)
        self._settings.theme_chosen.connect(self.theme_chosen)
        self._watch = ChangeWatch(owner=self, change_signal=parts.change_signal, tasks=tasks)
        self.courier = CourierProcess(
            owner=self, command=parts.courier_command, unlocking=unlocking, secret=parts.courier_secret
        )
        self._connect(bus)
        self._keys()
        restore_layout(self, self.frame, kept)
        self._show_page("smtp")
        self.load()
        tasks.run(self, parts.secret_place, self.panel.set_secret_place, lambda _: None)

    def _make_sections(self, unlocking: Unlocking, theme: Theme, kept: dict[str, str]) -> None:
        parts, tasks = self._parts, self._tasks
        self.smtps = SmtpSection(
            window=self,
            profiles=parts.profiles,
            tester=parts.tester,
            finder=parts.finder,
            rounds=parts.rounds,
            apart=self._apart,
            mailbox_reader=parts.mailbox_reader,
            activities=parts.activities,
            outbox=parts.outbox,
            tasks=tasks,
            unlocking=unlocking,
            authorities=parts.authorities,
            theme=theme,
            choices=check_choices(kept),
            notifier=self._notifier,
            show_smtp=self._come_to_smtp,
        )
        self.activities = ActivitiesSection(
            window=self,
            activities=parts.activities,
            outbox=parts.outbox,
            profiles=parts.profiles,
            tasks=tasks,
            theme=theme,
        )
        self.deliveries = DeliveriesSection(
            window=self,
            outbox=parts.outbox,
            activities=parts.activities,
            advice_on=parts.tester.advice_on,
            tasks=tasks,
            theme=theme,
        )
        self.dates = DatesSection(window=self, deadlines=parts.deadlines, tasks=tasks, theme=theme)
        self._sections: dict[str, Section] = {
            "smtp": self.smtps,
            "activities": self.activities,
            "deliveries": self.deliveries,
            "dates": self.dates,
        }
        self.cards, self.page, self.panel = self.smtps.cards, self.smtps.page, self.smtps.panel
        self.actions_of_smtps = self.smtps.actions

    def load(self) -> None:
        """Everything is read from the store, soon."""
        for section in self._sections.values():
            section.load()

    def set_theme(self, theme: Theme) -> None:
        """Everything that is painted by hand has the colours of `theme`."""
        self.frame.set_theme(theme)
        for section in self._sections.values():
            section.set_theme(theme)

    def end(self) -> None:
        """What sends has ended. Blocks for some seconds at most: for the end of the program without its window."""
        self._stop()
        self._notifier.close()
        self.courier.end_at_once()

    def _stop(self) -> None:
        self._watch.stop()
        self.smtps.automatic.stop()
        self.smtps.checks.cancel()

    def bring_to_front(self) -> None:
        """The window is in front of the others, where the desktop lets it."""
        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        self.show()
        self.raise_()
        self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            self.closed.emit()
            event.accept()
            return
        event.ignore()
        if self._closing:
            return
        current = self.frame.current
        keys = sorted(self._sections, key=lambda key: key != current)
        leave_all(self._sections, keys, asking=self._show_page, then=lambda: self._leaving.ask(self._close_now))

    def _close_now(self) -> None:
        kept, self._closing = layout_to_keep(self, self.frame), True
        self._stop()

        def end(_: object) -> None:
            # It may take a while to finish the mails in hand: nobody needs to look at that.
            self.hide()
            self.courier.end(close)

        def close() -> None:
            self._may_close = True
            self.close()

        # A choice that can't be kept must not keep the window from closing.
        self._tasks.run(self, lambda: put_all(self._parts.preferences, kept), end, end)

    def _connect(self, bus: Bus) -> None:
        bus.published.connect(self._hear)
        for key, section in (("smtp", self.smtps), ("activities", self.activities), ("deliveries", self.deliveries)):
            section.panel_wanted.connect(lambda wanted, key=key: self._show_panel(key, wanted))
            section.counts_changed.connect(lambda key=key: self._show_count(key))
        self.dates.counts_changed.connect(self._show_dates)
        self.dates.smtp_asked.connect(self._show_smtp)
        self.smtps.loaded.connect(self._loaded)
        self.cards.profiles_changed.connect(lambda: self.deliveries.set_smtps(self.cards.profiles))
        self.page.inbox_asked.connect(self._inbox.open)
        self.activities.deliveries_asked.connect(self._show_deliveries)
        self.bar.create_button.clicked.connect(self._create)
        self.bar.check_all_button.clicked.connect(self.smtps.actions.check_all)
        self.bar.searched.connect(self._search)
        self.bar.burger.clicked.connect(lambda: self.entities.set_folded(not self.entities.folded))
        self.entities.chosen.connect(self._show_page)
        self.inbox_page.open_asked.connect(self._inbox.open)
        self._inbox.opened.connect(self._inbox_open)
        self._inbox.reopened.connect(self.inbox_page.show_open)
        self.closed.connect(self.smtps.mailboxes.end_all)
        self._watch.changed.connect(self.load)
        self._settings.days_kept.connect(self.courier.renew)
        self.courier.told.connect(self.deliveries.tell_trouble)
        self.courier.locked.connect(self.deliveries.page.unlock_button.setVisible)
        self.deliveries.page.unlock_button.clicked.connect(self.courier.ask)

    def _keys(self) -> None:
        standard = QKeySequence.StandardKey
        smtps, activities, actions = self.smtps, self.activities, self.smtps.actions
        on_page = partial(OnPage, lambda: self.frame.current)
        acts: dict[Key, Callable[[], object]] = {
            standard.New: self._create,
            standard.Find: self._focus_search,
            standard.Save: on_page(smtp=smtps.editing.save, activities=activities.save),
            "Ctrl+T": on_page(smtp=actions.test_current, activities=activities.trigger_current),
            "Ctrl+D": on_page(smtp=actions.duplicate_current, activities=activities.duplicate_current),
            "F5": on_page(smtp=actions.check_current, deliveries=self.deliveries.load, dates=self.dates.load),
            "Shift+F5": actions.check_all,
            "Esc": self._close_panel,
            "Ctrl+,": self._settings.show,
            standard.Quit: self.close,
        }
        acts |= {f"Ctrl+{n}": partial(self._show_page, key) for n, key in enumerate(self._sections, start=1)}
        bind(self, acts)

    def _create(self) -> None:
        # Mails are made by triggering an activity, and the local inbox makes nothing: there it is an SMTP, as at first.
        smtps, activities = self.smtps.editing, self.activities
        OnPage(lambda: self.frame.current, smtp=smtps.create, activities=activities.create, inbox=smtps.create)()

    def _close_panel(self) -> None:
        if self.frame.current in self._sections:
            self._sections[self.frame.current].close_panel()

    def _hear(self, event: Event) -> None:
        for section in self._sections.values():
            section.hear(event)
        if isinstance(event, MailReceived):
            self.inbox_page.refresh()
            self.entities.set_count("inbox", str(event.count) if event.count else "")

    def _loaded(self) -> None:
        self.deliveries.set_smtps(self.cards.profiles)
        if not self.frame.shows_panel and self.frame.current == "smtp":
            self.page.grid.setFocus()
        self._inbox.reopen()
        self._watch.start()
        if self._parts.courier_command:
            self.courier.start()

    def _show_count(self, key: str) -> None:
        count = self._sections[key].count
        self.entities.set_count(key, str(count) if count else "")

    def _show_dates(self) -> None:
        dates = self.dates
        self.entities.set_count("dates", dates.count, tone=dates.tone, meaning=dates.count_in_words)

    def _show_page(self, key: str) -> None:
        self.frame.show_page(key, typed=self._typed.get(key, ""))

    def _come_to_smtp(self, profile_id: ProfileId) -> None:
        self.bring_to_front()
        self._show_page("smtp")
        self.page.select(profile_id)

    def _show_panel(self, key: str, wanted: bool) -> None:
        if wanted or self.frame.current == key:
            self._show_page(key)

    def _show_smtp(self, profile_id: ProfileId) -> None:
        # Whatever is asked about the form that is open is asked on its own page.
        self._show_page("smtp")
        self.smtps.editing.edit(profile_id)

    def _show_deliveries(self, activity_id: ActivityId) -> None:
        self._show_page("deliveries")
        self.deliveries.show_activity(activity_id)

    def _search(self, typed: str) -> None:
        self._typed[self.frame.current] = typed
        self._sections[self.frame.current].search(typed)

    def _focus_search(self) -> None:
        if self.frame.current not in self._sections:
            self._show_page("smtp")
        self.bar.search.setFocus()
        self.bar.search.selectAll()

    def _inbox_open(self, profile: SmtpProfile) -> None:
        self.inbox_page.show_open()
        self.page.select(profile.id)
