"""Advice is selected and copied as one text."""

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction, QContextMenuEvent
from PySide6.QtWidgets import QLabel

from smtp_desktop.ui.conversation.advice_box import AdviceView
from smtp_desktop.ui.conversation.summary import OutcomeSummary, SummaryTone

WHOLE = "The port is closed\nNothing answers there.\n1. Try 587.\n2. Ask the admin."


@pytest.fixture
def advice(qtbot):
    view = AdviceView()
    qtbot.addWidget(view)
    view.show_summary(
        OutcomeSummary(
            title="Failed",
            heading="The port is closed",
            words=("Nothing answers there.",),
            steps=("Try 587.", "Ask the admin."),
            tone=SummaryTone.BAD,
        )
    )
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow)
    return view


def paragraph(advice, words):
    return next(label for label in advice.findChildren(QLabel) if label.text() == words)


def test_select_all_and_copy_take_the_whole_advice(qtbot, qapp, advice):
    label = paragraph(advice, "Nothing answers there.")
    qtbot.mouseClick(label, Qt.MouseButton.LeftButton)
    qtbot.keyClick(label, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    qtbot.keyClick(label, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert qapp.clipboard().text() == WHOLE


def test_its_menu_does_the_same(qapp, advice):
    label = paragraph(advice, "Try 587.")
    for name in ("selectAllAction", "copyAction"):
        qapp.clipboard().clear()
        menu = open_menu(qapp, label)
        menu.findChild(QAction, name).trigger()
        menu.close()
    assert qapp.clipboard().text() == WHOLE


def open_menu(qapp, label):
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(1, 1), label.mapToGlobal(QPoint(1, 1)))
    qapp.sendEvent(label, event)
    return qapp.activePopupWidget()
