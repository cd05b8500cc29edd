"""The field for the recipient of a test, with its error."""

from PySide6.QtWidgets import QFrame, QLineEdit, QVBoxLayout

from smtp_desktop.domain.smtp.field_rules import address_problem
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.announcement import describe
from smtp_desktop.ui.widgets.message_text import shown


class RecipientField(QFrame):
    """A field for one address with its error below. The field's `objectName` is `toEmailAddressField`."""

    def __init__(self) -> None:
        super().__init__()
        self._field, self._error = QLineEdit(), styled_label("", "error", wrap=True)
        label = self.tr("Enter To Email Address")
        caption = styled_label(label, "label")
        caption.setBuddy(self._field)
        self._field.setObjectName("toEmailAddressField")
        self._field.setAccessibleName(label)
        self._field.textEdited.connect(lambda _: self.show_error(""))
        self._error.setObjectName("toEmailAddressError")
        self._error.hide()
        describe(self._field, required=True)
        self.setFocusProxy(self._field)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(4)
        for widget in (caption, self._field, self._error):
            column.addWidget(widget)

    @property
    def typed(self) -> str:
        """The text of the field."""
        return self._field.text()

    @property
    def problem(self) -> str:
        """Why the text is not an address; empty where it is one."""
        problem = address_problem(self.typed)
        return shown(problem) if problem else ""

    def show_error(self, words: str) -> None:
        """Shows `words` as the error; empty ones remove it."""
        self._error.setText(words)
        self._error.setVisible(bool(words))
        describe(self._field, required=True, error=words)
        self._field.setProperty("invalid", bool(words))
        self._field.style().polish(self._field)
