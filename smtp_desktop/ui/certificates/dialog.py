"""The dialogs that show a certificate chain, and that ask whether one SMTP trusts what the system does not trust."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from smtp_desktop.domain.diagnosis.conversation import CertificateFault, Failure
from smtp_desktop.domain.smtp.certificate import Authority, Certificate
from smtp_desktop.ui.accessibility.announcement import announce
from smtp_desktop.ui.layout.mirroring import margins
from smtp_desktop.ui.theme.styled import styled_button, styled_label
from smtp_desktop.ui.widgets.certificate_view import ChainView, certificate_text
from smtp_desktop.ui.widgets.dialog import Dialog
from smtp_desktop.ui.widgets.message_text import shown

_WIDTH, _CHAIN_PX = 640, 260
_INDENT_PX, _HINT_GAP_PX = 25, 2
# Names and dates are verified below a trusted CA too: trusting it mends none of these.
_NOT_THE_ISSUERS = frozenset({CertificateFault.EXPIRED, CertificateFault.NOT_YET_VALID, CertificateFault.WRONG_HOST})


class TrustDialog(Dialog):
    """Asks whether the CA that issued a server's certificate, or that certificate alone, is trusted for an SMTP. Its
    `objectName` is `trustDialog`."""

    file_chosen = Signal(str)
    """The user chose a file with a CA. Carries its path; `show_authority` or `show_file_problem` answers."""
    confirmed = Signal(object)
    """Carries the Authority, or the Certificate, that is trusted."""

    def __init__(self, parent: QWidget, *, host: str, failure: Failure) -> None:
        self._changed = failure.certificate_fault is CertificateFault.CHANGED
        title = self.tr("Alarm: {host} presents a different certificate") if self._changed else self.tr("Trust {host}?")
        super().__init__(parent, name="trustDialog", title=title.format(host=host), width=_WIDTH)
        self._chain = failure.chain
        self._authority: Authority | None = None
        self.body.addWidget(_message_frame(shown(failure.message), "bad" if self._changed else "warn"))
        if self._chain:
            self.body.addWidget(ChainView(self._chain, usual_height_px=_CHAIN_PX), 1)
        self._ca = QRadioButton(self.tr("Trust the CA that issued it, from a file…"))
        self._own = QRadioButton(self.tr("Trust only this certificate, by its fingerprint"))
        self._choices = QButtonGroup(self)
        self._file = styled_button(self.tr("Choose file…"))
        self._problem, self._found = styled_label("", "error", wrap=True), styled_label("", "muted", wrap=True)
        self._found.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._lay_out(failure.certificate_fault)
        self._buttons()
        self.fit()

    def show_authority(self, authority: Authority, *, issued: bool) -> None:
        """Shows the CA that the file holds; `issued` says whether it issued the server's certificate."""
        self._authority = authority
        problem = "" if issued else self.tr("This CA did not issue the certificate above, so trusting it won't help.")
        self._say(problem, certificate_text(authority.certificate))

    def show_file_problem(self, words: str) -> None:
        """Shows why no CA could be read from the file."""
        self._say(words, "")

    def _lay_out(self, fault: CertificateFault | None) -> None:
        self._ca.setObjectName("trustCaChoice")
        self._own.setObjectName("trustCertificateChoice")
        self._file.setObjectName("chooseFileButton")
        self._file.setAutoDefault(False)
        self._file.clicked.connect(self._choose_file)
        self._found.setObjectName("authorityText")
        self._problem.setObjectName("authorityError")
        self._problem.hide()
        self._found.hide()
        for choice, words in (
            (self._ca, self._ca_words(fault)),
            (self._own, self._own_words()),
        ):
            choice.setAccessibleName(choice.text())
            choice.setAccessibleDescription(words)
            choice.toggled.connect(self._show_choice)
            self._choices.addButton(choice)
            column = QVBoxLayout()
            column.setSpacing(_HINT_GAP_PX)
            column.addWidget(choice)
            column.addWidget(_indented(styled_label(words, "muted", wrap=True)))
            self.body.addLayout(column)
            if choice is self._ca:
                self._file_row = self._make_file_row()
                self.body.addWidget(self._file_row)
        self._file_row.hide()
        self.body.addStretch()
        self._ca.setEnabled(fault not in _NOT_THE_ISSUERS)
        self._own.setEnabled(bool(self._chain))

    def _make_file_row(self) -> QWidget:
        texts = QVBoxLayout()
        texts.addWidget(self._problem)
        texts.addWidget(self._found)
        texts.addStretch(1)
        row = QHBoxLayout()
        row.setContentsMargins(margins(_INDENT_PX, 0, 0, 0))
        row.setSpacing(12)
        row.addWidget(self._file, 0, Qt.AlignmentFlag.AlignTop)
        row.addLayout(texts, 1)
        holder = QWidget()
        holder.setLayout(row)
        return holder

    def _ca_words(self, fault: CertificateFault | None) -> str:
        if fault in _NOT_THE_ISSUERS:
            return self.tr(
                "This won't help here: even with a trusted CA, the certificate's names and dates must be valid."
            )
        return self.tr(
            "For this SMTP, any server certificate issued by this CA is accepted if its names and dates are "
            "valid. That includes renewed certificates."
        )

    def _own_words(self) -> str:
        if not self._chain:
            return self.tr("The certificate couldn't be read, so there is nothing to compare. Test again.")
        return self.tr(
            "For this SMTP, only this certificate is accepted; its names and dates are not verified. If the "
            "server shows any other certificate, even a renewed one, sending stops with an alarm until you "
            "trust the new one here. Compare the SHA-256 fingerprint above with the one that the server's "
            "administrator gives you through another channel, for example by phone."
        )

    def _buttons(self) -> None:
        self.footer.addStretch(1)
        cancel = self.add_cancel()
        self._ok = self.add_ok(self.tr("Ok"))
        self._ok.setEnabled(False)
        self._ok.clicked.connect(self._confirm)
        if self._changed:
            # Enter alone must not dismiss an alarm.
            self._ok.setDefault(False)
            self._ok.setAutoDefault(False)
            cancel.setDefault(True)
            cancel.setFocus()
        else:
            next(choice for choice in (self._ca, self._own, cancel) if choice.isEnabled()).setFocus()

    def _show_choice(self) -> None:
        self._file_row.setVisible(self._ca.isChecked())
        self._ok.setEnabled(self._own.isChecked() or (self._ca.isChecked() and self._authority is not None))
        self.fit()

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.tr("The CA's certificate"))
        dialog.setObjectName("caFileDialog")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilters([self.tr("Certificates (*.pem *.crt *.cer *.der *.ca-bundle)"), self.tr("All files (*)")])
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(self._read)
        dialog.open()

    def _read(self, path: str) -> None:
        self._authority = None
        self._say("", self.tr("Reading {path}…").format(path=path))
        self.file_chosen.emit(path)

    def _say(self, problem: str, found: str) -> None:
        for label, words in ((self._problem, problem), (self._found, found)):
            label.setText(words)
            label.setVisible(bool(words))
        self._file.setAccessibleDescription("\n".join(words for words in (problem, found) if words))
        announce(self, problem or found, urgent=bool(problem))
        self._show_choice()

    def _confirm(self) -> None:
        trusted = self._chain[0] if self._own.isChecked() else self._authority
        self.accept()
        self.confirmed.emit(trusted)


