"""Certificates in the window: shown, trusted for one SMTP alone, and an alarm where one has changed."""

import pytest
from fakes.certificates import a_certificate
from fakes.small import MemoryPipeliningDenylist
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QFileDialog, QLabel
from scripted_transport import accepted, graph_refused, stopped
from servers.certificates import Authority, context_of, fingerprint_of
from servers.mailserver import MailServer
from window_world import PASSWORD

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
def wired(world, server):
    """A window that speaks to real servers, with one SMTP whose certificate nobody trusts."""
    world.transport = RealTransport(MemoryPipeliningDenylist())
    world.have("Relay", host_name="127.0.0.1", smtp_port=str(server.port))
    world.open()
    return world


def untrusted(fault=CertificateFault.UNKNOWN_ISSUER, chain=(SHOWN, CA)):
    failure = Failure(
        stage=Stage.SECURE,
        kind=FailureKind.CERTIFICATE,
        message=msg("Nobody this computer trusts has issued the certificate."),
        certificate_fault=fault,
        chain=chain,
    )
    return stopped(failure, STAGES)


def run(world, name="Relay"):
    """The SMTP was tested; returns the dialog."""
    world.choose(name, "testAction")
    dialog = world.dialog("testDialog")
    world.write("admin@company.example")
    world.press("Return")
    world.until(lambda: world.visible("advice", dialog))
    return dialog


def ask(world, name="Relay"):
    """The SMTP was tested, and whether its certificate is trusted is asked."""
    world.click("trustButton", run(world, name))
    return world.dialog("trustDialog")


def choose_file(world, dialog, path):
    """The file is chosen as the system's dialog does it."""
    world.click("chooseFileButton", dialog)
    chooser = world.dialog("caFileDialog")
    assert isinstance(chooser, QFileDialog)
    chooser.fileSelected.emit(str(path))
    chooser.reject()
    activate(world, dialog)


def activate(world, window):
    """The window has the focus, as a desktop gives it to the one below that which was closed."""
    window.activateWindow()
    world.until(window.isActiveWindow)


def trust_line(world):
    return world.part("trustLine", world.panel).text() if world.visible("trustLine", world.panel) else ""


