"""The dialog with the PowerShell that lets an app send as one mailbox, to be copied for an administrator."""

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPlainTextEdit, QPushButton, QWidget

from smtp_desktop.domain.sign_in.rbac import PowerShellScript
from smtp_desktop.ui.accessibility.announcement import copy_text
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.message_text import shown

_WIDTH_PX = 640
_SELECTABLE = Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
_LEAST_LINES = 3


class ExchangeScriptsDialog(Dialog):
    """Shows each script with what it does, and below what to know about them. *Copy* copies one script."""

    def __init__(self, parent: QWidget, scripts: Sequence[PowerShellScript]) -> None:
        super().__init__(
            parent, name="exchangeScriptsDialog", title=self.tr("PowerShell for Exchange"), width=_WIDTH_PX
        )
        for number, script in enumerate(scripts):
            self.body.addWidget(styled_label(shown(script.title), "section", wrap=True))
            self.body.addWidget(self._text(script, number))
            self.body.addWidget(self._copy_button(script, number), 0, Qt.AlignmentFlag.AlignLeft)
        for note in dict.fromkeys(shown(note) for script in scripts for note in script.notes):
            self.body.addWidget(styled_label(note, "muted", wrap=True))
        self.footer.addStretch(1)
        ok = self.add_ok(self.tr("Close"))
        ok.clicked.connect(self.accept)
        ok.setFocus()

    def _text(self, script: PowerShellScript, number: int) -> QPlainTextEdit:
        text = QPlainTextEdit(script.text)
        text.setObjectName(f"script{number}")
        text.setAccessibleName(shown(script.title))
        text.setReadOnly(True)
        text.setTextInteractionFlags(_SELECTABLE)
        text.setTabChangesFocus(True)
        text.setProperty("mono", True)
        text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        lines = max(len(script.lines), _LEAST_LINES) + 2  # with room for a scroll bar
        text.setFixedHeight(text.fontMetrics().lineSpacing() * lines)
        return text

    def _copy_button(self, script: PowerShellScript, number: int) -> QPushButton:
        button = styled_button(self.tr("Copy"))
        button.setObjectName(f"copyScript{number}Button")
        button.setAutoDefault(False)
        button.setAccessibleName(self.tr("Copy: {title}").format(title=shown(script.title)))
        button.clicked.connect(lambda: copy_text(self, script.text))
        return button
