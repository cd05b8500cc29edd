"""Back up and restore in the window, by mouse and keys."""

from dataclasses import replace

import pytest
from composition.restore.home_harness import damage
from fakes.backups import MemoryBackups
from PySide6.QtCore import Qt
from ui.driver import cells

from smtp_desktop.domain.backups import BackupReason
from smtp_desktop.domain.errors import StoreError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.edit import edit_of

PASSPHRASE = "correct horse battery staple"


class BackupUser:
    """A user who backs up and restores. Files are in `folder`."""

    def __init__(self, gui, folder):
        self.gui, self.folder = gui, folder

    def open(self, action, dialog):
        self.gui.press("F10")
        self.gui.click_entry(self.gui.menu("mainMenu"), action)
        return self.gui.dialog(dialog)

    def choose(self, chooser_name, name):
        """Chooses the file of that name in the system's dialog."""
        self.gui.until(lambda: self.gui.visible(chooser_name))
        chooser = self.gui.part(chooser_name)
        chooser.fileSelected.emit(str(self.folder / name))
        chooser.reject()

    def back_up(self, name):
        dialog = self.open("backUpAction", "backUpDialog")
        self.gui.click("generateButton", dialog)
        self.gui.click("okButton", dialog)
        self.choose("backUpFileDialog", name)
        return self.end("backUpDialog")

    def end(self, name):
        """Reads the message, and closes it by Enter."""
        message = self.gui.dialog("messageDialog")
        words = self.gui.words(message)
        self.gui.no_dialog(name)
        self.gui.press("Return")
        self.gui.no_dialog("messageDialog")
        self.gui.switch_to(self.gui.window)
        return words

    def edit(self, name, **typed):
        stored = self.gui.profiles.by_name(name)
        self.gui.profiles.save(stored.id, edit_of(stored, replace(draft_of(stored), **typed)))


@pytest.fixture
def user(gui, tmp_path):
    gui.have("Relay")
    gui.have("Other")
    gui.have_activity("Nightly")
    gui.open()
    gui.services.exporter.proposed_passphrase = lambda: PASSPHRASE
    return BackupUser(gui, tmp_path)


def test_everything_goes_into_a_file_and_comes_back_from_it(user, gui):
    words = user.back_up("all.backup")
    assert "2 SMTPs, 1 activity and 0 messages" in words
    user.edit("Relay", smtp_port="2525", password=Secret("another"))
    dialog = user.open("restoreAction", "restoreDialog")
    gui.until(lambda: gui.visible("noBackups", dialog))
    assert "messages stay as they are" in gui.part("restoreEffect", dialog).text()
    assert not gui.part("okButton", dialog).isEnabled()
    gui.click("chooseFileButton", dialog)
    user.choose("restoreFileDialog", "all.backup")
    gui.until(lambda: gui.visible("passphraseField", dialog))
    gui.switch_to(dialog)
    gui.enter("passphraseField", PASSPHRASE, dialog)
    gui.press("Return")
    assert "SMTPs, activities and settings are those of the backup: 2 SMTPs, 1 activity." in user.end("restoreDialog")
    restored = gui.profiles.by_name("Relay")
    assert restored.server.smtp_port == 587
    assert gui.vault.get(restored.server.password_ref).reveal() == "s3cret of the relay"
    gui.until(
        lambda: gui.window.cards.profiles and all(one.server.smtp_port == 587 for one in gui.window.cards.profiles)
    )


def test_what_several_were_before_is_chosen_by_keys(user, gui):
    gui.services.backups.before(BackupReason.EDIT)
    user.edit("Relay", description="changed")
    gui.services.backups.before(BackupReason.APPLY)
    dialog = user.open("restoreAction", "restoreDialog")
    table = gui.part("backupTable", dialog)
    gui.until(lambda: table.model().rowCount() == 2)
    assert set(cells(table.model(), 1)) == {"Before several were changed", "Before a file was applied"}
    gui.until(table.hasFocus)
    row = cells(table.model(), 1).index("Before several were changed")
    gui.qtbot.keyClick(table, Qt.Key.Key_Down if row else Qt.Key.Key_Home)
    assert gui.part("okButton", dialog).isEnabled()
    gui.qtbot.keyClick(table, Qt.Key.Key_Return)
    user.end("restoreDialog")
    assert gui.profiles.by_name("Relay").description == ""
    assert {one.reason for one in gui.services.backups.all()} == {
        *(BackupReason.EDIT, BackupReason.APPLY, BackupReason.RESTORE)
    }


def test_a_wrong_passphrase_is_said_and_can_be_typed_again(user, gui):
    user.back_up("all.backup")
    dialog = user.open("restoreAction", "restoreDialog")
    gui.click("chooseFileButton", dialog)
    user.choose("restoreFileDialog", "all.backup")
    gui.until(lambda: gui.visible("passphraseField", dialog))
    gui.enter("passphraseField", "no such horse", dialog)
    gui.click("okButton", dialog)
    gui.until(lambda: gui.visible("restoreError", dialog))
    assert gui.part("restoreError", dialog).text() == "Wrong passphrase. Nothing was changed."
    gui.enter("passphraseField", PASSPHRASE, dialog)
    gui.click("okButton", dialog)
    user.end("restoreDialog")


