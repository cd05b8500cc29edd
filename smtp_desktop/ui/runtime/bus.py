"""Events from any thread to the GUI thread."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from smtp_desktop.domain.events import Event


class Bus(QObject):
    """Fits `services.ports.Events`. Made on the GUI thread, where `published` is heard; outlives every worker."""

    published = Signal(object)
    """Carries an Event."""

    def publish(self, event: "Event") -> None:
        """Everyone who is connected hears of it, soon, on the GUI thread."""
        self.published.emit(event)
