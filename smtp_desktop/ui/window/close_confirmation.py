"""The question that the window asks before it closes while mails wait in the outbox."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QProgressBar, QPushButton, QWidget
from shiboken6 import isValid

from smtp_desktop.domain.checks.check_settings import OFF
from smtp_desktop.domain.delivery.delivery import OPEN_STATES, Delivery, DeliveryFilter, DeliveryId, DeliveryState
from smtp_desktop.domain.delivery.holds import HoldState
from smtp_desktop.domain.delivery.outbox_settings import ASK_AT_CLOSE_KEY, asks_at_close
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.outbox import Outbox
from smtp_desktop.services.services import Services
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.message_text import shown
from smtp_desktop.ui.widgets.wrap_check_box import WrapCheckBox


class CloseDialog(Dialog):
    """Asks whether to send what waits, then shows the progress. Its `objectName` is `closeDialog`."""

    kept = Signal()
    """The user keeps what waits in the outbox; the window should close."""
    send_asked = Signal()
    """The user wants all that waits to be sent now. The dialog stays open."""

    def __init__(self, parent: QWidget, *, waiting: int) -> None:
        title = (
            self.tr("1 message is waiting to be sent")
            if waiting == 1
            else self.tr("{n} messages are waiting to be sent")
        )
        super().__init__(parent, name="closeDialog", title=title.format(n=f"{waiting:,}"), width=520)
        self._words = styled_label(
            self.tr(
                "Nothing is lost if you close now: waiting messages are sent when the program runs again, or "
                "when a script runs “smtp-desktop outbox run”."
            ),
            "muted",
            wrap=True,
        )
        self._words.setObjectName("messageText")
        self._bar = QProgressBar()
        self._bar.setObjectName("progress")
        self._bar.setAccessibleName(self.tr("Sent so far"))
        self._bar.setTextVisible(False)
        self._bar.hide()
        self._never = WrapCheckBox(self.tr("Don't ask again; keep messages for later"))
        self._never.setObjectName("neverAskBox")
        self.body.addWidget(self._words)
        self.body.addWidget(self._bar)
        self.body.addWidget(self._never)
        self.footer.addStretch(1)
        self._cancel = self.add_cancel()
        self._send: QPushButton = styled_button(self.tr("Send now"))
        self._send.setObjectName("sendNowButton")
        self._send.setAutoDefault(False)
        self._send.clicked.connect(self.send_asked)
        self.footer.addWidget(self._send)
        self._keep = self.add_ok(self.tr("Keep for later"))
        self._keep.clicked.connect(self._confirm)
        self._keep.setFocus()

    @property
    def asks_again(self) -> bool:
        """Whether the user wants to be asked the next time."""
        return not self._never.isChecked()

    def show_progress(self, done: int, total: int) -> None:
        """Shows that `done` of `total` mails were tried."""
        self._never.hide()
        self._send.hide()
        self.title.setText(self.tr("Sending: {done} of {total}").format(done=f"{done:,}", total=f"{total:,}"))
        self._words.setText(self.tr("Then the window closes. Messages that can't be sent now keep waiting."))
        self._bar.setRange(0, max(1, total))
        self._bar.setValue(done)
        self._bar.show()
        self._keep.setText(self.tr("Stop and keep the rest"))

    def show_left(self, left: int) -> None:
        """Shows that all mails were tried, and that `left` of them still wait."""
        self._bar.hide()
        self._send.hide()
        title = self.tr("1 message couldn't be sent now") if left == 1 else self.tr("{n} messages couldn't be sent now")
        self.title.setText(title.format(n=f"{left:,}"))
        self._words.setText(self.tr("They keep waiting and will be retried. Deliveries shows what the servers said."))
        self._keep.setText(self.tr("Close the window"))

    def show_trouble(self, words: str) -> None:
        """Shows why nothing can be sent now."""
        self._words.setText(words)

    def _confirm(self) -> None:
        self.accept()
        self.kept.emit()


_LOOK_EVERY_MS = 300
_PAGE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class _Progress:
    """Of the mails that should be sent now: how many were not tried yet, and how many wait again after a try."""

    untried: int
    left: int


class CloseConfirmation(QObject):
    """Asks before the window closes. The courier sends the mails; this only makes them due and shows the progress."""

    def __init__(
        self, *, window: QWidget, services: Services, default_smtp: Callable[[], ProfileId | None], tasks: Tasks
    ) -> None:
        super().__init__(window)
        self._window = window
        self._services, self._outbox = services, services.outbox
        self._default_smtp = default_smtp
        self._tasks = tasks

    def ask(self, then: Callable[[], None]) -> None:
        """Calls `then` at once if no mail waits, or nobody wants to be asked, else when the user has decided; never if
        they cancel."""
        preferences, outbox = self._services.preferences, self._outbox

        def waiting() -> int:
            return outbox.counts().waiting if asks_at_close(preferences.all()) else 0

        # The window must close even if the database can't be read.
        self._tasks.run(self, waiting, lambda found: self._asked(found, then), lambda _: then())

    def _asked(self, waiting: int, then: Callable[[], None]) -> None:
        if not waiting:
            then()
            return

        dialog = CloseDialog(self._window, waiting=waiting)
        dialog.kept.connect(lambda: self._keep(dialog, then))
        dialog.send_asked.connect(lambda: self._send(dialog, then))
        dialog.open()

    def _keep(self, dialog: CloseDialog, then: Callable[[], None]) -> None:
        if dialog.asks_again:
            then()
            return
        preferences = self._services.preferences
        self._tasks.run(self, lambda: preferences.put(ASK_AT_CLOSE_KEY, OFF), lambda _: then(), lambda _: then())

    def _send(self, dialog: CloseDialog, then: Callable[[], None]) -> None:
        outbox = self._outbox

        def begin() -> dict[DeliveryId, int]:
            begun = {delivery.id: delivery.attempts for delivery in _open(outbox)}
            outbox.send_now(tuple(begun))
            return begun

        self._tasks.run(
            dialog,
            begin,
            lambda begun: self._look(dialog, begun, then),
            lambda e: dialog.show_trouble(shown(e.message)),
        )

    def _look(self, dialog: CloseDialog, begun: Mapping[DeliveryId, int], then: Callable[[], None]) -> None:
        if not isValid(dialog) or not dialog.isVisible():
            return
        services, outbox, default = self._services, self._outbox, self._default_smtp()

        def progress() -> _Progress:
            held = frozenset(one for one, hold in services.read_holds().items() if hold.state is not HoldState.SLOWED)
            return _progress_of(tuple(_open(outbox)), begun, held, default)

        self._tasks.run(
            dialog,
            progress,
            lambda now: self._show(dialog, begun, now, then),
            lambda e: dialog.show_trouble(shown(e.message)),
        )

    def _show(
        self, dialog: CloseDialog, begun: Mapping[DeliveryId, int], now: _Progress, then: Callable[[], None]
    ) -> None:
        if not dialog.isVisible():
            return
        dialog.show_progress(len(begun) - now.untried, len(begun))
        if now.untried:
            QTimer.singleShot(_LOOK_EVERY_MS, dialog, lambda: self._look(dialog, begun, then))
        elif now.left:
            dialog.show_left(now.left)
        else:
            dialog.accept()
            then()


def _open(outbox: Outbox) -> list[Delivery]:
    found: list[Delivery] = []
    wanted = DeliveryFilter(states=OPEN_STATES)
    while page := outbox.page(wanted, before=found[-1].id if found else None, limit=_PAGE):
        found += page
        if len(page) < _PAGE:
            break
    return found


def _progress_of(
    waiting: Collection[Delivery],
    begun: Mapping[DeliveryId, int],
    held: frozenset[ProfileId],
    default: ProfileId | None,
) -> _Progress:
    ours = [delivery for delivery in waiting if delivery.id in begun]
    untried = [
        delivery
        for delivery in ours
        if delivery.state is DeliveryState.SENDING
        or (delivery.attempts == begun[delivery.id] and _has_route(delivery, held, default))
    ]
    return _Progress(untried=len(untried), left=len(ours) - len(untried))


def _has_route(delivery: Delivery, held: frozenset[ProfileId], default: ProfileId | None) -> bool:
    smtps = (delivery.smtp_id or default, delivery.backup_id)
    return any(smtp is not None and smtp not in held for smtp in smtps)
