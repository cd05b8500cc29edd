"""Pictures of tests: as they run, how they end, and what is offered then."""

from PySide6.QtWidgets import QDialog, QLineEdit, QRadioButton, QWidget

from shots.network import Internet
from shots.studio import Studio


def begun_test(studio: Studio, name: str) -> QDialog:
    """Opens the SMTP of that name in the panel and starts its test; returns the dialog."""
    studio.open_card(name)
    studio.click(studio.window.smtps.panel, "testButton")
    dialog = studio.dialog("testDialog")
    studio.find(dialog, QLineEdit, "toEmailAddressField").setText("ops@northwind.example")
    studio.click(dialog, "okButton")
    return dialog


def ended_test(studio: Studio, name: str) -> QDialog:
    """Runs the test of the SMTP of that name to its end; returns the dialog."""
    dialog = begun_test(studio, name)
    studio.wait(studio.find(dialog, QWidget, "againButton").isVisible)
    return dialog


def shoot_tests(studio: Studio, there: Internet) -> None:
    """Takes tests that run, pass, pass with a warning and fail, with their transcript and report."""
    _shoot_running(studio, there)
    for name, shot in (("Corporate_Relay", "test-passed"), ("Newsletter", "test-warnings")):
        dialog = ended_test(studio, name)
        studio.shoot(shot, dialog)
        dialog.reject()
    dialog = ended_test(studio, "Alerts_Mail")
    studio.click(dialog, "showTranscriptButton")
    studio.shoot("test-transcript", dialog)
    studio.click(dialog, "copyReportButton")
    report = studio.dialog("reportDialog")
    studio.shoot("report", dialog, report)
    report.reject()
    dialog.reject()


def _shoot_running(studio: Studio, there: Internet) -> None:
    with there.slow("smtp.northwind.example") as server:
        dialog = begun_test(studio, "Corporate_Relay")
        studio.wait(server.silent.is_set)
        studio.shoot("test-running", dialog)
        studio.click(dialog, "cancelButton")
        studio.wait(studio.find(dialog, QWidget, "againButton").isVisible)
        studio.shoot("test-cancelled", dialog)
        dialog.reject()


def shoot_trust(studio: Studio) -> None:
    """Takes a certificate that no known CA has issued, and one that has changed."""
    dialog = ended_test(studio, "Partner_Relay")
    studio.shoot("test-certificate", dialog)
    studio.click(dialog, "trustButton")
    trust = studio.dialog("trustDialog")
    own = studio.find(trust, QRadioButton, "trustCertificateChoice")
    own.setFocus()
    own.click()
    studio.shoot("trust", dialog, trust)
    trust.reject()
    dialog.reject()
    dialog = ended_test(studio, "Warehouse")
    studio.click(dialog, "trustButton")
    alarm = studio.dialog("trustDialog")
    studio.shoot("certificate-alarm", dialog, alarm)
    alarm.reject()
    dialog.reject()


def shoot_finding(studio: Studio) -> None:
    """Takes settings that work, found in place of some that do not."""
    dialog = ended_test(studio, "Scanner_Floor2")
    studio.click(dialog, "findSettingsButton")
    found = studio.dialog("findSettingsDialog")
    studio.wait(studio.find(found, QWidget, "okButton").isVisible)
    studio.shoot("find-settings", dialog, found)
    found.reject()
    dialog.reject()
