"""The panel of an SMTP, and all that is shown and done in it: put together for the section."""
# ruff: noqa: PLC0415 - a dialog and the panel are loaded when they are first opened

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.events import Event, ProfileSaved
from smtp_desktop.domain.message_text import MessageText
from smtp_desktop.domain.smtp.certificate import Authority
from smtp_desktop.services.services import Services
from smtp_desktop.ui.checks.certificate_trust import KnownAuthorities, TrustRequest
from smtp_desktop.ui.help.pages import HelpRequest
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.smtps.checking import SmtpChecking
from smtp_desktop.ui.smtps.editor import SmtpEditor
from smtp_desktop.ui.smtps.failures import Failures
from smtp_desktop.ui.smtps.history import History
from smtp_desktop.ui.smtps.loader import Loaded, trusted_pems
from smtp_desktop.ui.smtps.page import SmtpPage
from smtp_desktop.ui.smtps.proposals import SmtpProposals
from smtp_desktop.ui.smtps.saver import SmtpNews
from smtp_desktop.ui.smtps.sign_ins import SmtpSignIns
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from smtp_desktop.ui.smtps.panel import SmtpPanel


class Listener(Protocol):
    """What hears of events. None depends on another having had one first."""

    def on_event(self, event: Event) -> None: ...


class SmtpEditing(QObject):
    """The panel, which is made when it is first wanted, and what fills it: editor, history, failures, sign-ins."""

    said = Signal(str)
    """What was done, as a sentence."""

    def __init__(
        self,
        *,
        window: QWidget,
        services: Services,
        page: SmtpPage,
        checking: SmtpChecking,
        tasks: Tasks,
        unlocker: VaultUnlocker,
        theme: Theme,
    ) -> None:
        super().__init__(window)
        self._services, self._tasks, self._cards, self._checking = services, tasks, page.cards, checking
        self.known_authorities = KnownAuthorities(services, tasks, self)
        self.panel = Lazy(self._make_panel)
        self.panel.apply("theme", lambda panel: panel.history.set_theme(theme))
        self.history = History(
            window=window,
            panel=self.panel,
            tester=services.tester,
            last_failures=services.last_failures,
            tasks=tasks,
            theme=theme,
        )
        self._failures = Failures(
            window=window,
            panel=self.panel,
            last_failures=services.last_failures,
            history=self.history,
            trust=checking.trust,
            search=checking.search,
            tasks=tasks,
        )
        self.editor = SmtpEditor(
            window=window,
            page=page,
            panel=self.panel,
            profiles=services.profiles,
            tasks=tasks,
            unlocker=unlocker,
        )
        self._proposals = SmtpProposals(window=window, editor=self.editor, panel=self.panel)
        self.sign_ins = SmtpSignIns(
            window=window,
            cards=page.cards,
            panel=self.panel,
            editor=self.editor,
            test_runs=checking.test_runs,
            services=services,
            tasks=tasks,
            unlocker=unlocker,
        )
        self._news = SmtpNews(self, cards=page.cards)
        self._connect()

    def _connect(self) -> None:
        self.sign_ins.said.connect(self.said)
        self._news.said.connect(self.said)
        self.editor.stored.connect(self._news.say_stored)
        self.editor.panel_wanted.connect(self._show_secret_place)
        self.known_authorities.changed.connect(self._cards.refresh_times)
        self.known_authorities.changed.connect(self._refresh_trust)
        checking, proposals = self._checking, self._proposals
        checking.trust.requested.connect(self._on_trust_requested)
        checking.search.chosen.connect(proposals.take_over)
        checking.test_runs.edit_asked.connect(proposals.edit_tested)
        proposals.entered.connect(checking.test_runs.repeat)
        proposals.completion_wanted.connect(checking.test_runs.close)
        checking.automatic.paused_changed.connect(self.history.set_paused)

    def _make_panel(self) -> SmtpPanel:
        from smtp_desktop.ui.smtps.address_lookup.search import AddressSearch
        from smtp_desktop.ui.smtps.panel import SmtpPanel

        panel = SmtpPanel(authority_of=self.known_authorities.get, limits_of=self._services.known_limits)
        panel.certificate_requested.connect(self._checking.trust.show_fact)
        panel.help_requested.connect(lambda request: _open_help(panel.window(), request))
        AddressSearch(panel, services=self._services, tasks=self._tasks, names=self._names)
        return panel

    def _names(self) -> set[str]:
        return {profile.name.lower() for profile in self._cards.profiles}

    @property
    def listeners(self) -> tuple[Listener, ...]:
        """All that wants to hear of events."""
        return (self.editor, self.history, self._failures, self.sign_ins, self)

    def on_event(self, event: Event) -> None:
        """Reads the CA that a saved SMTP trusts."""
        if isinstance(event, ProfileSaved):
            self.known_authorities.look_up(trusted_pems([event.profile]))

    def take_stock(self, loaded: Loaded) -> None:
        """Shows in the open form what was loaded with all SMTPs."""
        if loaded.stock:
            self.known_authorities.look_up(loaded.trusted_pems)
            for fact in loaded.learned:
                self.editor.learn(fact)
            self.editor.on_reloaded()

    def reload(self) -> None:
        """Reads anew what the panel shows beside the form."""
        self.history.reload()
        self.sign_ins.reload()
        open_id = self._failures.open_id
        profile = self._cards.profile(open_id) if open_id else None
        if profile:
            self.history.refresh(profile)
            self._failures.refresh(profile)

    def set_theme(self, theme: Theme) -> None:
        """Applies `theme` to what style sheets do not cover, and to dialogs that are opened later."""
        self.history.theme = theme
        self.panel.apply("theme", lambda panel: panel.history.set_theme(theme))

    def _show_secret_place(self) -> None:
        # With the first panel, not at the start: finding the keyring takes 10 MB.
        self.editor.panel_wanted.disconnect(self._show_secret_place)

        def show(place: MessageText) -> None:
            self.panel().set_secret_place(shown(place))

        self._tasks.run(self, self._services.secret_place, show, lambda _: None)

    def _refresh_trust(self) -> None:
        if self.panel.is_made:
            self.panel().refresh_trust()

    def _on_trust_requested(self, request: TrustRequest) -> None:
        if isinstance(request.trusted, Authority):
            self.known_authorities.learn(request.trusted)
        self._proposals.trust(request)


def _open_help(window: QWidget, request: HelpRequest) -> None:
    from smtp_desktop.ui.help.dialog import open_help

    open_help(window, request)
