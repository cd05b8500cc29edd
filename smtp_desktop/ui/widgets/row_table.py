"""Tables in which each row is one item, and the icons of their cells."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QAbstractItemModel, QEvent, QObject, Qt
from PySide6.QtGui import QHelpEvent, QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView, QToolTip

from smtp_desktop.ui.theme.styled import ACCESSIBLE_AS
from smtp_desktop.ui.widgets.message_text import plain_tip, time_text

_ICON_SCALE = 2


def row_table(name: str, label: str, model: QAbstractItemModel, *, row_px: int) -> QTableView:
    """Returns a table of `model` that selects single rows. `name` is its object name, `label` its accessible name."""
    table = QTableView()
    dress_row_table(table, name, label, model, row_px=row_px)
    return table


def dress_row_table(table: QTableView, name: str, label: str, model: QAbstractItemModel, *, row_px: int) -> None:
    """Makes one of a table of a kind of its own, as `row_table` does."""
    table.setProperty(ACCESSIBLE_AS, "items")  # first: Qt asks for it only once
    table.setObjectName(name)
    table.setAccessibleName(label)
    table.setModel(model)
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setShowGrid(False)
    table.setTabKeyNavigation(False)
    table.setWordWrap(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(row_px)
    header = table.horizontalHeader()
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setHighlightSections(False)
    header.viewport().installEventFilter(HeaderTips(header))


class HeaderTips(QObject):
    """Shows the whole title of a column that is too narrow for it as its tool tip."""

    def __init__(self, header: QHeaderView) -> None:
        super().__init__(header)
        self._header = header

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() != QEvent.Type.ToolTip or not isinstance(event, QHelpEvent):
            return False
        header, section = self._header, self._header.logicalIndexAt(event.pos())
        title = header.model().headerData(section, Qt.Orientation.Horizontal) if section >= 0 else None
        cut = title is not None and header.sectionSizeHint(section) > header.sectionSize(section)
        QToolTip.showText(event.globalPos(), plain_tip(str(title)) if cut else "", header)
        return cut


def widest_time_px(table: QTableView) -> int:
    """Returns the width of the widest text that `time_text` gives, in the font of the table."""
    table.ensurePolished()  # only then it has the font of the style sheet
    metrics = table.fontMetrics()
    times = (datetime(2026, month, 28, 20, 0, 0, tzinfo=UTC) for month in range(1, 13))
    return max(metrics.horizontalAdvance(time_text(at)) for at in times)


def cell_icon(side_px: int, paint: Callable[[QPainter], None]) -> QIcon:
    """Returns a square icon for a cell, which `paint` draws, without an outline unless it sets a pen."""
    picture = QPixmap(_ICON_SCALE * side_px, _ICON_SCALE * side_px)
    picture.setDevicePixelRatio(_ICON_SCALE)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    paint(painter)
    painter.end()
    icon = QIcon(picture)
    # Without a picture of its own, Qt tints the icon of a selected row.
    icon.addPixmap(picture, QIcon.Mode.Selected)
    return icon
