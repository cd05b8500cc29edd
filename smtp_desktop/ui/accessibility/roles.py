"""Buttons that are tabs or radio buttons, and the list that tabs are in, as screen readers see them."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QAccessible, QAccessibleInterface
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget
from shiboken6 import isValid

from smtp_desktop.ui.accessibility.interface import Absent, Actions, Interface, Press, on_screen

_Role, _Text = QAccessible.Role, QAccessible.Text


class WidgetInterface(Interface):
    """A widget in another role than Qt gives it."""

    def __init__(self, widget: QWidget, role: QAccessible.Role, actions: Actions | None = None) -> None:
        super().__init__(actions)
        self._widget, self._role = widget, role

    def isValid(self) -> bool:
        return isValid(self._widget)

    def object(self) -> Absent:
        return self._widget if isValid(self._widget) else None

    def window(self) -> Absent:
        return self._widget.window().windowHandle() if isValid(self._widget) else None

    def parent(self) -> Absent:
        above = self._widget.parentWidget() if isValid(self._widget) else None
        return QAccessible.queryAccessibleInterface(above) if above else None

    def rect(self) -> QRect:
        return on_screen(self._widget, self._widget.rect()) if isValid(self._widget) else QRect()

    def role(self) -> QAccessible.Role:
        return self._role

    def text(self, kind: QAccessible.Text) -> str:
        if not isValid(self._widget):
            return ""
        if kind is _Text.Name:
            return self._widget.accessibleName()
        return self._widget.accessibleDescription() if kind is _Text.Description else ""

    def state(self) -> QAccessible.State:
        state, widget = QAccessible.State(), self._widget
        if isValid(widget):
            state.disabled = not widget.isEnabled()
            state.invisible = not widget.isVisible()
            state.focusable = bool(widget.focusPolicy().value)
            state.focused = widget.hasFocus()
        return state


class OneOfSeveral(WidgetInterface):
    """A button of which one in a group is pressed: a tab, or a radio button."""

    def __init__(self, button: QAbstractButton, role: QAccessible.Role) -> None:
        super().__init__(button, role, Actions(button, {Press: button.click}))
        self._button = button

    def state(self) -> QAccessible.State:
        state = super().state()
        if isValid(self._button):
            checked = self._button.isChecked()
            if self._role is _Role.PageTab:
                state.selectable, state.selected = True, checked
            else:
                state.checkable, state.checked = True, checked
        return state


class Container(WidgetInterface):
    """What holds tabs or buttons, with all that is in it."""

    def childCount(self) -> int:
        return len(self._children())

    def child(self, index: int) -> Absent:
        children = self._children()
        return QAccessible.queryAccessibleInterface(children[index]) if 0 <= index < len(children) else None

    def indexOfChild(self, child: QAccessibleInterface) -> int:
        widget, children = child.object(), self._children()
        return children.index(widget) if widget in children else -1

    def _children(self) -> list[QWidget]:
        if not isValid(self._widget):
            return []
        return [part for part in self._widget.children() if isinstance(part, QWidget) and not part.isWindow()]


class ToolBar(Container):
    """The top bar. An open menu is part of it, wherever it is open: Qt has no place for menus that pop up."""

    def _children(self) -> list[QWidget]:
        menu = QApplication.activePopupWidget()
        return [*super()._children(), *([menu] if isinstance(menu, QMenu) else [])]
