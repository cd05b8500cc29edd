"""Tables of which each row can be opened, and shows its menu, by screen readers and other helpers."""

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QRect, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QAccessibleTableCellInterface
from PySide6.QtWidgets import QHeaderView, QTableView
from shiboken6 import isValid

from smtp_desktop.ui.accessibility.interface import Absent, Interface, on_screen
from smtp_desktop.ui.accessibility.items import Item, Items

_Cast, _Role, _Text = QAccessible.InterfaceType, QAccessible.Role, QAccessible.Text
_Flag = QItemSelectionModel.SelectionFlag


class Header(Interface):
    """The title of a column or row of a table."""

    def __init__(self, table: "Table", section: int, orientation: Qt.Orientation) -> None:
        super().__init__(None)
        self._table, self._section, self._orientation = table, section, orientation

    def isValid(self) -> bool:
        return isValid(self._table.view)

    def parent(self) -> QAccessibleInterface:
        return self._table

    def window(self) -> Absent:
        return self._table.window()

    def role(self) -> QAccessible.Role:
        return _Role.ColumnHeader if self._orientation is Qt.Orientation.Horizontal else _Role.RowHeader

    def text(self, kind: QAccessible.Text) -> str:
        model = self._table.model
        if kind is not _Text.Name or self._section < 0 or not model:
            return ""
        return str(model.headerData(self._section, self._orientation) or "")

    def state(self) -> QAccessible.State:
        state = QAccessible.State()
        state.invisible = not self.isValid() or not self._header().isVisible() or self._section < 0
        return state

    def rect(self) -> QRect:
        if not self.isValid() or self._section < 0:
            return QRect()
        header = self._header()
        at, size = header.sectionViewportPosition(self._section), header.sectionSize(self._section)
        horizontal = self._orientation is Qt.Orientation.Horizontal
        rect = QRect(at, 0, size, header.height()) if horizontal else QRect(0, at, header.width(), size)
        return on_screen(header.viewport(), rect)

    def _header(self) -> QHeaderView:
        table = self._table.table
        return table.horizontalHeader() if self._orientation is Qt.Orientation.Horizontal else table.verticalHeader()


class Cell(QAccessibleTableCellInterface):
    """Where a cell is in its table."""

    def __init__(self, table: "Table", item: Item) -> None:
        super().__init__()
        self._table, self._item = table, item

    def rowIndex(self) -> int:
        return self._item.row

    def columnIndex(self) -> int:
        return self._item.column

    def rowExtent(self) -> int:
        return 1

    def columnExtent(self) -> int:
        return 1

    def isSelected(self) -> bool:
        return bool(self._item.state().selected)

    def columnHeaderCells(self) -> list[QAccessibleInterface]:
        header = self._table.child(self._item.column + 1)
        return [header] if header else []

    def rowHeaderCells(self) -> list[QAccessibleInterface]:
        return []

    def table(self) -> QAccessibleInterface:
        return self._table


class Table(Items):
    """A table. Its children are numbered as Qt numbers them, in whose events they occur: by rows, the headers first."""

    item_role = _Role.Cell
    whole_rows = _Flag.Rows

    def __init__(self, view: QTableView, table_interface: object) -> None:
        """`table_interface` is the pointer to that part of Qt's own interface, which PySide does not let us make."""
        super().__init__(view, _Role.Table)
        self.table, self._table_interface = view, table_interface
        self._cells: dict[Item, Cell] = {}

    def childCount(self) -> int:
        model = self.model
        return (model.rowCount() + 1) * self._width if model else 0

    def interface_cast(self, kind: QAccessible.InterfaceType) -> Absent:
        if kind is _Cast.TableInterface and isValid(self.table):
            return self._table_interface
        return super().interface_cast(kind)

    def cell_interface(self, item: Item) -> object:
        if item not in self._cells:
            self._cells[item] = Cell(self, item)
        return self._cells[item]

    @property
    def _width(self) -> int:
        model = self.model
        return model.columnCount() + 1 if model else 1

    def _make(self, number: int) -> Interface:
        row, column = divmod(number, self._width)
        if not row:
            return Header(self, column - 1, Qt.Orientation.Horizontal)
        if not column:
            return Header(self, row - 1, Qt.Orientation.Vertical)
        return Item(self, row - 1, column - 1)

    def _number(self, index: QModelIndex) -> int:
        return (index.row() + 1) * self._width + index.column() + 1

    def _forget(self) -> None:
        super()._forget()
        self._cells = {}
