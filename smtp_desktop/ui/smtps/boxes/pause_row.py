"""The link below the form of an SMTP that pauses sending."""

from PySide6.QtWidgets import QVBoxLayout, QWidget

from smtp_desktop.ui.widgets.labels import LinkButton


class PauseRow(QWidget):
    """*Pause sending*."""

    def __init__(self) -> None:
        super().__init__()
        self.link = LinkButton(self.tr("Pause sending"))
        self.link.setObjectName("pauseSendingLink")
        self.link.setToolTip(self.tr("Nothing is sent through it until you resume it; messages wait"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 10, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.link)
