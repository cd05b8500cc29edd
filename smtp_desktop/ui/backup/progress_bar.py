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

    @property
    def is_full(self) -> bool:
        """Whether something is under way, and all that could be stopped is done."""
        return self.is_busy and self.value() == _STEPS

    def show_done(self, done: float) -> None:
        """Shows how much is done, from 0 to 1."""
        self.is_busy = True
        self.setValue(round(done * _STEPS))
        self.show()

    def end(self) -> None:
        """Hides it: nothing is under way."""
        self.is_busy = False
        self.hide()
