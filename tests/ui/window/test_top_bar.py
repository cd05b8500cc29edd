"""The bar at the top of the window."""

from PySide6.QtWidgets import QToolButton

from smtp_desktop.ui.theme.theme import LIGHT
from smtp_desktop.ui.window.top_bar import TopBar


def test_a_page_that_is_searched_for_nothing_has_no_button_to_clear_it(qtbot):
    bar = TopBar(LIGHT)
    qtbot.addWidget(bar)
    bar.show()
    bar.show_page("SMTP", searching="Search name…")
    bar.search.setText("hr")
    button = bar.search.findChild(QToolButton)
    qtbot.waitUntil(lambda: button.property("opacity") == 1)
    emitted = []
    bar.searched.connect(emitted.append)
    bar.show_page("Dates", searching="Search what ends…")
    qtbot.waitUntil(lambda: button.property("opacity") == 0)
    assert emitted == []
    bar.search.setText("June")
    assert emitted == ["June"]
