"""The event bus of the window: brings events from any thread to the GUI thread."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from smtp_desktop.domain.events import Event  # imports every kind of event, before the first paint


class Bus(QObject):
    """Implements `services.ports.Events`. Lives on the GUI thread, where `published` arrives. Outlives workers."""

    published = Signal(object)
    """Carries an Event."""

    def publish(self, event: Event) -> None:
        """Queues the event for every connected slot. Safe from every thread."""
        self.published.emit(event)