def _message_frame(words: str, tone: str) -> QFrame:
    frame = QFrame()
    frame.setProperty("area", "advice")
    frame.setProperty("tone", tone)
    label = styled_label(words, "adviceText", wrap=True)
    label.setObjectName("messageText")
    label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    column = QVBoxLayout(frame)
    column.setContentsMargins(14, 12, 14, 12)
    column.addWidget(label)
    return frame


def _indented(label: QLabel) -> QLabel:
    label.setContentsMargins(margins(_INDENT_PX, 0, 0, 0))
    return label


_CERTIFICATE_WIDTH, _CERTIFICATE_CHAIN_PX = 620, 480


class CertificateDialog(Dialog):
    """Shows the certificate chain of a server. Its `objectName` is `certificateDialog`."""

    def __init__(self, parent: QWidget, *, host: str, chain: tuple[Certificate, ...]) -> None:
        title = self.tr("Certificate of {host}").format(host=host)
        super().__init__(parent, name="certificateDialog", title=title, width=_CERTIFICATE_WIDTH)
        self.body.addWidget(ChainView(chain, usual_height_px=_CERTIFICATE_CHAIN_PX), 1)
        self.body.addStretch()
        self.footer.addStretch(1)
        ok = self.add_ok(self.tr("Ok"))
        ok.clicked.connect(self.accept)
        self.fit()
        ok.setFocus()
