"""The whole window over a real database, with a user at mouse and keys."""

from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot
from ui.cards_driver import CardsDriver
from ui.driver import WAIT_MS
from ui.window_fakes import FakeAdapters, RecordedNotices

from smtp_desktop.domain.checks.candidates import SUBMISSION_PORTS
from smtp_desktop.domain.checks.deliverability import DeliverabilityWarning
from smtp_desktop.domain.checks.health import CheckResult, TestKind
from smtp_desktop.domain.delivery.activity import ActivityDraft, ActivityId
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import ProfileId, ProfileType, SmtpProfile
from smtp_desktop.services.checks.settings_finder import SettingsFinder
from smtp_desktop.services.services import Services
from smtp_desktop.ui.cards.card_grid import CardGrid
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.worker_programs import WorkerPrograms
from smtp_desktop.ui.smtps.panel import SmtpPanel
from smtp_desktop.ui.theme.theme import Theme, ThemeChoice, dressed, put_on, theme_for
from smtp_desktop.ui.window.main_window import MainWindow

GUID = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab"
PASSWORD = Secret("s3cret of the relay")
CLIENT_SECRET = Secret("s3cret of the app")


def _adapter(name: str) -> property:
    """Returns the adapter of that name, for a test to look at, or to put another in its place."""
    return property(lambda gui: getattr(gui.adapters, name), lambda gui, one: setattr(gui.adapters, name, one))


class WindowDriver(CardsDriver):
    """`have` what was there before, `open` the window, act, look; `end` leaves nothing behind."""

    database, vault, unlock = _adapter("database"), _adapter("vault"), _adapter("unlock")
    transport, prober, mailboxes = _adapter("transport"), _adapter("prober"), _adapter("mailboxes")
    store, health, preferences = _adapter("profile_store"), _adapter("health_store"), _adapter("preferences")
    outbox_store, activity_store = _adapter("outbox_store"), _adapter("activity_store")
    change_signal, inbox = _adapter("change_signal"), _adapter("inbox")

    def __init__(self, qtbot: QtBot, app: QApplication, home: Path) -> None:
        super().__init__(qtbot, app)
        self.home = home
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
        self.detached_command: tuple[str, ...] = ()
        self.login_command: tuple[str, ...] = ()
        self.notices = RecordedNotices()
        self.warnings: tuple[DeliverabilityWarning, ...] = ()  # what recipients hold against every SMTP that works
        self._window: MainWindow | None = None

    @property
    def window(self) -> MainWindow:
        assert self._window is not None, "it is not open"
        return self._window

    @window.setter
    def window(self, window: MainWindow) -> None:
        self._window = window

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
        if "theme" not in self.preferences.all():
            self.preferences.put("theme", ThemeChoice.LIGHT)
        kept = self.preferences.all()
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
        self.activate()

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
            access=self.services.server_access,
            prober=self.prober,
            events=self.bus,
            read_providers=self.adapters.providers,
            ports=self.ports,
        )
        programs = WorkerPrograms(
            courier=self.courier_command,
            detached_courier=self.detached_command,
            at_login=self.login_command,
            master=self.courier_secret,
        )
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
        self.delete_window(self.window)
        self._window = None

    def end(self) -> None:
        """No window, thread or file is left open."""
        self.vault.release()
        self.transport.release()
        self.prober.release()
        self.mailboxes.release()
        if self._window:
            self._drop_window()
        self.change_signal.close()
        self.close_files()

    # What is seen

    @property
    def grid(self) -> CardGrid:
        return self.window.page.grid

    @property
    def panel(self) -> SmtpPanel:
        return self.window.smtps.panel

    def typed(self, name: str) -> str:
        return self.field(name).text()

    def words(self, widget: QWidget) -> str:
        """Returns what all visible labels in it say."""
        labels = [label for label in widget.findChildren(QLabel) if label.isVisible()]
        return "\n".join(label.text() for label in labels)

    def stored(self, name: str) -> SmtpProfile | None:
        return next((p for p in self.store.all() if p.name == name), None)

    # What the user does

    def click_panel(self, name: str) -> None:
        self.click(name, self.panel)

    def focus(self) -> QWidget:
        widget = self.app.focusWidget()
        assert widget is not None
        return widget

    def tab_to(self, name: str) -> None:
        for _ in range(40):
            if self.focus().objectName() == name:
                return
            self.press("Tab")
        raise AssertionError(f"Tab never reaches {name}")

    def write(self, text: str) -> None:
        """Text is typed where the cursor is."""
        self.qtbot.keyClicks(self.focus(), text)

    def fill_new(self, name: str, *, host: str = "new.example") -> None:
        """The panel is open to create, and holds all that a Generic SMTP needs."""
        self.click("createButton")
        self.until(self.panel.isVisible)
        self.enter("nameField", name)
        self.enter("hostNameField", host)
        self.enter("userNameField", "ops@company.example")
        self.enter("passwordField", "typed s3cret")
