"""The form of an SMTP: its fields, hints and links."""

from collections.abc import Callable, Collection
from datetime import date
from itertools import pairwise

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.smtp.certificate import Authority, Certificate
from smtp_desktop.domain.smtp.draft import ProfileDraft, trusting
from smtp_desktop.domain.smtp.field_rules import hints
from smtp_desktop.domain.smtp.kept_secrets import kept_secrets, same_host
from smtp_desktop.domain.smtp.known_limits import KnownLimits, with_limits
from smtp_desktop.domain.smtp.pasted_server import PastedServer
from smtp_desktop.domain.smtp.profile import ProfileType, SecretField, SmtpProfile
from smtp_desktop.ui.certificates.smtp_trust import AuthorityOf, SmtpTrust
from smtp_desktop.ui.sign_in.certificate_field import CertificateField
from smtp_desktop.ui.sign_in.state_row import SignInState
from smtp_desktop.ui.smtps.form.fields import FormField, SmtpFields
from smtp_desktop.ui.smtps.form.hints import (
    REGISTER,
    azure_help,
    fact_about,
    is_about,
    offered_user_name,
    password_help,
    provider_of,
    tls_hint,
)
from smtp_desktop.ui.smtps.form.shown import show_hints, show_links, show_used_fields
from smtp_desktop.ui.smtps.form.sign_in_part import SignInPart
from smtp_desktop.ui.widgets.field import Field, LabelledField
from smtp_desktop.ui.widgets.fields import Fold
from smtp_desktop.ui.widgets.form_layout import at_bottom, column, row, section, titled
from smtp_desktop.ui.widgets.labels import Caption, LinkButton
from smtp_desktop.ui.widgets.message_text import shown
from smtp_desktop.ui.widgets.secret_field import SecretEdit
from smtp_desktop.ui.widgets.segments import Segments

LimitsOf = Callable[[ProfileDraft], KnownLimits | None]
"""Returns the limits of the provider that a draft sends through, where they are known."""


