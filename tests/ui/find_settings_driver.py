"""A user in front of a failed test who looks for settings that work."""

from PySide6.QtWidgets import QDialog
from ui.check_dialog_driver import CheckDialogDriver, close_repeated_test
from ui.timelines import stopped
from ui.window_driver import WindowDriver

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Stage, Timeline
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.transports.registry import Transports

HOST = "relay.example"


def nobody_listens() -> Timeline:
    failure = Failure(stage=Stage.CONNECT, kind=FailureKind.REFUSED, message=msg("Nothing listens on this port."))
    return stopped(failure, stages_of(GenericServer(host_name=HOST), sends=True))


class FindSettingsDriver:
    """Tests an SMTP of a window so that it fails, and searches for settings from there."""

    def __init__(self, gui: WindowDriver) -> None:
        self.gui = gui

    def fail_test(self, name: str = "Relay", timeline: Timeline | None = None) -> QDialog:
        """Tests a stored SMTP, which fails. Returns the dialog of the test."""
        gui = self.gui
        if not isinstance(gui.transport, Transports):
            gui.transport.timeline = timeline or nobody_listens()
        return CheckDialogDriver(gui).test(name)

    def search(self, test_dialog: QDialog) -> QDialog:
        """Begins the search by its button, and waits for its end. Returns the dialog of the search."""
        self.gui.click("findSettingsButton", test_dialog)
        dialog = self.gui.dialog("findSettingsDialog")
        self.gui.until(lambda: dialog.windowTitle() != "Looking for settings that work…")
        return dialog

    def search_after_failure(self, name: str = "Relay", timeline: Timeline | None = None) -> QDialog:
        """Does both, and returns the dialog of the search."""
        return self.search(self.fail_test(name, timeline))

    def wait_until_applied(self) -> None:
        """Waits until the settings are in the form and were tried from there, and closes the dialog."""
        gui = self.gui
        gui.no_dialog("findSettingsDialog")
        gui.until(gui.panel.isVisible)
        close_repeated_test(gui)
        gui.until(lambda: gui.panel.isVisible() and gui.window.isActiveWindow())

    def differences(self, dialog: QDialog) -> str:
        """Returns what the table of the suggestion says."""
        self.gui.until(lambda: self.gui.visible("differences", dialog))
        return self.gui.part("differences", dialog).accessibleName()
