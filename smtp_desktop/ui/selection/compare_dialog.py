"""The dialog that shows several SMTPs side by side."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtGui import QFont
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.domain.smtp.profile_fields import Plain, compared
from smtp_desktop.ui.cards.field_labels import field_labels
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.message_text import one_line, plain_tip
from smtp_desktop.ui.widgets.row_table import row_table

_ROW_PX, _FIELD_PX, _VALUE_PX, _MOST_VALUE_PX = 34, 170, 190, 300
_BESIDE_PX, _MOST_PX = 60, 960
_Index = QModelIndex | QPersistentModelIndex


class _Comparison(QAbstractTableModel):
    """A row for each field, a column for each SMTP. The fields that differ come first and are bold."""

    def __init__(self, profiles: Sequence[SmtpProfile], parent: Any = None) -> None:
        super().__init__(parent)
        self.fields = compared(profiles)
        self._names = [profile.name for profile in profiles]
        self._labels = field_labels()
        self._bold = QFont()
        self._bold.setBold(True)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default; it is never changed
        return 0 if parent.isValid() else len(self.fields)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else len(self._names) + 1

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation is not Qt.Orientation.Horizontal or role != Qt.ItemDataRole.DisplayRole:
            return None
        return self._names[section - 1] if section else self.tr("Field")

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        field = self.fields[index.row()]
        if role == Qt.ItemDataRole.FontRole:
            return self._bold if field.differs else None
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
            return None
        words = self._words(field.values[index.column() - 1]) if index.column() else self._labels[field.name]
        return plain_tip(words) if role == Qt.ItemDataRole.ToolTipRole else one_line(words)

    def _words(self, value: Plain) -> str:
        if value is None:
            return "–"
        if isinstance(value, bool):
            return self.tr("yes") if value else self.tr("no")
        return " ".join(value) if isinstance(value, list) else str(value)


class CompareDialog(Dialog):
    """Says how many fields differ; the table's `objectName` is `comparison`."""

    def __init__(self, parent: QWidget, *, profiles: Sequence[SmtpProfile]) -> None:
        super().__init__(
            parent,
            name="compareDialog",
            title=self.tr("Compare {n} SMTPs").format(n=f"{len(profiles):,}"),
            width=min(_FIELD_PX + _VALUE_PX * len(profiles) + _BESIDE_PX, _MOST_PX),
        )
        model = _Comparison(profiles, self)
        differing = sum(field.differs for field in model.fields)
        words = self.tr("1 field differs.") if differing == 1 else self.tr("{n} fields differ.").format(n=differing)
        if not differing:
            words = self.tr("They differ only in their names.")
        said = styled_label(words, "muted", wrap=True)
        said.setObjectName("comparisonWords")
        self.body.addWidget(said)
        table = row_table("comparison", self.tr("Fields of the SMTPs"), model, row_px=_ROW_PX)
        table.setColumnWidth(0, _FIELD_PX)
        table.ensurePolished()  # only then it has the font of the style sheet
        for column in range(1, model.columnCount()):
            table.setColumnWidth(column, min(max(_VALUE_PX, table.sizeHintForColumn(column)), _MOST_VALUE_PX))
        needed = sum(map(table.columnWidth, range(model.columnCount()))) + _BESIDE_PX
        self.setMinimumWidth(
            max(self.minimumWidth(), min(needed, _MOST_PX, self.screen().availableSize().width() - 16))
        )
        table.horizontalHeader().setStretchLastSection(True)
        table.setMinimumHeight(min(_ROW_PX * (model.rowCount() + 1) + 8, 420))
        self.body.addWidget(table, 1)
        self.footer.addStretch(1)
        self.add_ok(self.tr("Close")).clicked.connect(self.accept)
        table.setFocus()