def test_what_is_no_backup_is_said(user, gui, tmp_path):
    (tmp_path / "text").write_text("no backup")
    dialog = user.open("restoreAction", "restoreDialog")
    gui.click("chooseFileButton", dialog)
    user.choose("restoreFileDialog", "text")
    gui.until(lambda: gui.visible("chosenFile", dialog))
    gui.click("okButton", dialog)
    gui.until(lambda: gui.visible("restoreError", dialog))
    assert "is no backup" in gui.part("restoreError", dialog).text()


def test_two_different_or_weak_passphrases_write_nothing(user, gui):
    dialog = user.open("backUpAction", "backUpDialog")
    for first, second, words in (("a", "a", "Too short"), (PASSPHRASE, "other", "don't match")):
        gui.enter("passphraseField", first, dialog)
        gui.enter("repeatPassphraseField", second, dialog)
        gui.click("okButton", dialog)
        gui.until(lambda words=words: words in gui.part("backUpError", dialog).text())
    assert not gui.visible("backUpFileDialog")


def test_a_folder_that_is_not_there_is_said_and_another_can_be_chosen(user, gui, tmp_path):
    dialog = user.open("backUpAction", "backUpDialog")
    gui.click("generateButton", dialog)
    gui.click("okButton", dialog)
    user.choose("backUpFileDialog", "nowhere/all.backup")
    gui.until(lambda: gui.visible("backUpError", dialog))
    gui.click("okButton", dialog)
    user.choose("backUpFileDialog", "all.backup")
    user.end("backUpDialog")
    assert (tmp_path / "all.backup").stat().st_mode & 0o777 == 0o600


def test_a_locked_vault_is_opened_first(user, gui):
    gui.vault.locked = True
    dialog = user.open("backUpAction", "backUpDialog")
    gui.click("generateButton", dialog)
    gui.click("okButton", dialog)
    user.choose("backUpFileDialog", "all.backup")
    master = gui.dialog("masterPasswordDialog")
    gui.enter("masterPasswordField", "m", master)
    gui.press("Return")
    assert "2 SMTPs" in user.end("backUpDialog")


def test_escape_stops_a_backup_and_leaves_no_file(user, gui, tmp_path):
    dialog = user.open("backUpAction", "backUpDialog")
    gui.click("generateButton", dialog)
    gui.vault.block()
    gui.click("okButton", dialog)
    user.choose("backUpFileDialog", "all.backup")
    gui.until(gui.vault.waiting.is_set)
    assert gui.visible("progress", dialog)
    assert not gui.part("okButton", dialog).isEnabled()
    gui.click("cancelButton", dialog)
    gui.vault.release()
    gui.no_dialog("backUpDialog")
    gui.until(lambda: not list((gui.home / "backups").glob("*.part*")))
    assert not (tmp_path / "all.backup").exists()


def test_what_is_being_restored_can_not_be_stopped_half_way(user, gui):
    user.back_up("all.backup")
    dialog = user.open("restoreAction", "restoreDialog")
    gui.click("chooseFileButton", dialog)
    user.choose("restoreFileDialog", "all.backup")
    gui.until(lambda: gui.visible("passphraseField", dialog))
    gui.switch_to(dialog)
    gui.enter("passphraseField", PASSPHRASE, dialog)
    gui.vault.block()
    gui.press("Return")
    gui.until(gui.vault.waiting.is_set)
    gui.until(lambda: not gui.part("cancelButton", dialog).isEnabled())
    gui.press("Escape")
    assert dialog.isVisible()
    gui.vault.release()
    assert "2 SMTPs" in user.end("restoreDialog")


def test_the_daily_backup_is_made_quietly_and_what_prevents_it_is_said(user, gui):
    backups = gui.window.sections.backups
    backups.make_daily()
    gui.until(lambda: [one.reason for one in gui.services.backups.all()] == [BackupReason.DAILY])
    failing = MemoryBackups()
    failing.failure = StoreError(msg("No space left."))
    gui.services.backups._store = failing
    backups.make_daily()
    gui.until(lambda: gui.visible("quietLine"))
    assert "The daily backup couldn't be made: No space left." in gui.part("quietLine").text()


def test_a_database_that_is_damaged_while_the_window_is_open_is_replaced_and_the_program_quits(user, gui):
    gui.services.backups.before(BackupReason.EDIT)
    damage(gui.home / "smtp-desktop.db", "overwritten pages")
    dialog = user.open("restoreAction", "restoreDialog")
    table = gui.part("backupTable", dialog)
    gui.until(lambda: table.model().rowCount() == 1)
    assert "The damaged database is kept" in gui.part("restoreEffect", dialog).text()
    gui.qtbot.keyClick(table, Qt.Key.Key_Return)
    message = gui.dialog("messageDialog")
    assert "Everything is back: 2 SMTPs, 1 activity." in gui.words(message)
    assert "SMTP Desktop closes now." in gui.words(message)
    gui.click("okButton", message)
    gui.until(lambda: not gui.window.isVisible())
