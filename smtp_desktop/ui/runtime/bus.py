"""Events from any thread to the GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from smtp_desktop.domain.events import Event  # with it come all of them, before the first paint


class Bus(QObject):
    """Fits `services.ports.Events`. Made on the GUI thread, where `published` is heard; outlives every worker."""

    published = Signal(object)
    """Carries an Event."""

    def publish(self, event: Event) -> None:
        """Brings the event to everyone who is connected, soon, on the GUI thread. Any thread may call it."""
        self.published.emit(event)
