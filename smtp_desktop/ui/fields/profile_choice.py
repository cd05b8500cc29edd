"""A choice among SMTPs."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy

from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile


class ProfileChoice(QComboBox):
    """One of the SMTPs, or what stands first for none of them."""

    def __init__(self) -> None:
        super().__init__()
        self._ids: tuple[ProfileId | None, ...] = (None,)
        self._labels = [""]
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        # A long name must not widen the panel.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(8)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.addItem("")

    def offer(self, first: str, profiles: Sequence[SmtpProfile]) -> None:
        """`first` stands for none of them, then come `profiles`. What was chosen stays so; where that is gone, it is
        none."""
        labels = [first, *(profile.name for profile in profiles)]
        ids = (None, *(profile.id for profile in profiles))
        if (ids, labels) == (self._ids, self._labels):
            return  # an open list would fold up
        chosen = self.chosen
        with QSignalBlocker(self):
            self.clear()
            self.addItems(labels)
        self._ids, self._labels = ids, labels
        self.choose(chosen)

    @property
    def chosen(self) -> ProfileId | None:
        """What is chosen; None for what stands first."""
        return self._ids[max(0, self.currentIndex())]

    def choose(self, profile_id: ProfileId | None) -> None:
        """That SMTP is chosen, or none where it is not offered."""
        self.setCurrentIndex(self._ids.index(profile_id) if profile_id in self._ids else 0)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The form scrolls: a wheel that passes over must not choose something else."""
        event.ignore()
