"""The certificates of an app in the window: made, imported, saved, and renewed with an overlap."""

import json
from dataclasses import asdict

import pytest
from PySide6.QtWidgets import QFileDialog
from ui.check_dialog_driver import CheckDialogDriver
from ui.sign_in.sign_in_driver import CLIENT_ID

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import AppCredential, SecretField, SignIn

pytestmark = pytest.mark.long


@pytest.fixture
def mailbox(gui):
    """The window on a mailbox that an app signs in to with a client secret."""
    gui.have_graph("Invoices", user_name="invoices@company.example", password=None, sign_in=SignIn.APP_ONLY)
    gui.open()
    gui.open_card("Invoices")
    return gui


def choose(gui, name, path):
    """Chooses the file as the system's dialog does it."""
    gui.until(lambda: gui.window.findChild(QFileDialog, name))
    chooser = gui.window.findChild(QFileDialog, name)
    if chooser.fileMode() is QFileDialog.FileMode.ExistingFiles:
        chooser.filesSelected.emit([str(path)])
    else:
        chooser.fileSelected.emit(str(path))
    chooser.reject()


def make(gui):
    gui.pick("appCredentialField", "Certificate")
    gui.click_panel("makeCertificateButton")
    gui.until(lambda: gui.panel.draft().app_certificate)


def key_of(gui, field=SecretField.CERTIFICATE):
    ref = gui.stored("Invoices").secret_refs.get(field)
    return gui.vault.get(ref) if ref else None


def save(gui):
    gui.click_panel("saveButton")
    gui.until(lambda: not gui.panel.is_changed())


def test_a_certificate_is_made_and_stored_with_the_form_and_its_public_part_saved(mailbox, tmp_path):
    make(mailbox)
    save(mailbox)
    stored = mailbox.stored("Invoices")
    assert stored.server.app_credential is AppCredential.CERTIFICATE
    assert "canary key" not in str(stored)
    assert key_of(mailbox) is not None
    mailbox.click_panel("saveCertificateButton")
    choose(mailbox, "saveCertificateDialog", tmp_path / "app.cer")
    mailbox.until((tmp_path / "app.cer").exists)
    assert (tmp_path / "app.cer").read_bytes() == b"certificate 1 of Invoices"


def test_a_renewed_one_is_tested_and_switched_to_while_the_present_one_stays(mailbox):
    make(mailbox)
    save(mailbox)
    present = mailbox.stored("Invoices").server.app_certificate
    mailbox.click_panel("makeCertificateButton")
    mailbox.until(lambda: mailbox.panel.draft().next_app_certificate)
    save(mailbox)
    upcoming = mailbox.stored("Invoices").server.next_app_certificate
    assert mailbox.stored("Invoices").server.app_certificate == present
    mailbox.click_panel("testNextCertificateButton")
    dialog = mailbox.dialog("testDialog")
    mailbox.enter("toEmailAddressField", "ann@company.example", dialog)
    mailbox.click("okButton", dialog)
    mailbox.until(lambda: mailbox.transport.conversations)
    assert mailbox.transport.conversations[-1].server.app_certificate == upcoming
    CheckDialogDriver(mailbox)
    dialog.close()
    mailbox.click_panel("switchCertificateButton")
    mailbox.until(lambda: mailbox.stored("Invoices").server.app_certificate == upcoming)
    mailbox.until(lambda: not mailbox.visible("switchCertificateButton", mailbox.panel))
    assert key_of(mailbox, SecretField.NEXT_CERTIFICATE) is None


def test_one_that_is_not_stored_yet_is_tested_as_well(mailbox):
    make(mailbox)
    mailbox.click_panel("makeCertificateButton")
    mailbox.until(lambda: mailbox.panel.draft().next_app_certificate)
    upcoming = mailbox.panel.draft().next_app_certificate
    mailbox.click_panel("testNextCertificateButton")
    dialog = mailbox.dialog("testDialog")
    mailbox.enter("toEmailAddressField", "ann@company.example", dialog)
    mailbox.click("okButton", dialog)
    mailbox.until(lambda: mailbox.transport.conversations)
    assert mailbox.transport.conversations[-1].server.app_certificate == upcoming
    dialog.close()


def test_one_is_imported_and_a_file_that_is_none_is_refused(mailbox, tmp_path):
    made = mailbox.adapters.certificate_maker.make("Import", months=1, now=mailbox.adapters.clock.now())
    good, bad = tmp_path / "app.pem", tmp_path / "bad.pem"
    good.write_text(made.secret.reveal())
    bad.write_text("nothing")
    mailbox.pick("appCredentialField", "Certificate")
    mailbox.click_panel("importCertificateButton")
    dialog = mailbox.dialog("importCertificateDialog")
    mailbox.click("chooseFilesButton", dialog)
    choose(mailbox, "keyFileDialog", bad)
    mailbox.switch_to(dialog)
    mailbox.click("okButton", dialog)
    mailbox.until(lambda: mailbox.visible("importError", dialog))
    assert mailbox.part("importError", dialog).text() == "There is no key and certificate."
    mailbox.click("chooseFilesButton", dialog)
    choose(mailbox, "keyFileDialog", good)
    mailbox.switch_to(dialog)
    mailbox.click("okButton", dialog)
    mailbox.no_dialog("importCertificateDialog")
    assert mailbox.panel.draft().certificate == made.secret


def test_a_form_is_kept_without_the_certificate_whose_key_is_lost(mailbox):
    make(mailbox)
    kept = mailbox.panel.unsaved()
    assert "app_certificate" not in kept.values
    assert kept.typed_secret
    assert "BEGIN" not in json.dumps(asdict(kept), default=str)


def test_the_key_of_a_service_account_is_read_from_a_file(gui, tmp_path):
    (tmp_path / "key.json").write_text('{"type": "service_account"}')
    (tmp_path / "other.txt").write_text("no key")
    gui.open()
    gui.click("createButton")
    gui.enter("hostNameField", "smtp.gmail.com")
    gui.pick("signInField", "App only")
    gui.until(lambda: gui.field("serviceAccountLink").height() > 1)
    gui.click_panel("serviceAccountLink")
    choose(gui, "serviceAccountDialog", tmp_path / "other.txt")
    dialog = gui.dialog("messageDialog")
    assert "other.txt is not the JSON key of a service account." in gui.words(dialog)
    gui.click("okButton", dialog)
    gui.click_panel("serviceAccountLink")
    choose(gui, "serviceAccountDialog", tmp_path / "key.json")
    gui.until(lambda: gui.panel.draft().service_account == Secret('{"type": "service_account"}'))
    assert CLIENT_ID not in str(gui.panel.draft())
