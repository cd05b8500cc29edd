"""Import in the window: from the ways to it, through the dialog, to the SMTPs that are there then."""

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt, QUrl
from PySide6.QtWidgets import QFileDialog, QPlainTextEdit, QToolButton
from ui.driver import LEFT, cells
from ui.drops import drop
from ui.longest_gap import LongestGap
from ui.window_driver import PASSWORD

from smtp_desktop.domain.declared.node import TextFormat
from smtp_desktop.domain.errors import VaultLocked, WrongPassphrase
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.edit import edit_of
from smtp_desktop.ui.imports.found import FoundColumn

URLS = "smtp://mes%40plant.example:s3cret@relay.plant.example:587\nsmtp://ops%40plant.example@mail.plant.example:587\n"


class ImportUser:
    """A user who imports."""

    def __init__(self, gui, folder):
        self.gui, self.folder = gui, folder

    def file(self, name, text):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def drop(self, *paths):
        assert drop(self.gui.window, [QUrl.fromLocalFile(str(path)) for path in paths])
        return self.found()

    def found(self):
        dialog = self.gui.dialog("importDialog")
        self.gui.until(dialog.table.isVisible)
        return dialog

    def leave(self):
        self.gui.dialog("importDialog").reject()
        self.gui.no_dialog("importDialog")
        self.gui.switch_to(self.gui.window)

    def states(self, dialog):
        return cells(dialog.table.model(), FoundColumn.STATE)

    def import_(self, dialog):
        self.gui.click("okButton", dialog)
        self.gui.no_dialog("importDialog")
        self.gui.finish_work()

    def said(self):
        self.gui.until(lambda: self.gui.visible("quietLine"))
        return self.gui.part("quietLine").text()


@pytest.fixture
def user(gui, tmp_path):
    folder = tmp_path / "files"
    folder.mkdir()
    return ImportUser(gui, folder)


def test_dropped_files_become_smtps_that_are_checked_and_a_line_says_how_many(user, gui):
    gui.open()
    dialog = user.drop(user.file("urls.txt", URLS))
    assert user.states(dialog) == ["New", "Needs a password"]
    user.import_(dialog)
    assert user.said() == "2 imported; 1 needs a password. Relay_plant_example is the default SMTP."
    relay = next(one for one in gui.store.all() if one.server.host_name == "relay.plant.example")
    assert gui.vault.get(relay.server.password_ref) == Secret("s3cret")
    gui.until(lambda: gui.window.cards.total == 2)
    gui.until(lambda: gui.health.of(relay.id, 1))


def test_without_the_tick_nothing_is_checked(user, gui):
    gui.open()
    dialog = user.drop(user.file("urls.txt", URLS))
    gui.qtbot.mouseClick(dialog.check_all_box, LEFT, pos=QPoint(8, 10))
    user.import_(dialog)
    gui.until(lambda: gui.window.cards.total == 2)
    assert not any(gui.health.of(one.id, 1) for one in gui.store.all())


def test_a_password_that_is_entered_for_a_row_is_stored(user, gui):
    gui.open()
    dialog = user.drop(user.file("urls.txt", URLS))
    gui.press("Down")
    gui.press("Return")
    asked = gui.dialog("foundPasswordDialog")
    gui.write("typed s3cret")
    gui.click("okButton", asked)
    gui.no_dialog("foundPasswordDialog")
    user.import_(dialog)
    assert user.said() == "2 imported. Relay_plant_example is the default SMTP."
    mail = next(one for one in gui.store.all() if one.server.host_name == "mail.plant.example")
    assert gui.vault.get(mail.server.password_ref) == Secret("typed s3cret")


def test_the_empty_page_the_menu_and_a_key_lead_to_it(user, gui):
    gui.open()
    gui.click("importButton")
    user.leave()
    gui.press("Ctrl+I")
    user.leave()
    gui.click("burgerButton")
    gui.click_entry(gui.menu("mainMenu"), "importAction")
    gui.dialog("importDialog")


