"""A user who looks at certificates and decides whether an SMTP trusts one."""

from collections.abc import Sequence
from pathlib import Path

from fakes.certificates import a_certificate
from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QDialog, QFileDialog
from ui.check_dialog_driver import CheckDialogDriver
from ui.timelines import stopped
from ui.window_driver import WindowDriver

from smtp_desktop.domain.diagnosis.conversation import CertificateFault, Failure, FailureKind, Stage, Timeline
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.domain.smtp.profile import GenericServer

SHOWN = a_certificate("relay.example", "mail.example", fingerprint="cd" * 32)
CA = a_certificate("Example CA", fingerprint="ef" * 32)
_STAGES = stages_of(GenericServer(host_name="relay.example"), sends=True)


def untrusted(
    fault: CertificateFault = CertificateFault.UNKNOWN_ISSUER, chain: Sequence[Certificate] = (SHOWN, CA)
) -> Timeline:
    """Returns a conversation that ended at a certificate."""
    failure = Failure(
        stage=Stage.SECURE,
        kind=FailureKind.CERTIFICATE,
        message=msg("The certificate is not from an authority that this computer trusts."),
        certificate_fault=fault,
        chain=tuple(chain),
    )
    return stopped(failure, _STAGES)


def ask_to_trust(gui: WindowDriver, name: str = "Relay") -> QDialog:
    """Tests the SMTP, and returns the dialog that asks whether its certificate is trusted."""
    gui.click("trustButton", CheckDialogDriver(gui).test(name))
    return gui.dialog("trustDialog")


def choose_file(gui: WindowDriver, dialog: QDialog, path: Path) -> None:
    """Chooses the file as the system's dialog does it."""
    gui.click("chooseFileButton", dialog)
    chooser = gui.dialog("caFileDialog")
    assert isinstance(chooser, QFileDialog)
    chooser.fileSelected.emit(str(path))
    chooser.reject()
    gui.switch_to(dialog)


def trust_line(gui: WindowDriver) -> str:
    """Returns what the panel says of the certificate that is trusted."""
    return gui.part("trustLine", gui.panel).text() if gui.visible("trustLine", gui.panel) else ""


def pick(gui: WindowDriver, name: str, dialog: QDialog) -> None:
    """Clicks a choice at its mark."""
    choice = gui.part(name, dialog)
    gui.qtbot.mouseClick(choice, Qt.MouseButton.LeftButton, pos=QPoint(10, choice.height() // 2))
    assert choice.isChecked()
