"""All fields of the form of an SMTP, and their values."""

from dataclasses import replace

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.pasted_server import pasted_server
from smtp_desktop.domain.smtp.profile import (
    DESCRIPTION_LIMIT,
    NAME_LIMIT,
    SIGNATURE_LIMIT,
    Cloud,
    EnvelopeSender,
    ProfileType,
    SecretField,
    SignIn,
)
from smtp_desktop.ui.smtps.limit_fields import LimitFields
from smtp_desktop.ui.widgets.field import LabelledField, object_name
from smtp_desktop.ui.widgets.fields import BoxField, Choice, TextArea
from smtp_desktop.ui.widgets.secret_field import SecretEdit

_SIGNATURE_PX = 58
_DESCRIPTION_PX = 76


class SmtpFields(QObject):
    """Every field of an SMTP. `draft` reads them all, `show` fills them all; the form decides which are visible."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._make_basic_fields()
        self._make_server_fields()
        self._make_graph_fields()
        self._make_cloud_fields()
        self._make_message_fields()

    def _make_basic_fields(self) -> None:
        self._name = _line(self.tr("e.g. Corporate_Relay"))
        self.name = LabelledField("name", self.tr("Name"), self._name, required=True, limit=NAME_LIMIT)
        self._type = Choice(
            {ProfileType.GENERIC: self.tr("Generic"), ProfileType.GRAPH: self.tr("MS Graph API")},
        )
        self.type = LabelledField("type", self.tr("Type"), self._type, required=True)
        self.is_default = BoxField("is_default", self.tr("Is Default"))
        self._from_address = _line(self.tr("e.g. Northwind <no-reply@northwind.example>"))
        self.from_address = LabelledField("from_address", self.tr("From Address"), self._from_address)

    def _make_server_fields(self) -> None:
        self._host_name = _line(self.tr("e.g. smtp.northwind.example"))
        self.host_name = LabelledField("host_name", self.tr("Host Name"), self._host_name, required=True)
        self._smtp_port = QLineEdit()
        self.smtp_port = LabelledField("smtp_port", self.tr("SMTP Port"), self._smtp_port, required=True)
        self.tls = BoxField("tls", self.tr("SMTP TLS/SSL"))
        self.auth_required = BoxField("auth_required", self.tr("Auth Required"))
        self._user_name = _line(self.tr("Usually an email address"))
        self.user_name = LabelledField("user_name", self.tr("User Name"), self._user_name, required=True)
        self.user_name.add_link(self.tr("Use the From Address"))
        self.password_edit = self._make_secret("password", self.tr("Password"))
        self.password = LabelledField("password", self.tr("Password"), self.password_edit, required=True)
        self.password.add_link(self.tr("How to get an app password"))
        self._envelope_sender = Choice(
            {EnvelopeSender.USER: self.tr("User Name"), EnvelopeSender.FROM: self.tr("From Address")},
        )
        self.envelope_sender = LabelledField("envelope_sender", self.tr("Envelope sender"), self._envelope_sender)
        self.envelope_sender.set_hint(self.tr("The address that bounces go to (MAIL FROM)."))
        self._ehlo_name = _line(self.tr("Automatic, e.g. [192.0.2.1]"))
        self.ehlo_name = LabelledField("ehlo_name", self.tr("Name in EHLO"), self._ehlo_name)
        self.ehlo_name.set_hint(self.tr("This computer's full host name, if the server requires one."))
        self.limits = LimitFields()

    def _make_graph_fields(self) -> None:
        self._sign_in = Choice(
            {SignIn.PASSWORD: self.tr("User name and password"), SignIn.APP_ONLY: self.tr("App only")},
        )
        self.sign_in = LabelledField("sign_in", self.tr("Sign-in"), self._sign_in)
        self.sign_in.add_link(self.tr("Requirements"))
        self._tenant_id = _line(self.tr("The directory's GUID or domain"))
        self.tenant_id = LabelledField("tenant_id", self.tr("Tenant Id"), self._tenant_id, required=True)
        self._client_id = _line(self.tr("The GUID of the registered app"))
        self.client_id = LabelledField("client_id", self.tr("Client Id"), self._client_id, required=True)
        for editor in (self._tenant_id, self._client_id):
            editor.setProperty("mono", True)
        label = self.tr("Client Secret")
        self.client_secret_edit = self._make_secret("client_secret", label)
        self.client_secret = LabelledField("client_secret", label, self.client_secret_edit, required=True)
        self._valid_until = _line(self.tr("YYYY-MM-DD"))
        self.client_secret_valid_until = LabelledField(
            "client_secret_valid_until", self.tr("Client secret valid until"), self._valid_until
        )

    def _make_cloud_fields(self) -> None:
        self._cloud = Choice(
            {
                Cloud.GLOBAL: self.tr("Global"),
                Cloud.US_L4: self.tr("US Government L4"),
                Cloud.US_DOD: self.tr("US Government L5 (DoD)"),
                Cloud.CHINA: self.tr("China (21Vianet)"),
                Cloud.CUSTOM: self.tr("Custom"),
            },
        )
        self.cloud = LabelledField("cloud", self.tr("Cloud"), self._cloud)
        self._authority = QLineEdit()
        self.authority = LabelledField("authority", self.tr("Authority"), self._authority, required=True)
        self.authority.set_hint(self.tr("Without the tenant, for example https://login.microsoftonline.com."))
        self._graph_url = QLineEdit()
        self.graph_url = LabelledField("graph_url", self.tr("Graph address"), self._graph_url, required=True)
        self.graph_url.set_hint(self.tr("For example https://graph.microsoft.com."))

    def _make_secret(self, name: str, label: str) -> SecretEdit:
        editor = SecretEdit(label)
        editor.switch.setObjectName(object_name(name, "ReplaceButton"))
        editor.eye.setObjectName(object_name(name, "EyeButton"))
        return editor

    def _make_message_fields(self) -> None:
        self._signature = TextArea(_SIGNATURE_PX, grows=True)
        self.signature = LabelledField("signature", self.tr("Signature"), self._signature, limit=SIGNATURE_LIMIT)
        self._description = TextArea(_DESCRIPTION_PX, grows=True)
        self.description = LabelledField(
            "description", self.tr("Description"), self._description, limit=DESCRIPTION_LIMIT
        )
        self._tags = QLineEdit()
        self._tags.setPlaceholderText(self.tr("e.g. prod eu"))
        self.tags = LabelledField("tags", self.tr("Tags"), self._tags)

    def take_host_apart(self) -> None:
        """Enters host, port and the rest where more than a name was pasted into Host Name; what is typed stays."""
        found = pasted_server(self._host_name.text())
        if found is None:
            return
        self._host_name.setText(found.host_name)
        if found.smtp_port:
            self._smtp_port.setText(found.smtp_port)
        if found.tls is not None:
            self.tls.box.setChecked(found.tls)
        if found.user_name and not self._user_name.text():
            self._user_name.setText(found.user_name)
        if found.password and self.password_edit.secret is None:
            self.password_edit.type_anew(found.password)

    def use_from_as_user_name(self, address: str) -> None:
        """Enters the From Address as User Name."""
        self._user_name.setText(address)
        self._user_name.setFocus(Qt.FocusReason.OtherFocusReason)  # the link disappears with what it does

    def drop_errors_of_type(self) -> None:
        """Removes the errors of fields that belong to one type: they say nothing of the other."""
        common = {self.name, self.type, self.is_default, self.from_address, self.signature, self.description}
        for field in self.in_reading_order():
            if field not in common:
                field.set_error("")

    def secrets(self) -> dict[SecretField, SecretEdit]:
        """Returns the editors of the secrets."""
        return {SecretField.PASSWORD: self.password_edit, SecretField.CLIENT_SECRET: self.client_secret_edit}

    def in_reading_order(self) -> tuple[LabelledField | BoxField, ...]:
        """Returns all fields, from the top to the bottom of the form."""
        return (
            self.name,
            self.type,
            self.is_default,
            self.from_address,
            self.signature,
            self.description,
            self.host_name,
            self.smtp_port,
            self.auth_required,
            self.sign_in,
            self.user_name,
            self.password,
            self.tls,
            self.tenant_id,
            self.client_id,
            self.client_secret,
            self.client_secret_valid_until,
            *self.advanced(),
        )

    def advanced(self) -> tuple[LabelledField, ...]:
        """Returns the fields that few users need, from the top to the bottom."""
        return (*self._advanced_above_limits(), *self.limits.fields)

    def advanced_parts(self) -> tuple[QWidget, ...]:
        """Returns the same fields as they are laid out below each other."""
        return (*self._advanced_above_limits(), self.limits)

    def _advanced_above_limits(self) -> tuple[LabelledField, ...]:
        return (self.tags, self.envelope_sender, self.ehlo_name, self.cloud, self.authority, self.graph_url)

    def draft(self, base: ProfileDraft) -> ProfileDraft:
        """Returns what the fields hold; a secret that was not entered is None. What has no field comes from `base`."""
        return replace(
            base,
            name=self._name.text(),
            type=self._type.chosen,
            is_default=self.is_default.checked,
            from_address=self._from_address.text(),
            signature=self._signature.toPlainText(),
            description=self._description.toPlainText(),
            tags=self._tags.text(),
            host_name=self._host_name.text(),
            smtp_port=self._smtp_port.text(),
            tls=self.tls.checked,
            auth_required=self.auth_required.checked,
            user_name=self._user_name.text(),
            envelope_sender=self._envelope_sender.chosen,
            tenant_id=self._tenant_id.text(),
            client_id=self._client_id.text(),
            sign_in=self._sign_in.chosen,
            cloud=self._cloud.chosen,
            authority=self._authority.text(),
            graph_url=self._graph_url.text(),
            client_secret_valid_until=self._valid_until.text(),
            ehlo_name=self._ehlo_name.text(),
            **self.limits.typed(),  # type: ignore[arg-type]  # the fields of limits alone, which are text
            password=self.password_edit.secret,
            client_secret=self.client_secret_edit.secret,
        )

    def show(self, draft: ProfileDraft) -> None:
        """Fills the fields from `draft`, but for secrets. The cursor stays where a field does not change."""
        lines = {
            self._name: draft.name,
            self._from_address: draft.from_address,
            self._tags: draft.tags,
            self._host_name: draft.host_name,
            self._smtp_port: draft.smtp_port,
            self._user_name: draft.user_name,
            self._tenant_id: draft.tenant_id,
            self._client_id: draft.client_id,
            self._valid_until: draft.client_secret_valid_until,
            self._authority: draft.authority,
            self._graph_url: draft.graph_url,
            self._ehlo_name: draft.ehlo_name,
            **self.limits.lines_for(draft),
        }
        for line, typed in lines.items():
            if line.text() != typed:
                line.setText(typed)
                line.setCursorPosition(0)
        for area, typed in ((self._signature, draft.signature), (self._description, draft.description)):
            if area.toPlainText() != typed:
                area.setPlainText(typed)
        self.is_default.box.setChecked(draft.is_default)
        self.tls.box.setChecked(draft.tls)
        self.auth_required.box.setChecked(draft.auth_required)
        self._type.choose(draft.type)
        self._sign_in.choose(draft.sign_in)
        self._cloud.choose(draft.cloud)
        self._envelope_sender.choose(draft.envelope_sender)


def _line(example: str) -> QLineEdit:
    """Returns a line that shows `example` while it is empty."""
    line = QLineEdit()
    line.setPlaceholderText(example)
    return line
