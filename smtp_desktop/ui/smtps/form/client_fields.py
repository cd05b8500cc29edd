"""The fields of an OAuth 2.0 client: the provider, and where and for what another one than the known ones signs in."""

from dataclasses import replace

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QComboBox

from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.ui.smtps.form.editors import line, show_lines
from smtp_desktop.ui.widgets.field import LabelledField
from smtp_desktop.ui.widgets.fields import Choice

_LEAST_LETTERS = 12


class ClientFields(QObject):
    """Provider; issuer or addresses, and scope. Client and secret are those of `AppFields`."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._provider = Choice(
            {
                OAuthProvider.GOOGLE: self.tr("Google"),
                OAuthProvider.MICROSOFT: self.tr("Microsoft 365 and Outlook.com"),
                OAuthProvider.OTHER: self.tr("Other"),
            }
        )
        # The longest name may be cut in a narrow panel; the list that drops down shows all of it.
        self._provider.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._provider.setMinimumContentsLength(_LEAST_LETTERS)
        self.provider = LabelledField("provider", self.tr("Provider"), self._provider, required=True)
        self.register_link = self.provider.add_link(self.tr("How to register the client"))
        self._chosen_by_hand = False
        self._provider.activated.connect(self._note_choice)
        self._issuer = line(self.tr("e.g. https://login.northwind.example/realms/mail"))
        self.issuer = LabelledField("issuer", self.tr("Issuer"), self._issuer)
        self.issuer.set_hint(self.tr("It names its own addresses. Leave it empty to enter them yourself."))
        self._authorize_url = line(self.tr("e.g. https://login.northwind.example/auth"))
        self.authorize_url = LabelledField("authorize_url", self.tr("Authorization address"), self._authorize_url)
        self._token_url = line(self.tr("e.g. https://login.northwind.example/token"))
        self.token_url = LabelledField("token_url", self.tr("Token address"), self._token_url)
        self._device_url = line(self.tr("e.g. https://login.northwind.example/device"))
        self.device_url = LabelledField("device_url", self.tr("Device code address"), self._device_url)
        self.device_url.set_hint(self.tr("Only needed to sign in with a code."))
        self._scope = line(self.tr("e.g. mail offline_access"))
        self.scope = LabelledField("scope", self.tr("Scope"), self._scope)

    @property
    def addresses(self) -> tuple[LabelledField, ...]:
        """The fields that only another provider has, in reading order."""
        return (self.issuer, self.authorize_url, self.token_url, self.device_url)

    def propose_provider(self, proposed: OAuthProvider) -> None:
        """Chooses `proposed`, unless the user has chosen one."""
        if not self._chosen_by_hand:
            self._provider.choose(proposed)

    def _note_choice(self) -> None:
        self._chosen_by_hand = True

    def start(self, *, chosen: bool) -> None:
        """Begins anew; `chosen` is whether the provider is one that was chosen before."""
        self._chosen_by_hand = chosen

    def put_into(self, draft: ProfileDraft) -> ProfileDraft:
        """Returns `draft` with what these fields hold."""
        return replace(
            draft,
            provider=self._provider.chosen,
            issuer=self._issuer.text(),
            authorize_url=self._authorize_url.text(),
            token_url=self._token_url.text(),
            device_url=self._device_url.text(),
            scope=self._scope.text(),
        )

    def fill(self, draft: ProfileDraft) -> None:
        """Fills the fields from `draft`."""
        self._provider.choose(draft.provider)
        show_lines(
            {
                self._issuer: draft.issuer,
                self._authorize_url: draft.authorize_url,
                self._token_url: draft.token_url,
                self._device_url: draft.device_url,
                self._scope: draft.scope,
            }
        )
