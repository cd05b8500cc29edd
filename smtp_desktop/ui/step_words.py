"""What steps are called on screen."""

from PySide6.QtCore import QCoreApplication

from smtp_desktop.domain.conversation import Outcome, Stage


def stage_name(stage: Stage) -> str:
    """Returns what the stage is called on screen."""
    names = {
        Stage.FIND_HOST: _tr("Find host"),
        Stage.CONNECT: _tr("Connect"),
        Stage.SECURE: _tr("Secure"),
        Stage.GREET: _tr("Greet"),
        Stage.SIGN_IN: _tr("Sign in"),
        Stage.SENDER: _tr("Sender"),
        Stage.RECIPIENT: _tr("Recipient"),
        Stage.CONTENT: _tr("Content"),
        Stage.TOKEN: _tr("Sign in to Microsoft"),
        Stage.MAILBOX: _tr("Read the mailbox"),
        Stage.SEND: _tr("Send"),
    }
    return names[stage]


def outcome_name(outcome: Outcome) -> str:
    """Returns the outcome in a word, for those who do not see the mark."""
    names = {
        Outcome.DONE: _tr("done"),
        Outcome.FAILED: _tr("failed"),
        Outcome.UNKNOWN: _tr("outcome not known"),
        Outcome.RUNNING: _tr("running"),
        Outcome.NOT_REACHED: _tr("not reached"),
    }
    return names[outcome]


def _tr(source: str) -> str:
    return QCoreApplication.translate("Timeline", source)
