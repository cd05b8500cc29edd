"""The end dates of certificates, secrets and sign-ins: their texts, and the model of their table."""

from collections.abc import Callable, Sequence
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QCoreApplication,
    QModelIndex,
    QPersistentModelIndex,
    QPointF,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QIcon, QPainter, QPen, QPolygonF

from smtp_desktop.domain.checks.end_date import EndDate
from smtp_desktop.ui.cards.card import Tone
from smtp_desktop.ui.conversation.summary import OutcomeSummary, SummaryTone
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_text import day_text, one_line, plain_tip, shown
from smtp_desktop.ui.widgets.row_table import cell_icon

_SUMMARY_TONES = {Tone.BAD: SummaryTone.BAD, Tone.WARN: SummaryTone.WARN}


def tone_of(end_date: EndDate, now: datetime) -> Tone:
    """Returns how urgent it is. `now` is aware and in local time, here and below."""
    if end_date.ended(now):
        return Tone.BAD
    return Tone.WARN if end_date.is_near(now) else Tone.NONE


def urgency(end_date: EndDate, now: datetime) -> str:
    """Returns in a word how urgent it is; empty if it is not."""
    words = {Tone.BAD: _tr("expired"), Tone.WARN: _tr("soon")}
    return words.get(tone_of(end_date, now), "")


def when_text(end_date: EndDate) -> str:
    """Returns the last day in local time."""
    return day_text(end_date.ends_on)


def moment_text(end_date: EndDate) -> str:
    """Returns the last day, with the local time if that is known."""
    if end_date.ends_at is None:
        return when_text(end_date)
    return _tr("{day} at {time}").format(day=when_text(end_date), time=f"{end_date.ends_at.astimezone():%H:%M}")


def left_text(end_date: EndDate, now: datetime) -> str:
    """Returns the days left in words."""
    return shown(end_date.left(now))


def what_text(end_date: EndDate) -> str:
    """Returns what ends. The text may contain what a server said."""
    return one_line(shown(end_date.what))


def steps_text(end_date: EndDate) -> tuple[str, ...]:
    """Returns what to do, in sentences, numbered if there are several."""
    steps = [one_line(shown(step)) for step in end_date.steps]
    return tuple(f"{n}. {step}" for n, step in enumerate(steps, 1)) if len(steps) > 1 else tuple(steps)


def end_date_summary(end_date: EndDate, now: datetime) -> OutcomeSummary:
    """Returns everything there is to say about it."""
    heading = _tr("{what}: {moment} ({left})").format(
        what=what_text(end_date), moment=moment_text(end_date), left=left_text(end_date, now)
    )
    return OutcomeSummary(
        title=heading,
        heading=heading,
        words=(one_line(shown(end_date.meaning)), *steps_text(end_date)),
        tone=_SUMMARY_TONES.get(tone_of(end_date, now), SummaryTone.GOOD),
    )


def _tr(source: str) -> str:
    return QCoreApplication.translate("Dates", source)


_Index = QModelIndex | QPersistentModelIndex
_MARK_PX = 12
MARK_SIZE = QSize(_MARK_PX, _MARK_PX)


class DateColumn(IntEnum):
    """The columns of the table."""

    SMTP = 0
    WHAT = 1
    WHEN = 2
    LEFT = 3
    STEPS = 4


class DateSegment(StrEnum):
    """The segments of the page."""

    ALL = "all"
    SOON = "soon"


