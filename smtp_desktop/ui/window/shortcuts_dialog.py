"""The dialog that lists all keyboard shortcuts."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QLineEdit, QTableView, QWidget

from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.row_table import row_table

_Index = QModelIndex | QPersistentModelIndex
_SIZE = (620, 620)
_ROW_PX = 30
_KEYS_PX = 150


@dataclass(frozen=True, slots=True, kw_only=True)
class Shortcut:
    """A key or combination, as this system writes it, and what it does."""

    keys: str
    words: str


class _Shortcuts(QAbstractTableModel):
    def __init__(self, shortcuts: Sequence[Shortcut], parent: Any = None) -> None:
        super().__init__(parent)
        self._all = self._shown = tuple(shortcuts)

    def search(self, typed: str) -> None:
        wanted = typed.strip().lower()
        self.beginResetModel()
        self._shown = tuple(one for one in self._all if wanted in f"{one.words} {one.keys}".lower())
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default; it is never changed
        return 0 if parent.isValid() else len(self._shown)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else 2

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        one = self._shown[index.row()]
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{one.words}: {one.keys}"
        return one.keys if index.column() else one.words

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        return self.tr("Keys") if section else self.tr("Action")


class ShortcutsDialog(Dialog):
    """A table of `shortcuts`, which can be searched. Its `objectName` is `shortcutsDialog`."""

    def __init__(self, parent: QWidget, shortcuts: Sequence[Shortcut]) -> None:
        title = self.tr("Keyboard shortcuts")
        super().__init__(parent, name="shortcutsDialog", title=title, width=_SIZE[0])
        self._model = _Shortcuts((*shortcuts, *self._local()), self)
        search = QLineEdit()
        search.setObjectName("shortcutSearchField")
        search.setPlaceholderText(self.tr("Search…"))
        search.setAccessibleName(self.tr("Search the shortcuts"))
        search.setClearButtonEnabled(True)
        search.textChanged.connect(self._model.search)
        self.body.addWidget(search)
        self.body.addWidget(self._make_table(title), 1)
        self.footer.addStretch(1)
        self.add_ok(self.tr("Close")).clicked.connect(self.accept)
        room = self.screen().availableGeometry()
        self.resize(_SIZE[0], min(_SIZE[1], room.height() - 80))
        search.setFocus()

    def _make_table(self, title: str) -> QTableView:
        table = row_table("shortcutsTable", title, self._model, row_px=_ROW_PX)
        header = table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        header.setMinimumSectionSize(_KEYS_PX)
        return table

    def _local(self) -> tuple[Shortcut, ...]:
        """The keys that a list, a table or a form handles itself."""
        return (
            Shortcut(words=self.tr("Move between cards or rows"), keys=self.tr("Arrow keys")),
            Shortcut(words=self.tr("Go to a card by name"), keys=self.tr("Letters")),
            Shortcut(words=self.tr("Edit the card"), keys=self.tr("Enter")),
            Shortcut(words=self.tr("Select one more"), keys=self.tr("Ctrl or Shift + click")),
            Shortcut(words=self.tr("Select all"), keys="Ctrl+A"),
            Shortcut(words=self.tr("Delete what is selected"), keys=self.tr("Del")),
            Shortcut(words=self.tr("Press the button, toggle the check box"), keys=self.tr("Space")),
            Shortcut(words=self.tr("Press the focused button or, if none, the default one"), keys=self.tr("Enter")),
            Shortcut(words=self.tr("Next or previous field or button"), keys=self.tr("Tab, Shift+Tab")),
        )
