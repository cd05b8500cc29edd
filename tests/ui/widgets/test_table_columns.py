"""The columns of a table as the user chose them."""

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QStandardItemModel
from PySide6.QtWidgets import QApplication, QTableView

from smtp_desktop.ui.widgets.row_table import row_table
from smtp_desktop.ui.widgets.table_columns import ColumnChoice, ColumnKeeper, TableColumns, choice_of, kept_text

LEFT, NONE = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
NAMES = ("time", "subject", "to", "state")
USUAL = {0: 120, 2: 100, 3: 150}


class Table:
    """A user at a table of which the columns are kept in `kept`."""

    def __init__(self, qtbot, kept=None):
        self.qtbot, self.kept = qtbot, {} if kept is None else kept
        model = QStandardItemModel(3, len(NAMES))
        model.setHorizontalHeaderLabels(["Time", "Subject", "To", "State"])
        self.table: QTableView = row_table("table", "Rows", model, row_px=30)
        self.model = model
        qtbot.addWidget(self.table)
        self.table.resize(700, 300)
        self.table.show()
        self.columns = TableColumns(self.table, NAMES, stretched=1)
        self.columns.set_usual(USUAL)
        ColumnKeeper(self.kept, self.kept.__setitem__).keep("rows", self.columns)

    @property
    def widths(self):
        return [self.table.columnWidth(column) for column in range(len(NAMES))]

    def drag(self, column, by):
        """Drags the right edge of a column."""
        header = self.table.horizontalHeader()
        edge = header.sectionViewportPosition(column) + header.sectionSize(column) - 1
        for kind, x, button, held in (
            (QEvent.Type.MouseButtonPress, edge, LEFT, LEFT),
            (QEvent.Type.MouseMove, edge + by, NONE, LEFT),
            (QEvent.Type.MouseButtonRelease, edge + by, LEFT, NONE),
        ):
            at = QPointF(x, header.height() / 2)
            event = QMouseEvent(kind, at, header.mapToGlobal(at), button, held, Qt.KeyboardModifier.NoModifier)
            QApplication.sendEvent(header.viewport(), event)

    def pick(self, action):
        """Chooses an entry of the menu of the header."""
        header = self.table.horizontalHeader()
        at = QPoint(10, 10)
        event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, header.mapToGlobal(at))
        QApplication.sendEvent(header.viewport(), event)
        menu = QApplication.activePopupWidget()
        entry = next(one for one in menu.actions() if one.objectName() == action)
        self.qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry).center())

    def wait_until_kept(self):
        with self.qtbot.waitSignal(self.columns.changed):
            pass


@pytest.fixture
def table(qtbot):
    return Table(qtbot)


def test_one_column_takes_the_room_that_the_others_leave(table):
    room = table.table.viewport().width()
    assert table.widths == [120, room - 370, 100, 150]


def test_a_dragged_width_is_kept_and_the_stretched_column_gives_way(table, qtbot):
    room = table.table.viewport().width()
    table.drag(2, 60)
    assert table.widths == [120, room - 430, 160, 150]
    table.wait_until_kept()
    assert Table(qtbot, table.kept).widths == [120, room - 430, 160, 150]


def test_a_hidden_column_stays_hidden_until_it_is_shown_again(table, qtbot):
    table.pick("toColumnAction")
    assert [table.table.isColumnHidden(column) for column in range(4)] == [False, False, True, False]
    table.wait_until_kept()
    again = Table(qtbot, table.kept)
    assert again.table.isColumnHidden(2)
    again.pick("toColumnAction")
    assert not again.table.isColumnHidden(2)
    assert again.widths[2] == 100


def test_the_usual_columns_come_back(table):
    table.drag(0, 50)
    table.pick("stateColumnAction")
    table.pick("usualColumnsAction")
    assert table.widths == [120, table.table.viewport().width() - 370, 100, 150]


def test_the_stretched_column_can_not_be_hidden(table):
    menu = table.columns.menu(table.table)
    assert [action.isEnabled() for action in menu.actions() if action.isCheckable()] == [True, False, True, True]


def test_wide_columns_leave_room_where_the_table_gets_narrow(table):
    table.drag(0, 200)
    table.table.resize(400, 300)
    assert table.widths[1] >= 40
    assert sum(table.widths) <= table.table.viewport().width()
    table.table.resize(700, 300)
    assert table.widths[0] == 320


def test_a_column_for_which_there_is_no_room_comes_back_when_there_is(table):
    table.columns.set_usual(USUAL, left_out={2})
    assert table.table.isColumnHidden(2)
    table.columns.set_usual(USUAL)
    assert not table.table.isColumnHidden(2)


def test_what_is_kept_comes_back():
    choice = ColumnChoice(widths={"to": 90}, hidden=frozenset({"state"}), sorted_by="time", descending=True)
    assert choice_of(kept_text(choice)) == choice


@pytest.mark.parametrize(
    "text", ["", "no JSON", "[]", "7", '{"widths": 3, "hidden": "x", "sorted_by": 1}', '{"widths": {"to": "9"}}']
)
def test_what_makes_no_sense_is_no_choice(text):
    assert choice_of(text) == ColumnChoice()


def test_a_width_is_kept_within_reason():
    assert choice_of('{"widths": {"to": 0, "time": 99999}}').widths == {"to": 40, "time": 2000}
