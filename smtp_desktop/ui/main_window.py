"""The window: top bar, entity panel, pages, and the Info panel."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QSize, Qt, Signal
from PySide6.QtGui import QAction, QCloseEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QSplitter, QStackedWidget, QVBoxLayout, QWidget

from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.domain.events import Event, MailReceived
from smtp_desktop.domain.health import CheckResult, ServerFact
from smtp_desktop.domain.profile import ProfileId, SmtpProfile
from smtp_desktop.domain.secret import Secret
from smtp_desktop.services.mailbox import MailboxReader
from smtp_desktop.services.ports import Inbox, Preferences
from smtp_desktop.services.profiles import Profiles
from smtp_desktop.services.testing import Tester
from smtp_desktop.ui.bus import Bus
from smtp_desktop.ui.dialogs.help import open_help
from smtp_desktop.ui.dialogs.message import MessageDialog
from smtp_desktop.ui.dialogs.settings import SettingsDialog
from smtp_desktop.ui.entity_panel import EntityPanel
from smtp_desktop.ui.inbox_opening import InboxOpening
from smtp_desktop.ui.mailbox_reading import MailboxReading
from smtp_desktop.ui.models.smtp_cards import SmtpCards
from smtp_desktop.ui.pages.inbox_page import InboxPage
from smtp_desktop.ui.pages.smtp_page import SmtpPage
from smtp_desktop.ui.panels.smtp_panel import SmtpPanel
from smtp_desktop.ui.smtp_actions import SmtpActions
from smtp_desktop.ui.smtp_editing import SmtpEditing
from smtp_desktop.ui.tasks import Tasks
from smtp_desktop.ui.text import shown
from smtp_desktop.ui.theme import Theme, ThemeChoice
from smtp_desktop.ui.top_bar import TopBar
from smtp_desktop.ui.trials import Trials
from smtp_desktop.ui.unlocking import Unlocking

_PANEL_WIDTH, _PANEL_MIN, _PANEL_MAX = 404, 340, 640
_SIZE, _MIN_SIZE = (1440, 900), (960, 600)
_BARS = 14


@dataclass(frozen=True, slots=True, kw_only=True)
class WindowParts:
    """What the window works with. `secret_place` says where passwords are kept and may block; `open_inbox` starts the
    local inbox with an SMTP that points to it, `reopen_inbox` does so where it was open before."""

    profiles: Profiles
    tester: Tester
    mailbox_reader: MailboxReader
    preferences: Preferences
    unlock: Callable[[Secret], None]
    secret_place: Callable[[], str]
    home: Path
    log_path: Path
    inbox: Inbox
    open_inbox: Callable[[], SmtpProfile]
    reopen_inbox: Callable[[], SmtpProfile | None]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Loaded:
    profiles: tuple[SmtpProfile, ...]
    history: dict[ProfileId, list[CheckResult]]
    facts: tuple[ServerFact, ...]


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
        self._parts, self._tasks, self._choice = parts, tasks, choice
        self._may_close = False
        self._panel_placed = False
        self._panel_width = int(kept.get("window.panel_width", _PANEL_WIDTH))
        self.cards = SmtpCards(lambda: datetime.now(UTC), self)
        self.page = SmtpPage(self.cards, theme)
        self.panel = SmtpPanel()
        self.inbox_page = InboxPage(parts.inbox)
        self.bar = TopBar(theme)
        self.entities = EntityPanel(self._entries(), theme)
        self._pages, self._splitter = QStackedWidget(), QSplitter()
        self._lay_out()
        unlocking = Unlocking(self, tasks, parts.unlock)
        self.trials = Trials(window=self, tester=parts.tester, tasks=tasks, unlocking=unlocking, theme=theme)
        self.mailboxes = MailboxReading(
            window=self, reader=parts.mailbox_reader, tasks=tasks, unlocking=unlocking, theme=theme
        )
        self._inbox = InboxOpening(
            window=self,
            open_inbox=parts.open_inbox,
            reopen_inbox=parts.reopen_inbox,
            tasks=tasks,
            unlocking=unlocking,
        )
        self.editing = SmtpEditing(
            window=self,
            page=self.page,
            panel=self.panel,
            profiles=parts.profiles,
            tasks=tasks,
            unlocking=unlocking,
        )
        self.actions_of_smtps = SmtpActions(
            window=self,
            page=self.page,
            panel=self.panel,
            editing=self.editing,
            profiles=parts.profiles,
            trials=self.trials,
            mailboxes=self.mailboxes,
            tasks=tasks,
            unlocking=unlocking,
        )
        self._connect(bus)
        self._keys()
        self._restore(kept)
        self._show_page("smtp")
        self.load()
        tasks.run(self, parts.secret_place, self.panel.set_secret_place, lambda _: None)

    def load(self) -> None:
        """The cards are read from the store, soon."""
        self._tasks.run(self, self._read, self._show_loaded, lambda error: self.page.show_error(shown(error.message)))

    def set_theme(self, theme: Theme) -> None:
        """Everything that is painted by hand has the colours of `theme`."""
        self.trials.theme = self.mailboxes.theme = theme
        for part in (self.page, self.bar, self.entities):
            part.set_theme(theme)

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._may_close:
            self.closed.emit()
            event.accept()
            return
        event.ignore()
        self.editing.leave(self._close_now)

    def _close_now(self) -> None:
        kept = self._layout_to_keep()
        self._may_close = True

        def keep() -> None:
            for key, value in kept.items():
                self._parts.preferences.put(key, value)

        def close(_: object) -> None:
            self.close()

        # A choice that can't be kept must not keep the window from closing.
        self._tasks.run(self, keep, close, close)

    def _entries(self) -> tuple[tuple[str, str, str], ...]:
        return (("smtp", "mail", self.tr("SMTP")), ("inbox", "inbox", self.tr("Local inbox")))

    def _lay_out(self) -> None:
        self._pages.setObjectName("pages")
        self._pages.addWidget(self.page)
        self._pages.addWidget(self.inbox_page)
        self.panel.setMinimumWidth(_PANEL_MIN)
        self.panel.setMaximumWidth(_PANEL_MAX)
        self.panel.hide()
        self._splitter.setHandleWidth(1)
        self._splitter.setChildrenCollapsible(False)
        self._splitter.addWidget(self._pages)
        self._splitter.addWidget(self.panel)
        self._splitter.setStretchFactor(0, 1)
        self._splitter.setStretchFactor(1, 0)
        body = QHBoxLayout()
        body.setSpacing(0)
        body.addWidget(self.entities)
        body.addWidget(self._splitter, 1)
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.bar)
        column.addLayout(body, 1)
        self.setCentralWidget(middle)

    def _connect(self, bus: Bus) -> None:
        actions, editing = self.actions_of_smtps, self.editing
        bus.published.connect(self._hear)
        self.bar.create_button.clicked.connect(editing.create)
        self.bar.check_all_button.clicked.connect(actions.check_all)
        self.bar.searched.connect(self._search)
        self.bar.burger.clicked.connect(lambda: self.entities.set_folded(not self.entities.folded))
        self.entities.chosen.connect(self._show_page)
        self.cards.modelReset.connect(self._show_count)
        self.page.reload_asked.connect(self.load)
        self.page.inbox_asked.connect(self._inbox.open)
        self.inbox_page.open_asked.connect(self._inbox.open)
        self._inbox.opened.connect(self._inbox_open)
        self._inbox.reopened.connect(self.inbox_page.show_open)
        self.closed.connect(self.mailboxes.end_all)
        editing.panel_wanted.connect(self._show_panel)
        self.panel.help_requested.connect(lambda request: open_help(self, request))

    def _keys(self) -> None:
        actions, editing = self.actions_of_smtps, self.editing
        standard = QKeySequence.StandardKey
        keys: tuple[tuple[QKeySequence | QKeySequence.StandardKey, Callable[[], Any]], ...] = (
            (standard.New, editing.create),
            (standard.Find, self._focus_search),
            (standard.Save, editing.save),
            (QKeySequence("Ctrl+T"), actions.test_current),
            (QKeySequence("Ctrl+D"), actions.duplicate_current),
            (QKeySequence("F5"), actions.check_current),
            (QKeySequence("Shift+F5"), actions.check_all),
            (QKeySequence("Esc"), editing.close_panel),
            (QKeySequence("Ctrl+1"), lambda: self._show_page("smtp")),
            (QKeySequence("Ctrl+,"), self._show_settings),
            (standard.Quit, self.close),
        )
        for key, act in keys:
            shortcut = QShortcut(QKeySequence(key), self)
            shortcut.activated.connect(act)
        # Del deletes text in a field; only on the grid does it delete an SMTP.
        delete = QAction(self.page.grid)
        delete.setShortcut(QKeySequence(standard.Delete))
        delete.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)
        delete.triggered.connect(actions.delete_current)
        self.page.grid.addAction(delete)

    def _hear(self, event: Event) -> None:
        self.actions_of_smtps.hear(event)
        self.editing.hear(event)
        if isinstance(event, MailReceived):
            self.inbox_page.refresh()
            self.entities.set_count("inbox", str(event.count) if event.count else "")

    def _read(self) -> _Loaded:
        parts = self._parts
        return _Loaded(
            profiles=tuple(parts.profiles.all()),
            history=parts.tester.history(_BARS),
            facts=tuple(parts.tester.server_facts()),
        )

    def _show_loaded(self, loaded: _Loaded) -> None:
        self.cards.load(loaded.profiles, loaded.history)
        for fact in loaded.facts:
            self.editing.learn(fact)
        self.page.show_loaded()
        if not self.panel.isVisible():
            self.page.grid.setFocus()
        self._inbox.reopen()
        # What could not be erased from the keyring last time is erased now.
        self._tasks.run(self, self._parts.profiles.erase_abandoned_secrets, lambda _: None, lambda _: None)

    def _show_count(self) -> None:
        self.entities.set_count("smtp", str(self.cards.total) if self.cards.total else "")

    def _show_page(self, key: str) -> None:
        page: QWidget = self.inbox_page if key == "inbox" else self.page
        self._pages.setCurrentWidget(page)
        self.entities.show_chosen("inbox" if page is self.inbox_page else "smtp")
        is_smtp = page is self.page
        self.bar.show_page(self.tr("SMTP") if is_smtp else self.tr("Local inbox"), with_actions=is_smtp)
        self.panel.setVisible(is_smtp and self.editing.is_open)

    def _show_panel(self, wanted: bool) -> None:
        self._show_page("smtp")
        fresh = wanted and not self._panel_placed
        self.panel.setVisible(wanted)
        if fresh:
            self._panel_placed = True
            self._splitter.setSizes([max(1, self._splitter.width() - self._panel_width), self._panel_width])

    def _search(self, typed: str) -> None:
        self.cards.show_only(search=typed)

    def _focus_search(self) -> None:
        self._show_page("smtp")
        self.bar.search.setFocus()
        self.bar.search.selectAll()

    def _show_settings(self) -> None:
        dialog = SettingsDialog(self, theme=self._choice, home=self._parts.home, log_path=self._parts.log_path)
        dialog.theme_chosen.connect(self._choose_theme)
        dialog.open()

    def _choose_theme(self, choice: ThemeChoice) -> None:
        self._choice = choice
        self.theme_chosen.emit(choice)
        preferences = self._parts.preferences
        self._tasks.run(self, lambda: preferences.put("theme", choice.value), lambda _: None, self._say)

    def _say(self, error: SmtpDesktopError) -> None:
        MessageDialog(self, title=self.tr("That did not work"), text=shown(error.message)).open()

    def _inbox_open(self, profile: SmtpProfile) -> None:
        self.inbox_page.show_open()
        self.page.select(profile.id)

    def _restore(self, kept: dict[str, str]) -> None:
        self.entities.set_folded(kept.get("window.folded") == "1")
        self.resize(QSize(*_SIZE).boundedTo(self.screen().availableSize()))
        geometry = kept.get("window.geometry")
        if geometry:
            self.restoreGeometry(QByteArray.fromHex(geometry.encode()))

    def _layout_to_keep(self) -> dict[str, str]:
        width = self.panel.width() if self._panel_placed else self._panel_width
        return {
            "window.geometry": bytes(self.saveGeometry().toHex().data()).decode(),
            "window.folded": "1" if self.entities.folded else "0",
            "window.panel_width": str(width),
        }