class DatesModel(QAbstractTableModel):
    """The end dates that match the search and belong to the chosen segment, the soonest first."""

    def __init__(self, theme: Theme, now: Callable[[], datetime], parent: Any = None) -> None:
        """`now` returns an aware time in the local zone."""
        super().__init__(parent)
        self._now = now
        self._all: tuple[EndDate, ...] = ()
        self._rows: list[EndDate] = []
        self._search = ""
        self._segment = DateSegment.ALL
        self._marks = _marks(theme)

    @property
    def every(self) -> tuple[EndDate, ...]:
        """All end dates, shown or not, the soonest first."""
        return self._all

    @property
    def total(self) -> int:
        """The number of end dates, shown or not."""
        return len(self._all)

    @property
    def near(self) -> int:
        """The number of those that are near or over, shown or not."""
        return sum(end_date.is_near(self._now()) for end_date in self._all)

    @property
    def ended(self) -> int:
        """The number of those that are over, shown or not."""
        return sum(end_date.ended(self._now()) for end_date in self._all)

    @property
    def is_searched(self) -> bool:
        """Whether a search is active."""
        return bool(self._search)

    def load(self, end_dates: Sequence[EndDate]) -> None:
        """Shows these, which must be sorted: the soonest first."""
        self._all = tuple(end_dates)
        self.refresh()

    def show_only(self, *, search: str | None = None, segment: DateSegment | None = None) -> None:
        """Shows only end dates whose text contains `search` and that belong to `segment`."""
        self._search = self._search if search is None else search.strip().lower()
        self._segment = self._segment if segment is None else segment
        self.refresh()

    def refresh(self) -> None:
        """Updates the days left. Resets the model only if the rows are others."""
        rows = [end_date for end_date in self._all if self._fits(end_date)]
        if rows == self._rows:
            self._repaint()
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def set_theme(self, theme: Theme) -> None:
        """Paints the marks in the colours of `theme`."""
        self._marks = _marks(theme)
        self._repaint()

    def end_date_at(self, row: int) -> EndDate | None:
        """Returns the end date of a row; None if there is none."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_like(self, end_date: EndDate | None) -> int:
        """Returns the row of the same end date, even if its day or some of its SMTPs have changed; -1 if none."""
        rows = enumerate(self._rows)
        return next((row for row, one in rows if end_date and one.is_like(end_date)), -1)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default; it is never changed
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else len(DateColumn)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        end_date = self.end_date_at(index.row())
        if end_date is None:
            return None
        column = DateColumn(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._cell(end_date, column)
            case Qt.ItemDataRole.DecorationRole:
                return self._marks[tone_of(end_date, self._now())] if column is DateColumn.LEFT else None
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(self._full_text(end_date, column))
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._accessible_text(end_date, column)
            case _:
                return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        names = {
            DateColumn.SMTP: self.tr("SMTP"),
            DateColumn.WHAT: self.tr("What expires"),
            DateColumn.WHEN: self.tr("When"),
            DateColumn.LEFT: self.tr("Days left"),
            DateColumn.STEPS: self.tr("What to do"),
        }
        return names[DateColumn(section)]

    def _cell(self, end_date: EndDate, column: DateColumn) -> str:
        match column:
            case DateColumn.SMTP:
                return end_date.names
            case DateColumn.WHAT:
                return what_text(end_date)
            case DateColumn.WHEN:
                return when_text(end_date)
            case DateColumn.LEFT:
                return left_text(end_date, self._now())
            case DateColumn.STEPS:
                return " ".join(steps_text(end_date))

    def _full_text(self, end_date: EndDate, column: DateColumn) -> str:
        match column:
            case DateColumn.WHEN:
                return moment_text(end_date)
            case DateColumn.STEPS:
                return "\n".join(steps_text(end_date))
            case _:
                return self._cell(end_date, column)

    def _accessible_text(self, end_date: EndDate, column: DateColumn) -> str:
        words = self._cell(end_date, column)
        mark = urgency(end_date, self._now()) if column is DateColumn.LEFT else ""
        return f"{words}, {mark}" if mark and mark not in words else words

    def _fits(self, end_date: EndDate) -> bool:
        if self._segment is DateSegment.SOON and not end_date.is_near(self._now()):
            return False
        columns = (DateColumn.SMTP, DateColumn.WHAT, DateColumn.WHEN)
        return self._search in "\n".join(self._cell(end_date, column) for column in columns).lower()

    def _repaint(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(DateColumn) - 1))


def _marks(theme: Theme) -> dict[Tone, QIcon]:
    return {tone: _mark(theme, tone) for tone in (Tone.NONE, Tone.WARN, Tone.BAD)}


def _mark(theme: Theme, tone: Tone) -> QIcon:
    """Returns a mark whose shape differs, too: a ring, a triangle for soon, a disc with a cross for ended."""

    def paint(painter: QPainter) -> None:
        color = theme.color(tone.value)
        if tone is Tone.NONE:
            painter.setPen(QPen(color, 1.5))
            painter.drawEllipse(QRectF(2, 2, 8, 8))
            return
        painter.setBrush(color)
        if tone is Tone.WARN:
            painter.drawPolygon(QPolygonF([QPointF(6, 1), QPointF(11.5, 11), QPointF(0.5, 11)]))
            return
        painter.drawEllipse(QRectF(0.5, 0.5, 11, 11))
        painter.setPen(QPen(theme.color("surface"), 1.5, c=Qt.PenCapStyle.RoundCap))
        painter.drawLine(QPointF(4, 4), QPointF(8, 8))
        painter.drawLine(QPointF(8, 4), QPointF(4, 8))

    return cell_icon(_MARK_PX, paint)
