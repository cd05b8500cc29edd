"""Menus and the lists of combo boxes."""

import ast
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from smtp_desktop import ui
from smtp_desktop.ui.theme.theme import DARK, LIGHT, put_on
from smtp_desktop.ui.widgets.popups import ComboBox, Menu


@pytest.fixture
def window(qtbot, qapp):
    put_on(qapp, LIGHT)
    window = QWidget()
    qtbot.addWidget(window)
    QVBoxLayout(window)
    window.resize(300, 200)
    window.show()
    return window


def colours_in(picture, rect):
    picture = picture.copy(rect).toImage()
    return {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}


def ends_of_ink(picture, rect, ground):
    """Returns the first and last column in which something is drawn."""
    image = picture.copy(rect).toImage()
    inked = [x for x in range(image.width()) if any(image.pixelColor(x, y) != ground for y in range(image.height()))]
    return inked[0], inked[-1]


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_keys_end_at_one_edge_and_what_destroys_is_red(qapp, window, theme):
    put_on(qapp, theme)
    menu = Menu(window, "someMenu", "Some")
    short, long = menu.add("a", "Edit", "F5"), menu.add("b", "Duplicate", "Ctrl+D")
    delete, plain = menu.add("c", "Delete", "Del", danger=True), menu.add("d", "Delete", "Del")
    menu.popup(QPoint(0, 0))
    picture = menu.grab()
    ends = [ends_of_ink(picture, menu.actionGeometry(a), theme.color("surface")) for a in (delete, plain)]
    assert ends[0] == ends[1]
    edges = [ends_of_ink(picture, menu.actionGeometry(a), theme.color("surface")) for a in (short, long, delete)]
    assert max(right for _, right in edges) - min(right for _, right in edges) <= 2  # letters end differently
    assert max(left for left, _ in edges) - min(left for left, _ in edges) <= 2
    assert theme.colors["bad"].lower() in colours_in(picture, menu.actionGeometry(delete))
    assert theme.colors["bad"].lower() not in colours_in(picture, menu.actionGeometry(short))
    assert theme.colors["faint"].lower() in colours_in(picture, menu.actionGeometry(long))
    menu.close()


def test_the_list_of_a_combo_box_looks_like_a_menu(qtbot, window):
    combo = ComboBox()
    combo.addItems(["Generic", "MS Graph API"])
    window.layout().addWidget(combo)
    qtbot.mouseClick(combo, Qt.MouseButton.LeftButton)
    view = combo.view()
    qtbot.waitUntil(view.isVisible)
    picture = view.viewport().grab()
    chosen = view.visualRect(combo.model().index(0, 0))
    assert LIGHT.colors["accent_soft"].lower() in colours_in(picture, chosen)
    assert LIGHT.colors["accent"].lower() not in colours_in(picture, chosen)
    qtbot.keyClick(view, Qt.Key.Key_Down)
    qtbot.keyClick(view, Qt.Key.Key_Return)
    assert combo.currentText() == "MS Graph API"


def test_every_menu_and_combo_box_of_the_window_is_of_these_kinds():
    assert [place for path in Path(ui.__file__).parent.rglob("*.py") for place in bare_popups(path)] == []


def bare_popups(path):
    """Returns where a file makes a menu or combo box of Qt's own kind."""
    if path.name == "popups.py":
        return []
    calls = [node for node in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(node, ast.Call)]
    return [f"{path.name}:{node.lineno}" for node in calls if ast.unparse(node.func).endswith(("QMenu", "QComboBox"))]
