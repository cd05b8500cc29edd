"""Export in the window: the dialog, and the files that are written."""

import json

import pytest
import yaml
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit
from ui.selection.selection_user import SelectionUser

from smtp_desktop.domain.declared.other_programs import LeftOut, ProgramExport, ProgramFile
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret

PASSPHRASE = "correct horse battery staple"


class ExportUser(SelectionUser):
    """A user who exports."""

    def __init__(self, gui, folder):
        super().__init__(gui)
        self.folder = folder

    def open(self):
        self.gui.press("Ctrl+E")
        return self.gui.dialog("setupExportDialog")

    def save(self, dialog, name):
        """Presses Export…, and chooses a file of that name."""
        self.gui.click("okButton", dialog)
        self.gui.until(lambda: self.gui.visible("exportFileDialog"))
        chooser = self.gui.part("exportFileDialog")
        path = self.folder / name
        chooser.fileSelected.emit(str(path))
        chooser.reject()
        return path

    def choose_format(self, dialog, label):
        box = self.gui.part("formatField", dialog)
        while box.currentText() != label:
            self.gui.qtbot.keyClick(box, Qt.Key.Key_Down)

    def end(self):
        words = self.gui.words(self.gui.dialog("messageDialog"))
        self.gui.no_dialog("setupExportDialog")
        return words


@pytest.fixture
def user(gui, tmp_path):
    gui.have("Relay")
    gui.have("Other")
    gui.have_activity("Nightly")
    gui.open()
    return ExportUser(gui, tmp_path)


def test_all_smtps_activities_and_settings_are_written_without_passwords(user):
    path = user.save(user.open(), "all.json")
    assert "2 SMTPs, 1 activity and the settings" in user.end()
    text = path.read_text(encoding="utf-8")
    written = json.loads(text)
    assert sorted(one["name"] for one in written["smtps"]) == ["Other", "Relay"]
    assert [one["name"] for one in written["activities"]] == ["Nightly"]
    assert "s3cret" not in text


def test_smtps_alone_are_written_as_yaml(user, gui):
    dialog = user.open()
    gui.click("smtpsChoice", dialog)
    user.choose_format(dialog, "YAML, without passwords")
    path = user.save(dialog, "smtps.yaml")
    assert "2 SMTPs." in user.end()
    assert "activities" not in yaml.safe_load(path.read_text(encoding="utf-8"))


def test_the_bar_of_several_exports_these_alone(user, gui):
    gui.have("Third")
    gui.window.load()
    gui.until(lambda: gui.window.cards.total == 3)
    user.select("Relay", "Third")
    user.press("export")
    dialog = gui.dialog("setupExportDialog")
    assert gui.part("selectedChoice", dialog).text() == "The 2 selected SMTPs"
    path = user.save(dialog, "two.json")
    user.end()
    written = json.loads(path.read_text(encoding="utf-8"))
    assert [one["name"] for one in written["smtps"]] == ["Relay", "Third"]


def test_one_that_is_selected_is_exported_alone_where_that_is_chosen(user, gui):
    gui.open_card("Relay")
    dialog = user.open()
    assert gui.part("allChoice", dialog).isChecked()
    gui.click("selectedChoice", dialog)
    path = user.save(dialog, "one.json")
    assert "1 SMTP." in user.end()
    assert [one["name"] for one in json.loads(path.read_text(encoding="utf-8"))["smtps"]] == ["Relay"]


def test_a_sealed_file_has_the_passwords_and_only_the_passphrase_opens_it(user, gui):
    dialog = user.open()
    user.choose_format(dialog, "Sealed with a passphrase, with passwords")
    assert not gui.part("okButton", dialog).isEnabled()
    for name in ("passphraseField", "repeatPassphraseField"):
        gui.enter(name, PASSPHRASE, dialog)
    path = user.save(dialog, "all.sealed")
    assert "sealed" in user.end()
    content = path.read_bytes()
    assert b"s3cret" not in content
    assert "s3cret of the relay" in gui.adapters.sealer.unseal(content, Secret(PASSPHRASE))


