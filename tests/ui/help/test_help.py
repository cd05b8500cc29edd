"""The help window and its pages."""

import re

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtGui import QGuiApplication, QPalette, QTextCursor
from PySide6.QtWidgets import QApplication, QLabel, QLineEdit, QPushButton, QTreeWidget, QWidget

from smtp_desktop.ui.help.dialog import HelpDialog, open_help
from smtp_desktop.ui.help.pages import HelpPage, HelpRequest, HelpValues, help_text, read_page
from smtp_desktop.ui.help.view import HelpView
from smtp_desktop.ui.theme.theme import DARK, LIGHT, put_on

CLIENT = "c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20"
TENANT = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab"
MAILBOX = "svc-mail@northwind.example"
VALUES = HelpValues(client_id=f" {CLIENT} ", tenant_id=TENANT, mailbox=MAILBOX)
LEFT = Qt.MouseButton.LeftButton


def in_commands(values):
    return "\n".join(help_text(HelpPage.AZURE_APP, values).commands)


def test_a_page_is_read_into_sections_and_commands():
    page = read_page("# Title\n\nFirst.\n\n## One, and more\n\n```powershell\na\n b\n```\n\n## Two\nlast\n")
    assert page.title == "Title"
    assert [(section.name, section.title) for section in page.sections] == [
        ("one-and-more", "One, and more"),
        ("two", "Two"),
    ]
    assert page.commands == ("a\n b",)
    assert len(page.parts) == 2
    assert "```" not in "".join(page.parts)


def test_commands_hold_what_the_form_holds():
    commands = in_commands(VALUES)
    assert f'$app = "{CLIENT}"' in commands
    assert f'-TenantId "{TENANT}"' in commands
    assert f'$mailbox = "{MAILBOX}"' in commands
    assert "<" not in commands


@pytest.mark.parametrize(
    "values",
    [
        HelpValues(),
        HelpValues(client_id="c1f7", tenant_id="tenant", mailbox="svc-mail"),
        HelpValues(client_id=f'{CLIENT}"; bad', tenant_id='a.example"; bad', mailbox='a"; bad@b.example'),
        HelpValues(mailbox="$(bad)@b.example"),
        HelpValues(mailbox="o'brien@b.example"),
        HelpValues(mailbox="a`b@b.example"),
        HelpValues(client_id=f"{CLIENT}\nbad", mailbox=f"{MAILBOX}\nbad"),
    ],
)
def test_what_is_not_right_or_would_be_read_by_a_shell_stays_a_place_to_fill_in(values):
    assert in_commands(values) == in_commands(HelpValues())
    for place in ("<client-id>", "<tenant-id>", "<mailbox>"):
        assert place in in_commands(values)


@pytest.mark.parametrize("page", HelpPage)
def test_links_of_a_page_lead_somewhere(page):
    text = help_text(page, HelpValues())
    targets = re.findall(r"\]\(([^)]*)\)", "".join(text.parts))
    assert targets
    for target in targets:
        link = QUrl(target)
        if link.scheme() == "help":
            sections = [section.name for section in help_text(HelpPage(link.path()), HelpValues()).sections]
            assert link.fragment() in ["", *sections], target
        else:
            assert link.scheme() == "https", target


@pytest.mark.parametrize("page", HelpPage)
def test_nothing_of_a_page_is_loaded_from_outside(page):
    text = "".join(help_text(page, HelpValues()).parts)
    assert "![" not in text
    assert "<img" not in text


