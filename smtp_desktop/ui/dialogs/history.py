"""Every test and check of an SMTP that is remembered."""

from PySide6.QtCore import QItemSelectionModel
from PySide6.QtWidgets import QHeaderView, QWidget

from smtp_desktop.ui.dialogs.dialog import Dialog
from smtp_desktop.ui.models.check_history import CheckHistory, HistoryColumn
from smtp_desktop.ui.views.row_table import row_table

_ROW_PX = 32
_WIDTHS_PX = {
    HistoryColumn.TIME: 130,
    HistoryColumn.TRIAL: 70,
    HistoryColumn.OUTCOME: 150,
    HistoryColumn.DURATION: 90,
}


class HistoryDialog(Dialog):
    """A table of `history`, which goes on being filled while it is open."""

    def __init__(self, parent: QWidget, *, name: str, history: CheckHistory) -> None:
        """`name` is the SMTP's."""
        title = self.tr("History of {name}").format(name=name)
        super().__init__(parent, name="historyDialog", title=title, width=760)
        self.setMinimumHeight(480)
        table = row_table("historyTable", title, history, row_px=_ROW_PX)
        header = table.horizontalHeader()
        for column, width in _WIDTHS_PX.items():
            header.resizeSection(column, width)
        header.setSectionResizeMode(HistoryColumn.REPLY, QHeaderView.ResizeMode.Stretch)
        table.selectionModel().setCurrentIndex(
            history.index(0, 0),
            QItemSelectionModel.SelectionFlag.ClearAndSelect | QItemSelectionModel.SelectionFlag.Rows,
        )
        self.body.addWidget(table, 1)
        self.footer.addStretch(1)
        self.add_ok(self.tr("Close")).clicked.connect(self.accept)
        table.setFocus()
