"""The table of what was found, with a tick box for all rows in its header."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QCheckBox, QHeaderView, QTableView, QWidget

from smtp_desktop.domain.imports.preview import ImportAction
from smtp_desktop.ui.cards.card_cache import TICK_PX, Tick
from smtp_desktop.ui.imports.found import FoundColumn
from smtp_desktop.ui.imports.row_painter import EDGE_PX, GAP_PX, HEADER_PX, ROW_PX, TEXT_FROM_PX, RowDelegate
from smtp_desktop.ui.imports.rows import FoundRows, Way, action_words
from smtp_desktop.ui.layout.mirroring import mirrored
from smtp_desktop.ui.theme.theme import Theme
from smtp_desktop.ui.widgets.message_text import set_tip
from smtp_desktop.ui.widgets.popups import Menu
from smtp_desktop.ui.widgets.row_table import dress_row_table

_USUAL_PX = {
    FoundColumn.NAME: 178,
    FoundColumn.SERVER: 190,
    FoundColumn.USER: 194,
    FoundColumn.WHERE: 136,
    FoundColumn.STATE: 186,
    FoundColumn.WHAT: 142,
}
_LEAST_PX = {
    FoundColumn.NAME: 140,
    FoundColumn.SERVER: 150,
    FoundColumn.USER: 130,
    FoundColumn.WHERE: 110,
    FoundColumn.STATE: 168,
    FoundColumn.WHAT: 132,
}
_MOST_PX, _MOST_STATE_PX, _MEASURED = 320, 220, 60
_FIRST_TO_GO = (FoundColumn.USER, FoundColumn.SERVER, FoundColumn.WHERE)
_MOST_ROWS, _FEWEST_ROWS, _FEWEST_SEEN = 7, 3, 2
_LEAST_HEIGHT_PX, _AROUND_PX = 132, 330
_RING_PX = 3


class AllBox(QCheckBox):
    """The tick box for all rows; a click ticks all of them, or none where all are ticked."""

    def __init__(self, parent: QWidget, delegate: RowDelegate) -> None:
        super().__init__(parent)
        self._delegate = delegate
        self.setObjectName("allBox")
        self.setTristate(True)
        self.setAccessibleName(self.tr("Select all"))
        set_tip(self, self.tr("Select all"))

    def show_tick(self, tick: Tick) -> None:
        """Shows whether all rows are ticked, some, or none."""
        states = {
            Tick.OFF: Qt.CheckState.Unchecked,
            Tick.SOME: Qt.CheckState.PartiallyChecked,
            Tick.ON: Qt.CheckState.Checked,
        }
        self.setCheckState(states[tick])

    def nextCheckState(self) -> None:
        """Leaves it to the model, which says what follows from a click."""

    def sizeHint(self) -> QSize:
        return QSize(TICK_PX + 2 * _RING_PX, TICK_PX + 2 * _RING_PX)

    def paintEvent(self, event: QPaintEvent) -> None:
        ticks = {
            Qt.CheckState.Unchecked: Tick.OFF,
            Qt.CheckState.PartiallyChecked: Tick.SOME,
            Qt.CheckState.Checked: Tick.ON,
        }
        painter = QPainter(self)
        cache = self._delegate.cache_for(self.font(), self.devicePixelRatioF())
        painter.drawPixmap(_RING_PX, _RING_PX, cache.tick(ticks[self.checkState()]))
        if self.hasFocus():
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(self._delegate.theme.color("accent"), 1))
            painter.drawRoundedRect(self.rect().toRectF().adjusted(0.5, 0.5, -0.5, -0.5), 5, 5)
        painter.end()


class FoundTable(QTableView):
    """Shows `rows`. Its `objectName` is `found`. Space ticks a row, Enter does what its last column says, Ctrl+A ticks
    all rows or none. The signals carry the number of the row in the model."""

    password_asked = Signal(int)
    """A password is to be entered for the row."""
    details_asked = Signal(int)
    """All that is known of the row is to be shown, with its line of the file."""

    def __init__(self, rows: FoundRows, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._rows, self._theme = rows, theme
        self._pressed: int | None = None
        self._wanted_px = dict(_USUAL_PX)
        self._delegate = RowDelegate(theme, self)
        self.destroyed.connect(self._delegate.clear_cache)
        dress_row_table(self, "found", self.tr("What was found"), rows, row_px=ROW_PX)
        self.setItemDelegate(self._delegate)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setMouseTracking(True)
        header = self.horizontalHeader()
        header.setFixedHeight(HEADER_PX)
        header.setSectionsClickable(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setSectionResizeMode(FoundColumn.STATE, QHeaderView.ResizeMode.Stretch)
        self.all_box = AllBox(header, self._delegate)
        self.all_box.clicked.connect(rows.toggle_all)
        header.installEventFilter(self)
        self.setTabOrder(self.all_box, self)
        rows.modelReset.connect(self._measure)
        rows.choices_changed.connect(self._show_tick)
        self._show_tick()

    def sizeHint(self) -> QSize:
        # On a low screen fewer rows, so that the dialog need not scroll for the one with the focus.
        room = (self.screen().availableGeometry().height() - _AROUND_PX) // ROW_PX
        rows = min(max(self._rows.rowCount(), _FEWEST_ROWS), _MOST_ROWS, max(room, _FEWEST_SEEN))
        return QSize(super().sizeHint().width(), HEADER_PX + rows * ROW_PX + 2)

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), _LEAST_HEIGHT_PX)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_columns()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (QEvent.Type.Resize, QEvent.Type.Show):
            self._place_box()
        return False

    def _place_box(self) -> None:
        header, size = self.horizontalHeader(), self.all_box.sizeHint()
        left, top = EDGE_PX - _RING_PX, (HEADER_PX - size.height()) // 2
        self.all_box.setGeometry(mirrored(header, QRect(QPoint(left, top), size)))

    def _show_tick(self) -> None:
        self.all_box.show_tick(self._rows.tick)
        self.all_box.setEnabled(bool(self._rows.tickable))

    def _fit_columns(self) -> None:
        """Gives each column the width that it needs, as far as there is room; those for which there is none go."""
        room, gone = self.viewport().width(), list[FoundColumn]()
        wanted_px = dict(self._wanted_px)

        def needed() -> int:
            return sum(px for column, px in wanted_px.items() if column not in gone)

        def least() -> int:
            return sum(px for column, px in _LEAST_PX.items() if column not in gone)

        for column in _FIRST_TO_GO:
            if least() <= room:
                break
            gone.append(column)
        self._delegate.two_lines = FoundColumn.SERVER in gone
        if self._delegate.two_lines:  # the server stands below the name
            below_px = wanted_px[FoundColumn.SERVER] - GAP_PX + TEXT_FROM_PX
            wanted_px[FoundColumn.NAME] = max(wanted_px[FoundColumn.NAME], below_px)
        over, spare = max(0, needed() - room), max(1, needed() - least())
        wide = {column: px for column, px in _USUAL_PX.items() if column not in gone}
        free = max(0, room - needed())
        lack = max(1, sum(max(0, px - wanted_px[column]) for column, px in wide.items()))
        for column, px in wanted_px.items():
            less = max(0, px - _LEAST_PX[column]) * over // spare
            more = max(0, wide.get(column, 0) - px) * min(free, lack) // lack
            self.setColumnHidden(column, column in gone)
            self.setColumnWidth(column, px - less + more)

    def _measure(self) -> None:
        """Takes the widths that the columns would like to have: those of what they show, within bounds."""
        rows = [self._rows.shown_at(row) for row in range(min(self._rows.rowCount(), _MEASURED))]
        for column, least in _LEAST_PX.items():
            wanted = self._delegate.wanted_px(self, column, rows)
            # A long reason is in the tool tip and among the details: it does not take the room of the addresses.
            most = _MOST_STATE_PX if column is FoundColumn.STATE else _MOST_PX
            self._wanted_px[column] = min(max(least, wanted), most)
        self._fit_columns()

    # Mouse and keys

    def mousePressEvent(self, event: QMouseEvent) -> None:
        super().mousePressEvent(event)
        point = event.position().toPoint()
        if event.button() is Qt.MouseButton.LeftButton and self._is_on_tick(point):
            self._rows.toggle(self.indexAt(point).row())
        self._pressed = self._way_at(point) if event.button() is Qt.MouseButton.LeftButton else None

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        pressed, self._pressed = self._pressed, None
        if pressed is not None and pressed == self._way_at(event.position().toPoint()):
            self._go_on(pressed)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        self.mousePressEvent(event)  # the second press on a tick is one more

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        point = event.position().toPoint()
        if self._is_on_tick(point) or self._way_at(point) is not None:
            self.viewport().setCursor(Qt.CursorShape.PointingHandCursor)
        else:
            self.viewport().unsetCursor()

    def _is_on_tick(self, point: QPoint) -> bool:
        index = self.indexAt(point)
        if not index.isValid() or index.column() != FoundColumn.NAME:
            return False
        cell = self.visualRect(index)
        from_edge = cell.right() - point.x() if self.isRightToLeft() else point.x() - cell.left()
        return 0 <= from_edge < TEXT_FROM_PX

    def _way_at(self, point: QPoint) -> int | None:
        """Returns the row in whose last column a point is; None where nothing is to be pressed there."""
        index = self.indexAt(point)
        in_column = index.isValid() and index.column() == FoundColumn.WHAT
        return index.row() if in_column and self._rows.shown_at(index.row()).way is not Way.NONE else None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        index = self.currentIndex()
        plain = event.modifiers() in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.KeypadModifier)
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and index.isValid():
            self._go_on(index.row())
        elif event.key() == Qt.Key.Key_Space and plain and index.isValid():
            self._rows.toggle(index.row())
        elif event.matches(QKeySequence.StandardKey.SelectAll):
            self._rows.toggle_all()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_key = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if by_key else self.indexAt(event.pos())
        if index.isValid():
            self.selectRow(index.row())
            where = self._below(index.row()) if by_key else event.globalPos()
            self._pop_up(index.row(), where)

    def _go_on(self, row: int) -> None:
        """Does what the last column of the row says."""
        match self._rows.shown_at(row).way:
            case Way.CHOICE:
                self._pop_up(row, self._below(row))
            case Way.PASSWORD:
                self.password_asked.emit(row)
            case Way.DETAILS:
                self.details_asked.emit(row)
            case Way.NONE:
                self._rows.toggle(row)

    def _below(self, row: int) -> QPoint:
        cell = self.visualRect(self._rows.index(row, FoundColumn.WHAT))
        at = cell.bottomRight() if self.isRightToLeft() else cell.bottomLeft()
        return self.viewport().mapToGlobal(at - QPoint(0, 8))

    def _pop_up(self, row: int, where: QPoint) -> None:
        """Opens the menu of the row: its choices, and where it is from."""
        shown = self._rows.shown_at(row)
        menu = Menu(self, "foundMenu", self.tr("What to do"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        acts: dict[str, Callable[[], object]] = {}

        def add(name: str, words: str, act: Callable[[], object], *, chosen: bool | None = None) -> None:
            action = menu.add(name, words)
            acts[name] = act
            if chosen is not None:
                action.setCheckable(True)
                action.setChecked(chosen)

        for action in sorted(shown.row.actions, key=list(ImportAction).index):
            act = partial(self._rows.choose, row, action)
            add(f"{action.value}Action", action_words(action), act, chosen=action is shown.action)
        if shown.needs_password:
            add("passwordAction", shown.password_words, lambda: self.password_asked.emit(row))
        add("detailsAction", self.tr("Details…"), lambda: self.details_asked.emit(row))
        menu.triggered.connect(lambda action: acts[action.objectName()]())
        menu.popup(where)

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        current = self.currentIndex()
        if self.hasFocus() and current.isValid():
            more = self._theme.more_contrast
            painter = QPainter(self.viewport())
            painter.setPen(QPen(self._theme.color("focus" if more else "accent"), 3 if more else 2))
            top = self.rowViewportPosition(current.row())
            painter.drawRect(QRect(1, top, self.viewport().width() - 2, ROW_PX - 1))
            painter.end()
