"""The section of SMTPs: puts together their page, their panel, and all that is done with them."""
# ruff: noqa: PLC0415 - a dialog and the panel are loaded when they are first opened

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.checks.check_settings import CheckChoices
from smtp_desktop.domain.events import Event, ProfileSaved
from smtp_desktop.domain.kept_form import KeptForm
from smtp_desktop.domain.message_text import MessageText
from smtp_desktop.domain.smtp.certificate import Authority, Certificate
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.services import Services
from smtp_desktop.ui.checks.bulk_check_process import BulkCheckProcess
from smtp_desktop.ui.checks.certificate_trust import KnownAuthorities, TrustRequest
from smtp_desktop.ui.help.pages import HelpRequest
from smtp_desktop.ui.mailbox.open_mailboxes import OpenMailboxes
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.notifications import Notifier
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.selection.selection import SmtpSelection
from smtp_desktop.ui.smtps.actions import SmtpActions
from smtp_desktop.ui.smtps.changes import SmtpChanges
from smtp_desktop.ui.smtps.checking import SmtpChecking
from smtp_desktop.ui.smtps.editor import SmtpEditor
from smtp_desktop.ui.smtps.failures import Failures
from smtp_desktop.ui.smtps.history import History
from smtp_desktop.ui.smtps.holds import SmtpHolds
from smtp_desktop.ui.smtps.loader import Loaded, SmtpLoader, trusted_pems
from smtp_desktop.ui.smtps.page import VIEW_KEY, SmtpPage
from smtp_desktop.ui.smtps.proposals import SmtpProposals
from smtp_desktop.ui.smtps.saver import SmtpNews
from smtp_desktop.ui.smtps.sign_ins import SmtpSignIns
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.keys import on_delete
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from smtp_desktop.ui.smtps.panel import SmtpPanel


