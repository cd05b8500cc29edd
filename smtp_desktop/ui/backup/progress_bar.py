"""A bar that shows how much of a backup is done."""

from PySide6.QtWidgets import QProgressBar

_STEPS = 100


class ProgressBar(QProgressBar):
    """Hidden until something is under way. Its `objectName` is `progress`."""

    def __init__(self, what: str) -> None:
        """`what` says in words what is under way, for screen readers."""
        super().__init__()
        self.setObjectName("progress")
        self.setRange(0, _STEPS)
        self.setTextVisible(False)
        self.setAccessibleName(what)
        self.is_busy = False
        self.hide()

    def show_done(self, done: float) -> None:
        """Shows how much is done, from 0 to 1."""
        self.is_busy = True
        self.setValue(round(done * _STEPS))
        self.show()

    def end(self) -> None:
        """Hides it: nothing is under way."""
        self.is_busy = False
        self.hide()
