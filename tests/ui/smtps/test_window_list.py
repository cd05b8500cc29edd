"""The list of SMTPs beside the cards."""

from datetime import UTC, datetime, timedelta

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QContextMenuEvent
from ui.cards_driver import first_inked_column
from ui.driver import LEFT, cells

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage
from smtp_desktop.ui.cards.smtp_table import SmtpColumn
from smtp_desktop.ui.theme.theme import ThemeChoice, theme_for

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


class ListUser:
    """A user at the list."""

    def __init__(self, gui):
        self.gui = gui

    @property
    def table(self):
        return self.gui.part("table")

    def names(self):
        return cells(self.table.model(), SmtpColumn.NAME)

    def column(self, column):
        return dict(zip(self.names(), cells(self.table.model(), column), strict=True))

    def selected(self):
        return [profile.name for profile in self.gui.window.page.selected()]

    def cell(self, name, column=SmtpColumn.NAME):
        return self.table.visualRect(self.table.model().index(self.names().index(name), column))

    def click(self, name, *, column=SmtpColumn.HOST, keys=Qt.KeyboardModifier.NoModifier):
        self.gui.qtbot.mouseClick(self.table.viewport(), LEFT, keys, self.cell(name, column).center())

    def tick(self, name):
        cell = self.cell(name)
        self.gui.qtbot.mouseClick(self.table.viewport(), LEFT, pos=QPoint(cell.left() + 19, cell.center().y()))

    def tick_all(self):
        header = self.table.horizontalHeader()
        at = QPoint(header.sectionViewportPosition(0) + 19, header.height() // 2)
        self.gui.qtbot.mouseClick(header.viewport(), LEFT, pos=at)

    def sort(self, column):
        header = self.table.horizontalHeader()
        at = QPoint(header.sectionViewportPosition(column) + 60, header.height() // 2)
        self.gui.qtbot.mouseClick(header.viewport(), LEFT, pos=at)

    def tag(self, name):
        """Clicks the first tag of an SMTP."""
        cell = self.cell(name, SmtpColumn.TAGS)
        self.gui.qtbot.mouseClick(self.table.viewport(), LEFT, pos=QPoint(cell.left() + 18, cell.center().y()))


@pytest.fixture
def user(gui):
    now = datetime.now(UTC)
    gui.have("Site_10", tags="plant floor")
    works = gui.have("Site_2", is_default=True, tags="plant")
    gui.have_graph("Office")
    fails = gui.have("site_1", from_address="Jobs <jobs@company.example>", smtp_port="465")
    gui.have_result(works, at=now - timedelta(minutes=4))
    gui.have_result(fails, ok=False, stage=Stage.SIGN_IN, kind=FailureKind.REPLY, at=now - timedelta(hours=2))
    gui.preferences.put("smtps.view", "list")
    gui.open_unready()
    gui.until(lambda: gui.window.cards.total == 4)
    return ListUser(gui)


def test_it_says_what_the_cards_say_in_natural_order_also_of_the_default(user):
    assert user.names() == ["Office", "site_1", "Site_2", "Site_10"]
    assert user.column(SmtpColumn.TYPE)["Office"] == "MS Graph API"
    assert user.column(SmtpColumn.FROM)["site_1"] == "Jobs <jobs@company.example>"
    assert user.column(SmtpColumn.HOST)["site_1"] == "site-1.example:465"
    assert user.column(SmtpColumn.STATE) == {
        "Office": "Never tested",
        "site_1": "Sign-in refused",
        "Site_2": "Working",
        "Site_10": "Never tested",
    }
    assert user.column(SmtpColumn.LAST_CHECK)["Site_2"] == "4 min ago"
    assert user.column(SmtpColumn.TAGS)["Site_10"] == "plant, floor"


@pytest.mark.long
def test_a_click_on_a_title_sorts_by_it_and_that_is_remembered(user, gui):
    user.sort(SmtpColumn.STATE)
    assert user.names() == ["site_1", "Site_2", "Office", "Site_10"]
    user.sort(SmtpColumn.STATE)
    assert user.names() == ["Site_10", "Office", "Site_2", "site_1"]
    gui.until(lambda: "descending" in gui.preferences.all().get("columns.smtps", ""))
    gui.finish_work()
    gui.close_window()
    gui.open_unready()
    gui.until(lambda: gui.window.cards.total == 4)
    assert user.names() == ["Site_10", "Office", "Site_2", "site_1"]


@pytest.mark.long
def test_the_switch_changes_between_cards_and_list_and_is_remembered(user, gui):
    user.tick("site_1")
    user.tick("Site_10")
    gui.click("cardsSegment")
    assert gui.grid.isVisible()
    assert not gui.visible("table")
    assert sorted(gui.selected()) == ["Site_10", "site_1"]
    gui.until(lambda: gui.preferences.all()["smtps.view"] == "cards")
    gui.click("listSegment")
    assert user.selected() == ["site_1", "Site_10"]


def test_ticks_select_rows_besides_others_and_open_nothing(user, gui):
    for name in ("Site_2", "Office", "Site_10"):
        user.tick(name)
    assert user.selected() == ["Office", "Site_2", "Site_10"]
    user.tick("Office")
    assert user.selected() == ["Site_2", "Site_10"]
    assert not gui.panel.isVisible()


def test_the_tick_in_the_header_is_for_all_that_are_shown(user, gui):
    gui.enter("searchField", "site", gui.window)
    user.tick_all()
    assert user.selected() == ["site_1", "Site_2", "Site_10"]
    user.tick_all()
    assert user.selected() == []


def test_ctrl_shift_and_space_select_as_well(user, gui):
    user.click("Office")
    gui.until(gui.panel.isVisible)
    user.click("Site_2", keys=SHIFT)
    assert user.selected() == ["Office", "site_1", "Site_2"]
    gui.until(lambda: not gui.panel.isVisible())
    user.click("site_1", keys=CTRL)
    assert user.selected() == ["Office", "Site_2"]
    gui.press("Space")
    assert user.selected() == ["Office", "site_1", "Site_2"]
    gui.press("Ctrl+A")
    assert len(user.selected()) == 4


def test_a_click_opens_the_panel_and_enter_edits(user, gui):
    user.click("site_1")
    gui.until(lambda: gui.panel.isVisible() and gui.field("nameField").text() == "site_1")
    gui.press("Down")
    gui.press("Return")
    gui.until(lambda: gui.field("nameField").text() == "Site_2")
    assert gui.focus().objectName() == "nameField"


@pytest.mark.long
def test_the_menu_of_a_row_is_that_of_its_card(user, gui):
    at = user.cell("Site_10").center()
    viewport = user.table.viewport()
    gui.app.sendEvent(viewport, QContextMenuEvent(QContextMenuEvent.Reason.Mouse, at, viewport.mapToGlobal(at)))
    gui.click_entry(gui.menu(), "setDefaultAction")
    gui.until(lambda: gui.stored("Site_10").is_default)


def test_a_click_on_a_tag_shows_those_with_it_until_that_is_taken_back(user, gui):
    user.tag("Site_2")
    assert user.names() == ["Site_2", "Site_10"]
    assert "2 of 4" in gui.words(gui.window.page).splitlines()
    only = gui.part("onlyTagButton")
    assert only.text() == "Only plant  ✕"
    gui.click(only)
    assert len(user.names()) == 4
    assert not gui.visible("onlyTagButton")


@pytest.mark.long
def test_tags_of_the_form_are_stored_as_words_and_refused_where_they_are_none(user, gui):
    user.click("site_1")
    gui.until(gui.panel.isVisible)
    gui.click("advancedButton")
    gui.enter("tagsField", "Prod, a!b")
    gui.press("Ctrl+S")
    assert "a!b is not a tag" in gui.errors()["tags"]
    gui.enter("tagsField", "Prod, EU")
    gui.press("Ctrl+S")
    gui.until(lambda: gui.stored("site_1").tags == ("prod", "eu"))
    gui.until(lambda: user.column(SmtpColumn.TAGS)["site_1"] == "prod, eu")


@pytest.mark.long
def test_a_narrow_list_leaves_out_columns_and_never_name_host_and_state(user, gui):
    gui.window.resize(960, 700)
    shown = [column.name for column in SmtpColumn if not user.table.isColumnHidden(column)]
    assert shown == ["NAME", "FROM", "HOST", "STATE"]


def test_the_title_of_the_names_begins_where_the_names_do(user):
    header = user.table.horizontalHeader()
    title = QRect(header.sectionViewportPosition(SmtpColumn.NAME), 0, header.sectionSize(SmtpColumn.NAME) // 2, 32)
    of_title = first_inked_column(header.viewport().grab(title).toImage())
    of_names = first_inked_column(user.table.viewport().grab(user.cell("Site_10").adjusted(0, 6, 0, -6)).toImage())
    assert abs(of_title - of_names) <= 2  # letters differ in what is empty before them


def test_the_default_is_marked_by_a_chip_on_a_selected_row_too(user):
    theme = theme_for(ThemeChoice.LIGHT, dark=False)
    assert color_count(user, "Site_2", theme.color("accent_soft")) > 300
    user.tick("Site_2")
    assert color_count(user, "Site_2", theme.color("surface")) > 300


def test_the_list_has_round_corners_below_too(user, gui):
    table = user.table
    place = QRect(table.mapTo(gui.window, QPoint(0, table.height() - 4)), QSize(4, 4))
    corner = gui.window.grab(place).toImage()
    bottom = corner.height() - 2
    assert corner.pixelColor(1, bottom) == theme_for(ThemeChoice.LIGHT, dark=False).color("bg")


def color_count(user, name, color):
    """Returns how many pixels in the cell of a name, beyond the tick box, have that color."""
    image = user.table.viewport().grab(user.cell(name).adjusted(30, 6, 0, -6)).toImage()
    return sum(image.pixelColor(x, y).rgb() == color.rgb() for x in range(image.width()) for y in range(image.height()))
