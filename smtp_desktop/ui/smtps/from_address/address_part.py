"""The beginning of the form of a new SMTP: a mail address, and what was found for it."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from smtp_desktop.ui.smtps.form.editors import line
from smtp_desktop.ui.smtps.from_address.proposal_box import ProposalBox
from smtp_desktop.ui.widgets.field import FIELD_GAP_PX, LabelledField


class AddressPart(QWidget):
    """The field and the box. It is not stored: it only helps to fill in the form below it."""

    typed = Signal()
    left = Signal()
    """The focus left the field, or Enter was pressed in it."""
    entered = Signal()
    """Enter was pressed."""

    def __init__(self) -> None:
        super().__init__()
        self._editor: QLineEdit = line(self.tr("e.g. alerts@northwind.example"))
        self.field = LabelledField("mail_address", self.tr("Mail address"), self._editor)
        self.box = ProposalBox()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.field)
        column.addWidget(self.box)
        self._below = QWidget()
        self._below.setFixedHeight(FIELD_GAP_PX)
        column.addWidget(self._below)
        self.field.edited.connect(self.typed)
        self.field.editing_finished.connect(self.left)
        self._editor.returnPressed.connect(self.entered)

    @property
    def stops(self) -> tuple[QWidget, ...]:
        """What Tab stops at, in reading order."""
        return (self._editor, *self.box.stops)

    @property
    def editor(self) -> QLineEdit:
        return self._editor

    def clear(self, *, hint: str = "") -> None:
        """Empties the field and hides the box; `hint` says below the field what became of what was in it."""
        self._editor.blockSignals(True)  # nothing was typed
        self._editor.clear()
        self._editor.blockSignals(False)
        self.field.set_error("")
        self.field.set_hint(hint)
        self.box.hide()
