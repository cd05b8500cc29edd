"""A choice among a few words."""

from collections.abc import Mapping
from enum import StrEnum
from typing import Generic, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy

_Chosen = TypeVar("_Chosen", bound=StrEnum)


class Choice(QComboBox, Generic[_Chosen]):
    """One of the members of an enum; `labels` holds them all, in the order of the list."""

    def __init__(self, labels: Mapping[_Chosen, str]) -> None:
        super().__init__()
        self._members = tuple(labels)
        for label in labels.values():
            self.addItem(label)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def chosen(self) -> _Chosen:
        """What is chosen."""
        return self._members[self.currentIndex()]

    def choose(self, member: _Chosen) -> None:
        """`member` is chosen."""
        self.setCurrentIndex(self._members.index(member))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """The form scrolls: a wheel that passes over must not choose something else."""
        event.ignore()