def test_text_is_pasted(user, gui):
    gui.open()
    gui.press("Ctrl+I")
    dialog = gui.dialog("importDialog")
    gui.click("pasteButton", dialog)
    pasted = gui.dialog("pasteDialog")
    pasted.findChild(QPlainTextEdit).setPlainText(URLS)
    gui.click("okButton", pasted)
    gui.no_dialog("pasteDialog")
    gui.switch_to(dialog)
    user.found()
    assert cells(dialog.table.model(), FoundColumn.WHERE) == ["Pasted text", "Pasted text"]
    assert gui.app.clipboard().text() == ""


def test_files_and_folders_are_chosen(user, gui):
    gui.open()
    gui.press("Ctrl+I")
    dialog = gui.dialog("importDialog")
    user.file("urls.txt", URLS)
    user.file("notes.txt", "nothing of use")
    gui.click("addButton", dialog)
    gui.click_entry(gui.menu("addMenu"), "folderAction")
    gui.until(lambda: gui.visible("addFilesDialog"))
    chooser = gui.part("addFilesDialog")
    assert chooser.fileMode() is QFileDialog.FileMode.Directory
    chooser.filesSelected.emit([str(user.folder)])
    chooser.reject()
    user.found()
    assert user.states(dialog) == ["New", "Needs a password"]
    assert "1 other file of the folder" in gui.part("importHint", dialog).text()


def test_a_file_of_no_format_says_what_was_looked_for_and_nothing_can_be_imported(user, gui):
    gui.open()
    dialog = user.drop(user.file("notes.txt", "nothing of use"))
    assert user.states(dialog) == ["Can't be read"]
    assert "Looked for" in dialog.table.model().index(0, FoundColumn.STATE).data(Qt.ItemDataRole.AccessibleTextRole)
    assert "Looked for" in gui.part("importHint", dialog).text()
    assert not gui.part("okButton", dialog).isEnabled()


def test_a_row_leads_to_its_line_in_the_file_without_the_password(user, gui):
    gui.open()
    dialog = user.drop(user.file("urls.txt", "smtp://ops:s3cret@mail.plant.example:5B7\n"))
    assert cells(dialog.table.model(), FoundColumn.WHAT) == ["Show line"]
    gui.press("Return")
    details = gui.dialog("foundDetailsDialog")
    assert gui.part("transcript", details).toPlainText().startswith("> 1  smtp://ops:••••••@mail.plant.example:5B7")
    assert "s3cret" not in gui.words(details)


@pytest.mark.long
def test_a_file_of_ours_shows_what_is_new_changed_the_same_and_conflicting_and_activities(user, gui, tmp_path):
    for name in ("Same", "Changed", "Gone", "Named"):
        gui.have(name, tags="floor")
    gui.have_activity("Nightly")
    exporter, path = gui.services.exporter, tmp_path / "all.json"
    exporter.write(exporter.all(), path, TextFormat.JSON)
    changed = gui.stored("Changed")
    gui.services.profiles.save(changed.id, edit_of(changed, replace(draft_of(changed), tags="other")))
    for name in ("Gone", "Named"):
        gui.services.profiles.delete(gui.stored(name).id)
    gui.have("Named", host_name="another.example")
    gui.open()
    dialog = user.drop(path)
    found = dict(zip(cells(dialog.table.model(), 0), user.states(dialog), strict=True))
    assert found == {
        "Same": "The same",
        "Changed": "Changed",
        "Gone": "Needs a password",
        "Named": "Name is taken",
        "Nightly": "The same",
        "Settings": "Changed",
    }
    servers = dict(zip(cells(dialog.table.model(), 0), cells(dialog.table.model(), FoundColumn.SERVER), strict=True))
    assert servers["Nightly"] == "Activity"
    user.import_(dialog)
    assert gui.stored("Changed").tags == ("floor",)
    assert gui.stored("Gone") is not None


