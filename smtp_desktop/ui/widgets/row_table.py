"""Tables in which each row is one item, and the icons of their cells."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QAbstractItemModel, Qt
from PySide6.QtGui import QIcon, QPainter, QPixmap
from PySide6.QtWidgets import QAbstractItemView, QTableView

from smtp_desktop.ui.theme.styled import ACCESSIBLE_AS
from smtp_desktop.ui.widgets.message_text import time_text

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
