"""The whole window over a real database, with a user at mouse and keys."""

import itertools
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import shiboken6
from fakes.known_providers import PROVIDERS
from fakes.mailboxes import FakeMailboxes
from fakes.prober import FakeProber
from fakes.transport import FakeTransport
from fakes.vault import MemoryVault
from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent, QKeySequence, QTextDocument
from PySide6.QtGui import Qt as GuiQt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot
from ui.timelines import success
from ui.window_fakes import BreakableProfiles, RecordedNotices, SystemClock, advice_rules

from smtp_desktop.domain.checks.candidates import SUBMISSION_PORTS
from smtp_desktop.domain.checks.deliverability import DeliverabilityWarning
from smtp_desktop.domain.checks.health import CheckResult, Overview, TestKind
from smtp_desktop.domain.delivery.activity import ActivityDraft, ActivityId
from smtp_desktop.domain.diagnosis.advice import AdviceRule
from smtp_desktop.domain.events import MailReceived
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import ProfileId, ProfileType, SmtpProfile
from smtp_desktop.domain.smtp.providers import Providers
from smtp_desktop.local_inbox.mailbox import Mailbox
from smtp_desktop.services.checks.settings_finder import SettingsFinder
from smtp_desktop.services.services import Services
from smtp_desktop.store.activities import SqliteActivities
from smtp_desktop.store.changes import SqliteChangeSignal
from smtp_desktop.store.database import Database
from smtp_desktop.store.files import DiskFiles
from smtp_desktop.store.health import SqliteHealth
from smtp_desktop.store.outbox.outbox import SqliteOutbox
from smtp_desktop.store.overview import read_overview
from smtp_desktop.store.preferences import SqlitePreferences
from smtp_desktop.transports.net.ca_files import CaFiles
from smtp_desktop.ui.cards.card import CARD_ROLE, Card
from smtp_desktop.ui.cards.card_grid import CardGrid
from smtp_desktop.ui.runtime.bus import Bus
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.worker_programs import WorkerPrograms
from smtp_desktop.ui.smtps.panel import SmtpPanel
from smtp_desktop.ui.theme.theme import Theme, ThemeChoice, dressed, put_on, theme_for
from smtp_desktop.ui.window.main_window import MainWindow

LEFT, RIGHT = Qt.MouseButton.LeftButton, Qt.MouseButton.RightButton
GUID = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab"
PASSWORD = Secret("s3cret of the relay")
CLIENT_SECRET = Secret("s3cret of the app")
WAIT_MS = 5000


def tip_as_read(tip: str) -> str:
    """Returns what a user reads of a tool tip: Qt takes it for HTML if it looks so."""
    if not GuiQt.mightBeRichText(tip):
        return tip
    document = QTextDocument()
    document.setHtml(tip)
    return document.toPlainText()


class FakeAdapters:
    """Adapters on a real database, with fakes for what is outside this computer (`services.adapters.Adapters`)."""

    def __init__(self, home: Path, events: Bus) -> None:
        self.home, self.log_path, self.events = home, home / "window.log", events
        self.database = Database(home / "smtp-desktop.db")
        self.profile_store = BreakableProfiles(self.database)
        self.health_store = SqliteHealth(self.database)
        self.activity_store = SqliteActivities(self.database)
        self.outbox_store = SqliteOutbox(self.database)
        self.preferences = SqlitePreferences(self.database)
        self.change_signal = SqliteChangeSignal(home / "smtp-desktop.db")
        self.vault = MemoryVault()
        self.transport, self.prober, self.mailboxes = FakeTransport(success=success), FakeProber(), FakeMailboxes()
        self.connector: Any = None  # like both below, what nothing in the window of a test asks for
        self.dns: Any = None
        self.inbox_server: Any = None
        self.authorities, self.files, self.clock = CaFiles(), DiskFiles(), SystemClock()
        self.inbox = Mailbox(lambda count: events.publish(MailReceived(count=count)))
        self.first_cards: int | None = None
        self._rules = advice_rules()
        self._numbers = itertools.count(1)

    def read_overview(self, *, count: int, results: int) -> Overview:
        """Returns the first `count` SMTPs, or as many as `first_cards` says."""
        return read_overview(self.database, count=self.first_cards or count, results=results)

    def unlock(self, master: Secret) -> None:
        self.vault.unlock(master)

    def secret_place(self) -> str:
        return "kept in memory"

    def providers(self) -> Providers:
        return PROVIDERS

    def advice_rules(self, kind: ProfileType) -> Sequence[AdviceRule]:
        return self._rules[kind]

    def new_id(self) -> str:
        return f"id-{next(self._numbers)}"

    def new_message_id(self, domain: str) -> str:
        return f"<{next(self._numbers)}@{domain}>"