def test_a_sealed_file_of_ours_brings_the_passwords_back(user, gui, tmp_path):
    gui.have("Relay")
    exporter, path = gui.services.exporter, tmp_path / "all.sealed"
    exporter.write_sealed(exporter.all(), path, Secret("correct horse battery staple"))
    gui.services.profiles.delete(gui.stored("Relay").id)
    gui.open()
    assert drop(gui.window, [QUrl.fromLocalFile(str(path))])
    asked = gui.dialog("passphraseDialog")
    gui.write("correct horse battery staple")
    gui.click("okButton", asked)
    gui.no_dialog("passphraseDialog")
    gui.switch_to(gui.part("importDialog"))
    dialog = user.found()
    assert user.states(dialog)[0] == "New"
    user.import_(dialog)
    assert gui.vault.get(gui.stored("Relay").server.password_ref) == PASSWORD


def test_a_sealed_file_asks_for_its_passphrase_until_it_is_right(user, gui):
    gui.open()
    imports = gui.services.imports
    asked, look = [], imports.look

    def looked(files, passphrase=None):
        asked.append(passphrase)
        if passphrase != Secret("open this file here"):
            raise WrongPassphrase(msg("This passphrase does not open the file."))
        return look(files)

    imports.look = looked
    assert drop(gui.window, [QUrl.fromLocalFile(str(user.file("urls.txt", URLS)))])
    dialog = gui.dialog("passphraseDialog")
    assert not gui.visible("passphraseError", dialog)
    gui.write("the wrong one")
    gui.click("okButton", dialog)
    gui.until(lambda: gui.visible("passphraseError"))
    again = gui.dialog("passphraseDialog")
    assert gui.part("passphraseError", again).text() == "This passphrase does not open the file."
    gui.write("open this file here")
    gui.click("okButton", again)
    gui.no_dialog("passphraseDialog")
    gui.switch_to(gui.part("importDialog"))
    assert user.states(user.found()) == ["New", "Needs a password"]
    assert asked == [None, Secret("the wrong one"), Secret("open this file here")]


def test_a_sealed_file_that_is_not_opened_is_not_imported(user, gui):
    gui.open()

    def looked(files, passphrase=None):
        raise WrongPassphrase(msg("It needs a passphrase."))

    gui.services.imports.look = looked
    assert drop(gui.window, [QUrl.fromLocalFile(str(user.file("urls.txt", URLS)))])
    gui.dialog("passphraseDialog").reject()
    gui.until(lambda: gui.visible("importError"))
    assert gui.part("importError").text() == "The sealed file was not opened."
    assert not gui.part("okButton").isEnabled()


def test_what_is_there_already_is_updated_where_its_password_differs(user, gui):
    gui.have("Mine", host_name="relay.plant.example", user_name="mes@plant.example", password=Secret("old"))
    gui.open()
    dialog = user.drop(user.file("urls.txt", URLS.split("\n", maxsplit=1)[0]))
    assert user.states(dialog) == ["Already there"]
    assert cells(dialog.table.model(), FoundColumn.WHAT) == ["Update"]
    user.import_(dialog)
    assert len(gui.store.all()) == 1
    assert gui.vault.get(gui.stored("Mine").server.password_ref) == Secret("s3cret")


def test_a_source_that_is_taken_away_is_not_imported(user, gui):
    gui.open()
    first, second = URLS.split()
    dialog = user.drop(user.file("a.txt", first), user.file("b.txt", second))
    assert len(user.states(dialog)) == 2
    cross = dialog.findChildren(QToolButton, "removeSourceButton")[0]
    gui.click(cross)
    gui.until(lambda: len(user.states(dialog)) == 1)
    assert cells(dialog.table.model(), FoundColumn.WHERE) == ["b.txt"]


