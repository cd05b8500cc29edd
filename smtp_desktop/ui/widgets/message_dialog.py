"""The dialogs for a message, and for unsaved changes."""

from enum import StrEnum

from PySide6.QtCore import QCoreApplication, Qt, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.errors import SmtpDesktopError
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.message_text import error_text


class MessageDialog(Dialog):
    """Shows `text` until the user presses Ok."""

    def __init__(self, parent: QWidget | None, *, title: str, text: str) -> None:
        super().__init__(parent, name="messageDialog", title=title, width=440)
        label = styled_label(text, "muted", wrap=True)
        label.setObjectName("messageText")
        self.setAccessibleDescription(text)
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body.addWidget(label)
        self.footer.addStretch(1)
        self.add_ok(self.tr("Ok")).clicked.connect(self.accept)


def show_error(parent: QWidget | None, error: SmtpDesktopError) -> None:
    """Shows why something that the user wanted done was not."""
    title = QCoreApplication.translate("MessageDialog", "That didn't work")
    MessageDialog(parent, title=title, text=error_text(error)).open()


class Answer(StrEnum):
    """The answer to UnsavedDialog."""

    SAVE = "save"
    DISCARD = "discard"
    CANCEL = "cancel"


class UnsavedDialog(Dialog):
    """Asks whether unsaved changes are saved or discarded."""

    answered = Signal(object)
    """Carries an Answer."""

    def __init__(self, parent: QWidget, *, name: str) -> None:
        title = self.tr("Save the changes to {name}?").format(name=name) if name else self.tr("Save the new SMTP?")
        super().__init__(parent, name="unsavedDialog", title=title, width=440)
        self.body.addWidget(styled_label(self.tr("Otherwise your changes are lost."), "muted", wrap=True))
        discard = styled_button(self.tr("Discard"), "dangerText")
        discard.setObjectName("discardButton")
        discard.setAutoDefault(False)
        discard.clicked.connect(lambda: self._answer(Answer.DISCARD))
        self.footer.addWidget(discard)
        self.footer.addStretch(1)
        self.add_cancel()
        self.add_ok(self.tr("Save")).clicked.connect(lambda: self._answer(Answer.SAVE))
        self.rejected.connect(lambda: self.answered.emit(Answer.CANCEL))

    def _answer(self, answer: Answer) -> None:
        self.accept()
        self.answered.emit(answer)
