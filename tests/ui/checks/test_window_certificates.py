"""Certificates in the window: shown, and an alarm where one has changed."""

import pytest
from fakes.certificates import a_certificate
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from ui.certificates_driver import CA, SHOWN, ask_to_trust, pick, trust_line, untrusted
from ui.check_dialog_driver import CheckDialogDriver, close_repeated_test
from ui.timelines import accepted, graph_refused

from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.diagnosis.conversation import (
    CertificateFault,
    FailureKind,
    Security,
    Stage,
    TlsMode,
)

pytestmark = pytest.mark.long


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
    close_repeated_test(gui)
    assert trust_line(gui).startswith("Trusted for this SMTP: only the certificate CD:CD:")
    assert gui.transport.conversations[-1].server.trusted_fingerprint == "cd" * 32
    gui.click_panel("saveButton")
    gui.until(lambda: gui.stored("New"))
    assert gui.stored("New").server.trusted_fingerprint == "cd" * 32


def test_another_host_name_does_not_take_the_fingerprint_along(gui):
    gui.have("Relay", trusted_fingerprint="cd" * 32)
    gui.open()
    gui.open_card("Relay")
    assert trust_line(gui).startswith("Trusted for this SMTP")
    gui.enter("hostNameField", "other.example")
    assert "belongs to relay.example" in trust_line(gui)
    assert not gui.visible("removeTrustButton", gui.panel)
    gui.enter("hostNameField", "RELAY.example")
    assert trust_line(gui).startswith("Trusted for this SMTP")
    gui.enter("hostNameField", "other.example")
    gui.enter("passwordField", "typed s3cret")
    gui.click_panel("saveButton")
    gui.until(lambda: gui.stored("Relay").server.host_name == "other.example")
    assert gui.stored("Relay").server.trusted_fingerprint == ""
    gui.until(lambda: trust_line(gui) == "")


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
    dialog = ask_to_trust(gui)
    assert dialog.windowTitle() == "Alarm: relay.example presents a different certificate"
    assert gui.focus().objectName() == "cancelButton"
    pick(gui, "trustCertificateChoice", dialog)
    assert not gui.part("okButton", dialog).isDefault()
    gui.press("Return")
    gui.no_dialog("trustDialog")
    assert not gui.panel.isVisible()
    gui.switch_to(gui.part("testDialog"))
    gui.press("Esc")
    gui.no_dialog("testDialog")
    dialog = ask_to_trust(gui)
    pick(gui, "trustCertificateChoice", dialog)
    gui.click("okButton", dialog)
    gui.until(lambda: trust_line(gui).startswith("Trusted for this SMTP: only the certificate CD:CD:"))


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
    dialog = ask_to_trust(gui)
    choices = ("trustCaChoice", "trustCertificateChoice")
    assert {name for name in choices if gui.part(name, dialog).isEnabled()} == usable
    assert all(gui.part(name, dialog).accessibleDescription() for name in choices)
    assert gui.visible("chain", dialog) is bool(chain)


def test_the_failing_certificate_is_shown_beside_the_advice_and_never_as_html(gui):
    gui.have("Relay")
    gui.transport.timeline = untrusted(chain=(a_certificate("<b>relay</b>", fingerprint="cd" * 32),))
    gui.open()
    dialog = CheckDialogDriver(gui).test()
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
    assert not gui.visible("trustButton", CheckDialogDriver(gui).test("Office"))


def test_a_form_that_is_about_another_server_by_now_is_left_alone(gui):
    gui.have("Relay")
    gui.transport.timeline = untrusted()
    gui.open()
    gui.open_card("Relay")
    test_dialog = CheckDialogDriver(gui).test()
    gui.switch_to(gui.window)
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
    gui.click("showCertificateButton", CheckDialogDriver(gui).test())
    assert "relay.example, mail.example" in gui.words(gui.dialog("certificateDialog"))
