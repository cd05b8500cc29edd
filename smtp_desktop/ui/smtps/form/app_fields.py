"""The fields of a registered app: tenant, client, and what the app proves itself with."""

from dataclasses import replace

from PySide6.QtCore import QObject

from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.ui.smtps.form.editors import line, secret, show_lines
from smtp_desktop.ui.widgets.field import LabelledField


class AppFields(QObject):
    """Tenant Id, Client Id, Client Secret, and the day on which that ends."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._tenant_id = line(self.tr("The directory's GUID or domain"), mono=True)
        self.tenant_id = LabelledField("tenant_id", self.tr("Tenant Id"), self._tenant_id, required=True)
        self._client_id = line(self.tr("The GUID of the registered app"), mono=True)
        self.client_id = LabelledField("client_id", self.tr("Client Id"), self._client_id, required=True)
        label = self.tr("Client Secret")
        self.client_secret_edit = secret("client_secret", label)
        self.client_secret = LabelledField("client_secret", label, self.client_secret_edit, required=True)
        self._valid_until = line(self.tr("YYYY-MM-DD"))
        self.client_secret_valid_until = LabelledField(
            "client_secret_valid_until", self.tr("Client secret valid until"), self._valid_until
        )

    @property
    def fields(self) -> tuple[LabelledField, ...]:
        """The fields in reading order."""
        return (self.tenant_id, self.client_id, self.client_secret, self.client_secret_valid_until)

    def put_into(self, draft: ProfileDraft) -> ProfileDraft:
        """Returns `draft` with what these fields hold; a secret that was not entered is None."""
        return replace(
            draft,
            tenant_id=self._tenant_id.text(),
            client_id=self._client_id.text(),
            client_secret=self.client_secret_edit.secret,
            client_secret_valid_until=self._valid_until.text(),
        )

    def fill(self, draft: ProfileDraft) -> None:
        """Fills the fields from `draft`, but for secrets."""
        show_lines(
            {
                self._tenant_id: draft.tenant_id,
                self._client_id: draft.client_id,
                self._valid_until: draft.client_secret_valid_until,
            }
        )
