"""What a worker tells while it works."""

from PySide6.QtCore import QObject, Signal


class Relay(QObject):
    """Brings values from a worker to the GUI thread: `told.emit` may be called on any thread.

    It has no parent and is held by the work alone, which `Tasks` lets go on the GUI thread. One that went together with
    its dialog could go while a worker emits, and that ends the process.
    """

    told = Signal(object)
