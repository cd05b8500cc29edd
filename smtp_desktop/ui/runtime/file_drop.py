"""Files that are dropped on the window."""

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget


class FileDrop(QObject):
    """Takes files and folders that are dropped anywhere on a window where nothing else wants them."""

    dropped = Signal(object)
    """Carries a list of paths."""

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        window.setAcceptDrops(True)
        window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        drags = event.type() in (QEvent.Type.DragEnter, QEvent.Type.Drop)
        if not drags or not isinstance(event, QDropEvent):
            return False
        paths = dropped_paths(event)
        if not paths:
            return False
        # Never moved: what is dropped stays where it is.
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        if event.type() == QEvent.Type.Drop:
            self.dropped.emit(paths)
        return True


def dropped_paths(event: QDropEvent) -> list[str]:
    """Returns the files and folders that are dragged or dropped."""
    return [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