def _adapter(name: str) -> property:
    """Returns the adapter of that name, for a test to look at, or to put another in its place."""
    return property(lambda gui: getattr(gui.adapters, name), lambda gui, one: setattr(gui.adapters, name, one))


class WindowDriver:
    """`have` what was there before, `open` the window, act, look; `end` leaves nothing behind."""

    database, vault, unlock = _adapter("database"), _adapter("vault"), _adapter("unlock")
    transport, prober, mailboxes = _adapter("transport"), _adapter("prober"), _adapter("mailboxes")
    store, health, preferences = _adapter("profile_store"), _adapter("health_store"), _adapter("preferences")
    outbox_store, activity_store = _adapter("outbox_store"), _adapter("activity_store")
    change_signal, inbox = _adapter("change_signal"), _adapter("inbox")

    def __init__(self, qtbot: QtBot, app: QApplication, home: Path) -> None:
        self.qtbot, self.app, self.home = qtbot, app, home
        self._palette = app.palette()
        self.bus = Bus()
        self.adapters = FakeAdapters(home, self.bus)
        self.services = Services(self.adapters)
        replaced: Any = self.services  # in which two services are the least that the window needs of them
        replaced.deliverability = SimpleNamespace(warnings_for=lambda *_: self.warnings)
        replaced.inbox_setup = SimpleNamespace(
            open=lambda: self.services.profiles.get(self.have("Local_Inbox")), reopen=lambda: None
        )
        self.profiles, self.activities, self.outbox = (
            self.services.profiles,
            self.services.activities,
            self.services.outbox,
        )
        self.ports: tuple[int, ...] = SUBMISSION_PORTS
        self.courier_command: tuple[str, ...] = ()
        self.courier_secret: Secret | None = None
        self.notices = RecordedNotices()
        self.warnings: tuple[DeliverabilityWarning, ...] = ()  # what recipients hold against every SMTP that works
        self._window: MainWindow | None = None
        self._tasks: Tasks | None = None

    @property
    def window(self) -> MainWindow:
        assert self._window is not None, "it is not open"
        return self._window

    @window.setter
    def window(self, window: MainWindow) -> None:
        self._window = window

    @property
    def tasks(self) -> Tasks:
        assert self._tasks is not None, "it is not open"
        return self._tasks

    @tasks.setter
    def tasks(self, tasks: Tasks) -> None:
        self._tasks = tasks

    def have_activity(self, name: str, **changes: Any) -> ActivityId:
        """An activity of that name is stored."""
        values = {"name": name, "to": "ops@company.example", "subject": f"About {name}", "text": "Hello"} | changes
        return self.activities.create(ActivityDraft(**values)).id

    def have(self, name: str, **changes: Any) -> ProfileId:
        """An SMTP of that name is stored."""
        values: dict[str, Any] = {
            "name": name,
            "host_name": f"{name.lower().replace('_', '-')}.example",
            "user_name": f"{name.lower()}@company.example",
            "password": PASSWORD,
        } | changes
        return self.profiles.create(ProfileDraft(**values)).id

    def have_graph(self, name: str, **changes: Any) -> ProfileId:
        """A Graph mailbox of that name is stored."""
        values = {"tenant_id": GUID, "client_id": GUID, "client_secret": CLIENT_SECRET} | changes
        return self.have(name, type=ProfileType.GRAPH, **values)

    def have_result(self, profile_id: ProfileId, **changes: Any) -> None:
        """The SMTP was checked."""
        values: dict[str, Any] = {
            "at": datetime.now(UTC),
            "test_kind": TestKind.CHECK,
            "ok": True,
            "duration_ms": 120.0,
        } | changes
        self.health.record(CheckResult(profile_id=profile_id, **values))

    def open(self) -> None:
        """The window is shown and has its cards."""
        self.open_unready()
        wanted = len(self.store.all())
        self.until(lambda: self.window.cards.total == wanted)
        # The grid is there while nothing is loaded yet, too.
        self.until(lambda: self.grid.isVisible() if wanted else self.visible("emptyState"))

    def open_unready(self) -> None:
        """The window is shown."""
        kept = {"theme": ThemeChoice.LIGHT} | self.preferences.all()
        theme = theme_for(kept["theme"], dark=False)
        self.tasks = Tasks()

        def make() -> MainWindow:
            window = MainWindow(theme=theme, kept=kept)
            self.attach(window, theme)
            return window

        self.window = dressed(self.app, theme, make)
        self.window.theme_chosen.connect(self.put_on)
        if "window.geometry" not in kept:
            self.window.resize(1440, 900)  # the offscreen platform's screen is smaller than the window would like to be
        self.window.show()
        self.window.activateWindow()
        self.until(self.window.isActiveWindow)

    def put_on(self, choice: ThemeChoice) -> None:
        """The program and its window look like that."""
        theme = theme_for(choice, dark=False)
        put_on(self.app, theme)
        self.window.set_theme(theme)

    def attach(self, window: MainWindow, theme: Theme) -> None:
        """Everything can be done in the window."""
        self.services.finder = SettingsFinder(
            store=self.store,
            health=self.health,
            vault=self.vault,
            prober=self.prober,
            events=self.bus,
            read_providers=self.adapters.providers,
            ports=self.ports,
        )
        programs = WorkerPrograms(courier=self.courier_command, master=self.courier_secret)
        window.attach(
            services=self.services,
            bus=self.bus,
            tasks=self.tasks,
            theme=theme,
            programs=programs,
            notifier=self.notices,
        )

    def close_window(self) -> None:
        """The window was closed as its frame's button does, and is gone."""
        with self.qtbot.waitSignal(self.window.closed, timeout=WAIT_MS):
            self.window.close()
        self._drop_window()

    def finish_work(self) -> None:
        """All work is done, the window has heard of it, and what it asked for then is done, too."""
        self.window._watch.stop()
        self.until(lambda: not self.tasks._asked)

    def _drop_window(self) -> None:
        self.window.end()
        self.tasks.close()
        self.tasks._pool.shutdown(wait=True)
        # Nothing may be painted or delivered later, in another test.
        shiboken6.delete(self.window)
        shiboken6.delete(self.tasks)
        self._window = self._tasks = None
        self.app.processEvents()

    def end(self) -> None:
        """No window, thread or file is left open."""
        self.vault.release()
        self.transport.release()
        self.prober.release()
        self.mailboxes.release()
        if self._window:
            self._drop_window()
        self.change_signal.close()
        self.database.close()
        shiboken6.delete(self.bus)
        self.app.setStyleSheet("")
        self.app.setPalette(self._palette)

    # What is seen

    @property
    def grid(self) -> CardGrid:
        return self.window.page.grid

    @property
    def panel(self) -> SmtpPanel:
        return self.window.smtps.panel

    def until(self, holds: Callable[[], object]) -> None:
        self.qtbot.waitUntil(lambda: bool(holds()), timeout=WAIT_MS)

    def part(self, name: str, within: QWidget | None = None) -> Any:
        """Returns the visible part of that name; in a dialog if `within` is one."""
        found = [p for p in (within or self.window).findChildren(QWidget, name) if p.isVisible()]
        assert len(found) == 1, (name, found)
        return found[0]

    def visible(self, name: str, within: QWidget | None = None) -> bool:
        return any(p.isVisible() for p in (within or self.window).findChildren(QWidget, name))

    def dialog(self, name: str) -> Any:
        """Returns the dialog of that name as soon as it is open."""
        self.until(lambda: self.visible(name))
        dialog = self.part(name)
        self.until(dialog.isActiveWindow)
        return dialog

    def no_dialog(self, name: str) -> None:
        self.until(lambda: not self.visible(name))

    def field(self, name: str) -> Any:
        """Returns a part of the panel."""
        return self.part(name, self.panel)

    def typed(self, name: str) -> str:
        return self.field(name).text()

    def words(self, widget: QWidget) -> str:
        """Returns what all visible labels in it say."""
        labels = [label for label in widget.findChildren(QLabel) if label.isVisible()]
        return "\n".join(label.text() for label in labels)

    def names(self) -> list[str]:
        """Returns the names on the cards, in order."""
        model = self.grid.model()
        return [model.index(row, 0).data() for row in range(model.rowCount())]

    def index(self, name: str) -> QModelIndex:
        return self.grid.model().index(self.names().index(name), 0)

    def card(self, name: str) -> Card:
        return self.index(name).data(CARD_ROLE)

    def selected(self) -> list[str]:
        return [index.data() for index in self.grid.selectionModel().selectedIndexes()]

    def stored(self, name: str) -> SmtpProfile | None:
        return next((p for p in self.store.all() if p.name == name), None)

    def menu(self) -> QMenu:
        self.until(lambda: self.visible("moreActionsMenu"))
        return self.part("moreActionsMenu")

    # What the user does

    def click(self, name: str | QWidget, within: QWidget | None = None) -> None:
        widget = self.part(name, within) if isinstance(name, str) else name
        assert widget.isVisible()
        assert widget.isEnabled()
        self.qtbot.mouseClick(widget, LEFT)

    def click_panel(self, name: str) -> None:
        self.click(name, self.panel)

    def place(self, name: str) -> QPoint:
        """Returns where a card's middle is, in the grid's viewport."""
        return self.grid.visualRect(self.index(name)).center()

    def click_card(self, name: str) -> None:
        self.qtbot.mouseClick(self.grid.viewport(), LEFT, pos=self.place(name))

    def open_card(self, name: str) -> None:
        """The panel shows it."""
        self.click_card(name)
        self.until(lambda: self.panel.isVisible() and self.typed("nameField") == name)

    def right_click_card(self, name: str) -> QMenu:
        viewport = self.grid.viewport()
        at = self.place(name)
        self.qtbot.mouseClick(viewport, RIGHT, pos=at)
        # The system makes this event of the click; the offscreen platform does not do so for a widget.
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, viewport.mapToGlobal(at))
        self.app.sendEvent(viewport, event)
        return self.menu()

    def choose(self, name: str, action: str) -> None:
        """An entry of the card's menu is clicked."""
        menu = self.right_click_card(name)
        entry = menu.findChild(QAction, action)
        assert entry is not None
        assert entry.isEnabled()
        self.qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry).center())

    def focus(self) -> QWidget:
        widget = self.app.focusWidget()
        assert widget is not None
        return widget

    def press(self, keys: str) -> None:
        """A key or combination, as "Ctrl+N", goes to where the focus is."""
        QTest.keySequence(self.app.focusWidget() or self.window, QKeySequence(keys))

    def tab_to(self, name: str) -> None:
        for _ in range(40):
            if self.focus().objectName() == name:
                return
            self.press("Tab")
        raise AssertionError(f"Tab never reaches {name}")

    def write(self, text: str) -> None:
        """Text is typed where the cursor is."""
        self.qtbot.keyClicks(self.focus(), text)

    def enter(self, name: str, text: str, within: QWidget | None = None) -> None:
        """The field holds `text` in place of what it held."""
        field = self.part(name, within or self.panel)
        self.qtbot.mouseClick(field, LEFT)
        self.qtbot.keyClick(field, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
        self.qtbot.keyClick(field, Qt.Key.Key_Backspace)
        self.qtbot.keyClicks(field, text)

    def fill_new(self, name: str, *, host: str = "new.example") -> None:
        """The panel is open to create, and holds all that a Generic SMTP needs."""
        self.click("createButton")
        self.until(self.panel.isVisible)
        self.enter("nameField", name)
        self.enter("hostNameField", host)
        self.enter("userNameField", "ops@company.example")
        self.enter("passwordField", "typed s3cret")
