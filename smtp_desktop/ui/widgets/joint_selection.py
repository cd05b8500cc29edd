"""Labels of which the texts are selected and copied together, as if they were one text."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtGui import QContextMenuEvent, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QLabel, QWidget

from smtp_desktop.ui.accessibility.announcement import copy_text
from smtp_desktop.ui.widgets.popups import Menu

_MOUSE = Qt.TextInteractionFlag.TextSelectableByMouse


class JointSelection(QObject):
    """Select all and Copy, by key and by menu, act on all selectable labels of `box` at once.

    Each label is a text of its own for Qt: with the pointer only one after the other can be selected.
    """

    def __init__(self, box: QWidget) -> None:
        super().__init__(box)
        self._box = box

    def add(self, label: QLabel) -> QLabel:
        """Makes the text of the label selectable, and a part of the whole. Returns the label."""
        label.setTextInteractionFlags(_MOUSE)
        label.installEventFilter(self)
        return label

    @property
    def selected_text(self) -> str:
        """All that is selected, a paragraph a line."""
        return "\n".join(_selected(label) for label in self._labels() if label.hasSelectedText())

    def select_all(self) -> None:
        """Selects every text."""
        for label in self._labels():
            label.setSelection(0, len(label.text()))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ContextMenu and isinstance(event, QContextMenuEvent):
            self._show_menu(event)
            return True
        if event.type() != QEvent.Type.KeyPress or not isinstance(event, QKeyEvent):
            return False
        if event.matches(QKeySequence.StandardKey.SelectAll):
            self.select_all()
            return True
        if event.matches(QKeySequence.StandardKey.Copy) and self.selected_text:
            copy_text(self._box, self.selected_text)
            return True
        return False

    def _labels(self) -> list[QLabel]:
        labels = self._box.findChildren(QLabel)
        return [label for label in labels if label.isVisible() and label.textInteractionFlags() & _MOUSE]

    def _show_menu(self, event: QContextMenuEvent) -> None:
        menu = Menu(self._box, "textMenu", _tr("Text"))
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        copy = menu.add("copyAction", _tr("Copy"))
        copy.setEnabled(bool(self.selected_text))
        copy.triggered.connect(lambda: copy_text(self._box, self.selected_text))
        menu.add("selectAllAction", _tr("Select all")).triggered.connect(self.select_all)
        menu.popup(event.globalPos())


def _selected(label: QLabel) -> str:
    # What is selected whole has the number of its step with it.
    selected, spoken = label.selectedText(), label.accessibleName()
    return spoken if selected == label.text() and spoken.endswith(selected) else selected


def _tr(source: str) -> str:
    return QCoreApplication.translate("JointSelection", source)
