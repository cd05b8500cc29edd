"""The fields of a registered app: tenant, client, and what the app proves itself with."""

from dataclasses import replace

from PySide6.QtCore import QObject

from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import AppCredential, SecretField
from smtp_desktop.ui.sign_in.certificate_field import CertificateField
from smtp_desktop.ui.smtps.form.editors import line, secret, show_lines
from smtp_desktop.ui.widgets.field import LabelledField
from smtp_desktop.ui.widgets.secret_field import SecretEdit
from smtp_desktop.ui.widgets.segments import SegmentChoice


class AppFields(QObject):
    """Tenant Id, Client Id, and a client secret with the day on which it ends, a certificate, or Google's key."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._tenant_id = line(self.tr("The directory's GUID or domain"), mono=True)
        self.tenant_id = LabelledField("tenant_id", self.tr("Tenant Id"), self._tenant_id, required=True)
        self._client_id = line(self.tr("The GUID of the registered app"), mono=True)
        self.client_id = LabelledField("client_id", self.tr("Client Id"), self._client_id, required=True)
        self._credential = SegmentChoice(
            {
                AppCredential.SECRET: self.tr("Client secret"),
                AppCredential.CERTIFICATE: self.tr("Certificate"),
                AppCredential.MANAGED_IDENTITY: self.tr("Managed identity"),
            }
        )
        self.app_credential = LabelledField("app_credential", self.tr("The app signs in with"), self._credential)
        label = self.tr("Client Secret")
        self.client_secret_edit = secret("client_secret", label)
        self.client_secret = LabelledField("client_secret", label, self.client_secret_edit, required=True)
        self._valid_until = line(self.tr("YYYY-MM-DD"))
        self.client_secret_valid_until = LabelledField(
            "client_secret_valid_until", self.tr("Client secret valid until"), self._valid_until
        )
        self.certificate = CertificateField()
        label = self.tr("Service account key")
        self.service_account_edit = secret("service_account", label)
        self.service_account = LabelledField("service_account", label, self.service_account_edit, required=True)
        self.service_account.set_hint(self.tr("The JSON file that Google gave you. Read it, or paste its content."))
        self.key_file_link = self.service_account.add_link(self.tr("Read from a file…"))

    @property
    def fields(self) -> tuple[LabelledField | CertificateField, ...]:
        """The fields in reading order."""
        return (
            self.tenant_id,
            self.client_id,
            self.app_credential,
            self.client_secret,
            self.client_secret_valid_until,
            self.certificate,
            self.service_account,
        )

    def word_for(self, *, at_microsoft: bool) -> None:
        """Shows what a client id looks like there."""
        guid = self.tr("The GUID of the registered app")
        self._client_id.setPlaceholderText(guid if at_microsoft else self.tr("As the provider gave it"))

    @property
    def secrets(self) -> dict[SecretField, SecretEdit]:
        """The editors of the secrets that are typed."""
        return {
            SecretField.CLIENT_SECRET: self.client_secret_edit,
            SecretField.SERVICE_ACCOUNT: self.service_account_edit,
        }

    def put_into(self, draft: ProfileDraft) -> ProfileDraft:
        """Returns `draft` with what these fields hold; a secret that was not entered is None."""
        return self.certificate.put_into(
            replace(
                draft,
                tenant_id=self._tenant_id.text(),
                client_id=self._client_id.text(),
                app_credential=self._credential.member,
                client_secret=self.client_secret_edit.secret,
                client_secret_valid_until=self._valid_until.text(),
                service_account=self.service_account_edit.secret,
            )
        )

    def fill(self, draft: ProfileDraft) -> None:
        """Fills the fields from `draft`, but for secrets that are typed."""
        self._credential.choose(draft.app_credential)
        # It is that of an Azure computer: only the command line there can choose it.
        self._credential.offer(AppCredential.MANAGED_IDENTITY, draft.app_credential is AppCredential.MANAGED_IDENTITY)
        self.certificate.fill(draft)
        show_lines(
            {
                self._tenant_id: draft.tenant_id,
                self._client_id: draft.client_id,
                self._valid_until: draft.client_secret_valid_until,
            }
        )
