"""The section of SMTPs: their page, their panel, and all that is done with them."""
# ruff: noqa: PLC0415 - a dialog and the panel are loaded when they are first opened

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.checks.check_settings import CheckChoices
from smtp_desktop.domain.events import Event, ProfileSaved
from smtp_desktop.domain.smtp.certificate import Authority, Certificate
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.services import Services
from smtp_desktop.ui.certificates.known_authorities import KnownAuthorities
from smtp_desktop.ui.checks.automatic_checks import AutomaticChecks
from smtp_desktop.ui.checks.certificate_trust import Trusting, TrustRequest
from smtp_desktop.ui.checks.check_runs import CheckRuns
from smtp_desktop.ui.checks.checks import Checks
from smtp_desktop.ui.checks.round_process import RoundProcess
from smtp_desktop.ui.checks.round_strip import RoundStrip
from smtp_desktop.ui.checks.settings_finding import SettingsFinding
from smtp_desktop.ui.checks.state_watch import StateWatch
from smtp_desktop.ui.checks.trials import Trials
from smtp_desktop.ui.checks.under_way import UnderWay
from smtp_desktop.ui.help.pages import HelpRequest
from smtp_desktop.ui.mailbox.reading import MailboxReading
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.notifications import Notifier
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.unlocking import Unlocking
from smtp_desktop.ui.smtps.actions import SmtpActions
from smtp_desktop.ui.smtps.editing import SmtpEditing
from smtp_desktop.ui.smtps.history import History
from smtp_desktop.ui.smtps.loading import Loaded, read, trusted_pems
from smtp_desktop.ui.smtps.page import SmtpPage
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.keys import on_delete
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from smtp_desktop.ui.smtps.panel import SmtpPanel

_AGAIN_MS = 250