def pick(world, name, dialog):
    """The choice is clicked at its mark."""
    choice = world.part(name, dialog)
    world.qtbot.mouseClick(choice, Qt.MouseButton.LeftButton, pos=QPoint(10, choice.height() // 2))
    assert choice.isChecked()


def press_space_on(world, name, dialog):
    world.part(name, dialog).setFocus()
    world.press("Space")


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


def test_a_form_that_is_not_saved_can_trust_too(world):
    world.transport.timeline = untrusted()
    world.open()
    world.fill_new("New", host="relay.example")
    world.click_panel("testButton")
    dialog = world.dialog("testDialog")
    world.write("admin@company.example")
    world.press("Return")
    world.until(lambda: world.visible("trustButton", dialog))
    world.click("trustButton", dialog)
    trust = world.dialog("trustDialog")
    pick(world, "trustCertificateChoice", trust)
    world.click("okButton", trust)
    world.no_dialog("testDialog")
    assert trust_line(world).startswith("Trusted for this SMTP: the certificate CD:CD:")
    world.click_panel("saveButton")
    world.until(lambda: world.stored("New"))
    assert world.stored("New").server.trusted_fingerprint == "cd" * 32


def test_another_host_name_does_not_take_the_fingerprint_along(world):
    world.have("Relay", trusted_fingerprint="cd" * 32)
    world.open()
    world.open_card("Relay")
    assert trust_line(world).startswith("Trusted for this SMTP")
    world.enter("hostNameField", "other.example")
    assert "that of relay.example" in trust_line(world)
    assert not world.visible("removeTrustButton", world.panel)
    world.enter("hostNameField", "RELAY.example")
    assert trust_line(world).startswith("Trusted for this SMTP")
    world.enter("hostNameField", "other.example")
    world.enter("passwordField", "typed s3cret")
    world.click_panel("saveButton")
    world.until(lambda: world.stored("Relay").server.host_name == "other.example")
    assert world.stored("Relay").server.trusted_fingerprint == ""
    world.until(lambda: trust_line(world) == "")


def test_what_is_trusted_can_be_removed_by_keyboard(world, authority):
    world.have("Relay", trusted_ca_pem=authority.pem)
    world.open()
    world.open_card("Relay")
    world.until(lambda: trust_line(world).startswith("Trusted for this SMTP: CA Testing CA #"))
    world.part("tlsBox", world.panel).setFocus()
    world.tab_to("removeTrustButton")
    assert world.focus().accessibleName() == "Remove what is trusted for this SMTP"
    world.press("Space")
    assert trust_line(world) == ""
    assert world.focus().objectName() == "tlsBox"
    assert world.stored("Relay").server.trusted_ca_pem
    world.press("Ctrl+S")
    world.until(lambda: world.stored("Relay").server.trusted_ca_pem == "")


def test_a_copy_trusts_the_same(world):
    world.have("Relay", trusted_fingerprint="cd" * 32)
    world.open()
    world.choose("Relay", "duplicateAction")
    dialog = world.dialog("duplicateDialog")
    world.write("another password")
    world.click("okButton", dialog)
    world.until(lambda: world.stored("Relay_copied"))
    assert world.stored("Relay_copied").server.trusted_fingerprint == "cd" * 32


def test_a_changed_certificate_is_an_alarm_that_enter_does_not_wave_through(world):
    world.have("Relay", trusted_fingerprint="ab" * 32)
    world.transport.timeline = untrusted(CertificateFault.CHANGED)
    world.open()
    dialog = ask(world)
    assert dialog.windowTitle() == "Alarm: relay.example shows another certificate"
    assert world.focus().objectName() == "cancelButton"
    pick(world, "trustCertificateChoice", dialog)
    assert not world.part("okButton", dialog).isDefault()
    world.press("Return")
    world.no_dialog("trustDialog")
    assert not world.panel.isVisible()
    activate(world, world.part("testDialog"))
    world.press("Esc")
    world.no_dialog("testDialog")
    dialog = ask(world)
    pick(world, "trustCertificateChoice", dialog)
    world.click("okButton", dialog)
    world.until(lambda: trust_line(world).startswith("Trusted for this SMTP: the certificate CD:CD:"))


@pytest.mark.parametrize(
    ("fault", "chain", "usable"),
    [
        (CertificateFault.UNKNOWN_ISSUER, (SHOWN,), {"trustCaChoice", "trustCertificateChoice"}),
        (CertificateFault.WRONG_HOST, (SHOWN,), {"trustCertificateChoice"}),
        (CertificateFault.EXPIRED, (SHOWN,), {"trustCertificateChoice"}),
        (CertificateFault.UNKNOWN_ISSUER, (), {"trustCaChoice"}),
    ],
)
def test_only_what_would_help_can_be_chosen(world, fault, chain, usable):
    world.have("Relay")
    world.transport.timeline = untrusted(fault, chain)
    world.open()
    dialog = ask(world)
    choices = ("trustCaChoice", "trustCertificateChoice")
    assert {name for name in choices if world.part(name, dialog).isEnabled()} == usable
    assert all(world.part(name, dialog).accessibleDescription() for name in choices)
    assert world.visible("chain", dialog) is bool(chain)


def test_the_failing_certificate_is_told_beside_the_advice_and_never_as_html(world):
    world.have("Relay")
    world.transport.timeline = untrusted(chain=(a_certificate("<b>relay</b>", fingerprint="cd" * 32),))
    world.open()
    dialog = run(world)
    said = world.words(world.part("advice", dialog))
    assert "Issued to: <b>relay</b>\nIssued by: Example CA, Example Ltd\nNames: <b>relay</b>\nValid from: " in said
    assert "SHA-256: CD:CD:" in said
    world.click("trustButton", dialog)
    trust = world.dialog("trustDialog")
    labels = [label for label in trust.findChildren(QLabel) if "<b>" in label.text()]
    assert labels
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in labels)


def test_nothing_is_offered_for_a_mailbox(world):
    world.have_graph("Office")
    world.transport.timeline = graph_refused(Stage.CONNECT, FailureKind.CERTIFICATE)
    world.open()
    assert not world.visible("trustButton", run(world, "Office"))


def test_a_form_that_is_about_another_server_by_now_is_left_alone(world):
    world.have("Relay")
    world.transport.timeline = untrusted()
    world.open()
    world.open_card("Relay")
    trial = run(world)
    activate(world, world.window)
    world.enter("hostNameField", "other.example")
    world.click("trustButton", trial)
    dialog = world.dialog("trustDialog")
    pick(world, "trustCertificateChoice", dialog)
    world.click("okButton", dialog)
    assert "another server" in world.words(world.dialog("messageDialog"))
    assert trust_line(world) == ""


def test_the_panel_shows_the_certificate_of_the_server(world):
    world.have("Relay")
    security = Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=(SHOWN, CA))
    world.health.learn(ServerFact(host="relay.example", port=587, security=security))
    world.open()
    world.open_card("Relay")
    world.click_panel("showCertificateButton")
    dialog = world.dialog("certificateDialog")
    assert dialog.windowTitle() == "Certificate of relay.example"
    said = world.words(dialog)
    assert "relay.example, mail.example" in said
    assert "CD:CD:" in said
    assert "Example CA" in said
    world.press("Return")
    world.no_dialog("certificateDialog")
    world.enter("smtpPortField", "25")
    assert not world.visible("showCertificateButton", world.panel)


def test_a_test_that_passes_shows_the_certificate(world):
    world.have("Relay")
    security = Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=(SHOWN,))
    timeline = accepted()
    world.transport.timeline = type(timeline)(
        steps=timeline.steps, transcript=timeline.transcript, accepted=timeline.accepted, security=security
    )
    world.open()
    world.click("showCertificateButton", run(world))
    assert "relay.example, mail.example" in world.words(world.dialog("certificateDialog"))
