"""The SMTPs that are being tested or checked."""

from collections import Counter

from PySide6.QtCore import QObject, Signal

from smtp_desktop.domain.smtp.profile import ProfileId


class RunningTests(QObject):
    """The SMTPs that this window is testing or checking. Lives on the GUI thread."""

    changed = Signal(object)
    """A test or check of an SMTP began or ended. Carries the ProfileId."""
    _ended = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._counts: Counter[ProfileId] = Counter()
        self._ended.connect(self._on_ended)

    def __contains__(self, profile_id: object) -> bool:
        return profile_id in self._counts

    def begin(self, profile_id: ProfileId) -> None:
        """Counts a test or check that begins. GUI thread only; `end` must follow, however it ends."""
        self._counts[profile_id] += 1
        self.changed.emit(profile_id)

    def end(self, profile_id: ProfileId) -> None:
        """Counts a test or check as ended, once the GUI thread has handled the event with its result. Any thread."""
        self._ended.emit(profile_id)

    def _on_ended(self, profile_id: ProfileId) -> None:
        self._counts[profile_id] -= 1
        if self._counts[profile_id] <= 0:
            del self._counts[profile_id]
        self.changed.emit(profile_id)
