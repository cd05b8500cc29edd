"""The section of SMTPs: puts together their page, their panel, and all that is done with them."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.checks.check_settings import CheckChoices
from smtp_desktop.domain.events import Event
from smtp_desktop.domain.kept_form import KeptForm
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.services import Services
from smtp_desktop.ui.checks.bulk_check_process import BulkCheckProcess
from smtp_desktop.ui.mailbox.open_mailboxes import OpenMailboxes
from smtp_desktop.ui.runtime.notifications import Notifier
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.selection.selection import SmtpSelection
from smtp_desktop.ui.smtps.actions import SmtpActions
from smtp_desktop.ui.smtps.changes import SmtpChanges
from smtp_desktop.ui.smtps.checking import SmtpChecking
from smtp_desktop.ui.smtps.editing import Listener, SmtpEditing
from smtp_desktop.ui.smtps.holds import SmtpHolds
from smtp_desktop.ui.smtps.loader import Loaded, SmtpLoader
from smtp_desktop.ui.smtps.page import VIEW_KEY, SmtpPage
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.keys import on_delete

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
    export_asked = Signal(object)
    """The selected SMTPs are to be exported. Carries them."""
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
        self.page, self.cards = page, page.cards
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
        self.editing = SmtpEditing(
            window=window,
            services=services,
            page=page,
            checking=self.checking,
            tasks=tasks,
            unlocker=unlocker,
            theme=theme,
        )
        self.history, self.editor, self.sign_ins = self.editing.history, self.editing.editor, self.editing.sign_ins
        self.editing.said.connect(self.said)
        self.mailboxes = OpenMailboxes(
            window=window, reader=services.mailbox_reader, tasks=tasks, unlocker=unlocker, theme=theme
        )
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
            panel=self.editing.panel,
            outbox=services.outbox,
            test_runs=self.test_runs,
            tasks=tasks,
            reload=self.loader.load,
        )
        self.holds.mails_asked.connect(self.waiting_mails_asked)
        self.actions = SmtpActions(
            window=window,
            page=self.page,
            panel=self.editing.panel,
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
                "export": lambda: self.export_asked.emit(self.page.selected()),
            },
            is_stopped=self.holds.is_stopped,
            services=services,
            tasks=tasks,
            unlocker=unlocker,
            theme=theme,
        )
        self.actions.several_asked.connect(self.selection.act)
        self.listeners: tuple[Listener, ...] = (self.loader, *self.editing.listeners, self.automatic)
        self._connect()

    def _connect(self) -> None:
        self.editor.panel_wanted.connect(self.panel_wanted)
        self.cards.profiles_changed.connect(self.counts_changed)
        self.page.reload_asked.connect(self.load)
        self.loader.loaded.connect(self._on_loaded)
        self.loader.failed.connect(self.page.show_error)
        self._delete_by_key(self.page.grid)
        self.page.list.apply("delete", self._delete_by_key)
        self.page.view_chosen.connect(self._keep_view)

    def _delete_by_key(self, view: QWidget) -> None:
        on_delete(view, lambda: self.when_loaded(self.actions.delete_current))

    def _keep_view(self, view: str) -> None:
        # A choice that can't be stored is not worth a message.
        preferences = self._services.preferences
        self._tasks.run(self, lambda: preferences.put(VIEW_KEY, view), lambda _: None, lambda _: None)

    @property
    def panel(self) -> SmtpPanel:
        return self.editing.panel()

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

    def certificate_of(self, pem: str) -> Certificate | None:
        """Returns the certificate of a trusted CA in PEM form; None where it is not known."""
        return self.editing.known_authorities.get(pem)

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
        self.editing.set_theme(theme)
        self.mailboxes.theme = theme
        self.page.set_theme(theme)
        self.selection.set_theme(theme)

    def _on_loaded(self, loaded: Loaded) -> None:
        self.editing.take_stock(loaded)
        self.page.show_loaded()
        self.editing.reload()
        self.automatic.on_reloaded(loaded.changed)
        if not self._started:
            self._started = True
            self.automatic.start()
            self.loaded.emit()
            # Secrets that could not be erased from the keyring last time.
            self._tasks.run(self, self._services.profiles.erase_abandoned_secrets, lambda _: None, lambda _: None)
