"""The part of the form of an SMTP about signing in without a password: its client, and who is signed in."""

from collections.abc import Callable
from datetime import UTC, datetime

from PySide6.QtCore import QObject, Qt, Signal

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.sign_in.tokens import TokenSet
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.oauth_hosts import oauth_provider_of
from smtp_desktop.domain.smtp.profile import INTERACTIVE, ProfileType, SmtpProfile
from smtp_desktop.ui.sign_in.certificate_field import CertificateField
from smtp_desktop.ui.sign_in.state_row import SignInState
from smtp_desktop.ui.smtps.form.fields import SmtpFields
from smtp_desktop.ui.smtps.form.hints import changes_sign_in, client_help, sign_in_help, upload_help
from smtp_desktop.ui.widgets.fields import Fold
from smtp_desktop.ui.widgets.form_layout import column
from smtp_desktop.ui.widgets.labels import LinkButton


class SignInPart(QObject):
    """Folds the fields of the client, proposes the provider by the host, and takes what a sign-in brought."""

    help_requested = Signal(object)  # HelpRequest
    change_requested = Signal()
    """The user wants to sign in otherwise than with a password."""
    changed = Signal()
    """What is known of the sign-in has changed."""

    def __init__(self, parent: QObject, fields: SmtpFields, draft: Callable[[], ProfileDraft]) -> None:
        """`draft` returns what the form holds."""
        super().__init__(parent)
        self._fields, self._draft = fields, draft
        self._stored: SmtpProfile | None = None
        self._signed_in: SignedIn | None = None
        self.client = Fold(self.tr("OAuth2 client"), column(*fields.of_client()))
        self.client.title_button.setObjectName("clientButton")
        fields.sign_in.requirements_link.clicked.connect(self._follow_link)
        fields.sign_in.sign_in.edited.connect(self._open_client)
        fields.client.register_link.clicked.connect(lambda: self.help_requested.emit(client_help(self._draft())))
        fields.app.certificate.upload_help_asked.connect(lambda: self.help_requested.emit(upload_help(self._draft())))
        fields.server.host_name.edited.connect(self._propose_provider)

    @property
    def state(self) -> SignInState:
        """The row that says who is signed in."""
        return self._fields.sign_in.state

    @property
    def certificate(self) -> CertificateField:
        """The certificate of the app."""
        return self._fields.app.certificate

    @property
    def key_file_link(self) -> LinkButton:
        """The link that reads a service account's key from a file."""
        return self._fields.app.key_file_link

    @property
    def field_names(self) -> frozenset[str]:
        """The names of the fields that a sign-in depends on."""
        return frozenset(field.name for field in (*self._fields.sign_in.fields, *self._fields.of_client()))

    def start(self, draft: ProfileDraft, stored: SmtpProfile | None) -> None:
        """Begins with another SMTP."""
        self._signed_in = None
        self.client.set_open(not draft.client_id)
        self._fields.client.start(chosen=stored is not None and draft.uses_oauth)

    def filled(self, draft: ProfileDraft) -> None:
        """Proposes a provider for what was filled in, where it says none."""
        if not draft.uses_oauth:
            self._propose_provider()

    def show_for(self, draft: ProfileDraft, stored: SmtpProfile | None, *, kept: bool) -> None:
        """Shows what `draft` uses; `kept` is whether the stored sign-in is good for it."""
        self._stored = stored
        generic = draft.type is ProfileType.GENERIC
        self.client.setVisible(draft.uses_oauth or not generic)
        self.client.set_foldable(draft.uses_oauth and draft.sign_in in INTERACTIVE)
        self.state.show_for(draft, self._signed_in, kept=kept, now=datetime.now(UTC))

    def show_signed_in(self, state: SignedIn | None) -> None:
        """Shows who is signed in for the stored SMTP; None where that is not known, or nobody is."""
        self._signed_in = state
        self.changed.emit()

    def take_tokens(self, tokens: TokenSet, user_name: str) -> None:
        """Takes what a sign-in brought, until the form is saved; User Name becomes `user_name`."""
        self._fields.sign_in.set_user_name(user_name)
        self.state.hold(tokens, self._draft())

    def drop_tokens(self) -> None:
        """Drops what a sign-in brought that is not saved."""
        self.state.drop()
        self.state.edited.emit()

    def take_service_account(self, key: Secret) -> None:
        """Enters the key of a service account."""
        self._fields.app.service_account_edit.type_anew(key)
        self._fields.app.service_account_edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _follow_link(self) -> None:
        draft = self._draft()
        if changes_sign_in(draft, self._stored):
            self.change_requested.emit()
        else:
            self.help_requested.emit(sign_in_help(draft))

    def _propose_provider(self) -> None:
        self._fields.client.propose_provider(oauth_provider_of(self._fields.server.typed_host))

    def _open_client(self) -> None:
        if not self._draft().client_id.strip():
            self.client.set_open(True)
