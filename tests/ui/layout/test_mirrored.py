"""Read from right to left, what the program paints and places itself is mirrored as well."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget
from ui.cards_driver import first_inked_column
from ui.driver import LEFT

from smtp_desktop.domain.checks.health import CheckResult, TestKind
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.ui.checks.history.chart import HistoryChart
from smtp_desktop.ui.conversation.step_row import TimeBar
from smtp_desktop.ui.theme.theme import LIGHT
from smtp_desktop.ui.widgets.secret_field import EyeButton, password_field

OK = LIGHT.color("ok").rgb()


@pytest.fixture
def mirrored(qapp):
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


@pytest.fixture
def rtl(mirrored, gui):
    """A window with two SMTPs that work, read from right to left."""
    for name in ("Alpha", "Beta"):
        profile_id = gui.have(name)
        for minutes in range(5):
            gui.have_result(profile_id, at=datetime.now(UTC) - timedelta(minutes=minutes))
    gui.open()
    return gui


def columns_with(image, rgb):
    """Returns the x of all columns that have a pixel of that colour."""
    return [x for x in range(image.width()) if any(image.pixel(x, y) == rgb for y in range(image.height()))]


def test_cards_begin_at_the_right(rtl):
    first, second = (rtl.grid.visualRect(rtl.index(name)) for name in ("Alpha", "Beta"))
    assert first.left() > second.left()
    picture = rtl.grid.viewport().grab(first).toImage()
    dot = columns_with(picture, OK)
    # The dot of the status is at the right; the bars of the chart, which are paler, at the left.
    assert min(dot) > picture.width() / 2


def test_the_dots_are_at_the_left_and_open_the_menu(rtl):
    card, dots = rtl.grid.visualRect(rtl.index("Alpha")), rtl.grid.dots(rtl.index("Alpha"))
    assert dots.center().x() < card.center().x()
    rtl.qtbot.mouseClick(rtl.grid.viewport(), LEFT, pos=dots.center())
    assert rtl.menu().isVisible()


def test_panel_and_page_change_sides(rtl):
    rtl.open_card("Alpha")
    window = rtl.window
    places = [part.mapTo(window, QPoint()).x() for part in (rtl.panel, window.page, window.entities)]
    assert places == sorted(places)
    assert rtl.part("deleteButton").x() > rtl.part("saveButton").x()
    line = rtl.panel.grab().toImage()
    assert line.pixel(line.width() - 1, line.height() // 2) == LIGHT.color("line").rgb()


def test_bars_of_steps_grow_from_the_right(mirrored, qtbot):
    bar = TimeBar(LIGHT)
    qtbot.addWidget(bar)
    bar.resize(100, 8)
    bar.show_span(0.0, 0.25, "ok")
    drawn = columns_with(bar.grab().toImage(), OK)
    assert min(drawn) >= 74


def test_the_chart_begins_at_the_left_with_the_newest(mirrored, qtbot):
    result = CheckResult(
        profile_id=ProfileId("1"), at=datetime.now(UTC), test_kind=TestKind.CHECK, ok=True, duration_ms=90.0
    )
    chart = HistoryChart(LIGHT)
    qtbot.addWidget(chart)
    chart.resize(200, 90)
    chart.show_results([result] * 3)
    drawn = columns_with(chart.grab().toImage().copy(0, 0, 200, 60), OK)
    assert max(drawn) < 40


def test_the_eye_of_a_password_is_at_the_left(mirrored, qtbot):
    box = QWidget()
    qtbot.addWidget(box)
    field = password_field(QVBoxLayout(box), "Password", "passwordField")
    box.resize(300, 100)
    box.show()
    eye = field.findChild(EyeButton)
    assert eye.geometry().right() < field.width() / 2
    assert field.textMargins().left() >= eye.width()


def test_the_title_of_the_names_begins_where_the_names_do(rtl):
    rtl.click("listSegment")
    table, header = rtl.part("table"), rtl.part("table").horizontalHeader()
    title = QRect(header.sectionViewportPosition(0), 0, header.sectionSize(0), 32)
    name = table.visualRect(table.model().index(0, 0)).adjusted(0, 6, 0, -6)
    pictures = header.viewport().grab(title), table.viewport().grab(name)
    of_title, of_name = (
        first_inked_column(picture.toImage().flipped(Qt.Orientation.Horizontal)) for picture in pictures
    )
    assert abs(of_title - of_name) <= 2  # letters differ in what is empty beside them


def test_the_arrow_of_a_submenu_is_the_programs_own_and_at_the_left(rtl):
    rtl.click("burgerButton")
    menu = rtl.menu("mainMenu")
    entry = menu.actionGeometry(menu.actions()[0])
    picture = menu.grab(entry).toImage()
    muted = LIGHT.color("muted").rgb()  # that of the program's own icons; Qt's arrow has the colour of the text
    at = [x for x in columns_with(picture, muted) if x < picture.width() / 4]
    assert at
    menu.close()


def test_the_style_sheet_is_mirrored_but_for_what_qt_mirrors(rtl):
    rules = rtl.app.styleSheet().splitlines()
    panel = next(rule for rule in rules if rule.startswith('QFrame[area="panel"]'))
    assert "border-right: 1px" in panel
    assert "border-left" not in panel
    entry = next(rule for rule in rules if rule.startswith('QPushButton[kind="nav"] {'))
    assert "text-align: left" in entry
    assert any(rule.startswith("QMenu::right-arrow") for rule in rules)
