"""A driver of the outbox and its page, and the mails in it, as a courier leaves them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtWidgets import QMenu, QTableView
from ui.driver import LEFT, RIGHT, cells
from ui.window_driver import WindowDriver

from smtp_desktop.domain.delivery.attempt import Attempt, DeliveryUpdate
from smtp_desktop.domain.delivery.delivery import (
    CourierId,
    Delivery,
    DeliveryFilter,
    DeliveryId,
    DeliveryState,
    RecipientState,
)
from smtp_desktop.domain.delivery.outbox_entry import OutboxEntry
from smtp_desktop.domain.diagnosis.conversation import (
    Failure,
    FailureKind,
    Party,
    Reply,
    Stage,
    Step,
    StepStatus,
    Timeline,
    TranscriptLine,
)
from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.domain.mail.message import TemplateMessage
from smtp_desktop.domain.message_text import msg
from smtp_desktop.ui.deliveries.cells import DeliveryColumn
from smtp_desktop.ui.deliveries.page import DeliveriesPage
from smtp_desktop.ui.deliveries.panel import DeliveryPanel

NOW = datetime.now(UTC)
NO_SUCH_USER = Reply(code=550, enhanced_code="5.1.1", text=("No such user here",))
TRY_LATER = Reply(code=451, enhanced_code="4.3.0", text=("Try again later",))
_STAGES = (Stage.FIND_HOST, Stage.CONNECT, Stage.SECURE, Stage.SIGN_IN, Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT)


def accepted() -> Timeline:
    """Returns the timeline of an accepted mail."""
    steps = tuple(Step(stage=stage, status=StepStatus.DONE, duration_ms=12.0) for stage in _STAGES)
    return Timeline(steps=steps, transcript=_said("250 2.0.0 Queued"), accepted=Reply(code=250, text=("Queued",)))


def refused(reply: Reply = NO_SUCH_USER, stage: Stage = Stage.RECIPIENT) -> Timeline:
    """Returns the timeline of a mail that the server refused at `stage`."""
    before = _STAGES[: _STAGES.index(stage)]
    steps = [Step(stage=each, status=StepStatus.DONE, duration_ms=12.0) for each in before]
    steps.append(Step(stage=stage, status=StepStatus.FAILED, detail=str(reply), duration_ms=11.0))
    steps += [Step(stage=each, status=StepStatus.NOT_REACHED) for each in _STAGES[len(steps) :]]
    failure = Failure(stage=stage, kind=FailureKind.REPLY, message=msg("The server refused it."), reply=reply)
    return Timeline(steps=tuple(steps), transcript=_said(str(reply)), failure=failure)


def _said(words: str) -> tuple[TranscriptLine, ...]:
    return (TranscriptLine(party=Party.SERVER, text=words, at_ms=40.0),)


def outbox_entry(subject: str, *to: str, at: datetime = NOW, **changes: Any) -> OutboxEntry:
    """Returns a mail for the outbox."""
    recipients = tuple(parse_address(address) for address in to or ("ops@company.example",))
    message = TemplateMessage(
        to=recipients, subject=subject, message_id=f"<{subject}@x.example>", date=at, text="Hello"
    )
    values: dict[str, Any] = {"message": message, "created_at": at, "size_bytes": 100}
    return OutboxEntry(**values | changes)


class OutboxDriver:
    """Acts on the outbox, as other processes do, and on its page."""

    def __init__(self, gui: WindowDriver) -> None:
        self.gui = gui

    def have(self, subject: str, *to: str, **changes: Any) -> DeliveryId:
        """Stores a waiting mail."""
        return self.gui.outbox_store.add([outbox_entry(subject, *to, **changes)])[0]

    def have_many(self, count: int, **changes: Any) -> None:
        """Stores so many waiting mails: Mail 1, Mail 2 and so on."""
        self.gui.outbox_store.add([outbox_entry(f"Mail {number + 1}", **changes) for number in range(count)])

    def tried(
        self,
        delivery_id: DeliveryId,
        state: DeliveryState,
        timeline: Timeline,
        *,
        smtp: str = "Relay",
        by_backup: bool = False,
        next_try: timedelta | None = None,
        recipients: dict[str, DeliveryState] | None = None,
        may_be_twice: bool = False,
    ) -> None:
        """Records an attempt of a courier, which leaves the mail in `state`."""
        store, courier = self.gui.outbox_store, CourierId("courier of the tests")
        now = datetime.now(UTC)
        store.send_now([delivery_id], now=now)
        claimed = store.claim(courier, now=now, lease_ends_at=now + timedelta(hours=1), limit=100_000)
        store.release_lease(courier, [delivery.id for delivery in claimed if delivery.id != delivery_id])
        before = next(delivery for delivery in claimed if delivery.id == delivery_id)
        attempt = Attempt(
            number=before.attempts + 1,
            started_at=NOW,
            smtp_name=smtp,
            by_backup=by_backup,
            state=state,
            timeline=timeline,
        )
        each = recipients or {}
        outcome = DeliveryUpdate(
            attempt=attempt,
            state=state,
            recipients=tuple(_after(old, each.get(old.address, state)) for old in before.recipients),
            next_try_at=datetime.now(UTC) + next_try if next_try else None,
            finished_at=None if next_try else NOW,
            may_be_twice=may_be_twice,
        )
        assert store.finish(courier, {delivery_id: outcome})

    def stored(self, subject: str) -> Delivery | None:
        found = self.gui.outbox_store.page(DeliveryFilter(search=subject), before=None, limit=10)
        return found[0] if found else None

    # Reading what is shown

    @property
    def page(self) -> DeliveriesPage:
        return self.gui.window.deliveries.page

    @property
    def table(self) -> QTableView:
        return self.page.table

    @property
    def panel(self) -> DeliveryPanel:
        return self.gui.window.deliveries.panel

    def open_page(self) -> None:
        """Opens the page and waits for its rows."""
        self.gui.click("deliveriesEntry")
        self.gui.until(lambda: self.gui.visible("deliveriesPage"))
        self.gui.until(lambda: self.page._loaded)

    def cells(self, column: DeliveryColumn) -> list[str]:
        return cells(self.table.model(), column)

    def subjects(self) -> list[str]:
        return self.cells(DeliveryColumn.SUBJECT)

    def cell(self, subject: str, column: DeliveryColumn) -> str:
        return self.cells(column)[self.subjects().index(subject)]

    def index(self, subject: str) -> QModelIndex:
        return self.table.model().index(self.subjects().index(subject), DeliveryColumn.TIME)

    def click_row(self, subject: str, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        at = self.table.visualRect(self.index(subject)).center()
        self.gui.qtbot.mouseClick(self.table.viewport(), LEFT, modifier, at)

    def open_row(self, subject: str) -> None:
        """Opens the panel of a row."""
        self.click_row(subject)
        self.gui.until(lambda: self.panel.isVisible() and self.said("subjectText") == subject)

    def said(self, name: str) -> str:
        return self.gui.part(name, self.panel).text()

    def right_click(self, subject: str) -> QMenu:
        at: QPoint = self.table.visualRect(self.index(subject)).center()
        viewport = self.table.viewport()
        self.gui.qtbot.mouseClick(viewport, RIGHT, pos=at)
        # The system makes this event of the click; the offscreen platform does not do so.
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, viewport.mapToGlobal(at))
        self.gui.app.sendEvent(viewport, event)
        return self.gui.menu("deliveryMenu")

    def choose(self, subject: str, action: str) -> None:
        """Clicks an entry of the row's menu."""
        self.gui.click_entry(self.right_click(subject), action)


def _after(before: RecipientState, state: DeliveryState) -> RecipientState:
    reply = str(NO_SUCH_USER) if state is DeliveryState.REFUSED else ""
    return replace(before, state=state, reply=reply)
