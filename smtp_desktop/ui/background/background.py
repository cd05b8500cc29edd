"""The program in the background: it stays in the tray when its window is closed, where the user wants that."""

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.ui.background.tray import Tray, has_tray

_COUNT_AFTER_MS = 500  # results of many checks come one after the other


class Background(QObject):
    """Shows the tray icon while the program may run without its window. Off unless it is chosen."""

    show_asked = Signal()
    check_all_asked = Signal()
    quit_asked = Signal()

    def __init__(self, *, window: QWidget, count: Callable[[], tuple[int, int]]) -> None:
        """`count` returns how many SMTPs fail, and how many there are."""
        super().__init__(window)
        self._window, self._count = window, count
        self.tray: Tray | None = None
        self._timer = QTimer(self, singleShot=True)
        self._timer.setInterval(_COUNT_AFTER_MS)
        self._timer.timeout.connect(self._show_state)

    @property
    def wanted(self) -> bool:
        """Whether the user wants the program to run without its window."""
        return self.tray is not None

    @property
    def keeps_running(self) -> bool:
        """Whether the program can be reached once its window is closed."""
        return self.wanted and has_tray()

    def choose(self, wanted: bool) -> None:
        """Shows the tray icon, or takes it away."""
        if wanted and self.tray is None:
            tray = self.tray = Tray(self._window)
            tray.show_asked.connect(self.show_asked)
            tray.check_all_asked.connect(self.check_all_asked)
            tray.quit_asked.connect(self.quit_asked)
            self._show_state()
        elif not wanted and self.tray:
            self.tray.remove()
            self.tray = None

    def count_soon(self) -> None:
        """Counts anew what fails, after a moment."""
        if self.tray and not self._timer.isActive():
            self._timer.start()

    def _show_state(self) -> None:
        if self.tray:
            failing, total = self._count()
            self.tray.show_state(failing=failing, total=total)
