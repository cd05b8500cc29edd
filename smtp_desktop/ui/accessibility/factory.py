"""The factory of our accessible interfaces: the widgets that have one."""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractItemView, QComboBox, QTableView, QWidget

from smtp_desktop.ui.accessibility.items import ComboItems, Items
from smtp_desktop.ui.accessibility.roles import Container, OneOfSeveral, ToolBar
from smtp_desktop.ui.accessibility.tables import Table
from smtp_desktop.ui.theme.styled import ACCESSIBLE_AS

_Role = QAccessible.Role
_MAKERS: dict[object, Callable[[Any], QAccessibleInterface]] = {
    "tab": lambda button: OneOfSeveral(button, _Role.PageTab),
    "radio": lambda button: OneOfSeveral(button, _Role.RadioButton),
    "tabs": lambda widget: Container(widget, _Role.PageTabList),
    "bar": lambda widget: ToolBar(widget, _Role.ToolBar),
}


class Factory:
    """Makes the interface of a widget when Qt asks for it, which it does only where somebody listens."""

    def __init__(self) -> None:
        self._making = False

    def install(self, window: QWidget) -> None:
        """Is asked by Qt from now on, as long as the program runs, and again for what is in `window` already."""
        QAccessible.installFactory(self)
        if QAccessible.isActive():
            for widget in window.findChildren(QWidget):
                if widget.property(ACCESSIBLE_AS):
                    made = QAccessible.queryAccessibleInterface(widget)
                    QAccessible.deleteAccessibleInterface(QAccessible.uniqueId(made))

    def __call__(self, class_name: str, widget: QObject) -> QAccessibleInterface | None:
        if self._making or not isinstance(widget, QWidget):
            return None
        if isinstance(widget, QAbstractItemView):
            return self._items(widget)
        make = _MAKERS.get(widget.property(ACCESSIBLE_AS))
        return make(widget) if make else None

    def _items(self, view: QAbstractItemView) -> QAccessibleInterface | None:
        combo = _combo_of(view)
        if combo:
            return ComboItems(view, combo)
        if view.property(ACCESSIBLE_AS) != "items":
            return None
        return self._table(view) if isinstance(view, QTableView) else Items(view)

    def _table(self, table: QTableView) -> QAccessibleInterface:
        self._making = True
        try:
            of_qt = QAccessible.queryAccessibleInterface(table)
        finally:
            self._making = False
        return Table(table, of_qt.interface_cast(QAccessible.InterfaceType.TableInterface))


def _combo_of(view: QAbstractItemView) -> QComboBox | None:
    """Returns the combo box of which that widget is the list."""
    frame = view.parentWidget()
    combo = frame.parentWidget() if frame else None
    return combo if isinstance(combo, QComboBox) else None