class SmtpSection(QObject):
    """A `section.Section`."""

    panel_wanted = Signal(bool)
    counts_changed = Signal()
    smtp_asked = Signal(object)
    """A notification of this SMTP was clicked: its ProfileId."""
    loaded = Signal()
    """The cards are there, for the first time."""

    def __init__(
        self,
        *,
        window: QWidget,
        services: Services,
        tasks: Tasks,
        unlocking: Unlocking,
        theme: Theme,
        page: SmtpPage,
        notifier: Notifier,
        choices: CheckChoices,
        bulk_check_process: RoundProcess | None,
    ) -> None:
        """`page` may show SMTPs already: the first ones, or all. `bulk_check_process` checks many of them, where this
        process does not."""
        super().__init__(window)
        self._services, self._tasks = services, tasks
        self._reading = self._again = self._ever = self._overtaken = False
        self._once_loaded: list[Callable[[], None]] = []
        self._known_authorities = KnownAuthorities(services, tasks, self)
        self.page, self.cards = page, page.cards
        self._panel = Lazy(self._make_panel)
        self._panel.apply("theme", lambda panel: panel.history.set_theme(theme))
        self.under_way = UnderWay(self)
        self.finding = SettingsFinding(
            parent=window, finder=services.finder, tasks=tasks, unlocking=unlocking, theme=theme
        )
        self.trusting = Trusting(window=window, services=services, tasks=tasks)
        self.trials = Trials(
            window=window,
            tester=services.tester,
            finding=self.finding,
            trusting=self.trusting,
            under_way=self.under_way,
            tasks=tasks,
            unlocking=unlocking,
            theme=theme,
        )
        self.runs = CheckRuns(
            owner=self,
            rounds=services.bulk_check,
            apart=bulk_check_process,
            under_way=self.under_way,
            tasks=tasks,
        )
        if bulk_check_process:
            unlocking.opened.connect(bulk_check_process.learn)
        self.checks = Checks(window=window, runs=self.runs, under_way=self.under_way, unlocking=unlocking)
        self.history = History(window=window, panel=self._panel, tester=services.tester, tasks=tasks)
        self.mailboxes = MailboxReading(
            window=window, reader=services.mailbox_reader, tasks=tasks, unlocking=unlocking, theme=theme
        )
        self.editing = SmtpEditing(
            window=window,
            page=self.page,
            panel=self._panel,
            profiles=services.profiles,
            tasks=tasks,
            unlocking=unlocking,
        )
        self.actions = SmtpActions(
            window=window,
            page=self.page,
            panel=self._panel,
            editing=self.editing,
            profiles=services.profiles,
            trials=self.trials,
            checks=self.checks,
            mailboxes=self.mailboxes,
            activities=services.activities,
            tasks=tasks,
            unlocking=unlocking,
        )
        self.automatic = self._make_automatic(unlocking, choices, notifier)
        self._connect(window)

    def _make_automatic(self, unlocking: Unlocking, choices: CheckChoices, notifier: Notifier) -> AutomaticChecks:
        states = StateWatch(
            owner=self,
            cards=self.cards,
            notifier=notifier,
            show_smtp=self.smtp_asked.emit,
            wanted=lambda: self.automatic.choices.notify,
        )
        return AutomaticChecks(
            owner=self,
            cards=self.cards,
            runs=self.runs,
            under_way=self.under_way,
            states=states,
            unlocking=unlocking,
            choices=choices,
            now=lambda: datetime.now(UTC),
        )

    def _connect(self, window: QWidget) -> None:
        self.editing.panel_wanted.connect(self.panel_wanted)
        self.panel_wanted.connect(self._tell_secret_place)
        self.cards.profiles_changed.connect(self.counts_changed)
        self.page.reload_asked.connect(self.load)
        self.trusting.asked.connect(self._trust)
        self._known_authorities.changed.connect(self.cards.refresh_times)
        self._known_authorities.changed.connect(self._refresh_trust)
        self.finding.chosen.connect(self.editing.take_over)
        self.under_way.changed.connect(lambda one: self.cards.set_busy(one, one in self.under_way))
        self.automatic.paused_changed.connect(self.cards.set_paused)
        self.automatic.paused_changed.connect(self.history.set_paused)
        strip = RoundStrip()
        strip.failing_asked.connect(self.page.show_failing)
        strip.cancel_asked.connect(self.checks.cancel)
        self.checks.progressed.connect(strip.show_progress)
        self.checks.ended.connect(strip.show_end)
        self.page.insert_below_title(strip)
        on_delete(self.page.grid, lambda: self.once_loaded(self.actions.delete_current))

    def _make_panel(self) -> SmtpPanel:
        from smtp_desktop.ui.smtps.panel import SmtpPanel

        panel = SmtpPanel(authority_of=self._known_authorities.get)
        panel.certificate_requested.connect(self.trusting.show_fact)
        panel.help_requested.connect(lambda request: _open_help(panel.window(), request))
        return panel

    def _refresh_trust(self) -> None:
        if self._panel.is_made:
            self.panel.refresh_trust()

    @property
    def panel(self) -> SmtpPanel:
        return self._panel()

    @property
    def count(self) -> int:
        """How many there are."""
        return self.cards.total

    @property
    def is_loaded(self) -> bool:
        """Whether all of them are there."""
        return self._ever

    @property
    def default_id(self) -> ProfileId | None:
        """The default SMTP."""
        return self.cards.default.id if self.cards.default else None

    @property
    def is_open(self) -> bool:
        return self.editing.is_open

    def load(self) -> None:
        """The cards are as the store has them, soon; never two readings at once."""
        if self._reading:
            self._again = True
            return
        self._reading, self._overtaken = True, False
        known = self.cards.stock
        self._tasks.run(
            self,
            lambda: read(self._services, known),
            self._show_loaded,
            lambda error: self._show_error(shown(error.message)),
        )

    def on_event(self, event: Event) -> None:
        """Cards and panel show what has happened."""
        self._overtaken = self._reading
        self.actions.on_event(event)
        self.editing.on_event(event)
        self.history.on_event(event)
        self.automatic.on_event(event)
        if isinstance(event, ProfileSaved):
            self._known_authorities.look_up(trusted_pems([event.profile]))

    def _tell_secret_place(self) -> None:
        # With the first panel, not at the start: finding the keyring takes 10 MB.
        self.panel_wanted.disconnect(self._tell_secret_place)
        self._tasks.run(self, self._services.secret_place, self.panel.set_secret_place, lambda _: None)

    def _trust(self, request: TrustRequest) -> None:
        if isinstance(request.trusted, Authority):
            self._known_authorities.learn(request.trusted)
        self.editing.trust(request)

    def certificate_of(self, pem: str) -> Certificate | None:
        """Returns what is known of a trusted CA in PEM form."""
        return self._known_authorities.get(pem)

    def search(self, typed: str) -> None:
        """Only the cards that hold `typed` are shown, once all of them are there."""
        self.once_loaded(lambda: self.cards.show_only(search=typed))

    def once_loaded(self, act: Callable[[], None]) -> None:
        """`act` is called now, or as soon as all SMTPs are there: never for a part of them."""
        if self._ever:
            act()
        else:
            self._once_loaded.append(act)

    def close_panel(self) -> None:
        """The panel is closed, after unsaved changes were asked about."""
        self.editing.close_panel()

    def confirm_close(self, go_on: Callable[[], None]) -> None:
        """`go_on` is called once nothing typed can be lost by it."""
        self.editing.confirm_close(go_on)

    def set_theme(self, theme: Theme) -> None:
        """All that is painted by hand has the colours of `theme`."""
        self.trials.theme = self.finding.theme = self.mailboxes.theme = theme
        self.page.set_theme(theme)
        self._panel.apply("theme", lambda panel: panel.history.set_theme(theme))

    def _show_loaded(self, loaded: Loaded) -> None:
        if self._overtaken and self._ever:
            # What has happened meanwhile may not be in it, and is shown already.
            self._again = True
            self._read_next()
            return
        self.cards.set_holds(loaded.holds)
        if loaded.stock:
            self.cards.load(loaded.stock)
            self._known_authorities.look_up(loaded.trusted_pems)
            for fact in loaded.learned:
                self.editing.learn(fact)
            self.editing.hear_reloaded()
        self.page.show_loaded()
        self.history.reload()
        self.automatic.hear_reloaded(loaded.changed)
        if not self._ever:
            self._ever = True
            for act in self._once_loaded:
                act()
            self._once_loaded.clear()
            self.automatic.start()
            self.loaded.emit()
            # What could not be erased from the keyring last time is erased now.
            self._tasks.run(self, self._services.profiles.erase_abandoned_secrets, lambda _: None, lambda _: None)
        self._read_next()

    def _show_error(self, words: str) -> None:
        self.page.show_error(words)
        self._read_next()

    def _read_next(self) -> None:
        self._reading = False
        if self._again:
            self._again = False
            # Not at once: where much happens, it would be read all the time.
            QTimer.singleShot(_AGAIN_MS, self, self.load)


def _open_help(window: QWidget, request: HelpRequest) -> None:
    from smtp_desktop.ui.help.dialog import open_help

    open_help(window, request)
