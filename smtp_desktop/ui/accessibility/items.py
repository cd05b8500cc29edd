"""Lists and tables of which each item can be opened, and shows its menu, by screen readers and other helps."""

from PySide6.QtCore import QAbstractItemModel, QEvent, QItemSelectionModel, QModelIndex, QPoint, QRect, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleInterface,
    QContextMenuEvent,
    QGuiApplication,
    QKeyEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QComboBox
from shiboken6 import isValid

from smtp_desktop.ui.accessibility.interface import (
    NO_POINTER,
    Absent,
    Actions,
    Interface,
    Press,
    ShowMenu,
    Toggle,
    on_screen,
)
from smtp_desktop.ui.accessibility.roles import WidgetInterface

_Cast, _Data, _Role, _Text = QAccessible.InterfaceType, Qt.ItemDataRole, QAccessible.Role, QAccessible.Text
_Flag = QItemSelectionModel.SelectionFlag


class Item(Interface):
    """An item of a list, or a cell of a table."""

    def __init__(self, items: "Items", row: int, column: int) -> None:
        view = items.view
        acts = {Press: self._open, ShowMenu: self._show_menu, Toggle: self._toggle}
        super().__init__(Actions(view, acts))
        self._items, self._view = items, view
        self.row, self.column = row, column

    @property
    def index(self) -> QModelIndex:
        """Its index; an invalid one once that is gone."""
        model = self._items.model
        return model.index(self.row, self.column) if model else QModelIndex()

    def isValid(self) -> bool:
        return self.index.isValid()

    def parent(self) -> QAccessibleInterface:
        return self._items

    def window(self) -> Absent:
        return self._items.window()

    def rect(self) -> QRect:
        index = self.index
        return on_screen(self._view.viewport(), self._view.visualRect(index)) if index.isValid() else QRect()

    def role(self) -> QAccessible.Role:
        return self._items.item_role

    def text(self, kind: QAccessible.Text) -> str:
        index = self.index
        if kind is _Text.Description:
            return str(index.data(_Data.AccessibleDescriptionRole) or "")
        if kind is not _Text.Name:
            return ""
        return str(index.data(_Data.AccessibleTextRole) or index.data(_Data.DisplayRole) or "")

    def state(self) -> QAccessible.State:
        state, index = QAccessible.State(), self.index
        if not index.isValid():
            state.invalid = True
            return state
        view = self._view
        state.selectable = state.focusable = True
        state.selected = view.selectionModel().isSelected(index)
        state.focused = view.hasFocus() and index == view.currentIndex()
        state.invisible = not view.isVisible()
        tick = index.data(_Data.CheckStateRole)
        if tick is not None:
            state.checkable = True
            state.checked = Qt.CheckState(tick) is Qt.CheckState.Checked
        state.offscreen = not view.viewport().rect().intersects(view.visualRect(index))
        return state

    def interface_cast(self, kind: QAccessible.InterfaceType) -> Absent:
        if kind is _Cast.TableCellInterface:
            return self._items.cell_interface(self)
        return super().interface_cast(kind)

    def _open(self) -> None:
        """Does what Enter does on it."""
        self._come_here()
        for kind in (QEvent.Type.KeyPress, QEvent.Type.KeyRelease):
            event = QKeyEvent(kind, Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier)
            QGuiApplication.sendEvent(self._view, event)

    def _show_menu(self) -> None:
        """Does what the menu key does on it."""
        self._come_here()
        at = self._view.visualRect(self.index).center()
        reason = QContextMenuEvent.Reason.Keyboard
        # As Qt itself sends it: to the view.
        event = QContextMenuEvent(reason, at, self._view.viewport().mapToGlobal(at))
        QGuiApplication.sendEvent(self._view, event)

    def _toggle(self) -> None:
        """Ticks it, or no longer; where it has no tick box of its own, it is one by being selected."""
        tick, model = self.index.data(_Data.CheckStateRole), self._items.model
        if tick is not None and model:
            checked = Qt.CheckState(tick) is Qt.CheckState.Checked
            other = Qt.CheckState.Unchecked if checked else Qt.CheckState.Checked
            model.setData(self.index, other, _Data.CheckStateRole)
            return
        self._view.selectionModel().select(self.index, _Flag.Toggle | self._items.whole_rows)

    def _come_here(self) -> None:
        index = self.index
        self._view.window().activateWindow()
        self._view.setFocus()
        self._view.scrollTo(index)
        self._view.selectionModel().setCurrentIndex(index, _Flag.ClearAndSelect | self._items.whole_rows)


class Items(WidgetInterface):
    """A list; its children are the items of the first column."""

    item_role = _Role.ListItem
    whole_rows = _Flag.NoUpdate

    def __init__(self, view: QAbstractItemView, role: QAccessible.Role = _Role.List) -> None:
        super().__init__(view, role)
        self.view = view
        self._made: dict[int, Interface] = {}
        self._model: QAbstractItemModel | None = None

    def childCount(self) -> int:
        model = self.model
        return model.rowCount() if model else 0

    @property
    def model(self) -> QAbstractItemModel | None:
        """The model of the view; None while it has none, as at first, and once the view is gone."""
        model: QAbstractItemModel | None = self.view.model() if isValid(self.view) else None
        if model is not None and model is not self._model:
            self._model = model
            for changed in (model.modelReset, model.layoutChanged, model.rowsInserted, model.rowsRemoved):
                changed.connect(self._forget)
        return model

    def child(self, index: int) -> Absent:
        if not 0 <= index < self.childCount():
            return None
        if index not in self._made:
            self._made[index] = self._make(index)
        return self._made[index]

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        return next((number for number, made in self._made.items() if made is child), -1)

    def childAt(self, x: int, y: int) -> Absent:
        if not isValid(self.view):
            return None
        return self._child_of(self.view.indexAt(self.view.viewport().mapFromGlobal(QPoint(x, y))))

    def focusChild(self) -> Absent:
        return self._child_of(self.view.currentIndex()) if isValid(self.view) and self.view.hasFocus() else None

    def cell_interface(self, item: Item) -> object:
        """Returns the interface of a cell; a list has none."""
        return NO_POINTER

    def _make(self, number: int) -> Interface:
        return Item(self, number, 0)

    def _number(self, index: QModelIndex) -> int:
        return index.row()

    def _child_of(self, index: QModelIndex) -> QAccessibleInterface | None:
        return self.child(self._number(index)) if index.isValid() else None

    def _forget(self) -> None:
        """Other items are at these places now."""
        made, self._made = self._made, {}
        for one in made.values():
            QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(one))


class _Choice(Item):
    """An entry of a combo box: it is chosen, and has no menu."""

    def __init__(self, items: "ComboItems", row: int) -> None:
        super().__init__(items, row, 0)
        self._combo = items.combo
        self._actions = Actions(items.combo, {Press: self._choose})

    def _choose(self) -> None:
        self._combo.hidePopup()
        self._combo.setCurrentIndex(self.row)
        self._combo.activated.emit(self.row)


class ComboItems(Items):
    """The list of a combo box. Its entries can be chosen while it is closed, too."""

    def __init__(self, view: QAbstractItemView, combo: QComboBox) -> None:
        super().__init__(view)
        self.combo = combo

    def _make(self, number: int) -> Interface:
        return _Choice(self, number)
