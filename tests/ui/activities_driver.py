"""A driver of activities, in a window of their own over a real database."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QTabBar,
    QWidget,
)
from pytestqt.qtbot import QtBot
from ui.cards_driver import CardsDriver
from ui.driver import LEFT
from ui.window_fakes import FakeAdapters

from smtp_desktop.domain.delivery.activity import Activity, ActivityDraft, ActivityId
from smtp_desktop.domain.delivery.attempt import Attempt, DeliveryUpdate
from smtp_desktop.domain.delivery.delivery import CourierId, Delivery, DeliveryState, RecipientState
from smtp_desktop.domain.delivery.holds import SmtpHold
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage, Timeline
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.events import OutboxChanged
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.services import Services
from smtp_desktop.store.activities import SqliteActivities
from smtp_desktop.ui.activities.panel import ActivityPanel
from smtp_desktop.ui.activities.section import ActivitiesSection
from smtp_desktop.ui.cards.card_grid import CardGrid
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.theme.theme import Theme, ThemeChoice, dressed, theme_for


class BreakableActivities(SqliteActivities):
    """Raises `failure`, if set, when the activities are read or one is changed."""

    failure: StoreError | None = None

    def all(self) -> Sequence[Activity]:
        if self.failure:
            raise self.failure
        return super().all()

    def change(self, activity_id: ActivityId, change: Callable[[Activity], Activity]) -> Activity:
        if self.failure:
            raise self.failure
        return super().change(activity_id, change)


class ActivitiesDriver(CardsDriver):
    """Stores what a test needs (`have`), opens the section, acts by mouse and keys, and reads what is shown.

    `end` closes window, threads and files.
    """

    def __init__(self, qtbot: QtBot, app: QApplication, home: Path) -> None:
        super().__init__(qtbot, app)
        adapters = FakeAdapters(home, self.bus)
        self.database, self.profile_store = adapters.database, adapters.profile_store
        self.store = adapters.activity_store = BreakableActivities(self.database)
        self.outbox_store = adapters.outbox_store
        services = self.services = Services(adapters)
        self.profiles, self.service, self.outbox = services.profiles, services.activities, services.outbox
        self._window: QWidget | None = None
        self.asked_for: list[ActivityId] = []

    @property
    def window(self) -> QWidget:
        assert self._window is not None, "it is not open"
        return self._window

    def have_smtp(self, name: str, **changes: Any) -> ProfileId:
        values: dict[str, Any] = {
            "name": name,
            "host_name": f"{name.lower().replace('_', '-')}.example",
            "user_name": f"{name.lower()}@company.example",
            "password": Secret("s3cret"),
        } | changes
        return self.profiles.create(ProfileDraft(**values)).id

    def have(self, name: str, **changes: Any) -> Activity:
        values = {"name": name, "to": "ops@company.example", "subject": "Report", "text": "All is well."} | changes
        return self.service.create(ActivityDraft(**values))

    def have_delivery(
        self, activity: Activity, state: DeliveryState, *, by_backup: bool = False, **values: str
    ) -> Delivery:
        """Triggers a mail of the activity and brings it into that state."""
        delivery = self.outbox.trigger(activity.id, values)
        now = datetime.now(UTC)
        if state is DeliveryState.WAITING:
            return delivery
        courier = CourierId("desk")
        claimed = self.outbox_store.claim(courier, now=now, lease_ends_at=now, limit=100)
        self.outbox_store.release_lease(courier, [other.id for other in claimed if other.id != delivery.id])
        timeline = Timeline(steps=())
        attempt = Attempt(
            number=1, started_at=now, smtp_name="Relay", by_backup=by_backup, state=state, timeline=timeline
        )
        outcome = DeliveryUpdate(
            attempt=attempt,
            state=state,
            recipients=tuple(RecipientState(address=r.address, state=state) for r in delivery.recipients),
            next_try_at=None,
            finished_at=now,
            may_be_twice=False,
        )
        assert self.outbox_store.finish(courier, {delivery.id: outcome})
        return self.outbox.get(delivery.id)

    def have_hold(self, profile_id: ProfileId) -> None:
        now = datetime.now(UTC)
        self.outbox_store.hold(
            SmtpHold(
                profile_id=profile_id,
                since=now,
                stage=Stage.SIGN_IN,
                kind=FailureKind.REPLY,
                reply="535 no",
                until=now,
            )
        )

    def open(self, *, choice: ThemeChoice = ThemeChoice.LIGHT, panel_width: int = 404) -> None:
        """Shows the page and waits for its cards."""
        self.open_unready(choice=choice, panel_width=panel_width)
        wanted = len(self.store.all())
        self.until(lambda: self.section.page._loaded and self.grid.model().rowCount() == wanted)

    def _make_window(self, theme: Theme) -> QWidget:
        window = QWidget()
        window.setObjectName("pages")
        self.section = ActivitiesSection(
            window=window,
            services=self.services,
            tasks=self.tasks,
            theme=theme,
        )
        row = QHBoxLayout(window)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self.section.page, 1)
        row.addWidget(self.section.panel)
        return window

    def open_unready(self, *, choice: ThemeChoice = ThemeChoice.LIGHT, panel_width: int = 404) -> None:
        self.tasks = Tasks()
        theme = theme_for(choice, dark=False)
        self._window = dressed(self.app, theme, lambda: self._make_window(theme))
        self.section.panel.setFixedWidth(panel_width)
        self.section.panel.hide()
        self.section.panel_wanted.connect(self.section.panel.setVisible)
        self.section.deliveries_asked.connect(self.asked_for.append)
        self.bus.published.connect(self.section.on_event)
        self.window.resize(1240, 860)
        self.activate()
        self.section.load()

    def create(self) -> None:
        """Opens an empty form."""
        self.section.create()
        self.until(self.panel.isVisible)

    def fill(self, name: str = "Nightly_Report") -> None:
        """Opens a form and fills what is required."""
        self.create()
        self.enter("nameField", name)
        self.enter("toField", "ops@company.example")
        self.enter("subjectField", "Report for {{ day }}")
        self.enter("textBodyField", "{{ rows }} rows.")

    def outbox_changed(self) -> None:
        """Publishes the event of a change by another process."""
        self.bus.publish(OutboxChanged())

    def end(self) -> None:
        """Closes window, threads and files."""
        if self._window:
            self.delete_window(self._window)
        self.close_files()

    # Reading what is shown

    @property
    def grid(self) -> CardGrid:
        return self.section.page.grid

    @property
    def panel(self) -> ActivityPanel:
        return self.section.panel

    def words(self, name: str, within: QWidget | None = None) -> str:
        """Returns the text of a label; empty while it is hidden."""
        labels = [label for label in (within or self.panel).findChildren(QLabel, name) if label.isVisible()]
        return labels[0].text() if labels else ""

    def stored(self, name: str) -> Activity | None:
        return next((activity for activity in self.store.all() if activity.name == name), None)

    def deliveries(self) -> list[Delivery]:
        found = self.outbox.latest_by_activity()
        return list(found.values())

    # Acting

    def reach(self, name: str) -> QWidget:
        """Scrolls the panel to a widget, and returns it."""
        part = self.part(name, self.panel)
        scroll = self.panel.findChild(QScrollArea)
        assert scroll is not None
        scroll.ensureWidgetVisible(part)
        return part

    def show_tab(self, words: str, name: str = "bodyTabs", within: QWidget | None = None) -> None:
        bar = self.part(name, within or self.panel)
        assert isinstance(bar, QTabBar)
        number = next(number for number in range(bar.count()) if bar.tabText(number) == words)
        self.qtbot.mouseClick(bar, LEFT, pos=bar.tabRect(number).center())
        assert bar.currentIndex() == number

    def field_texts(self, dialog: QWidget) -> dict[str, str]:
        """Returns the values of the placeholders in a dialog."""
        lines = [line for line in dialog.findChildren(QLineEdit) if line.objectName().startswith("valueField_")]
        return {line.objectName().removeprefix("valueField_"): line.text() for line in lines}
