"""Double clicks on what may have moved away from the pointer after the first press."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget


class DoubleClick(QObject):
    """Acts on a double click for what was under the pointer at its first press, wherever the second one falls.

    A click that opens a panel makes the view beside it narrower, so that the second press meets another item, or a
    control of the panel, which must not get it.
    """

    def __init__(self, view: QWidget) -> None:
        super().__init__(view)
        self._view = view
        self._act: Callable[[], object] | None = None
        self._pressed_again = False

    def expect(self, act: Callable[[], object]) -> None:
        """Call it while the first press or its release is handled. If the next press makes a double click, `act` is
        called, and no widget gets that."""
        window = self._view.window().windowHandle()
        if window:
            self._act, self._pressed_again = act, False
            window.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # Qt sends a press, and after it, where it came soon enough, a double click, both to the window. Counting them
        # is right however late they are handled; a timer is not.
        match event.type():
            case QEvent.Type.MouseButtonPress:
                self._pressed_again = True
            case QEvent.Type.MouseButtonRelease if self._pressed_again:
                self._end(watched)
            case QEvent.Type.MouseButtonDblClick:
                act = self._act
                self._end(watched)
                if act:
                    act()
                    return True
        return False

    def _end(self, window: QObject) -> None:
        self._act = None
        window.removeEventFilter(self)
