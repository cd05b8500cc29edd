"""The Import dialog: what it shows, and what mouse and keys do in it."""

from dataclasses import replace

import pytest
import shiboken6
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLabel, QMenu, QPushButton, QToolButton, QWidget
from ui.accessibility.accessible_tree import faults_of
from ui.driver import cells, tip_as_read
from ui.drops import drop
from ui.imports.found_samples import FOUND

from smtp_desktop.domain.imports.preview import ImportAction, ImportChoice
from smtp_desktop.domain.secret import Secret
from smtp_desktop.ui.imports.dialog import ImportDialog
from smtp_desktop.ui.imports.found import Found, FoundColumn, FoundSource
from smtp_desktop.ui.theme.theme import LIGHT, put_on

LEFT = Qt.MouseButton.LeftButton
SHOP, ALERTS, RELAY, CONTOSO, LETTERS, GRAFANA, BROKEN = range(7)


class DialogUser:
    """A user at the open dialog."""

    def __init__(self, qtbot, app):
        self.qtbot, self.app = qtbot, app
        self.window = QWidget()
        self.window.resize(1200, 800)
        self.window.show()
        self.dialog = ImportDialog(self.window, theme=LIGHT)
        self.asked = []
        self.dialog.confirmed.connect(self.asked.append)
        self.dialog.show()
        self.dialog.activateWindow()
        qtbot.waitUntil(self.dialog.isActiveWindow)

    @property
    def table(self):
        return self.dialog.table

    def show(self, found=FOUND):
        self.dialog.show_found(found)
        self.app.processEvents()

    def part(self, kind, name):
        return next(part for part in self.dialog.findChildren(kind, name) if part.isVisible())

    def cell(self, row, column):
        return self.table.visualRect(self.table.model().index(row, column))

    def click_tick(self, row):
        cell = self.cell(row, FoundColumn.NAME)
        self.qtbot.mouseClick(self.table.viewport(), LEFT, pos=cell.topLeft() + QPoint(22, 25))

    def click_what(self, row):
        self.qtbot.mouseClick(self.table.viewport(), LEFT, pos=self.cell(row, FoundColumn.WHAT).center())

    def menu(self):
        self.qtbot.waitUntil(lambda: any(menu.isVisible() for menu in self.dialog.findChildren(QMenu)))
        return next(menu for menu in self.dialog.findChildren(QMenu) if menu.isVisible())

    def choose(self, menu, name):
        entry = next(action for action in menu.actions() if action.objectName() == name)
        self.qtbot.mouseClick(menu, LEFT, pos=menu.actionGeometry(entry).center())

    def go_to(self, row):
        self.table.setFocus()
        QTest.keyClick(self.table, Qt.Key.Key_Home, Qt.KeyboardModifier.ControlModifier)
        for _ in range(row):
            QTest.keyClick(self.table, Qt.Key.Key_Down)

    def ok(self):
        return self.part(QPushButton, "okButton")

    def hint(self):
        return self.part(QLabel, "importHint").text()

    def what(self):
        return cells(self.table.model(), FoundColumn.WHAT)


@pytest.fixture
def user(qtbot, qapp):
    put_on(qapp, LIGHT)
    it = DialogUser(qtbot, qapp)
    yield it
    shiboken6.delete(it.window)
    qapp.setStyleSheet("")


def test_without_files_it_says_what_can_be_read_and_the_button_is_off(user):
    assert "Postfix" in user.part(QLabel, "nothingFound").text()
    assert not user.table.isVisible()
    assert not user.ok().isEnabled()
    assert user.ok().text() == "Import"
    assert user.dialog.focusWidget().objectName() == "addButton"


def test_rows_say_where_they_are_from_and_how_they_stand(user):
    user.show()
    assert cells(user.table.model(), 0)[:3] == ["Shop_Orders", "Shop_Alerts", "Corporate_Relay"]
    heard = Qt.ItemDataRole.AccessibleTextRole
    assert cells(user.table.model(), FoundColumn.WHERE, heard)[0] == "docker-compose.yml. line 14"
    assert cells(user.table.model(), FoundColumn.STATE, heard)[BROKEN] == "Can't be read. “5B7” is not a port number"
    tip = user.table.model().index(SHOP, FoundColumn.WHERE).data(Qt.ItemDataRole.ToolTipRole)
    assert tip_as_read(tip) == "/srv/shop/docker-compose.yml\nline 14"
    assert user.what() == ["", "Enter password…", "Update", "", "Skip", "Enter password…", "Show line"]


def test_the_button_counts_what_is_ticked_and_is_off_at_none(user):
    user.show()
    assert user.ok().text() == "Import 5"
    user.click_tick(SHOP)
    assert user.ok().text() == "Import 4"
    box = user.part(QCheckBox, "allBox")
    assert box.checkState() is Qt.CheckState.PartiallyChecked
    user.qtbot.mouseClick(box, LEFT)
    assert user.ok().text() == "Import 6"
    assert box.checkState() is Qt.CheckState.Checked
    user.qtbot.mouseClick(box, LEFT)
    assert box.checkState() is Qt.CheckState.Unchecked
    assert (user.ok().text(), user.ok().isEnabled()) == ("Import", False)


def test_tick_and_choice_agree(user):
    user.show()
    user.click_tick(RELAY)
    assert user.what()[RELAY] == "Skip"
    user.click_tick(LETTERS)
    assert user.what()[LETTERS] == "Update"
    user.click_what(LETTERS)
    menu = user.menu()
    assert [action.text() for action in menu.actions()][:3] == ["Skip", "Update", "Keep both"]
    assert [action.isChecked() for action in menu.actions()][:3] == [False, True, False]
    user.choose(menu, "keep-bothAction")
    user.qtbot.waitUntil(lambda: user.what()[LETTERS] == "Keep both")
    assert user.ok().text() == "Import 5"


