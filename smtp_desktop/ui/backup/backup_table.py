"""The backups in the data folder, as a table."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QCoreApplication, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtWidgets import QHeaderView, QTableView

from smtp_desktop.domain.backups import Backup
from smtp_desktop.ui.widgets.message_text import shown, time_text
from smtp_desktop.ui.widgets.row_table import row_table, widest_time_px

_ROW_PX, _MARGIN_PX, _COUNT_PX, _ROWS_SHOWN = 32, 28, 92, 7
_Index = QModelIndex | QPersistentModelIndex
_NO_PARENT = QModelIndex()


class BackupModel(QAbstractTableModel):
    """Backups, the newest first: when each was made, why, and what is in it."""

    def __init__(self) -> None:
        super().__init__()
        self.backups: tuple[Backup, ...] = ()

    def load(self, backups: tuple[Backup, ...]) -> None:
        """Shows these."""
        self.beginResetModel()
        self.backups = backups
        self.endResetModel()

    def rowCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(self.backups)

    def columnCount(self, parent: _Index = _NO_PARENT) -> int:
        return 0 if parent.isValid() else len(_titles())

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        backup = self.backups[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _cells(backup)[index.column()]
        return backup.name if role == Qt.ItemDataRole.ToolTipRole else None

    def flags(self, index: _Index) -> Qt.ItemFlag:
        usual = super().flags(index)
        return Qt.ItemFlag.NoItemFlags if self.backups[index.row()].problem else usual

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        is_title = orientation == Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
        return _titles()[section] if is_title else None


def backup_table(model: BackupModel) -> QTableView:
    """Returns the table of `model`; its `objectName` is `backupTable`."""
    table = row_table("backupTable", _tr("Backups"), model, row_px=_ROW_PX)
    header = table.horizontalHeader()
    header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
    table.setColumnWidth(0, widest_time_px(table) + _MARGIN_PX)
    for column in (2, 3):
        table.setColumnWidth(column, _COUNT_PX)
    table.setMinimumHeight(_ROWS_SHOWN * _ROW_PX)
    return table


def _cells(backup: Backup) -> tuple[str, ...]:
    why = shown(backup.problem or backup.words)
    return time_text(backup.made_at), why, f"{backup.smtps:,}", f"{backup.activities:,}"


def _titles() -> tuple[str, ...]:
    return _tr("Made"), _tr("Why"), _tr("SMTPs"), _tr("Activities")


def _tr(source: str) -> str:
    return QCoreApplication.translate("Backups", source)
