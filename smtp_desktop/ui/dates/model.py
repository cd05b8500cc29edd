"""What a deadline says in the table and in the box below it."""

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
from PySide6.QtGui import QIcon, QPainter, QPen, QPixmap, QPolygonF

from smtp_desktop.domain.checks.end_date import EndDate
from smtp_desktop.ui.cards.card import Tone
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.advice_box import Verdict, VerdictTone
from smtp_desktop.ui.widgets.message_text import day_text, one_line, plain_tip, shown

_VERDICT_TONES = {Tone.BAD: VerdictTone.BAD, Tone.WARN: VerdictTone.WARN}


def tone_of(deadline: EndDate, now: datetime) -> Tone:
    """Returns how urgent it is; `now` is aware, in this computer's zone, here and below."""
    if deadline.ended(now):
        return Tone.BAD
    return Tone.WARN if deadline.is_near(now) else Tone.NONE


def urgency(deadline: EndDate, now: datetime) -> str:
    """Returns in a word how urgent it is; nothing where there is time."""
    words = {Tone.BAD: _tr("ended"), Tone.WARN: _tr("soon")}
    return words.get(tone_of(deadline, now), "")


def when_text(deadline: EndDate) -> str:
    """Returns the last day, by this computer's calendar."""
    return day_text(deadline.ends_on)


def moment_text(deadline: EndDate) -> str:
    """Returns the last day, with the local time where it is known."""
    if deadline.ends_at is None:
        return when_text(deadline)
    return _tr("{day} at {time}").format(day=when_text(deadline), time=f"{deadline.ends_at.astimezone():%H:%M}")


def left_text(deadline: EndDate, now: datetime) -> str:
    """Returns the days left in words."""
    return shown(deadline.left(now))


def what_text(deadline: EndDate) -> str:
    """Returns what ends. A server may have said what it is called."""
    return one_line(shown(deadline.what))


def steps_text(deadline: EndDate) -> tuple[str, ...]:
    """Returns what to do, a numbered sentence each."""
    steps = [one_line(shown(step)) for step in deadline.steps]
    return tuple(f"{n}. {step}" for n, step in enumerate(steps, 1)) if len(steps) > 1 else tuple(steps)


def verdict_on_deadline(deadline: EndDate, now: datetime) -> Verdict:
    """Returns all there is to say about it."""
    heading = _tr("{what}: {moment} ({left})").format(
        what=what_text(deadline), moment=moment_text(deadline), left=left_text(deadline, now)
    )
    return Verdict(
        title=heading,
        heading=heading,
        words=(one_line(shown(deadline.meaning)), *steps_text(deadline)),
        tone=_VERDICT_TONES.get(tone_of(deadline, now), VerdictTone.GOOD),
    )


def _tr(source: str) -> str:
    return QCoreApplication.translate("Dates", source)


_Index = QModelIndex | QPersistentModelIndex
_MARK_PX = 12
MARK_SIZE = QSize(_MARK_PX, _MARK_PX)


class Column(IntEnum):
    SMTP = 0
    WHAT = 1
    WHEN = 2
    LEFT = 3
    STEPS = 4


class Segment(StrEnum):
    ALL = "all"
    SOON = "soon"


