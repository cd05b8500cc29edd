"""Mails in the outbox, in any state, as a courier leaves them; and a person's hand on the page of deliveries."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from PySide6.QtCore import QModelIndex, QPoint, Qt
from PySide6.QtWidgets import QMenu
from window_world import LEFT, RIGHT

from smtp_desktop.domain.delivery.delivery import (
    Attempt,
    CourierId,
    DeliveryFilter,
    DeliveryId,
    DeliveryState,
    RecipientState,
)
from smtp_desktop.domain.delivery.outbox_entry import DeliveryUpdate, OutboxEntry
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
from smtp_desktop.ui.deliveries.model import Column

NOW = datetime.now(UTC)
NO_SUCH_USER = Reply(code=550, enhanced_code="5.1.1", text=("No such user here",))
TRY_LATER = Reply(code=451, enhanced_code="4.3.0", text=("Try again later",))
_STAGES = (Stage.FIND_HOST, Stage.CONNECT, Stage.SECURE, Stage.SIGN_IN, Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT)


def taken() -> Timeline:
    """The server took the mail."""
    steps = tuple(Step(stage=stage, outcome=StepStatus.DONE, duration_ms=12.0) for stage in _STAGES)
    return Timeline(steps=steps, transcript=_said("250 2.0.0 Queued"), accepted=Reply(code=250, text=("Queued",)))


def refused(reply: Reply = NO_SUCH_USER, stage: Stage = Stage.RECIPIENT) -> Timeline:
    """The server said no at `stage`."""
    before = _STAGES[: _STAGES.index(stage)]
    steps = [Step(stage=each, outcome=StepStatus.DONE, duration_ms=12.0) for each in before]
    steps.append(Step(stage=stage, outcome=StepStatus.FAILED, detail=str(reply), duration_ms=11.0))
    steps += [Step(stage=each, outcome=StepStatus.NOT_REACHED) for each in _STAGES[len(steps) :]]
    failure = Failure(stage=stage, kind=FailureKind.REPLY, message=msg("The server refused it."), reply=reply)
    return Timeline(steps=tuple(steps), transcript=_said(str(reply)), failure=failure)


def _said(words: str) -> tuple[TranscriptLine, ...]:
    return (TranscriptLine(party=Party.SERVER, text=words, at_ms=40.0),)


def submission(subject: str, *to: str, at: datetime = NOW, **changes) -> OutboxEntry:
    """A mail that is to be put into the outbox."""
    recipients = tuple(parse_address(address) for address in to or ("ops@company.example",))
    message = TemplateMessage(
        to=recipients, subject=subject, message_id=f"<{subject}@x.example>", date=at, text="Hello"
    )
    return OutboxEntry(**{"message": message, "created_at": at, "size_bytes": 100} | changes)


class OutboxHand:
    """Acts on the world's outbox, as other processes do, and on the page."""

    def __init__(self, world) -> None:
        self.world = world

    def have(self, subject: str, *to: str, **changes) -> DeliveryId:
        """A mail waits."""
        return self.world.outbox_store.add([submission(subject, *to, **changes)])[0]

    def have_many(self, count: int, **changes) -> None:
        """So many mails wait, called Mail 1, Mail 2 and so on."""
        self.world.outbox_store.add([submission(f"Mail {number + 1}", **changes) for number in range(count)])

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
        """A courier has tried it; afterwards it is in `state`."""
        store, courier = self.world.outbox_store, CourierId("courier of the tests")
        store.send_now([delivery_id], now=NOW)
        far = NOW + timedelta(hours=1)
        claimed = store.claim(courier, now=datetime.now(UTC) + timedelta(days=9), lease_ends_at=far, limit=100_000)
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

    def stored(self, subject: str):
        found = self.world.outbox_store.page(DeliveryFilter(search=subject), before=None, limit=10)
        return found[0] if found else None

    # What is seen

    @property
    def page(self):
        return self.world.window.deliveries.page

    @property
    def table(self):
        return self.page.table

    @property
    def panel(self):
        return self.world.window.deliveries.panel

    def open_page(self) -> None:
        """The page is shown, with what is in the outbox."""
        self.world.click("deliveriesEntry")
        self.world.until(lambda: self.world.visible("deliveriesPage"))
        self.world.until(lambda: self.page._loaded)

    def cells(self, column: Column) -> list[str]:
        model = self.table.model()
        return [model.index(row, column).data() for row in range(model.rowCount())]

    def subjects(self) -> list[str]:
        return self.cells(Column.SUBJECT)

    def cell(self, subject: str, column: Column) -> str:
        return self.cells(column)[self.subjects().index(subject)]

    def index(self, subject: str) -> QModelIndex:
        return self.table.model().index(self.subjects().index(subject), Column.TIME)

    def click_row(self, subject: str, modifier=Qt.KeyboardModifier.NoModifier) -> None:
        at = self.table.visualRect(self.index(subject)).center()
        self.world.qtbot.mouseClick(self.table.viewport(), LEFT, modifier, at)

    def open_row(self, subject: str) -> None:
        """Its panel is open."""
        self.click_row(subject)
        self.world.until(lambda: self.panel.isVisible() and self.said("subjectText") == subject)

    def said(self, name: str) -> str:
        return self.world.part(name, self.panel).text()

    def right_click(self, subject: str) -> QMenu:
        at: QPoint = self.table.visualRect(self.index(subject)).center()
        self.world.qtbot.mouseClick(self.table.viewport(), RIGHT, pos=at)
        # The system makes this signal of the click; the offscreen platform does not do so.
        self.table.customContextMenuRequested.emit(at)
        self.world.until(lambda: self.world.visible("deliveryMenu"))
        return self.world.part("deliveryMenu")

    def choose(self, subject: str, action: str) -> None:
        """An entry of the row's menu is clicked."""
        menu = self.right_click(subject)
        entry = next(each for each in menu.actions() if each.objectName() == action)
        assert entry.isEnabled()
        self.world.qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry).center())


def _after(before: RecipientState, state: DeliveryState) -> RecipientState:
    reply = str(NO_SUCH_USER) if state is DeliveryState.REFUSED else ""
    return replace(before, state=state, reply=reply)
