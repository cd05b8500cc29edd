"""The main window: top bar, entity panel, and the pages with their Info panels."""
# ruff: noqa: PLC0415 - the cards are painted first; `attach` imports everything else, which takes ten times as long

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QPaintEvent
from PySide6.QtWidgets import QMainWindow

from smtp_desktop.ui.cards.smtp_cards import SmtpCards
from smtp_desktop.ui.cards.smtp_snapshot import SmtpSnapshot
from smtp_desktop.ui.smtps.page import SmtpPage
from smtp_desktop.ui.window.frame import WindowFrame, demo_strip, panel_width_of, restore_layout

if TYPE_CHECKING:
    from smtp_desktop.domain.checks.health import Overview
    from smtp_desktop.domain.events import Event
    from smtp_desktop.domain.smtp.certificate import Certificate
    from smtp_desktop.domain.smtp.profile import ProfileId
    from smtp_desktop.services.services import Services
    from smtp_desktop.ui.cards.card_holds import ShownHolds
    from smtp_desktop.ui.runtime.bus import Bus
    from smtp_desktop.ui.runtime.notifications import Notifier
    from smtp_desktop.ui.runtime.tasks import Tasks
    from smtp_desktop.ui.runtime.worker_programs import WorkerPrograms
    from smtp_desktop.ui.theme.theme import Theme
    from smtp_desktop.ui.window.window_menus import WindowMenus

_MIN_SIZE = (600, 340)  # so that with its frame it is on a screen of 640 x 400


