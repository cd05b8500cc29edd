"""Certificates in the window: shown, trusted for one SMTP alone, and an alarm where one has changed."""

import pytest
from fakes.certificates import a_certificate
from fakes.small import MemoryPipeliningDenylist
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QLabel
from servers.certificates import Authority, context_of, fingerprint_of
from servers.mailserver import MailServer
from ui.timelines import accepted, graph_refused, stopped
from ui.window_driver import PASSWORD

from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.diagnosis.conversation import (
    CertificateFault,
    Failure,
    FailureKind,
    Security,
    Stage,
    TlsMode,
)
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.certificate import spelled
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.transports.registry import Transports

SHOWN = a_certificate("relay.example", "mail.example", fingerprint="cd" * 32)
CA = a_certificate("Example CA", fingerprint="ef" * 32)
STAGES = stages_of(GenericServer(host_name="relay.example"), sends=True)


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


def untrusted(fault=CertificateFault.UNKNOWN_ISSUER, chain=(SHOWN, CA)):
    failure = Failure(
        stage=Stage.SECURE,
        kind=FailureKind.CERTIFICATE,
        message=msg("Nobody this computer trusts has issued the certificate."),
        certificate_fault=fault,
        chain=chain,
    )
    return stopped(failure, STAGES)


def run(gui, name="Relay"):
    """The SMTP was tested; returns the dialog."""
    gui.choose(name, "testAction")
    dialog = gui.dialog("testDialog")
    gui.write("admin@company.example")
    gui.press("Return")
    gui.until(lambda: gui.visible("advice", dialog))
    return dialog


def ask(gui, name="Relay"):
    """The SMTP was tested, and whether its certificate is trusted is asked."""
    gui.click("trustButton", run(gui, name))
    return gui.dialog("trustDialog")


def choose_file(gui, dialog, path):
    """The file is chosen as the system's dialog does it."""
    gui.click("chooseFileButton", dialog)
    chooser = gui.dialog("caFileDialog")
    assert isinstance(chooser, QFileDialog)
    chooser.fileSelected.emit(str(path))
    chooser.reject()
    activate(gui, dialog)


def activate(gui, window):
    """The window has the focus, as a desktop gives it to the one below that which was closed."""
    window.activateWindow()
    gui.until(window.isActiveWindow)


def trust_line(gui):
    return gui.part("trustLine", gui.panel).text() if gui.visible("trustLine", gui.panel) else ""


