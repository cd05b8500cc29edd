"""A person in front of a failed test who looks for settings that work."""

from PySide6.QtWidgets import QFrame
from scripted_transport import stopped

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Stage
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.transports.registry import Transports

HOST = "relay.example"


def nobody_listens():
    failure = Failure(stage=Stage.CONNECT, kind=FailureKind.REFUSED, message=msg("Nothing listens on this port."))
    return stopped(failure, stages_of(GenericServer(host_name=HOST), sends=True))


def failed_test(world, name="Relay", timeline=None):
    """The test of a stored SMTP has failed."""
    if not isinstance(world.transport, Transports):
        world.transport.timeline = timeline or nobody_listens()
    world.choose(name, "testAction")
    dialog = world.dialog("testDialog")
    world.write("admin@company.example")
    world.press("Return")
    world.until(lambda: world.visible("advice", dialog))
    return dialog


def looked_for(world, trial):
    """The search was begun by its button, and has ended."""
    world.click("findSettingsButton", trial)
    dialog = world.dialog("findSettingsDialog")
    world.until(lambda: dialog.windowTitle() != "Looking for settings that work…")
    return dialog


def applied(world):
    """The dialogs are closed, and the form is in front."""
    world.no_dialog("findSettingsDialog")
    world.no_dialog("testDialog")
    world.until(lambda: world.panel.isVisible() and world.window.isActiveWindow())


def rows(dialog):
    return [row.accessibleName() for row in dialog.findChildren(QFrame) if row.property("area") == "row"]


def differences(world, dialog):
    world.until(lambda: world.visible("differences", dialog))
    return world.part("differences", dialog).accessibleName()
