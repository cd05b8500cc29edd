"""Certificates of real servers that are trusted for one SMTP alone, from a failed test on."""

import pytest
from fakes.small import MemoryPipeliningDenylist
from servers.certificates import Authority, context_of, fingerprint_of
from servers.smtp.mailserver import MailServer
from ui.certificates_driver import ask_to_trust, choose_file, pick, trust_line
from ui.check_dialog_driver import CheckDialogDriver, close_repeated_test
from ui.window_driver import PASSWORD

from smtp_desktop.domain.smtp.certificate import spelled
from smtp_desktop.transports.registry import Transports

pytestmark = pytest.mark.long


class RealTransport(Transports):
    def release(self):
        """Nothing ever waits here."""


@pytest.fixture(scope="module")
def authority(tmp_path_factory):
    """A CA that nobody trusts yet."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def leaf(authority):
    return authority.issue()


@pytest.fixture
def server(leaf):
    users = {"relay@company.example": PASSWORD.reveal()}
    with MailServer(starttls=context_of(leaf), users=users) as server:
        yield server


@pytest.fixture
def wired(gui, server):
    """A window that speaks to real servers, with one SMTP whose certificate nobody trusts."""
    gui.transport = RealTransport(MemoryPipeliningDenylist())
    gui.have("Relay", host_name="127.0.0.1", smtp_port=str(server.port))
    gui.open()
    return gui


def press_space_on(gui, name, dialog):
    gui.part(name, dialog).setFocus()
    gui.press("Space")


def test_from_a_failed_test_to_a_pinned_certificate_that_works(wired, server, leaf):
    fingerprint = fingerprint_of(leaf)
    dialog = ask_to_trust(wired)
    assert spelled(fingerprint) in wired.words(dialog).replace(": ", ":")
    assert not wired.part("okButton", dialog).isEnabled()
    press_space_on(wired, "trustCertificateChoice", dialog)
    wired.click("okButton", dialog)
    wired.no_dialog("trustDialog")
    wired.until(wired.panel.isVisible)
    close_repeated_test(wired)
    assert wired.typed("nameField") == "Relay"
    assert trust_line(wired) == f"Trusted for this SMTP: only the certificate {spelled(fingerprint[:16])}:…"
    # What the repeated test learnt of the server stands above the line by now.
    assert wired.part("tlsBox", wired.panel).visibleRegion().boundingRect().height() > 0
    assert wired.panel.is_changed()
    assert wired.stored("Relay").server.trusted_fingerprint == ""
    wired.switch_to(wired.window)
    wired.press("Ctrl+S")
    wired.until(lambda: wired.stored("Relay").server.trusted_fingerprint == fingerprint)
    wired.until(lambda: not wired.panel.is_changed())
    assert "Test passed" in wired.words(CheckDialogDriver(wired).test())
    assert len(server.sign_ins) == len(server.received) == 2  # one of the test that was repeated by itself


def test_a_ca_from_a_file_is_trusted(wired, server, authority):
    dialog = ask_to_trust(wired)
    pick(wired, "trustCaChoice", dialog)
    choose_file(wired, dialog, authority.path)
    wired.until(lambda: wired.visible("authorityText", dialog))
    wired.until(lambda: wired.part("okButton", dialog).isEnabled())
    assert "Issued to: Testing CA" in wired.part("authorityText", dialog).text()
    assert not wired.visible("authorityError", dialog)
    wired.part("trustCaChoice", dialog).setFocus()
    wired.press("Return")
    wired.no_dialog("trustDialog")
    wired.until(wired.panel.isVisible)
    assert trust_line(wired).startswith("Trusted for this SMTP: CA Testing CA #")
    wired.click_panel("saveButton")
    wired.until(lambda: wired.stored("Relay").server.trusted_ca_pem)
    assert "Test passed" in wired.words(CheckDialogDriver(wired).test())


def test_a_file_without_the_issuing_ca_is_reported(wired, authority, tmp_path):
    dialog = ask_to_trust(wired)
    pick(wired, "trustCaChoice", dialog)
    (tmp_path / "none.pem").write_text("no certificate")
    choose_file(wired, dialog, tmp_path / "none.pem")
    wired.until(lambda: wired.visible("authorityError", dialog))
    assert "contains no readable certificate" in wired.part("authorityError", dialog).text()
    assert not wired.part("okButton", dialog).isEnabled()
    other = Authority(tmp_path)
    choose_file(wired, dialog, other.path)
    wired.until(lambda: "did not issue" in wired.part("authorityError", dialog).text())
    assert wired.part("okButton", dialog).isEnabled()
    assert "did not issue" in wired.part("chooseFileButton", dialog).accessibleDescription()


def test_cancel_changes_nothing(wired):
    dialog = ask_to_trust(wired)
    pick(wired, "trustCertificateChoice", dialog)
    wired.click("cancelButton", dialog)
    wired.no_dialog("trustDialog")
    assert wired.visible("testDialog")
    assert not wired.panel.isVisible()


def test_what_is_trusted_can_be_removed_by_keyboard(gui, authority):
    gui.have("Relay", trusted_ca_pem=authority.pem)
    gui.open()
    gui.open_card("Relay")
    gui.until(lambda: trust_line(gui).startswith("Trusted for this SMTP: CA Testing CA #"))
    gui.part("tlsBox", gui.panel).setFocus()
    gui.tab_to("removeTrustButton")
    assert gui.focus().accessibleName() == "Stop trusting it for this SMTP"
    gui.press("Space")
    assert trust_line(gui) == ""
    assert gui.focus().objectName() == "tlsBox"
    assert gui.stored("Relay").server.trusted_ca_pem
    gui.press("Ctrl+S")
    gui.until(lambda: gui.stored("Relay").server.trusted_ca_pem == "")
