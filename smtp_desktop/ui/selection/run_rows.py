"""The rows of a run over several SMTPs: which are to take part, and what came of each."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import Enum, auto
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QIcon, QPainter, QPen, QPolygonF

from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_text import one_line, plain_tip
from smtp_desktop.ui.widgets.row_table import cell_icon

ICON_PX = 16
NAME, WORDS, TOOK = range(3)
_Index = QModelIndex | QPersistentModelIndex
_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
_CHECK = QPolygonF([QPointF(4.4, 8.2), QPointF(7, 10.8), QPointF(11.6, 5.4)])


class RowState(Enum):
    """How far a row is."""

    WAITING = auto()
    RUNNING = auto()
    GOOD = auto()
    UNSURE = auto()
    BAD = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class RowEnd:
    """What came of an SMTP, to be shown; `took_ms` is None where nothing was timed."""

    profile_id: ProfileId
    state: RowState
    words: str
    took_ms: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    profile_id: ProfileId
    name: str
    ticked: bool = True
    state: RowState = RowState.WAITING
    words: str = ""
    took_ms: float | None = None


class RunRows(QAbstractTableModel):
    """A row for each SMTP: name, what came of it, and how long that took. Before the run, names have a tick box."""

    ticks_changed = Signal()

    def __init__(self, profiles: Sequence[SmtpProfile], theme: Theme, parent: Any = None) -> None:
        super().__init__(parent)
        self._rows = [_Row(profile_id=profile.id, name=profile.name) for profile in profiles]
        self._asked = self._rows  # all of them, also while a run shows some
        self._index_rows()
        self._icons = {state: _icon(theme, state) for state in RowState}
        self._ticking = True

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default; it is never changed
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else TOOK + 1

    def flags(self, index: _Index) -> Qt.ItemFlag:
        ticks = self._ticking and index.column() == NAME
        return super().flags(index) | Qt.ItemFlag.ItemIsUserCheckable if ticks else super().flags(index)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        row = self._rows[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return (row.name, row.words, _seconds(row.took_ms))[index.column()]
        match index.column():
            case 0:
                return self._of_name(row, role)
            case 1:
                return plain_tip(row.words) if role == Qt.ItemDataRole.ToolTipRole else None
            case _:
                return _RIGHT if role == Qt.ItemDataRole.TextAlignmentRole else None

    def _of_name(self, row: _Row, role: int) -> Any:
        if self._ticking:
            tick = Qt.CheckState.Checked if row.ticked else Qt.CheckState.Unchecked
            return tick if role == Qt.ItemDataRole.CheckStateRole else None
        return self._icons[row.state] if role == Qt.ItemDataRole.DecorationRole else None

    def setData(self, index: _Index, value: Any, role: int = Qt.ItemDataRole.EditRole) -> bool:
        if role != Qt.ItemDataRole.CheckStateRole or not self._ticking:
            return False
        row = self._rows[index.row()]
        self._rows[index.row()] = replace(row, ticked=Qt.CheckState(value) is Qt.CheckState.Checked)
        self.dataChanged.emit(index, index)
        self.ticks_changed.emit()
        return True

    def ticked(self) -> list[ProfileId]:
        """Returns the SMTPs that take part."""
        return [row.profile_id for row in self._rows if row.ticked]

    def begin(self, waiting: str) -> None:
        """Shows only those that take part, each with `waiting` for words."""
        self.beginResetModel()
        self._ticking = False
        self._rows = [replace(row, words=waiting) for row in self._asked if row.ticked]
        self._index_rows()
        self.endResetModel()

    def take_back(self) -> None:
        """Shows all rows with their tick boxes again: nothing was done."""
        self.beginResetModel()
        self._ticking, self._rows = True, self._asked
        self._index_rows()
        self.endResetModel()

    def _index_rows(self) -> None:
        self._row_of = {row.profile_id: number for number, row in enumerate(self._rows)}
        # Kept up to date by `show`: to count ten thousand rows for each one that ends takes over 10 s in all.
        self._counts = Counter(row.state for row in self._rows)

    def end(self, waiting: str) -> None:
        """Shows what runs as still waiting, with these words: it was stopped."""
        left = [row.profile_id for row in self._rows if row.state is RowState.RUNNING]
        for profile_id in left:
            self.show(RowEnd(profile_id=profile_id, state=RowState.WAITING, words=waiting))

    def show(self, end: RowEnd) -> QModelIndex:
        """Shows how far an SMTP is, and returns its index."""
        number = self._row_of[end.profile_id]
        self._counts[self._rows[number].state] -= 1
        self._counts[end.state] += 1
        changed = replace(self._rows[number], state=end.state, words=one_line(end.words), took_ms=end.took_ms)
        self._rows[number] = changed
        self.dataChanged.emit(self.index(number, 0), self.index(number, TOOK))
        return self.index(number, 0)

    def count(self, *states: RowState) -> int:
        """Returns how many rows are in one of these states."""
        return sum(self._counts[state] for state in states)


def _seconds(took_ms: float | None) -> str:
    return "" if took_ms is None else f"{took_ms / 1000:.1f} s"


def _icon(theme: Theme, state: RowState) -> QIcon:
    colors = {RowState.GOOD: "ok", RowState.UNSURE: "warn", RowState.BAD: "bad", RowState.RUNNING: "accent"}

    def paint(painter: QPainter) -> None:
        if state in (RowState.WAITING, RowState.RUNNING):
            painter.setPen(QPen(theme.color(colors.get(state, "faint")), 1.5 if state is RowState.WAITING else 3))
            painter.drawEllipse(QRectF(1.5, 1.5, ICON_PX - 3, ICON_PX - 3))
            return
        painter.setBrush(theme.color(colors[state]))
        painter.drawEllipse(QRectF(0, 0, ICON_PX, ICON_PX))
        pen = QPen(theme.color("surface"), 1.8)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        if state is RowState.GOOD:
            painter.drawPolyline(_CHECK)
        elif state is RowState.BAD:
            painter.drawLine(QPointF(5.4, 5.4), QPointF(10.6, 10.6))
            painter.drawLine(QPointF(10.6, 5.4), QPointF(5.4, 10.6))
        else:
            painter.drawLine(QPointF(8, 4.2), QPointF(8, 8.8))
            painter.drawPoint(QPointF(8, 11.6))

    return cell_icon(ICON_PX, paint)
