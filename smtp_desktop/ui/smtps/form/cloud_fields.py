"""The fields of a Microsoft cloud, under *Advanced*."""

from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QLineEdit

from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import Cloud
from smtp_desktop.ui.smtps.form.editors import show_lines
from smtp_desktop.ui.widgets.field import LabelledField
from smtp_desktop.ui.widgets.fields import Choice


class CloudFields(QObject):
    """The cloud, and the two addresses of a custom one."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
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

    @property
    def fields(self) -> tuple[LabelledField, ...]:
        """The fields in reading order."""
        return (self.cloud, self.authority, self.graph_url)

    def put_into(self, draft: ProfileDraft) -> ProfileDraft:
        """Returns `draft` with what these fields hold."""
        return replace(
            draft,
            cloud=self._cloud.chosen,
            authority=self._authority.text(),
            graph_url=self._graph_url.text(),
        )

    def fill(self, draft: ProfileDraft) -> None:
        """Fills the fields from `draft`."""
        show_lines({self._authority: draft.authority, self._graph_url: draft.graph_url})
        self._cloud.choose(draft.cloud)
