"""The mouse wheel, which scrolls a form and must not change what it passes over."""

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox, QTabBar, QWidget
from ui.dialog_cases import CASES
from ui.tour import fill, tour

NOTCH = 120


def state(widget):
    """Returns what a turn of the wheel would change."""
    return widget.text() if isinstance(widget, QAbstractSpinBox) else widget.currentIndex()


def turned(app, window):
    """Turns the wheel over all that has a choice and not the focus; returns what it met, and what it changed."""
    kinds = QTabBar, QComboBox, QAbstractSpinBox
    met = [part for kind in kinds for part in window.findChildren(kind) if part.isVisible() and not part.hasFocus()]
    changed = []
    for widget in met:
        before, middle = state(widget), QPointF(widget.rect().center())
        for notch in (-NOTCH, NOTCH):  # either may be an end of the choice
            buttons, keys = Qt.MouseButton.NoButton, Qt.KeyboardModifier.NoModifier
            there = QPointF(widget.mapToGlobal(middle))
            phase = Qt.ScrollPhase.NoScrollPhase
            event = QWheelEvent(middle, there, QPoint(), QPoint(0, notch), buttons, keys, phase, False)
            app.sendEvent(widget, event)
            if state(widget) != before:
                changed.append(_name(widget))
                break
    return {_name(widget) for widget in met}, changed


def _name(widget):
    """Returns the object name; of tabs without one, that of the widget that they are part of."""
    return widget.objectName() or widget.parentWidget().objectName()


def test_the_wheel_changes_nothing_in_the_panels_that_it_scrolls(gui):
    fill(gui)
    gui.open()
    met, changed = set(), []
    for name in tour(gui):
        here, by_wheel = turned(gui.app, gui.window)
        met |= here
        changed += [f"{name}: {part}" for part in by_wheel]
    assert changed == []
    assert {"bodyTabs", "previewTabs", "smtpField", "mailTabs"} <= met


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.id)
def test_the_wheel_changes_nothing_in_a_dialog(qtbot, qapp, case):
    window = QWidget()
    qtbot.addWidget(window)
    dialog = case.make(window)
    dialog.show()
    assert turned(qapp, dialog)[1] == []
