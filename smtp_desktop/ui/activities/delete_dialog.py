"""Confirming that an activity goes for good."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.dialog import Dialog


class DeleteActivityDialog(Dialog):
    """Names what is lost and what stays."""

    confirmed = Signal()

    def __init__(self, parent: QWidget, *, name: str) -> None:
        super().__init__(parent, name="deleteDialog", title=self.tr("Delete {name}?").format(name=name), width=480)
        words = self.tr(
            "This can't be undone: its recipients, its text and its settings are lost, and scripts that trigger it "
            "fail from now on. Its deliveries stay, and those that still wait are sent."
        )
        self.body.addWidget(styled_label(words, "muted", wrap=True))
        self.footer.addStretch(1)
        self.add_cancel()
        self.add_ok(self.tr("Ok"), "danger").clicked.connect(self._confirm)

    def _confirm(self) -> None:
        self.accept()
        self.confirmed.emit()
