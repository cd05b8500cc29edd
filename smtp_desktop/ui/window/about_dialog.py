"""The dialog that says what program this is, and of which version."""

from PySide6.QtCore import Qt, qVersion
from PySide6.QtWidgets import QWidget

from smtp_desktop.services.checks.report_text import version_lines
from smtp_desktop.ui.accessibility.announcement import copy_text
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.dialog import Dialog


class AboutDialog(Dialog):
    """What the program is, its versions, to be copied into a ticket, and its licence."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, name="aboutDialog", title=self.tr("About SMTP Desktop"), width=440)
        self._versions = "\n".join(version_lines(f"Qt {qVersion()}"))
        words = self.tr(
            "Manages, tests and checks outgoing mail accounts, and sends mail through them for scripts and programs."
        )
        self.body.addWidget(styled_label(words, "", wrap=True))
        versions = styled_label(self._versions, "muted", wrap=True)
        versions.setObjectName("versionsText")
        versions.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.body.addWidget(versions)
        self.body.addWidget(styled_label(self.tr("Free software under the MIT license."), "muted", wrap=True))
        copy = styled_button(self.tr("Copy versions"))
        copy.setObjectName("copyVersionsButton")
        copy.setAutoDefault(False)
        copy.clicked.connect(lambda: copy_text(self, self._versions))
        self.footer.addWidget(copy)
        self.footer.addStretch(1)
        ok = self.add_ok(self.tr("Ok"))
        ok.clicked.connect(self.accept)
        ok.setFocus()
