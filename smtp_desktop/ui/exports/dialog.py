"""The Export dialog: which SMTPs, in what format, with or without their passwords."""

from collections.abc import Callable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QProgressBar,
    QRadioButton,
    QWidget,
)

from smtp_desktop.ui.accessibility.announcement import announce, describe
from smtp_desktop.ui.exports.request import ExportFormat, ExportRequest, Scope
from smtp_desktop.ui.layout.mirroring import margins
from smtp_desktop.ui.passphrases.new_passphrase import NewPassphrase
from smtp_desktop.ui.theme.styled import styled_label
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.fields import Choice
from smtp_desktop.ui.widgets.wrap_check_box import WrapCheckBox

_WIDTH_PX, _INDENT_PX = 560, 27


class SetupExportDialog(Dialog):
    """Asks what to export; where to is asked after it. Its `objectName` is `setupExportDialog`."""

    confirmed = Signal(object)
    """Carries an ExportRequest. The dialog stays open until the file is written."""

    def __init__(self, parent: QWidget, *, selected: int, total: int, propose: Callable[[], str]) -> None:
        """`selected` and `total` are numbers of SMTPs; `propose` returns a new passphrase."""
        super().__init__(parent, name="setupExportDialog", title=self.tr("Export"), width=_WIDTH_PX)
        self._busy = False
        self._scopes = QButtonGroup(self)
        self._by_scope = self._add_scopes(selected, total)
        self.body.addSpacing(6)
        caption = styled_label(self.tr("Format"), "label")
        self.body.addWidget(caption)
        self.format_field = Choice(self._format_words())
        self.format_field.setObjectName("formatField")
        self.format_field.setAccessibleName(self.tr("Format"))
        caption.setBuddy(self.format_field)
        self.body.addWidget(self.format_field)
        self._about = styled_label("", "hint", wrap=True)
        self._about.setObjectName("formatHint")
        self.body.addWidget(self._about)
        self._passwords = self._add_passwords_box()
        self._sealing = NewPassphrase(propose)
        self._sealing.changed.connect(self._refresh_buttons)
        self.body.addWidget(self._sealing)
        self._error = styled_label("", "error", wrap=True)
        self._error.setObjectName("exportError")
        self._error.hide()
        self.body.addWidget(self._error)
        self._bar = QProgressBar()
        self._bar.setObjectName("progress")
        self._bar.setRange(0, 0)
        self._bar.setTextVisible(False)
        self._bar.setAccessibleName(self.tr("Exporting…"))
        self._bar.hide()
        self.body.addWidget(self._bar)
        self.footer.addStretch(1)
        self.add_cancel()
        self._ok = self.add_ok(self.tr("Export…"))
        self._ok.clicked.connect(self._confirm)
        self.format_field.currentIndexChanged.connect(lambda _: self._refresh())
        self._refresh()
        next(iter(self._by_scope.values())).setFocus()

    def _add_scopes(self, selected: int, total: int) -> Mapping[Scope, QRadioButton]:
        words: dict[Scope, tuple[str, str]] = {}
        if selected > 1:
            words[Scope.SELECTED] = (self.tr("The {n} selected SMTPs").format(n=f"{selected:,}"), "")
        everything = self.tr("All SMTPs, activities and settings")
        words[Scope.ALL] = (everything, self.tr("To continue on another computer."))
        words[Scope.SMTPS] = (self.tr("All SMTPs alone") if total != 1 else self.tr("The SMTP alone"), "")
        if selected == 1 and total > 1:  # last: one is selected without being meant
            words[Scope.SELECTED] = (self.tr("The selected SMTP"), "")
        made = {scope: self._add_scope(scope, *said) for scope, said in words.items()}
        next(iter(made.values())).setChecked(True)
        return made

    def _add_scope(self, scope: Scope, words: str, more: str) -> QRadioButton:
        button = QRadioButton(words)
        button.setObjectName(f"{scope.value}Choice")
        button.setAccessibleName(words)
        self._scopes.addButton(button)
        self.body.addWidget(button)
        if more:
            button.setAccessibleDescription(more)
            below = styled_label(more, "muted", wrap=True)
            below.setContentsMargins(margins(_INDENT_PX, 0, 0, 0))
            self.body.addWidget(below)
        return button

    def _format_words(self) -> dict[ExportFormat, str]:
        return {
            ExportFormat.JSON: self.tr("JSON, without passwords"),
            ExportFormat.YAML: self.tr("YAML, without passwords"),
            ExportFormat.SEALED: self.tr("Sealed with a passphrase, with passwords"),
            ExportFormat.MSMTP: self.tr("For msmtp: msmtprc"),
            ExportFormat.POSTFIX: self.tr("For Postfix: sasl_passwd and relay maps"),
            ExportFormat.ENV: self.tr("For applications: environment variables (.env)"),
            ExportFormat.URL: self.tr("URLs"),
        }

    def _about_words(self, chosen: ExportFormat) -> str:
        if chosen is ExportFormat.SEALED:
            return self.tr(
                "Passwords and client secrets go with it, encrypted. Whoever imports the file has to enter the "
                "passphrase. Sign-ins in the browser don't go with it: sign in again there."
            )
        if chosen is ExportFormat.POSTFIX:
            return self.tr("Several files, in a new folder. What Postfix has no words for is named afterwards.")
        if chosen.program:
            return self.tr("What the format has no words for is named afterwards.")
        return self.tr(
            "People and programs can read it. In place of each password is the name of an environment variable."
        )

    def _add_passwords_box(self) -> WrapCheckBox:
        box = WrapCheckBox(self.tr("With passwords, unencrypted: whoever can read the file can use them"))
        box.setObjectName("withPasswordsBox")
        self.body.addWidget(box)
        return box

    # How it goes on

    def show_busy(self) -> None:
        """Shows that the file is being written."""
        self._show_busy(busy=True)
        self._show_error("")

    def show_problem(self, words: str) -> None:
        """Shows why nothing was written; what was entered stays."""
        self._show_busy(busy=False)
        self._show_error(words)

    def _show_busy(self, *, busy: bool) -> None:
        self._busy = busy
        self._bar.setVisible(busy)
        for part in (*self._by_scope.values(), self.format_field, self._passwords, self._sealing):
            part.setEnabled(not busy)
        self._by_scope[Scope.ALL].setEnabled(not busy and self.format_field.chosen.program is None)
        self._refresh_buttons()
        self.grow()

    def _refresh(self) -> None:
        chosen = self.format_field.chosen
        words = self._about_words(chosen)
        self._about.setText(words)
        describe(self.format_field, hint=words)
        self._sealing.setVisible(chosen is ExportFormat.SEALED)
        self._passwords.setVisible(chosen.program is not None)
        # Other programs know nothing of activities and settings.
        everything = self._by_scope[Scope.ALL]
        everything.setEnabled(chosen.program is None)
        if chosen.program and everything.isChecked():
            self._by_scope[Scope.SMTPS].setChecked(True)
        self._show_error("")
        self._refresh_buttons()
        if self.isVisible():
            self.fit()

    def _refresh_buttons(self) -> None:
        sealed = self.format_field.chosen is ExportFormat.SEALED
        self._ok.setEnabled((self._sealing.is_complete or not sealed) and not self._busy)

    def _show_error(self, words: str) -> None:
        self._error.setText(words)
        self._error.setVisible(bool(words))
        if words:
            announce(self, words, urgent=True)
            self.grow()

    def _confirm(self) -> None:
        chosen = self.format_field.chosen
        passphrase = None
        if chosen is ExportFormat.SEALED:
            problem = self._sealing.problem()
            self._sealing.show_problem(problem)
            if problem:
                self._show_error(problem)
                return
            passphrase = self._sealing.passphrase
        scope = next(scope for scope, button in self._by_scope.items() if button.isChecked())
        self._show_error("")
        with_passwords = chosen.program is not None and self._passwords.isChecked()
        self.confirmed.emit(
            ExportRequest(scope=scope, format=chosen, passphrase=passphrase, with_passwords=with_passwords)
        )
