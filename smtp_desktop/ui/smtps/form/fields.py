"""All fields of the form of an SMTP, and their values."""

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.pasted_server import PastedServer, pasted_server
from smtp_desktop.domain.smtp.profile import SecretField
from smtp_desktop.ui.sign_in.certificate_field import CertificateField
from smtp_desktop.ui.sign_in.state_row import SignInState
from smtp_desktop.ui.smtps.form.app_fields import AppFields
from smtp_desktop.ui.smtps.form.basic_fields import BasicFields
from smtp_desktop.ui.smtps.form.client_fields import ClientFields
from smtp_desktop.ui.smtps.form.cloud_fields import CloudFields
from smtp_desktop.ui.smtps.form.limit_fields import LimitFields
from smtp_desktop.ui.smtps.form.server_fields import ServerFields
from smtp_desktop.ui.smtps.form.sign_in_fields import SignInFields
from smtp_desktop.ui.widgets.field import LabelledField
from smtp_desktop.ui.widgets.fields import BoxField
from smtp_desktop.ui.widgets.secret_field import SecretEdit

FormField = LabelledField | BoxField | SignInState | CertificateField


class SmtpFields(QObject):
    """Every field of an SMTP, by subject. `draft` reads them all, `fill` fills them all; the form decides which are
    visible."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.basic = BasicFields(self)
        self.server = ServerFields(self)
        self.sign_in = SignInFields(self)
        self.client = ClientFields(self)
        self.app = AppFields(self)
        self.cloud = CloudFields(self)
        self.limits = LimitFields()
        self._groups = (
            self.basic,
            self.server,
            self.sign_in,
            self.client,
            self.app,
            self.cloud,
            self.limits,
        )

    def take_host_apart(self) -> None:
        """Enters host, port and the rest where more than a name was pasted into Host Name; what is typed stays."""
        found = pasted_server(self.server.typed_host)
        if found:
            self.take_server(found)

    def take_server(self, pasted: PastedServer) -> None:
        """Enters host, port, TLS, and what is not typed of user name and password."""
        self.server.take(pasted)
        self.sign_in.take(pasted)

    def drop_errors_of_type(self) -> None:
        """Removes the errors of fields that belong to one type: they say nothing of the other."""
        for field in self.in_reading_order():
            if field not in self.basic.fields:
                field.set_error("")

    def secrets(self) -> dict[SecretField, SecretEdit]:
        """Returns the editors of the secrets that are typed."""
        return {SecretField.PASSWORD: self.sign_in.password_edit, **self.app.secrets}

    def in_reading_order(self) -> tuple[FormField, ...]:
        """Returns all fields, from the top to the bottom of the form."""
        return (
            *self.basic.fields,
            self.server.host_name,
            self.server.smtp_port,
            self.server.auth_required,
            *self.sign_in.fields,
            *self.of_client(),
            self.server.tls,
            *self.advanced(),
        )

    def of_client(self) -> tuple[LabelledField | CertificateField, ...]:
        """Returns the fields of the registered client or app, from the top to the bottom."""
        return (self.client.provider, *self.app.fields, *self.client.addresses, self.client.scope)

    def advanced(self) -> tuple[LabelledField, ...]:
        """Returns the fields that few users need, from the top to the bottom."""
        return (*self._advanced_above_limits(), *self.limits.fields)

    def advanced_parts(self) -> tuple[QWidget, ...]:
        """Returns the same fields as they are laid out below each other."""
        return (*self._advanced_above_limits(), self.limits)

    def _advanced_above_limits(self) -> tuple[LabelledField, ...]:
        return (self.basic.tags, self.server.envelope_sender, self.server.ehlo_name, *self.cloud.fields)

    def draft(self, base: ProfileDraft) -> ProfileDraft:
        """Returns what the fields hold; a secret that was not entered is None. What has no field comes from `base`."""
        draft = base
        for group in self._groups:
            draft = group.put_into(draft)
        return self.sign_in.state.put_into(draft)  # last: they belong to the client and the user that are typed

    def fill(self, draft: ProfileDraft) -> None:
        """Fills the fields from `draft`, but for secrets. The cursor stays where a field does not change."""
        for group in self._groups:
            group.fill(draft)
