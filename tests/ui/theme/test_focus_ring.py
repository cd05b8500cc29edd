"""With more contrast a ring is around what has the focus."""

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QScrollArea, QVBoxLayout, QWidget

from smtp_desktop.ui.theme.focus_ring import _Ring
from smtp_desktop.ui.theme.theme import LIGHT, MORE_DARK, put_on


@pytest.fixture
def more_contrast(qapp):
    put_on(qapp, MORE_DARK)
    yield
    put_on(qapp, LIGHT)


@pytest.fixture
def window(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    column.addWidget(QPushButton("One"))
    scroll = QScrollArea()
    column.addWidget(scroll)
    inner = QWidget()
    rows = QVBoxLayout(inner)
    for _ in range(30):
        rows.addWidget(QLineEdit())
    scroll.setWidget(inner)
    window.resize(300, 300)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    return window


def ring_of(window):
    rings = [ring for ring in window.findChildren(_Ring) if not ring.isHidden()]
    assert len(rings) <= 1
    return rings[0].geometry() if rings else None


def around(window, widget):
    return QRect(widget.mapTo(window, QPoint(0, 0)), widget.size()).adjusted(-5, -5, 5, 5)


def test_the_ring_follows_the_focus_and_what_has_it(qtbot, more_contrast, window):
    button = window.findChild(QPushButton)
    button.setFocus()
    assert ring_of(window) == around(window, button)
    window.resize(400, 300)
    qtbot.waitUntil(lambda: ring_of(window) == around(window, button))
    field = window.findChild(QLineEdit)
    field.setFocus()
    assert ring_of(window) == around(window, field)
    button.hide()
    qtbot.waitUntil(lambda: ring_of(window) == around(window, field))


def test_there_is_no_ring_around_what_is_scrolled_away(qtbot, more_contrast, window):
    field, scroll = window.findChild(QLineEdit), window.findChild(QScrollArea)
    field.setFocus()
    scroll.verticalScrollBar().setValue(scroll.verticalScrollBar().maximum())
    assert ring_of(window) is None
    scroll.verticalScrollBar().setValue(0)
    assert ring_of(window) == around(window, field)


def test_other_themes_have_no_ring(qapp, more_contrast, window):
    window.findChild(QPushButton).setFocus(Qt.FocusReason.TabFocusReason)
    put_on(qapp, LIGHT)
    assert ring_of(window) is None
    put_on(qapp, MORE_DARK)
    assert ring_of(window) is not None
    assert isinstance(QApplication.focusWidget(), QPushButton)