class Dates(QAbstractTableModel):
    """The deadlines that match the search and the chosen segment, the soonest first."""

    def __init__(self, theme: Theme, now: Callable[[], datetime], parent: Any = None) -> None:
        """`now` is aware, in this computer's zone."""
        super().__init__(parent)
        self._now = now
        self._all: tuple[EndDate, ...] = ()
        self._rows: list[EndDate] = []
        self._search = ""
        self._segment = Segment.ALL
        self._marks = _marks(theme)

    @property
    def total(self) -> int:
        """How many there are, shown or not."""
        return len(self._all)

    @property
    def near(self) -> int:
        """How many are worth a warning, or over, shown or not."""
        return sum(deadline.is_near(self._now()) for deadline in self._all)

    @property
    def ended(self) -> int:
        """How many are over, shown or not."""
        return sum(deadline.ended(self._now()) for deadline in self._all)

    @property
    def narrowed(self) -> bool:
        """Whether something is searched for."""
        return bool(self._search)

    def load(self, end_dates: Sequence[EndDate]) -> None:
        """The table is made from these, the soonest first."""
        self._all = tuple(end_dates)
        self.refresh()

    def show_only(self, *, search: str | None = None, segment: Segment | None = None) -> None:
        """Only deadlines that hold `search` in their words and belong to `segment` are shown."""
        self._search = self._search if search is None else search.strip().lower()
        self._segment = self._segment if segment is None else segment
        self.refresh()

    def refresh(self) -> None:
        """The days left are those of now. Where the rows are the same ones, nothing moves."""
        rows = [deadline for deadline in self._all if self._fits(deadline)]
        if rows == self._rows:
            self._repaint()
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def set_theme(self, theme: Theme) -> None:
        """The marks have the colours of `theme`."""
        self._marks = _marks(theme)
        self._repaint()

    def deadline_at(self, row: int) -> EndDate | None:
        """Returns the deadline of a row."""
        return self._rows[row] if 0 <= row < len(self._rows) else None

    def row_like(self, deadline: EndDate | None) -> int:
        """Returns the row of what ends there, even if its day or some of its SMTPs are others by now; -1 if there is
        none."""
        rows = enumerate(self._rows)
        # Nothing ends for an SMTP twice in the same way.
        return next((row for row, one in rows if deadline and one.is_like(deadline)), -1)

    def rowCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default; it is never changed
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: _Index = QModelIndex()) -> int:  # noqa: B008 - as above
        return 0 if parent.isValid() else len(Column)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        deadline = self.deadline_at(index.row())
        if deadline is None:
            return None
        column = Column(index.column())
        match role:
            case Qt.ItemDataRole.DisplayRole:
                return self._cell(deadline, column)
            case Qt.ItemDataRole.DecorationRole:
                return self._marks[tone_of(deadline, self._now())] if column is Column.LEFT else None
            case Qt.ItemDataRole.ToolTipRole:
                return plain_tip(self._whole(deadline, column))
            case Qt.ItemDataRole.AccessibleTextRole:
                return self._spoken(deadline, column)
            case _:
                return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role != Qt.ItemDataRole.DisplayRole or orientation is not Qt.Orientation.Horizontal:
            return None
        names = {
            Column.SMTP: self.tr("SMTP"),
            Column.WHAT: self.tr("What ends"),
            Column.WHEN: self.tr("When"),
            Column.LEFT: self.tr("Days left"),
            Column.STEPS: self.tr("What to do"),
        }
        return names[Column(section)]

    def _cell(self, deadline: EndDate, column: Column) -> str:
        match column:
            case Column.SMTP:
                return deadline.names
            case Column.WHAT:
                return what_text(deadline)
            case Column.WHEN:
                return when_text(deadline)
            case Column.LEFT:
                return left_text(deadline, self._now())
            case Column.STEPS:
                return " ".join(steps_text(deadline))

    def _whole(self, deadline: EndDate, column: Column) -> str:
        match column:
            case Column.WHEN:
                return moment_text(deadline)
            case Column.STEPS:
                return "\n".join(steps_text(deadline))
            case _:
                return self._cell(deadline, column)

    def _spoken(self, deadline: EndDate, column: Column) -> str:
        words = self._cell(deadline, column)
        mark = urgency(deadline, self._now()) if column is Column.LEFT else ""
        return f"{words}, {mark}" if mark and mark not in words else words

    def _fits(self, deadline: EndDate) -> bool:
        if self._segment is Segment.SOON and not deadline.is_near(self._now()):
            return False
        columns = (Column.SMTP, Column.WHAT, Column.WHEN)
        return self._search in "\n".join(self._cell(deadline, column) for column in columns).lower()

    def _repaint(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, len(Column) - 1))


def _marks(theme: Theme) -> dict[Tone, QIcon]:
    return {tone: _mark(theme, tone) for tone in (Tone.NONE, Tone.WARN, Tone.BAD)}


def _mark(theme: Theme, tone: Tone) -> QIcon:
    """Returns a sign that is told by its form, too: a ring, a triangle for soon, a cross in a disc for ended."""
    picture = QPixmap(2 * _MARK_PX, 2 * _MARK_PX)
    picture.setDevicePixelRatio(2.0)
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    color = theme.color(tone.value)
    if tone is Tone.NONE:
        painter.setPen(QPen(color, 1.5))
        painter.drawEllipse(QRectF(2, 2, 8, 8))
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(color)
        if tone is Tone.WARN:
            painter.drawPolygon(QPolygonF([QPointF(6, 1), QPointF(11.5, 11), QPointF(0.5, 11)]))
        else:
            painter.drawEllipse(QRectF(0.5, 0.5, 11, 11))
            painter.setPen(QPen(theme.color("surface"), 1.5, c=Qt.PenCapStyle.RoundCap))
            painter.drawLine(QPointF(4, 4), QPointF(8, 8))
            painter.drawLine(QPointF(8, 4), QPointF(4, 8))
    painter.end()
    mark = QIcon(picture)
    # By itself Qt would tint the mark of a selected row.
    mark.addPixmap(picture, QIcon.Mode.Selected)
    return mark
