"""The fields that every SMTP has: name, type, From Address, and what people write about it."""

from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit

from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import DESCRIPTION_LIMIT, NAME_LIMIT, SIGNATURE_LIMIT, ProfileType
from smtp_desktop.ui.smtps.form.editors import line, show_lines
from smtp_desktop.ui.widgets.field import LabelledField
from smtp_desktop.ui.widgets.fields import BoxField, Choice, TextArea

_SIGNATURE_PX = 58
_DESCRIPTION_PX = 76


class BasicFields(QObject):
    """Name, type, default, From Address, signature, description; tags stand under *Advanced*."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._name = line(self.tr("e.g. Corporate_Relay"))
        self.name = LabelledField("name", self.tr("Name"), self._name, required=True, limit=NAME_LIMIT)
        self._type = Choice(
            {ProfileType.GENERIC: self.tr("Generic"), ProfileType.GRAPH: self.tr("MS Graph API")},
        )
        self.type = LabelledField("type", self.tr("Type"), self._type, required=True)
        self.is_default = BoxField("is_default", self.tr("Is Default"))
        self._from_address = line(self.tr("e.g. Northwind <no-reply@northwind.example>"))
        self.from_address = LabelledField("from_address", self.tr("From Address"), self._from_address)
        self._signature = TextArea(_SIGNATURE_PX, grows=True)
        self.signature = LabelledField("signature", self.tr("Signature"), self._signature, limit=SIGNATURE_LIMIT)
        self._description = TextArea(_DESCRIPTION_PX, grows=True)
        self.description = LabelledField(
            "description", self.tr("Description"), self._description, limit=DESCRIPTION_LIMIT
        )
        self._tags = QLineEdit()
        self._tags.setPlaceholderText(self.tr("e.g. prod eu"))
        self.tags = LabelledField("tags", self.tr("Tags"), self._tags)

    @property
    def fields(self) -> tuple[LabelledField | BoxField, ...]:
        """The fields that are always shown, in reading order."""
        return (self.name, self.type, self.is_default, self.from_address, self.signature, self.description)

    def put_into(self, draft: ProfileDraft) -> ProfileDraft:
        """Returns `draft` with what these fields hold."""
        return replace(
            draft,
            name=self._name.text(),
            type=self._type.chosen,
            is_default=self.is_default.checked,
            from_address=self._from_address.text(),
            signature=self._signature.toPlainText(),
            description=self._description.toPlainText(),
            tags=self._tags.text(),
        )

    def fill(self, draft: ProfileDraft) -> None:
        """Fills the fields from `draft`."""
        show_lines(
            {self._name: draft.name, self._from_address: draft.from_address, self._tags: draft.tags},
        )
        for area, typed in ((self._signature, draft.signature), (self._description, draft.description)):
            if area.toPlainText() != typed:
                area.setPlainText(typed)
        self.is_default.box.setChecked(draft.is_default)
        self._type.choose(draft.type)
