"""The buttons below the form of an SMTP."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QPushButton, QWidget

from smtp_desktop.ui.theme.styled import styled_button


class FooterButtons(QObject):
    """*Create* or *Save*, *Test*, and *Delete* or, while something is created or waited for, *Cancel* in its place."""

    def __init__(self) -> None:
        super().__init__()
        self.busy = False
        self._creating = False
        self._focus_before: QWidget | None = None
        self.delete, self.cancel = _button("deleteButton", "dangerText"), _button("cancelButton", "")
        self.test, self.save = _button("testButton", ""), _button("saveButton", "primary")
        self.left, self.right = (self.delete, self.cancel), (self.test, self.save)

    def show_for(self, *, creating: bool) -> None:
        """Shows the buttons of a form that creates an SMTP, or edits a stored one."""
        self._creating = creating
        self._enable()
        self._show()

    def note_focus(self, focused: QWidget | None) -> None:
        """Remembers what has the focus, before the form is locked."""
        if not self.busy:
            self._focus_before = focused if focused and focused.hasFocus() else None
        self.busy = True

    def set_busy(self) -> None:
        """Leaves only the button that stops waiting."""
        self._show()
        if self._focus_before:
            # A button that is disabled passes the focus on to a field, with all its text selected.
            self.cancel.setFocus(Qt.FocusReason.OtherFocusReason)
        self._enable()

    def set_idle(self) -> None:
        """Shows the buttons as before, and gives the focus back."""
        before = self._focus_before if self.cancel.hasFocus() else None
        self.busy, self._focus_before = False, None
        self._enable()
        if before:
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self._show()
        if before is self.delete:
            before.setFocus(Qt.FocusReason.OtherFocusReason)

    def _enable(self) -> None:
        for button in (self.save, self.test, self.delete):
            button.setEnabled(not self.busy)

    def _show(self) -> None:
        self.save.setText(self.tr("Create") if self._creating else self.tr("Save"))
        self.test.setText(self.tr("Test"))
        self.delete.setText(self.tr("Delete"))
        self.cancel.setText(self.tr("Stop waiting") if self.busy else self.tr("Cancel"))
        for button in (self.save, self.test, self.delete, self.cancel):
            button.setAccessibleName(button.text())
        shown_left = self.cancel if self._creating or self.busy else self.delete
        # Never both at a time, or the panel would grow to hold them.
        (self.delete if shown_left is self.cancel else self.cancel).hide()
        shown_left.show()


def _button(name: str, kind: str) -> QPushButton:
    button = styled_button("", kind)
    button.setObjectName(name)
    return button