@pytest.mark.parametrize(
    ("first", "second", "words"),
    [("short", "short", "Too short"), (PASSPHRASE, f"{PASSPHRASE}x", "The passphrases don't match. Type them again.")],
)
def test_a_passphrase_that_will_not_do_is_refused_before_a_file_is_asked_for(user, gui, first, second, words):
    dialog = user.open()
    user.choose_format(dialog, "Sealed with a passphrase, with passwords")
    gui.enter("passphraseField", first, dialog)
    gui.enter("repeatPassphraseField", second, dialog)
    gui.click("okButton", dialog)
    assert words in gui.part("exportError", dialog).text()
    assert not gui.window.findChildren(QFileDialog)


def test_a_passphrase_is_generated_and_shown(user, gui):
    dialog = user.open()
    user.choose_format(dialog, "Sealed with a passphrase, with passwords")
    gui.click("generateButton", dialog)
    first, second = (gui.part(name, dialog) for name in ("passphraseField", "repeatPassphraseField"))
    assert first.text() == second.text() != ""
    assert first.echoMode() is QLineEdit.EchoMode.Normal
    gui.click("copyPassphraseButton", dialog)
    assert gui.app.clipboard().text() == first.text()
    gui.app.clipboard().clear()


def test_a_file_that_can_not_be_written_is_said_in_the_dialog(user, gui):
    dialog = user.open()
    user.save(dialog, "missing/all.json")
    gui.until(lambda: gui.visible("exportError", dialog))
    assert "missing" in gui.part("exportError", dialog).text()
    assert gui.part("okButton", dialog).isEnabled()


class Writers:
    """Writes what it is told, and notes whether there were passwords."""

    def __init__(self, *names):
        self.names, self.secrets = names, []

    def write(self, smtps, program_format):
        self.secrets += [secret.reveal() for one in smtps for secret in one.secrets.values()]
        files = [ProgramFile(name=name, text=f"of {program_format}\n") for name in self.names]
        return ProgramExport(files=files, left_out=[LeftOut(name="Other", reason=msg("It signs in by a token."))])


def test_a_file_for_another_program_has_no_passwords_unless_asked_for_and_says_what_is_not_in_it(user, gui):
    gui.services.exporter._writers = writers = Writers("msmtprc")
    dialog = user.open()
    user.choose_format(dialog, "For msmtp: msmtprc")
    assert not gui.part("allChoice", dialog).isEnabled()
    assert gui.part("smtpsChoice", dialog).isChecked()
    path = user.save(dialog, "msmtprc")
    words = user.end()
    assert "Exported without passwords to" in words
    assert "Other: It signs in by a token." in words
    assert path.read_text(encoding="utf-8") == "of msmtp\n"
    assert writers.secrets == []


def test_passwords_are_readable_in_a_file_for_another_program_where_that_is_asked_for(user, gui):
    gui.services.exporter._writers = writers = Writers("smtp.env")
    dialog = user.open()
    user.choose_format(dialog, "For applications: environment variables (.env)")
    gui.qtbot.mouseClick(gui.part("withPasswordsBox", dialog), Qt.MouseButton.LeftButton, pos=QPoint(8, 12))
    user.save(dialog, "smtp.env")
    assert "with readable passwords" in user.end()
    assert writers.secrets == ["s3cret of the relay"] * 2


def test_files_for_postfix_go_into_a_new_folder_and_overwrite_nothing(user, gui):
    gui.services.exporter._writers = Writers("sasl_passwd", "relay_maps")
    (user.folder / "postfix-export").mkdir()
    dialog = user.open()
    user.choose_format(dialog, "For Postfix: sasl_passwd and relay maps")
    user.save(dialog, "")
    user.end()
    assert sorted(path.name for path in (user.folder / "postfix-export-2").iterdir()) == ["relay_maps", "sasl_passwd"]
