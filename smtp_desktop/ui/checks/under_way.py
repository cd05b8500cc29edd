"""Which SMTPs are being tried right now by this window."""

from collections import Counter

from PySide6.QtCore import QObject, Signal

from smtp_desktop.domain.smtp.profile import ProfileId


class UnderWay(QObject):
    """Known on the GUI thread. Whoever tries an SMTP says so before and after, however it ends."""

    changed = Signal(object)
    """The ProfileId of one that is tried now, or not any more."""
    _over = Signal(object)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._tries: Counter[ProfileId] = Counter()
        self._over.connect(self._note_end)

    def __contains__(self, profile_id: object) -> bool:
        return profile_id in self._tries

    def begin(self, profile_id: ProfileId) -> None:
        """It is tried from now on. On the GUI thread."""
        self._tries[profile_id] += 1
        self.changed.emit(profile_id)

    def end(self, profile_id: ProfileId) -> None:
        """It is not tried any more, soon: after the GUI thread has heard of the result. From any thread."""
        self._over.emit(profile_id)

    def _note_end(self, profile_id: ProfileId) -> None:
        self._tries[profile_id] -= 1
        if self._tries[profile_id] <= 0:
            del self._tries[profile_id]
        self.changed.emit(profile_id)