def test_files_that_are_dropped_on_the_open_dialog_are_added(user, gui):
    gui.open()
    first, second = URLS.split()
    dialog = user.drop(user.file("a.txt", first))
    assert drop(dialog, [QUrl.fromLocalFile(str(user.file("b.txt", second)))])
    gui.until(lambda: len(user.states(dialog)) == 2)


def test_an_error_is_said_in_the_dialog_and_what_was_chosen_stays(user, gui):
    gui.open()
    dialog = user.drop(user.file("urls.txt", URLS))
    gui.services.imports.run = refuse = Refusal(VaultLocked(msg("It is locked."), new=False))
    gui.click("okButton", dialog)
    gui.dialog("masterPasswordDialog").reject()
    gui.until(lambda: gui.visible("importError", dialog))
    assert gui.part("importError", dialog).text() == "It is locked."
    assert gui.part("okButton", dialog).text() == "Import 2"
    assert refuse.count == 1
    assert not gui.store.all()


def test_where_another_program_changed_what_is_stored_all_is_looked_at_again(user, gui):
    gui.have("Mine", host_name="relay.plant.example", user_name="mes@plant.example", password=Secret("old"))
    gui.open()
    dialog = user.drop(user.file("urls.txt", URLS.split("\n", maxsplit=1)[0]))
    gui.services.profiles.delete(gui.stored("Mine").id)
    gui.click("okButton", dialog)
    gui.until(lambda: gui.visible("importError", dialog))
    assert user.states(dialog) == ["New"]
    assert not gui.store.all()
    user.import_(dialog)
    assert len(gui.store.all()) == 1


def test_kept_beside_what_is_there_it_needs_a_password_of_its_own(user, gui):
    gui.have(
        "Mail_plant_example", host_name="mail.plant.example", user_name="ops@plant.example", password=Secret("old")
    )
    gui.open()
    dialog = user.drop(user.file("urls.txt", URLS.split("\n")[1]))
    assert user.states(dialog) == ["Already there"]
    assert not gui.visible("importHint", dialog)
    gui.press("Return")
    gui.click_entry(gui.menu("foundMenu"), "keep-bothAction")
    gui.until(lambda: gui.visible("importHint", dialog))
    gui.press("Return")
    gui.click_entry(gui.menu("foundMenu"), "passwordAction")
    asked = gui.dialog("foundPasswordDialog")
    gui.write("another")
    gui.click("okButton", asked)
    gui.no_dialog("foundPasswordDialog")
    assert not gui.visible("importHint", dialog)
    user.import_(dialog)
    both = gui.store.all()
    assert sorted(one.name for one in both) == ["Mail_plant_example", "Mail_plant_example_2"]
    assert {gui.vault.get(one.server.password_ref).reveal() for one in both} == {"old", "another"}


class Refusal:
    """Raises `error` whenever it is called."""

    def __init__(self, error):
        self.error, self.count = error, 0

    def __call__(self, *_):
        self.count += 1
        raise self.error


@pytest.mark.long
def test_ten_thousand_smtps_are_found_and_imported_while_the_window_goes_on(user, gui):
    lines = (f"smtp://a{n}%40plant.example:s3cret{n}@relay.plant.example:587" for n in range(10_000))
    path = user.file("urls.txt", "\n".join(lines))
    gui.open()
    gap = LongestGap()
    assert drop(gui.window, [QUrl.fromLocalFile(str(path))])
    dialog = gui.dialog("importDialog")
    gui.qtbot.waitUntil(dialog.table.isVisible, timeout=60_000)
    assert gui.part("okButton", dialog).text() == "Import 10,000"
    gui.qtbot.mouseClick(dialog.check_all_box, LEFT, pos=QPoint(8, 10))
    gui.click("okButton", dialog)
    gui.qtbot.waitUntil(lambda: gui.window.cards.total == 10_000, timeout=120_000)
    # Generous, since other tests run beside it.
    assert gap.longest_s < 2