def pick(gui, name, dialog):
    """The choice is clicked at its mark."""
    choice = gui.part(name, dialog)
    gui.qtbot.mouseClick(choice, Qt.MouseButton.LeftButton, pos=QPoint(10, choice.height() // 2))
    assert choice.isChecked()


def press_space_on(gui, name, dialog):
    gui.part(name, dialog).setFocus()
    gui.press("Space")


def test_from_a_failed_test_to_a_pinned_certificate_that_works(wired, server, leaf):
    fingerprint = fingerprint_of(leaf)
    dialog = ask(wired)
    assert spelled(fingerprint) in wired.words(dialog).replace(": ", ":")
    assert not wired.part("okButton", dialog).isEnabled()
    press_space_on(wired, "trustCertificateChoice", dialog)
    wired.click("okButton", dialog)
    wired.no_dialog("trustDialog")
    wired.no_dialog("testDialog")
    wired.until(wired.panel.isVisible)
    assert wired.typed("nameField") == "Relay"
    assert trust_line(wired) == f"Trusted for this SMTP: the certificate {spelled(fingerprint[:16])}:… alone"
    assert wired.part("trustLine", wired.panel).visibleRegion().boundingRect().height() > 0
    assert wired.panel.is_changed()
    assert wired.stored("Relay").server.trusted_fingerprint == ""
    activate(wired, wired.window)
    wired.press("Ctrl+S")
    wired.until(lambda: wired.stored("Relay").server.trusted_fingerprint == fingerprint)
    wired.until(lambda: not wired.panel.is_changed())
    assert "Test passed" in wired.words(run(wired))
    assert len(server.sign_ins) == len(server.received) == 1


def test_a_ca_from_a_file_is_trusted(wired, server, authority):
    dialog = ask(wired)
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
    assert "Test passed" in wired.words(run(wired))


def test_a_file_without_the_issuing_ca_is_told(wired, authority, tmp_path):
    dialog = ask(wired)
    pick(wired, "trustCaChoice", dialog)
    (tmp_path / "none.pem").write_text("no certificate")
    choose_file(wired, dialog, tmp_path / "none.pem")
    wired.until(lambda: wired.visible("authorityError", dialog))
    assert "holds no certificate" in wired.part("authorityError", dialog).text()
    assert not wired.part("okButton", dialog).isEnabled()
    other = Authority(tmp_path)
    choose_file(wired, dialog, other.path)
    wired.until(lambda: "did not issue" in wired.part("authorityError", dialog).text())
    assert wired.part("okButton", dialog).isEnabled()
    assert "did not issue" in wired.part("chooseFileButton", dialog).accessibleDescription()


def test_cancel_changes_nothing(wired):
    dialog = ask(wired)
    pick(wired, "trustCertificateChoice", dialog)
    wired.click("cancelButton", dialog)
    wired.no_dialog("trustDialog")
    assert wired.visible("testDialog")
    assert not wired.panel.isVisible()


def test_a_form_that_is_not_saved_can_trust_too(gui):
    gui.transport.timeline = untrusted()
    gui.open()
    gui.fill_new("New", host="relay.example")
    gui.click_panel("testButton")
    dialog = gui.dialog("testDialog")
    gui.write("admin@company.example")
    gui.press("Return")
    gui.until(lambda: gui.visible("trustButton", dialog))
    gui.click("trustButton", dialog)
    trust = gui.dialog("trustDialog")
    pick(gui, "trustCertificateChoice", trust)
    gui.click("okButton", trust)
    gui.no_dialog("testDialog")
    assert trust_line(gui).startswith("Trusted for this SMTP: the certificate CD:CD:")
    gui.click_panel("saveButton")
    gui.until(lambda: gui.stored("New"))
    assert gui.stored("New").server.trusted_fingerprint == "cd" * 32


def test_another_host_name_does_not_take_the_fingerprint_along(gui):
    gui.have("Relay", trusted_fingerprint="cd" * 32)
    gui.open()
    gui.open_card("Relay")
    assert trust_line(gui).startswith("Trusted for this SMTP")
    gui.enter("hostNameField", "other.example")
    assert "that of relay.example" in trust_line(gui)
    assert not gui.visible("removeTrustButton", gui.panel)
    gui.enter("hostNameField", "RELAY.example")
    assert trust_line(gui).startswith("Trusted for this SMTP")
    gui.enter("hostNameField", "other.example")
    gui.enter("passwordField", "typed s3cret")
    gui.click_panel("saveButton")
    gui.until(lambda: gui.stored("Relay").server.host_name == "other.example")
    assert gui.stored("Relay").server.trusted_fingerprint == ""
    gui.until(lambda: trust_line(gui) == "")


def test_what_is_trusted_can_be_removed_by_keyboard(gui, authority):
    gui.have("Relay", trusted_ca_pem=authority.pem)
    gui.open()
    gui.open_card("Relay")
    gui.until(lambda: trust_line(gui).startswith("Trusted for this SMTP: CA Testing CA #"))
    gui.part("tlsBox", gui.panel).setFocus()
    gui.tab_to("removeTrustButton")
    assert gui.focus().accessibleName() == "Remove what is trusted for this SMTP"
    gui.press("Space")
    assert trust_line(gui) == ""
    assert gui.focus().objectName() == "tlsBox"
    assert gui.stored("Relay").server.trusted_ca_pem
    gui.press("Ctrl+S")
    gui.until(lambda: gui.stored("Relay").server.trusted_ca_pem == "")


def test_a_copy_trusts_the_same(gui):
    gui.have("Relay", trusted_fingerprint="cd" * 32)
    gui.open()
    gui.choose("Relay", "duplicateAction")
    dialog = gui.dialog("duplicateDialog")
    gui.write("another password")
    gui.click("okButton", dialog)
    gui.until(lambda: gui.stored("Relay_copied"))
    assert gui.stored("Relay_copied").server.trusted_fingerprint == "cd" * 32


def test_a_changed_certificate_is_an_alarm_that_enter_does_not_wave_through(gui):
    gui.have("Relay", trusted_fingerprint="ab" * 32)
    gui.transport.timeline = untrusted(CertificateFault.CHANGED)
    gui.open()
    dialog = ask(gui)
    assert dialog.windowTitle() == "Alarm: relay.example shows another certificate"
    assert gui.focus().objectName() == "cancelButton"
    pick(gui, "trustCertificateChoice", dialog)
    assert not gui.part("okButton", dialog).isDefault()
    gui.press("Return")
    gui.no_dialog("trustDialog")
    assert not gui.panel.isVisible()
    activate(gui, gui.part("testDialog"))
    gui.press("Esc")
    gui.no_dialog("testDialog")
    dialog = ask(gui)
    pick(gui, "trustCertificateChoice", dialog)
    gui.click("okButton", dialog)
    gui.until(lambda: trust_line(gui).startswith("Trusted for this SMTP: the certificate CD:CD:"))


@pytest.mark.parametrize(
    ("fault", "chain", "usable"),
    [
        (CertificateFault.UNKNOWN_ISSUER, (SHOWN,), {"trustCaChoice", "trustCertificateChoice"}),
        (CertificateFault.WRONG_HOST, (SHOWN,), {"trustCertificateChoice"}),
        (CertificateFault.EXPIRED, (SHOWN,), {"trustCertificateChoice"}),
        (CertificateFault.UNKNOWN_ISSUER, (), {"trustCaChoice"}),
    ],
)
def test_only_what_would_help_can_be_chosen(gui, fault, chain, usable):
    gui.have("Relay")
    gui.transport.timeline = untrusted(fault, chain)
    gui.open()
    dialog = ask(gui)
    choices = ("trustCaChoice", "trustCertificateChoice")
    assert {name for name in choices if gui.part(name, dialog).isEnabled()} == usable
    assert all(gui.part(name, dialog).accessibleDescription() for name in choices)
    assert gui.visible("chain", dialog) is bool(chain)


def test_the_failing_certificate_is_told_beside_the_advice_and_never_as_html(gui):
    gui.have("Relay")
    gui.transport.timeline = untrusted(chain=(a_certificate("<b>relay</b>", fingerprint="cd" * 32),))
    gui.open()
    dialog = run(gui)
    said = gui.words(gui.part("advice", dialog))
    assert "Issued to: <b>relay</b>\nIssued by: Example CA, Example Ltd\nNames: <b>relay</b>\nValid from: " in said
    assert "SHA-256: CD:CD:" in said
    gui.click("trustButton", dialog)
    trust = gui.dialog("trustDialog")
    labels = [label for label in trust.findChildren(QLabel) if "<b>" in label.text()]
    assert labels
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)


def test_nothing_is_offered_for_a_mailbox(gui):
    gui.have_graph("Office")
    gui.transport.timeline = graph_refused(Stage.CONNECT, FailureKind.CERTIFICATE)
    gui.open()
    assert not gui.visible("trustButton", run(gui, "Office"))


def test_a_form_that_is_about_another_server_by_now_is_left_alone(gui):
    gui.have("Relay")
    gui.transport.timeline = untrusted()
    gui.open()
    gui.open_card("Relay")
    test_dialog = run(gui)
    activate(gui, gui.window)
    gui.enter("hostNameField", "other.example")
    gui.click("trustButton", test_dialog)
    dialog = gui.dialog("trustDialog")
    pick(gui, "trustCertificateChoice", dialog)
    gui.click("okButton", dialog)
    assert "another server" in gui.words(gui.dialog("messageDialog"))
    assert trust_line(gui) == ""


def test_the_panel_shows_the_certificate_of_the_server(gui):
    gui.have("Relay")
    security = Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=(SHOWN, CA))
    gui.health.learn(ServerFact(host="relay.example", port=587, security=security))
    gui.open()
    gui.open_card("Relay")
    gui.click_panel("showCertificateButton")
    dialog = gui.dialog("certificateDialog")
    assert dialog.windowTitle() == "Certificate of relay.example"
    said = gui.words(dialog)
    assert "relay.example, mail.example" in said
    assert "CD:CD:" in said
    assert "Example CA" in said
    gui.press("Return")
    gui.no_dialog("certificateDialog")
    gui.enter("smtpPortField", "25")
    assert not gui.visible("showCertificateButton", gui.panel)


def test_a_test_that_passes_shows_the_certificate(gui):
    gui.have("Relay")
    security = Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=(SHOWN,))
    timeline = accepted()
    gui.transport.timeline = type(timeline)(
        steps=timeline.steps, transcript=timeline.transcript, accepted=timeline.accepted, security=security
    )
    gui.open()
    gui.click("showCertificateButton", run(gui))
    assert "relay.example, mail.example" in gui.words(gui.dialog("certificateDialog"))