class MainWindow(QMainWindow):
    """The main window. Its `objectName` is `mainWindow`.

    It is built in two steps, so that the cards appear soon: the constructor makes the cards, which do nothing yet, and
    `attach` adds everything else once they are painted.
    """

    first_painted = Signal()
    """The cards, or the hint that there are none, were painted for the first time."""
    theme_chosen = Signal(object)
    """The user chose a theme. Carries a ThemeChoice."""
    closed = Signal()
    """The window was closed, after the user decided on unsaved changes."""

    def __init__(self, *, theme: Theme, kept: dict[str, str], demo: bool = False) -> None:
        """`kept` are the preferences read at the start; a `demo` says that it is one. Buttons and menus do nothing
        until `attach`."""
        super().__init__()
        self.setObjectName("mainWindow")
        self.setWindowTitle(self.tr("Demo – SMTP Desktop") if demo else self.tr("SMTP Desktop"))
        self.setMinimumSize(*_MIN_SIZE)
        self._kept = kept
        self._painted = self._first_shown = False
        self.is_attached = False
        self.cards = SmtpCards(lambda: datetime.now(UTC), self, authority_of=self._certificate_of)
        self.page = SmtpPage(self.cards, theme, kept=kept)
        self.frame = WindowFrame(self.page, theme, panel_width_px=panel_width_of(kept))
        self.bar, self.entities = self.frame.bar, self.frame.entities
        if demo:
            self.frame.insert_below_bar(demo_strip())
        self.setCentralWidget(self.frame)
        restore_layout(self, self.frame, kept)
        self.frame.show_page("smtp")

    def show_first(self, overview: Overview, holds: ShownHolds) -> None:
        """Shows the cards of `overview`. `holds` are what keeps their mails back."""
        facts = {(fact.host, fact.port): fact for fact in overview.facts}
        self.cards.load(SmtpSnapshot({one.id: one for one in overview.profiles}, dict(overview.history), facts))
        self.cards.set_holds(holds)
        self.page.show_loaded()
        self.page.focus_view()
        self.entities.set_count("smtp", str(overview.total or ""))
        self._first_shown = True

    def attach(
        self,
        *,
        services: Services,
        bus: Bus,
        tasks: Tasks,
        theme: Theme,
        programs: WorkerPrograms,
        notifier: Notifier | None = None,
    ) -> None:
        """Adds everything besides the cards, and starts to load the data on `tasks`. `notifier` replaces the desktop's
        notifications."""
        from smtp_desktop.ui.widgets.message_text import shown
        from smtp_desktop.ui.window.closing import WindowClosing
        from smtp_desktop.ui.window.navigation import Navigation
        from smtp_desktop.ui.window.sections import Sections
        from smtp_desktop.ui.window.window_keys import add_keys, window_keys

        self._services, self._tasks, self._programs = services, tasks, programs
        sections = self.sections = Sections(
            self,
            self.page,
            services=services,
            bus=bus,
            tasks=tasks,
            theme=theme,
            kept=self._kept,
            programs=programs,
            notifier=notifier,
        )
        self.smtps, self.activities = sections.smtps, sections.activities
        self.deliveries, self.dates, self.inbox_page = sections.deliveries, sections.dates, sections.inbox_page
        self.courier, self._watch, self._notifier = sections.courier, sections.watch, sections.notifier
        self._closing = WindowClosing(
            self, self.frame, sections, services=services, tasks=tasks, programs=programs, stop=self._stop
        )
        self.is_attached = True
        self.frame.add(self.sections.by_key, self.inbox_page)
        self.frame.insert_below_bar(self.sections.unsaved.bar)
        self._navigation = Navigation(self.frame, sections)
        self._connect(bus)
        self.menus = self._make_menus(services)
        self._keys = window_keys(
            self.frame, sections, self.menus, create=self._navigation.create_new, close=self._closing.quit
        )
        add_keys(self, self._keys)
        self.frame.show_page(self.frame.current)
        if services.home_risk:
            self.frame.say(shown(services.home_risk))
        self.load()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._first_shown and not self._painted:
            self._painted = True
            # Child widgets are painted after this, in the same pass.
            QTimer.singleShot(0, self, self.first_painted.emit)

    def _certificate_of(self, pem: str) -> Certificate | None:
        return self.smtps.certificate_of(pem) if self.is_attached else None

    def load(self) -> None:
        """Reads everything from the store, on workers."""
        for section in self.sections.by_key.values():
            section.load()

    def set_theme(self, theme: Theme) -> None:
        """Repaints what style sheets do not cover in the colours of `theme`."""
        self.frame.set_theme(theme)
        self.page.set_theme(theme)
        if self.is_attached:
            for section in self.sections.by_key.values():
                section.set_theme(theme)
            self.sections.transfer.set_theme(theme)

    def end(self) -> None:
        """Ends the courier. Blocks for two seconds at most; for an exit that did not close the window."""
        if self.is_attached:
            self._stop()
            self._notifier.close()
            self.courier.end_at_once()

    def keep_unsaved(self) -> None:
        """Keeps what is typed and not saved for the next start, and asks nothing: the program has to end."""
        if self.is_attached:
            self.sections.unsaved.keep_now()

    def _stop(self) -> None:
        self._watch.stop()
        self.smtps.automatic.stop()
        self.smtps.checks.cancel()
        self.sections.alerts.end()

    def bring_to_front(self, activation_token: str = "") -> None:
        """Brings the window to the front, where the desktop lets it: on Wayland only with the token of whoever asked
        for it."""
        from smtp_desktop.ui.runtime.activation import activation

        self.setWindowState(self.windowState() & ~Qt.WindowState.WindowMinimized)
        with activation(activation_token):
            self.show()
            self.raise_()
            self.activateWindow()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.is_attached or self._closing.is_over:
            self.closed.emit()
            event.accept()
        else:
            event.ignore()
            self._closing.ask()

    @property
    def stays_in_background(self) -> bool:
        """Whether the program may run without its window, as far as the settings say at the start."""
        from smtp_desktop.domain.settings import background_wanted

        return background_wanted(self._kept)

    def show_without_tray(self) -> None:
        """Shows the window where it could not be reached otherwise."""
        if self.is_attached and not self.sections.background.keeps_running:
            self.bring_to_front()

    def _connect(self, bus: Bus) -> None:
        bus.published.connect(self._on_event)
        for key, section in (("smtp", self.smtps), ("activities", self.activities), ("deliveries", self.deliveries)):
            section.counts_changed.connect(lambda key=key: self._show_count(key))
        self.dates.counts_changed.connect(self._show_dates)
        for cleared in (self.page.clear_asked, self.activities.search_cleared, self.deliveries.search_cleared):
            cleared.connect(self.bar.search.clear)
        self.smtps.loaded.connect(self._loaded)
        self.cards.profiles_changed.connect(lambda: self.deliveries.set_smtps(self.cards.profiles))
        self.cards.holds_changed.connect(self._show_holds)
        self.page.inbox_asked.connect(self.sections.inbox.open)
        self.bar.create_button.clicked.connect(self._navigation.create_new)
        self.bar.check_all_button.clicked.connect(lambda: self.smtps.when_loaded(self.smtps.actions.check_all))
        self.entities.chosen.connect(self.frame.show_page)
        self.sections.inbox.opened.connect(lambda profile: self.page.select(profile.id))
        self.smtps.smtp_asked.connect(self._come_to_smtp)
        self.smtps.said.connect(self.frame.say_quietly)
        self.activities.said.connect(self.frame.say_quietly)
        self.sections.transfer.said.connect(self.frame.say_quietly)
        self.sections.backups.said.connect(self.frame.say_quietly)
        self.sections.backups.quit_asked.connect(self._closing.quit)
        self.closed.connect(self.smtps.mailboxes.end_all)
        self.closed.connect(self.smtps.sign_ins.runs.end_all)
        self._watch.changed.connect(self.load)
        self._watch.changed.connect(self.sections.settings.refresh)
        self._watch.gone.connect(self.sections.say_gone)
        if self._programs.courier:
            self._watch.changed.connect(self.sections.courier_on_call.look)
            bus.published.connect(self.sections.courier_on_call.on_event)
        self.sections.settings.checks_chosen.connect(self.smtps.automatic.choose)
        self.sections.settings.theme_chosen.connect(self.theme_chosen)
        background = self.sections.background
        background.show_asked.connect(self.bring_to_front)
        background.check_all_asked.connect(lambda: self.smtps.when_loaded(self.smtps.actions.check_all))
        self.sections.alerts.settings_asked.connect(self.bring_to_front)
        self.sections.alerts.settings_asked.connect(self.sections.settings.show)
        self.sections.date_watch.clicked.connect(self.bring_to_front)
        self.sections.date_watch.clicked.connect(lambda: self.frame.show_page("dates"))
        background.quit_asked.connect(self._closing.quit)
        self.sections.settings.days_kept.connect(self.courier.renew)
        self.courier.trouble_changed.connect(self.deliveries.show_trouble)
        self.courier.locked.connect(self.deliveries.show_locked)
        self.deliveries.unlock_asked.connect(self.courier.ask)

    def _make_menus(self, services: Services) -> WindowMenus:
        from smtp_desktop.ui.window.window_keys import listed
        from smtp_desktop.ui.window.window_menus import WindowMenus

        menus = WindowMenus(
            window=self,
            frame=self.frame,
            home=services.home,
            log_path=services.log_path,
            shortcuts=lambda: listed(self._keys),
        )
        menus.import_asked.connect(self.sections.transfer.open_import)
        menus.export_asked.connect(self.sections.transfer.export_selected)
        menus.back_up_asked.connect(self.sections.backups.open_back_up)
        menus.restore_asked.connect(self.sections.backups.open_restore)
        menus.settings_asked.connect(self.sections.settings.show)
        menus.quit_asked.connect(self._closing.quit)
        return menus

    def _on_event(self, event: Event) -> None:
        from smtp_desktop.domain.events import KeyringWaits, MailReceived, SetupChanged

        if isinstance(event, KeyringWaits):
            self.frame.say_quietly(self.tr("Waiting for the system keyring. It may be asking for its password."))
        for section in self.sections.by_key.values():
            section.on_event(event)
        if isinstance(event, SetupChanged):
            self.load()
            self.sections.settings.refresh()
        if isinstance(event, MailReceived):
            self.inbox_page.apply("mails", lambda page: page.refresh())
            self.entities.set_count("inbox", str(event.count) if event.count else "")

    def _loaded(self) -> None:
        self._show_count("smtp")
        self.deliveries.set_smtps(self.cards.profiles)
        self._show_holds()
        if not self.frame.shows_panel and self.frame.current == "smtp":
            self.page.focus_view()
        self.sections.inbox.reopen()
        self.sections.unsaved.offer()
        self._watch.start()

    def _show_holds(self) -> None:
        self.deliveries.set_holds(self.cards.holds)

    def _show_count(self, key: str) -> None:
        if key != "smtp" or self.smtps.is_loaded:
            self.entities.set_count(key, str(self.sections.by_key[key].count or ""))

    def _show_dates(self) -> None:
        dates = self.dates
        self.entities.set_count("dates", dates.count, tone=dates.tone, meaning=dates.count_in_words)

    def _come_to_smtp(self, profile_id: ProfileId) -> None:
        self.bring_to_front()
        self.frame.show_page("smtp")
        self.page.select(profile_id)