def test_what_can_not_be_read_has_no_box_and_leads_to_its_line(user):
    user.show()
    assert user.table.model().index(BROKEN, 0).data(Qt.ItemDataRole.CheckStateRole) is None
    user.click_tick(BROKEN)
    assert user.ok().text() == "Import 5"
    with user.qtbot.waitSignal(user.table.details_asked) as asked:
        user.click_what(BROKEN)
    assert asked.args == [BROKEN]


def test_how_many_lack_a_password_is_said_until_one_is_entered(user):
    user.show()
    assert user.hint() == "2 have no password yet: they are imported and can't send until one is entered."
    with user.qtbot.waitSignal(user.table.password_asked) as asked:
        user.click_what(ALERTS)
    user.dialog.set_password(asked.args[0], Secret("typed s3cret"))
    assert user.hint() == "1 has no password yet: it is imported and can't send until one is entered."
    assert user.what()[ALERTS] == "Change password…"
    user.click_tick(GRAFANA)
    assert not user.dialog.findChild(QLabel, "importHint").isVisible()


def test_what_is_asked_for_are_the_ticked_rows_with_their_choices_and_passwords(user):
    user.show()
    user.dialog.set_password(ALERTS, Secret("typed s3cret"))
    user.qtbot.mouseClick(user.part(QCheckBox, "checkAllBox"), LEFT, pos=QPoint(8, 10))
    user.qtbot.mouseClick(user.ok(), LEFT)
    request = user.asked[0]
    assert request.checks is False
    assert {number: choice.action for number, choice in request.choices.items()} == {
        SHOP: ImportAction.IMPORT,
        ALERTS: ImportAction.IMPORT,
        RELAY: ImportAction.UPDATE,
        CONTOSO: ImportAction.IMPORT,
        GRAFANA: ImportAction.IMPORT,
    }
    assert request.choices[ALERTS] == ImportChoice(action=ImportAction.IMPORT, password=Secret("typed s3cret"))


def test_by_keys_space_ticks_enter_goes_on_and_ctrl_a_ticks_all(user):
    user.show()
    assert user.dialog.focusWidget() is user.table
    user.go_to(LETTERS)
    QTest.keyClick(user.table, Qt.Key.Key_Space)
    assert user.what()[LETTERS] == "Update"
    QTest.keyClick(user.table, Qt.Key.Key_Return)
    menu = user.menu()
    QTest.keyClick(menu, Qt.Key.Key_Escape)
    user.go_to(GRAFANA)
    with user.qtbot.waitSignal(user.table.password_asked):
        QTest.keyClick(user.table, Qt.Key.Key_Return)
    QTest.keyClick(user.table, Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert user.part(QCheckBox, "allBox").checkState() is Qt.CheckState.Unchecked
    assert user.asked == []


def test_what_was_chosen_stays_when_more_files_are_looked_at(user):
    user.show()
    user.click_tick(SHOP)
    user.dialog.set_password(ALERTS, Secret("typed s3cret"))
    moved = tuple(replace(row, number=row.number + 10) for row in FOUND.rows)
    user.show(Found(sources=FOUND.sources, rows=moved))
    assert user.ok().text() == "Import 4"
    user.qtbot.mouseClick(user.ok(), LEFT)
    assert 10 + SHOP not in user.asked[0].choices
    assert user.asked[0].choices[10 + ALERTS].password == Secret("typed s3cret")


def test_a_source_is_taken_away_by_its_cross(user):
    user.show()
    crosses = user.dialog.findChildren(QToolButton, "removeSourceButton")
    assert [cross.accessibleName() for cross in crosses] == [
        "Remove docker-compose.yml",
        "Remove main.cf + sasl_passwd",
        "Remove grafana.ini",
    ]
    with user.qtbot.waitSignal(user.dialog.sources.removed) as removed:
        user.qtbot.mouseClick(crosses[1], LEFT)
    assert removed.args == [FOUND.sources[1]]


def test_of_many_sources_only_the_first_are_shown(user):
    sources = tuple(FoundSource(files=(f"{number}.env",), words=".env · 1 found") for number in range(300))
    user.show(Found(sources=sources, rows=FOUND.rows))
    assert "and 292 more" in [label.text() for label in user.dialog.sources.findChildren(QLabel)]


def test_files_are_dropped_on_it(user):
    with user.qtbot.waitSignal(user.dialog.paths_added) as dropped:
        assert drop(user.dialog, [QUrl.fromLocalFile("/srv/a.env"), QUrl("https://example.com/b.env")])
    assert dropped.args == [["/srv/a.env"]]


def test_ten_thousand_rows_are_ticked_at_once(user):
    rows = tuple(replace(FOUND.rows[SHOP], number=number, name=f"SMTP_{number}") for number in range(10_000))
    user.show(Found(sources=FOUND.sources, rows=rows))
    assert user.ok().text() == "Import 10,000"
    user.qtbot.mouseClick(user.part(QCheckBox, "allBox"), LEFT)
    assert not user.ok().isEnabled()


def test_a_screen_reader_is_told_of_ticks_and_states(user):
    user.show()
    assert faults_of(user.dialog) == []
    table = QAccessible.queryAccessibleInterface(user.table)
    assert table.role() is QAccessible.Role.Table
