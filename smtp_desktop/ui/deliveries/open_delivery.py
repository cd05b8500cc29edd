"""The delivery that the panel shows."""
# ruff: noqa: PLC0415 - the panel is loaded when it is first shown

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from smtp_desktop.domain.errors import NoSuchDelivery, SmtpDesktopError
from smtp_desktop.ui.deliveries.detail_loader import DeliveryDetail, DetailLoader
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from smtp_desktop.domain.delivery.delivery import Delivery, DeliveryId
    from smtp_desktop.domain.smtp.profile import SmtpProfile
    from smtp_desktop.services.services import Services
    from smtp_desktop.ui.deliveries.actions import DeliveryActions
    from smtp_desktop.ui.deliveries.cells import DeliveryCells
    from smtp_desktop.ui.deliveries.panel import DeliveryPanel
    from smtp_desktop.ui.runtime.tasks import Tasks
    from smtp_desktop.ui.theme.theme import Theme


class OpenDelivery(QObject):
    """The delivery that the panel shows, if it shows one, and the panel. Reads run on `tasks`."""

    appeared = Signal()
    """The panel shows a delivery, and did not before."""
    close_asked = Signal()
    """The panel should be closed: the user said so, or its delivery is gone."""
    smtp_asked = Signal(object)
    """The user wants to see an SMTP. Carries its ProfileId."""

    def __init__(
        self,
        owner: QObject,
        *,
        services: Services,
        tasks: Tasks,
        theme: Theme,
        cells: DeliveryCells,
        actions: DeliveryActions,
    ) -> None:
        super().__init__(owner)
        self._services = services
        self._tasks = tasks
        self._cells = cells
        self._actions = actions
        self.id: DeliveryId | None = None
        """None if the panel shows none."""
        self._detail: DeliveryDetail | None = None
        self._panel = Lazy(lambda: self._make_panel(theme))
        self._details = DetailLoader(
            owner=self, outbox=services.outbox, diagnose=services.adviser.diagnose, tasks=tasks
        )
        self._details.loaded.connect(self._show)
        self._details.failed.connect(self._show_error)

    def _make_panel(self, theme: Theme) -> DeliveryPanel:
        from smtp_desktop.ui.deliveries.mail_part import MailPart
        from smtp_desktop.ui.deliveries.panel import DeliveryPanel

        panel, actions = DeliveryPanel(theme, MailPart(self._services.outbox_mails, self._tasks)), self._actions
        panel.close_requested.connect(self.close_asked)
        panel.resend_requested.connect(lambda delivery: actions.resend([delivery]))
        panel.send_elsewhere_requested.connect(self.send_elsewhere)
        panel.send_now_requested.connect(lambda delivery: actions.send_now([delivery]))
        panel.cancel_requested.connect(lambda delivery: actions.cancel([delivery]))
        panel.attempts.smtp_asked.connect(self._ask_smtp)
        return panel

    @property
    def panel(self) -> DeliveryPanel:
        return self._panel()

    def open(self, delivery_id: DeliveryId) -> None:
        """Shows this delivery once it is read."""
        self.id = delivery_id
        self._details.load(delivery_id)

    def reload(self) -> None:
        """Reads the open delivery again, if there is one."""
        if self.id is not None:
            self._details.load(self.id)

    def set_theme(self, theme: Theme) -> None:
        """Paints the panel in the colours of `theme`."""
        self._panel.apply("theme", lambda panel: panel.set_theme(theme))

    def set_smtps(self, profiles: Sequence[SmtpProfile]) -> None:
        """Sets the SMTPs, for advice and for ways to send elsewhere."""
        self._details.profiles = tuple(profiles)

    def show_hold(self) -> None:
        """Updates what the mail waits for."""
        if self._panel.is_made and self._detail:
            self.panel.show_hold(self._cells.hold_words(self._detail.delivery), _now())

    def tick(self) -> None:
        """Updates the time until the next try."""
        if self._panel.is_made:
            self.panel.tick(_now())

    def send_elsewhere(self, delivery: Delivery) -> None:
        """Asks through which other SMTP, or to whom, the mail should be sent."""
        self._actions.send_elsewhere(delivery, self._details.profiles)

    def _show(self, detail: DeliveryDetail) -> None:
        if detail.delivery.id != self.id:
            return
        was_open = self.panel.delivery_id == self.id and self.panel.isVisible()
        self._detail = detail
        self.show_hold()
        self.panel.show_detail(detail, self._cells.smtp_words(detail.delivery), _now())
        if not was_open:
            self.appeared.emit()

    def _show_error(self, error: SmtpDesktopError) -> None:
        if isinstance(error, NoSuchDelivery):  # pruned meanwhile
            self.close_asked.emit()
        else:
            self.panel.show_note(shown(error.message))

    def _ask_smtp(self, name: str) -> None:
        for profile in self._details.profiles:
            if profile.name == name:
                self.smtp_asked.emit(profile.id)
                return
        self.panel.show_note(self.tr("The SMTP {name} no longer exists.").format(name=name))


def _now() -> datetime:
    return datetime.now(UTC)
