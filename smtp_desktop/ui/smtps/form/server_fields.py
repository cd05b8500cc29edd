"""The fields of an SMTP server: where it is, and how the program speaks to it."""

from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit

from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.pasted_server import PastedServer
from smtp_desktop.domain.smtp.profile import EnvelopeSender
from smtp_desktop.ui.smtps.form.editors import line, show_lines
from smtp_desktop.ui.widgets.field import LabelledField
from smtp_desktop.ui.widgets.fields import BoxField, Choice


class ServerFields(QObject):
    """Host, port, whether it takes a sign-in and TLS; envelope sender and EHLO name stand under *Advanced*."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._host_name = line(self.tr("e.g. smtp.northwind.example"))
        self.host_name = LabelledField("host_name", self.tr("Host Name"), self._host_name, required=True)
        self._smtp_port = QLineEdit()
        self.smtp_port = LabelledField("smtp_port", self.tr("SMTP Port"), self._smtp_port, required=True)
        self.tls = BoxField("tls", self.tr("SMTP TLS/SSL"))
        self.auth_required = BoxField("auth_required", self.tr("Auth Required"))
        self._envelope_sender = Choice(
            {EnvelopeSender.USER: self.tr("User Name"), EnvelopeSender.FROM: self.tr("From Address")},
        )
        self.envelope_sender = LabelledField("envelope_sender", self.tr("Envelope sender"), self._envelope_sender)
        self.envelope_sender.set_hint(self.tr("The address that bounces go to (MAIL FROM)."))
        self._ehlo_name = line(self.tr("Automatic, e.g. [192.0.2.1]"))
        self.ehlo_name = LabelledField("ehlo_name", self.tr("Name in EHLO"), self._ehlo_name)
        self.ehlo_name.set_hint(self.tr("This computer's full host name, if the server requires one."))

    @property
    def typed_host(self) -> str:
        """What Host Name holds."""
        return self._host_name.text()

    def take(self, pasted: PastedServer) -> None:
        """Enters host, port and TLS of what was pasted into Host Name."""
        self._host_name.setText(pasted.host_name)
        if pasted.smtp_port:
            self._smtp_port.setText(pasted.smtp_port)
        if pasted.tls is not None:
            self.tls.box.setChecked(pasted.tls)

    def put_into(self, draft: ProfileDraft) -> ProfileDraft:
        """Returns `draft` with what these fields hold."""
        return replace(
            draft,
            host_name=self._host_name.text(),
            smtp_port=self._smtp_port.text(),
            tls=self.tls.checked,
            auth_required=self.auth_required.checked,
            envelope_sender=self._envelope_sender.chosen,
            ehlo_name=self._ehlo_name.text(),
        )

    def fill(self, draft: ProfileDraft) -> None:
        """Fills the fields from `draft`."""
        show_lines(
            {self._host_name: draft.host_name, self._smtp_port: draft.smtp_port, self._ehlo_name: draft.ehlo_name},
        )
        self.tls.box.setChecked(draft.tls)
        self.auth_required.box.setChecked(draft.auth_required)
        self._envelope_sender.choose(draft.envelope_sender)