class SmtpSection(QObject):
    """A `window.section.Section`."""

    panel_wanted = Signal(bool)
    counts_changed = Signal()
    smtp_asked = Signal(object)
    """A notification of this SMTP was clicked: its ProfileId."""
    said = Signal(str)
    """What was done, as a sentence."""
    waiting_mails_asked = Signal()
    """The user wants to see the mails that wait."""
    loaded = Signal()
    """All SMTPs are loaded, for the first time."""

    def __init__(
        self,
        *,
        window: QWidget,
        services: Services,
        tasks: Tasks,
        unlocker: VaultUnlocker,
        theme: Theme,
        page: SmtpPage,
        notifier: Notifier,
        choices: CheckChoices,
        bulk_check_process: BulkCheckProcess | None,
    ) -> None:
        """`page` may show SMTPs already: the first ones, or all. Without `bulk_check_process`, this process checks many
        SMTPs as well."""
        super().__init__(window)
        self._services, self._tasks = services, tasks
        self._started = False
        self._known_authorities = KnownAuthorities(services, tasks, self)
        self.page, self.cards = page, page.cards
        self._panel = Lazy(self._make_panel)
        self._panel.apply("theme", lambda panel: panel.history.set_theme(theme))
        self.loader = SmtpLoader(owner=self, cards=self.cards, services=services, tasks=tasks)
        self.checking = SmtpChecking(
            window=window,
            services=services,
            page=page,
            tasks=tasks,
            unlocker=unlocker,
            theme=theme,
            notifier=notifier,
            choices=choices,
            bulk_check_process=bulk_check_process,
        )
        self.checks, self.test_runs, self.trust = self.checking.checks, self.checking.test_runs, self.checking.trust
        self.states, self.automatic = self.checking.states, self.checking.automatic
        self.checking.smtp_asked.connect(self.smtp_asked)
        self.history = History(
            window=window,
            panel=self._panel,
            tester=services.tester,
            last_failures=services.last_failures,
            tasks=tasks,
            theme=theme,
        )
        self.failures = Failures(
            window=window,
            panel=self._panel,
            last_failures=services.last_failures,
            history=self.history,
            trust=self.trust,
            search=self.checking.search,
            tasks=tasks,
        )
        self.mailboxes = OpenMailboxes(
            window=window, reader=services.mailbox_reader, tasks=tasks, unlocker=unlocker, theme=theme
        )
        self.editor = SmtpEditor(
            window=window,
            page=self.page,
            panel=self._panel,
            profiles=services.profiles,
            tasks=tasks,
            unlocker=unlocker,
        )
        self.proposals = SmtpProposals(window=window, editor=self.editor, panel=self._panel)
        self.sign_ins = SmtpSignIns(
            window=window,
            cards=self.cards,
            panel=self._panel,
            editor=self.editor,
            test_runs=self.test_runs,
            services=services,
            tasks=tasks,
            unlocker=unlocker,
        )
        self.sign_ins.said.connect(self.said)
        self.news = SmtpNews(self, cards=self.cards)
        self.editor.stored.connect(self.news.say_stored)
        self.news.said.connect(self.said)
        changes = SmtpChanges(
            window=window,
            page=self.page,
            editor=self.editor,
            profiles=services.profiles,
            activities=services.activities,
            tasks=tasks,
            unlocker=unlocker,
        )
        self.holds = SmtpHolds(
            window=window,
            cards=self.cards,
            panel=self._panel,
            outbox=services.outbox,
            test_runs=self.test_runs,
            tasks=tasks,
            reload=self.loader.load,
        )
        self.holds.mails_asked.connect(self.waiting_mails_asked)
        self.actions = SmtpActions(
            window=window,
            page=self.page,
            panel=self._panel,
            editor=self.editor,
            changes=changes,
            test_runs=self.test_runs,
            checks=self.checks,
            mailboxes=self.mailboxes,
            holds=self.holds,
        )
        self.selection = SmtpSelection(
            window=window,
            page=self.page,
            changed=(self.page.selection_changed, self.cards.holds_changed, self.cards.profiles_changed),
            acts={
                "check": self.actions.check_current,
                "pause": self.actions.toggle_sending,
                "delete": self.actions.delete_current,
            },
            is_stopped=self.holds.is_stopped,
            services=services,
            tasks=tasks,
            unlocker=unlocker,
            theme=theme,
        )
        self.actions.several_asked.connect(self.selection.act)
        self.listeners: tuple[_Listener, ...] = (
            self.loader,
            self.editor,
            self.history,
            self.failures,
            self.automatic,
            self.sign_ins,
        )
        self._connect()

    def _connect(self) -> None:
        self.editor.panel_wanted.connect(self.panel_wanted)
        self.panel_wanted.connect(self._show_secret_place)
        self.cards.profiles_changed.connect(self.counts_changed)
        self.page.reload_asked.connect(self.load)
        self.loader.loaded.connect(self._on_loaded)
        self.loader.failed.connect(self.page.show_error)
        self.trust.requested.connect(self._on_trust_requested)
        self._known_authorities.changed.connect(self.cards.refresh_times)
        self._known_authorities.changed.connect(self._refresh_trust)
        self.checking.search.chosen.connect(self.proposals.take_over)
        self.test_runs.edit_asked.connect(self.proposals.edit_tested)
        self.proposals.entered.connect(self.test_runs.repeat)
        self.proposals.completion_wanted.connect(self.test_runs.close)
        self.automatic.paused_changed.connect(self.history.set_paused)
        self._delete_by_key(self.page.grid)
        self.page.list.apply("delete", self._delete_by_key)
        self.page.view_chosen.connect(self._keep_view)

    def _delete_by_key(self, view: QWidget) -> None:
        on_delete(view, lambda: self.when_loaded(self.actions.delete_current))

    def _keep_view(self, view: str) -> None:
        # A choice that can't be stored is not worth a message.
        preferences = self._services.preferences
        self._tasks.run(self, lambda: preferences.put(VIEW_KEY, view), lambda _: None, lambda _: None)

    def _make_panel(self) -> SmtpPanel:
        from smtp_desktop.ui.smtps.panel import SmtpPanel

        panel = SmtpPanel(authority_of=self._known_authorities.get, limits_of=self._services.known_limits)
        panel.certificate_requested.connect(self.trust.show_fact)
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
        """The number of SMTPs, shown or not."""
        return self.cards.total

    @property
    def is_loaded(self) -> bool:
        """Whether the cards are those of all SMTPs."""
        return self.loader.is_loaded

    @property
    def default_id(self) -> ProfileId | None:
        """The default SMTP."""
        return self.cards.default.id if self.cards.default else None

    @property
    def is_open(self) -> bool:
        return self.editor.is_open

    def load(self) -> None:
        """Reads the SMTPs from the store, on a worker."""
        self.loader.load()

    def on_event(self, event: Event) -> None:
        """Passes an event on. No listener depends on another having had it first."""
        for listener in self.listeners:
            listener.on_event(event)
        if isinstance(event, ProfileSaved):
            self._known_authorities.look_up(trusted_pems([event.profile]))

    def _show_secret_place(self) -> None:
        # With the first panel, not at the start: finding the keyring takes 10 MB.
        self.panel_wanted.disconnect(self._show_secret_place)

        def show(place: MessageText) -> None:
            self.panel.set_secret_place(shown(place))

        self._tasks.run(self, self._services.secret_place, show, lambda _: None)

    def _refresh_failure(self) -> None:
        open_id = self.failures.open_id
        profile = self.cards.profile(open_id) if open_id else None
        if profile:
            self.history.refresh(profile)
            self.failures.refresh(profile)

    def _on_trust_requested(self, request: TrustRequest) -> None:
        if isinstance(request.trusted, Authority):
            self._known_authorities.learn(request.trusted)
        self.proposals.trust(request)

    def certificate_of(self, pem: str) -> Certificate | None:
        """Returns the certificate of a trusted CA in PEM form; None where it is not known."""
        return self._known_authorities.get(pem)

    def search(self, typed: str) -> None:
        """Shows only the cards that hold `typed`, once all of them are loaded."""
        self.when_loaded(lambda: self.cards.show_only(search=typed))

    def when_loaded(self, act: Callable[[], None]) -> None:
        """Calls `act` now, or as soon as all SMTPs are loaded: never for a part of them."""
        self.loader.when_loaded(act)

    def close_panel(self) -> None:
        """Closes the panel, after asking about unsaved changes."""
        self.editor.close_panel()

    def confirm_close(self, go_on: Callable[[], None]) -> None:
        """Calls `go_on` once no unsaved change can be lost by it; never, if the user cancels."""
        self.editor.confirm_close(go_on)

    def unsaved(self) -> KeptForm | None:
        """Returns what the open form holds; None where nothing in it is unsaved."""
        return self.editor.unsaved()

    def resume(self, form: KeptForm, resumed: Callable[[], None]) -> None:
        """See `window.kept_forms.FormSection`."""
        self.when_loaded(lambda: self.editor.resume(form, resumed))

    def set_theme(self, theme: Theme) -> None:
        """Applies `theme` to what style sheets do not cover, and to dialogs that are opened later."""
        self.checking.set_theme(theme)
        self.mailboxes.theme = self.history.theme = theme
        self.page.set_theme(theme)
        self.selection.set_theme(theme)
        self._panel.apply("theme", lambda panel: panel.history.set_theme(theme))

    def _on_loaded(self, loaded: Loaded) -> None:
        if loaded.stock:
            self._known_authorities.look_up(loaded.trusted_pems)
            for fact in loaded.learned:
                self.editor.learn(fact)
            self.editor.on_reloaded()
        self.page.show_loaded()
        self.history.reload()
        self.sign_ins.reload()
        self._refresh_failure()
        self.automatic.on_reloaded(loaded.changed)
        if not self._started:
            self._started = True
            self.automatic.start()
            self.loaded.emit()
            # Secrets that could not be erased from the keyring last time.
            self._tasks.run(self, self._services.profiles.erase_abandoned_secrets, lambda _: None, lambda _: None)


class _Listener(Protocol):
    def on_event(self, event: Event) -> None: ...


def _open_help(window: QWidget, request: HelpRequest) -> None:
    from smtp_desktop.ui.help.dialog import open_help

    open_help(window, request)