class SmtpForm(QWidget):
    """Shows the fields of an SMTP that its type and sign-in use."""

    edited = Signal()
    submitted = Signal()
    help_requested = Signal(object)  # HelpRequest
    certificate_requested = Signal(object)  # ServerFact

    def __init__(self, today: Callable[[], date], authority_of: AuthorityOf, limits_of: LimitsOf) -> None:
        super().__init__()
        self._today, self._limits_of = today, limits_of
        self._stored: SmtpProfile | None = None
        self._fact: ServerFact | None = None
        self._filled = ProfileDraft()
        self._filling = False
        self._fields = SmtpFields(self)
        self._trust = SmtpTrust(authority_of)
        self._fields.server.tls.add_below(self._trust)
        self._advanced = Fold(self.tr("Advanced"), column(*self._fields.advanced_parts()))
        self._advanced.title_button.setObjectName("advancedButton")
        self.sign_in = SignInPart(self, self._fields, self.draft)
        self._lay_out()
        self._order = self._fields.in_reading_order()
        self._by_name: dict[str, Field] = {field.name: field for field in self._order}
        self._chain_tab_order()
        self._connect()
        self._refresh()

    def _connect(self) -> None:
        for field in self._order:
            field.edited.connect(self._on_edited)
            if isinstance(field.editor, QLineEdit):
                field.editor.returnPressed.connect(self.submitted)
            if isinstance(field.editor, SecretEdit):
                field.editor.state_changed.connect(self._on_edited)
        self._trust.removed.connect(self._remove_trust)
        self._trust.show_requested.connect(self.certificate_requested)
        self._fields.limits.link.clicked.connect(self._take_known_limits)
        self._app_link.clicked.connect(lambda: self.help_requested.emit(azure_help(self.draft(), REGISTER)))
        sign_in = self._fields.sign_in
        self.sign_in.help_requested.connect(self.help_requested)
        self.sign_in.changed.connect(self._refresh)
        sign_in.password_link.clicked.connect(self._ask_for_password_help)
        sign_in.from_address_link.clicked.connect(
            lambda: sign_in.use_from_as_user_name(offered_user_name(self.draft()))
        )
        self._fields.basic.type.edited.connect(self._fields.drop_errors_of_type)
        self._fields.server.host_name.editing_finished.connect(self.take_host_apart)

    def take_host_apart(self) -> None:
        """Takes apart what was pasted into Host Name, where it is more than a name."""
        self._fields.take_host_apart()

    def take_server(self, pasted: PastedServer) -> None:
        """Enters the parts of a server that was pasted elsewhere."""
        self._fields.take_server(pasted)

    def _ask_for_password_help(self) -> None:
        provider = provider_of(self.draft())
        if provider:
            self.help_requested.emit(password_help(provider))

    def draft(self) -> ProfileDraft:
        """Returns what the fields hold; a secret that was not entered is None."""
        return self._trust.put_into(self._fields.draft(self._filled))

    def trust(self, trusted: Authority | Certificate | None) -> QWidget:
        """Trusts this for the SMTP on top of what the system trusts; None trusts nothing. Returns what shows it."""
        self._trust.take(trusting(self.draft(), trusted))
        self._on_edited()
        return self._trust

    def _remove_trust(self) -> None:
        self._fields.server.tls.editor.setFocus(
            Qt.FocusReason.OtherFocusReason
        )  # the link disappears with what it removes
        self.trust(None)

    def refresh_trust(self) -> None:
        """Shows what is known by now of trusted CAs."""
        self._refresh()

    @property
    def filled(self) -> ProfileDraft:
        """The content of the fields before the user typed."""
        return self._filled

    def field(self, name: str) -> Field | None:
        """Returns the field of that name in snake case; None where there is none."""
        return self._by_name.get(name)

    def reveal(self, name: str) -> Field | None:
        """Returns the field of that name, and makes it visible; None where the form has none that is used now."""
        field = self._by_name.get(name)
        self._unfold(field)
        return field if field and field.editor.isVisibleTo(self) else None

    def _unfold(self, field: Field | None) -> None:
        if field in self._fields.advanced():
            self._advanced.set_open(True)
        if field in self._fields.of_client():
            self.sign_in.client.set_open(True)

    def clear_secrets(self, *, but: Collection[SecretField]) -> None:
        """Drops the secrets that were typed, but for these."""
        for field, editor in self._fields.secrets().items():
            if field not in but:
                editor.reset(kept=False)
        if SecretField.TOKENS not in but:
            self.sign_in.state.drop()
        if not {SecretField.CERTIFICATE, SecretField.NEXT_CERTIFICATE} & set(but):
            self.sign_in.certificate.clear_keys()

    def errors(self) -> dict[str, str]:
        """Returns the errors that the fields show, by name, in the order of the form."""
        return {field.name: field.error for field in self._order if field.error}

    def _lay_out(self) -> None:
        basic = self._fields.basic
        self._server_title = Caption("section")
        self._app_link = LinkButton(self.tr("How to register the Azure app"))
        self._app_link.setObjectName("azureAppLink")
        self._server_row = row((self._fields.server.host_name, 22), (self._fields.server.smtp_port, 10))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (
            section(self.tr("Basic details"), first=True),
            basic.name,
            row((basic.type, 1), (at_bottom(basic.is_default), 1)),
            basic.from_address,
            basic.signature,
            basic.description,
            titled(self._server_title, self._app_link),
            self._server_row,
            self._fields.server.auth_required,
            *self._fields.sign_in.fields,
            self.sign_in.client,
            self._fields.server.tls,
            self._advanced,
        ):
            layout.addWidget(part)

    def _chain_tab_order(self) -> None:
        stops: list[QWidget] = []
        for field in self._order:
            if field is self._fields.sign_in.sign_in:
                stops.append(self._app_link)
            if field is self._fields.client.provider:
                stops.append(self.sign_in.client.title_button)
            if field is self._fields.advanced()[0]:
                stops.append(self._advanced.title_button)
            stops += _stops_of(field)
            if field is self._fields.server.tls:
                stops += self._trust.stops
        stops.append(self._fields.limits.link)
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)
        self.first_stop, self.last_stop = stops[0], stops[-1]

    def start(self, draft: ProfileDraft, stored: SmtpProfile | None, fact: ServerFact | None) -> None:
        """Fills the form from `draft`, without errors; `stored` is the SMTP that it came from."""
        self._stored, self._fact = stored, fact
        self._advanced.set_open(False)
        self.sign_in.start(draft, stored)
        self.clear_secrets(but=())
        self.fill(draft, draft, stored)
        self.clear_errors()

    def fill(self, filled: ProfileDraft, draft: ProfileDraft, stored: SmtpProfile | None) -> None:
        """Fills the form from `draft`; `filled` is the same without what the user typed. Typed secrets stay."""
        self._stored, self._filled = stored, filled
        self._filling = True
        self._fields.fill(draft)
        self.sign_in.filled(draft)
        self._trust.take(draft)
        self._filling = False
        self._refresh()

    def propose(self, draft: ProfileDraft) -> None:
        """Enters `draft` as if it had been typed, without its secrets. Clears a password that was typed for another
        host."""
        if not same_host(draft.host_name, self.draft().host_name):
            self._fields.sign_in.password_edit.reset(kept=False)
        self.fill(self._filled, draft, self._stored)
        self.edited.emit()

    def _take_known_limits(self) -> None:
        known = self._fields.limits.known
        if known:
            # The link disappears with what it takes over.
            self._fields.limits.fields[0].editor.setFocus(Qt.FocusReason.OtherFocusReason)
            self.fill(self._filled, with_limits(self.draft(), known.limits), self._stored)
            self.edited.emit()

    def set_fact(self, fact: ServerFact) -> None:
        """Shows what is known of the server in the TLS hint, if the form names that server."""
        if is_about(fact, self.draft()):
            self._fact = fact
            self._refresh()

    def set_secret_place(self, text: str) -> None:
        """Shows beside the labels of secrets where they are kept."""
        self._fields.sign_in.password.set_note(text)
        self._fields.app.client_secret.set_note(text)
        self._fields.app.service_account.set_note(text)

    def set_error(self, name: str, message: str) -> None:
        """Shows the error of a field; an empty message removes it."""
        self._by_name[name].set_error(message)
        if message:
            self._unfold(self._by_name[name])

    def clear_errors(self) -> None:
        """Removes all errors."""
        for field in self._by_name.values():
            field.set_error("")

    def set_locked(self, locked: bool) -> None:
        """Locks all fields, so that they can only be read, or unlocks them."""
        for field in self._by_name.values():
            field.set_locked(locked)
        self._trust.set_locked(locked)
        self._fields.limits.link.setEnabled(not locked)

    def _on_edited(self) -> None:
        if not self._filling:
            self._refresh()
            self.edited.emit()

    def _refresh(self) -> None:
        draft = self.draft()
        self._show_used_fields(draft)
        kept = kept_secrets(draft, self._stored)
        for field, editor in self._fields.secrets().items():
            editor.set_kept(field in kept)
        show_hints(self._fields, draft, self._stored, self._today())
        show_links(self._fields, draft, self._stored)
        self.sign_in.show_for(draft, self._stored, kept=SecretField.TOKENS in kept)
        self._show_tls_hint(draft)

    def _show_used_fields(self, draft: ProfileDraft) -> None:
        generic = draft.type is ProfileType.GENERIC
        self._server_title.setText(self.tr("Server") if generic else self.tr("Microsoft 365"))
        self._server_row.setVisible(generic)
        self._app_link.setVisible(not generic)
        show_used_fields(self._fields, draft)
        self._fields.limits.show_for(draft, self._limits_of(draft))

    def _show_tls_hint(self, draft: ProfileDraft) -> None:
        warning = hints(draft).get("tls")
        fact = fact_about(self._fact, draft)
        self._fields.server.tls.set_hint(shown(warning) if warning else tls_hint(fact), warns=warning is not None)
        self._trust.show_for(draft, fact)


def _stops_of(field: FormField) -> list[QWidget]:
    """Returns what Tab stops at in a field, in order."""
    if isinstance(field, SignInState | CertificateField):
        return [*field.stops]
    editor = field.editor
    stops = [*editor.stops] if isinstance(editor, Segments) else [editor]
    if isinstance(editor, SecretEdit):
        stops += [editor.eye, editor.switch]
    if isinstance(field, LabelledField) and field.link:
        stops.append(field.link)
    return stops
