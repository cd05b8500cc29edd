"""Whatever has the focus can be seen to have it, by more than the colour of its words."""

import pytest
from PySide6.QtCore import QStringListModel
from PySide6.QtWidgets import (
    QCheckBox,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QRadioButton,
    QSpinBox,
    QTabBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from smtp_desktop.ui.theme.styled import styled_button
from smtp_desktop.ui.theme.theme import DARK, LIGHT, put_on
from smtp_desktop.ui.widgets.fields import Fold
from smtp_desktop.ui.widgets.labels import LinkButton
from smtp_desktop.ui.widgets.popups import ComboBox
from smtp_desktop.ui.widgets.row_table import row_table
from smtp_desktop.ui.widgets.secret_field import EyeButton

KINDS = ("", "primary", "danger", "dangerText", "link", "nav", "segment", "crumb", "filterChip")
_LEAST_PIXELS = 20


def tab_bar():
    bar = QTabBar()
    bar.addTab("One")
    bar.addTab("Two")
    return bar


def close_button():
    button = QToolButton()
    button.setObjectName("closeButton")
    return button


def history():
    view = QListView()
    view.setObjectName("historyRows")
    view.setModel(QStringListModel(["one"]))
    return view


MAKES = {kind or "plain": lambda kind=kind: styled_button("Words", kind) for kind in KINDS} | {
    "textLink": lambda: LinkButton("Words"),
    "check box": lambda: QCheckBox("Words"),
    "radio button": lambda: QRadioButton("Words"),
    "line": QLineEdit,
    "text": QPlainTextEdit,
    "combo box": ComboBox,
    "spin box": QSpinBox,
    "tab bar": tab_bar,
    "eye": lambda: EyeButton(None),
    "close": close_button,
    "fold": lambda: Fold("Words", QWidget()),
    "table": lambda: row_table("table", "Rows", QStringListModel(["one", "two"]), row_px=30),
    "history": history,
}


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_focus_is_seen(qtbot, qapp, theme):
    put_on(qapp, theme)
    window = QWidget()
    qtbot.addWidget(window)
    column = QVBoxLayout(window)
    other = styled_button("Other")
    column.addWidget(other)
    made = {}
    for name, make in MAKES.items():
        widget = made[name] = make()
        column.addWidget(widget)
    window.show()
    window.activateWindow()
    qtbot.waitUntil(window.isActiveWindow)
    unseen = []
    for name, widget in made.items():
        other.setFocus()
        without = widget.grab().toImage()
        focused = widget.title_button if isinstance(widget, Fold) else widget
        focused.setFocus()
        assert focused.hasFocus(), name
        with_focus = widget.grab().toImage()
        points = [(x, y) for y in range(without.height()) for x in range(without.width())]
        changed = [point for point in points if without.pixel(*point) != with_focus.pixel(*point)]
        rows, columns = {y for _, y in changed}, {x for x, _ in changed}
        # A line on a side at least, not only words of another colour.
        if len(changed) < _LEAST_PIXELS or not (len(columns) > without.width() / 2 or len(rows) > without.height() / 2):
            unseen.append(name)
    assert unseen == []