class HelpDriver:
    """A user at the help window."""

    def __init__(self, qtbot):
        self.qtbot, self.opened = qtbot, []
        self.dialog = HelpDialog(None, open_link=self.opened.append)
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose, False)
        qtbot.addWidget(self.dialog)
        with qtbot.waitExposed(self.dialog):
            self.dialog.show()
        self.view = self.dialog.findChild(HelpView)
        self.contents = self.dialog.findChild(QTreeWidget, "helpContents")

    def show(self, page=HelpPage.AZURE_APP, section="", values=VALUES):
        self.dialog.show_help(HelpRequest(page=page, section=section, values=values))

    def marked(self):
        return self.contents.currentItem().text(0)

    def found(self, title):
        """The entry of the contents with that title."""
        exactly = Qt.MatchFlag.MatchExactly | Qt.MatchFlag.MatchRecursive
        return self.contents.findItems(title, exactly)[0]

    def listed(self):
        """The sections that the contents show, by their pages; without the pages that are folded."""
        pages = (self.contents.topLevelItem(row) for row in range(self.contents.topLevelItemCount()))
        return {
            page.text(0): [page.child(n).text(0) for n in range(page.childCount()) if not page.child(n).isHidden()]
            for page in pages
            if not page.isHidden() and page.isExpanded()
        }

    def top_heading(self):
        """The heading that the first line in sight is."""
        block = self.view.cursorForPosition(QPoint(4, 14)).block()
        return block.text() if block.blockFormat().headingLevel() else ""

    def click(self, words, nth=0):
        """Presses the left button on the nth link with these words, which comes into sight before."""
        cursor = QTextCursor(self.view.document())
        for _ in range(nth + 1):
            cursor = self.view.document().find(words, cursor)
            assert not cursor.isNull(), words
        self.view.verticalScrollBar().setValue(self.view.verticalScrollBar().value() + self.spot(cursor).y() - 60)
        self.qtbot.mouseClick(self.view.viewport(), LEFT, pos=self.spot(cursor))

    def spot(self, cursor):
        middle = QTextCursor(self.view.document())
        middle.setPosition((cursor.selectionStart() + cursor.selectionEnd()) // 2)
        return self.view.cursorRect(middle).center()


@pytest.fixture
def driver(qtbot, qapp):
    put_on(qapp, LIGHT)
    yield HelpDriver(qtbot)
    QGuiApplication.clipboard().clear()


def test_a_page_begins_at_its_beginning(driver):
    driver.show()
    assert driver.dialog.windowTitle() == "Register the Azure app – Help"
    assert driver.view.verticalScrollBar().value() == 0
    assert driver.marked() == "Which sign-in to choose"
    assert driver.contents.currentItem().parent().text(0) == "Register the Azure app"
    assert driver.dialog.windowModality() is Qt.WindowModality.NonModal


def test_a_page_stands_at_the_section_that_is_asked_for(driver):
    driver.show(section="scope-it-to-one-mailbox")
    assert driver.top_heading() == driver.marked() == "Scope it to one mailbox"
    width = driver.view.width()
    driver.dialog.resize(640, 500)
    driver.qtbot.waitUntil(lambda: driver.view.width() < width)
    assert driver.top_heading() == driver.marked() == "Scope it to one mailbox"


def test_the_view_itself_loads_nothing_that_a_page_might_name(driver, tmp_path):
    (tmp_path / "named.txt").write_text("found")
    assert driver.view.loadResource(1, QUrl.fromLocalFile(tmp_path / "named.txt")) is None


def test_contents_jump_by_click_and_by_key(driver):
    driver.show()
    item = driver.found("National clouds")
    driver.qtbot.mouseClick(driver.contents.viewport(), LEFT, pos=driver.contents.visualItemRect(item).center())
    assert driver.top_heading() == "National clouds"
    driver.contents.setFocus()
    driver.qtbot.keyClick(driver.contents, Qt.Key.Key_Up)
    assert driver.top_heading() == driver.marked() == "Send as another address"


def test_scrolling_marks_where_one_is(driver):
    driver.show()
    bar = driver.view.verticalScrollBar()
    bar.setValue(bar.maximum())
    assert driver.marked() == "When the test fails"
    bar.setValue(0)
    assert driver.marked() == "Which sign-in to choose"


def test_commands_are_copied_as_they_are_seen(driver):
    driver.show(section="scope-it-to-one-mailbox")
    driver.click("Copy these commands", nth=3)
    copied = QGuiApplication.clipboard().text()
    assert copied == help_text(HelpPage.AZURE_APP, VALUES).commands[3]
    assert f'$mailbox = "{MAILBOX}"' in copied
    assert driver.dialog.findChild(QLabel, "helpNote").text() == "The commands are on the clipboard."
    seen = driver.view.toPlainText()
    assert copied in seen
    assert "⁂" not in seen
    assert seen.count("Copy these commands") == len(help_text(HelpPage.AZURE_APP, VALUES).commands)


def test_commands_are_copied_by_key(driver):
    driver.show(section="scope-it-to-one-mailbox", page=HelpPage.AZURE_APP)
    driver.view.setFocus()
    for _ in range(40):
        driver.qtbot.keyClick(driver.view, Qt.Key.Key_Tab)
        if driver.view.textCursor().selectedText() == "Copy these commands":
            break
    driver.qtbot.keyClick(driver.view, Qt.Key.Key_Return)
    assert QGuiApplication.clipboard().text().startswith("Install-Module")


def test_a_link_to_the_web_is_opened_outside_and_only_when_it_is_clicked(driver):
    driver.show(section="register-the-app")
    assert driver.opened == []
    driver.click("Microsoft Entra admin center")
    assert driver.opened == [QUrl("https://entra.microsoft.com")]
    assert driver.dialog.title.text() == "Register the Azure app"


def test_a_link_to_another_page_turns_to_it(driver):
    driver.show(page=HelpPage.APP_PASSWORDS, section="outlook-com")
    driver.click("Register the Azure app")
    assert driver.dialog.title.text() == "Register the Azure app"
    driver.click("Scope it to one mailbox")
    assert driver.top_heading() == "Scope it to one mailbox"
    assert driver.opened == []


def test_the_page_takes_the_colours_of_another_theme_and_stays_where_it_is(driver, qapp):
    driver.show(section="scope-it-to-one-mailbox")
    put_on(qapp, DARK)
    cursor = driver.view.document().find("Install-Module")
    ground = QGuiApplication.palette().color(QPalette.ColorRole.Window)
    assert cursor.currentFrame().frameFormat().background().color() == ground
    assert driver.top_heading() == "Scope it to one mailbox"
    put_on(qapp, LIGHT)
    cursor = driver.view.document().find("Install-Module")
    assert cursor.currentFrame().frameFormat().background().color() != ground


def test_escape_and_close_end_it(driver):
    driver.show()
    driver.qtbot.keyClick(driver.dialog, Qt.Key.Key_Escape)
    assert not driver.dialog.isVisible()
    driver.dialog.show()
    driver.qtbot.mouseClick(driver.dialog.findChild(QPushButton, "closeButton"), LEFT)
    assert not driver.dialog.isVisible()


def test_help_is_opened_once_and_again_after_it_was_closed(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    first = open_help(window, HelpRequest(page=HelpPage.AZURE_APP))
    assert open_help(window, HelpRequest(page=HelpPage.APP_PASSWORDS)) is first
    assert first.title.text() == "App passwords"
    first.close()
    second = open_help(window, HelpRequest(page=HelpPage.AZURE_APP))
    assert second is not first
    assert second.isVisible()
    QApplication.sendPostedEvents(None, 52)  # QEvent.DeferredDelete: the first one is gone now
    assert second.isVisible()


def test_the_contents_hold_every_page_and_unfold_that_which_is_read(driver):
    driver.show(page=HelpPage.FIRST_STEPS)
    titles = [driver.contents.topLevelItem(row).text(0) for row in range(driver.contents.topLevelItemCount())]
    assert titles == [help_text(page, HelpValues()).title for page in HelpPage]
    assert list(driver.listed()) == ["First steps"]
    item = driver.found("Deliveries")
    driver.qtbot.mouseClick(driver.contents.viewport(), LEFT, pos=driver.contents.visualItemRect(item).center())
    assert driver.dialog.title.text() == "Deliveries"
    assert driver.listed()["Deliveries"][0] == driver.marked() == "States"


def test_a_search_leaves_the_sections_that_say_it_and_enter_goes_to_the_first(driver):
    driver.show()
    search = driver.dialog.findChild(QLineEdit, "helpSearchField")
    search.setFocus()
    driver.qtbot.keyClicks(search, "fingerprint CA")
    assert driver.listed() == {"Tests, checks and dates": ["When it fails"]}
    driver.qtbot.keyClick(search, Qt.Key.Key_Return)
    assert driver.top_heading() == driver.marked() == "When it fails"
    marked = {selection.cursor.selectedText().lower() for selection in driver.view.extraSelections()}
    assert marked == {"fingerprint", "ca"}
    driver.qtbot.keyClicks(search, "xyz")
    assert driver.listed() == {}
    assert driver.dialog.findChild(QLabel, "helpNothingFound").isVisible()
    search.clear()
    assert "Gmail" in driver.listed()["App passwords"]
    assert driver.dialog.findChild(QLabel, "helpNothingFound").isHidden()


def test_the_down_key_leads_from_the_search_to_what_was_found(driver):
    driver.show()
    search = driver.dialog.findChild(QLineEdit, "helpSearchField")
    search.setFocus()
    driver.qtbot.keyClicks(search, "expired")
    driver.qtbot.keyClick(search, Qt.Key.Key_Down)
    assert driver.dialog.focusWidget() is driver.contents
    assert driver.dialog.title.text() == "Deliveries"
