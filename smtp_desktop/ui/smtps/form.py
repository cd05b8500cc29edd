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
from smtp_desktop.domain.smtp.profile import Cloud, ProfileType, SecretField, SignIn, SmtpProfile
from smtp_desktop.ui.certificates.smtp_trust import AuthorityOf, SmtpTrust
from smtp_desktop.ui.smtps.fields import SmtpFields
from smtp_desktop.ui.smtps.hints import (
    REGISTER,
    azure_help,
    expiry_advice,
    expiry_warning,
    fact_about,
    from_hint,
    is_about,
    lost_secret_hint,
    offered_user_name,
    password_help,
    password_link,
    provider_of,
    sign_in_help,
    sign_in_link,
    tls_hint,
)
from smtp_desktop.ui.theme.styled import short
from smtp_desktop.ui.widgets.field import Field, LabelledField
from smtp_desktop.ui.widgets.fields import Fold
from smtp_desktop.ui.widgets.form_layout import at_bottom, column, row, section, titled
from smtp_desktop.ui.widgets.labels import Caption, LinkButton
from smtp_desktop.ui.widgets.message_text import shown
from smtp_desktop.ui.widgets.secret_field import SecretEdit

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
        self._fields.tls.add_below(self._trust)
        self._advanced = Fold(self.tr("Advanced"), column(*self._fields.advanced_parts()))
        self._advanced.title_button.setObjectName("advancedButton")
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
        if self._fields.sign_in.link:
            self._fields.sign_in.link.clicked.connect(lambda: self.help_requested.emit(sign_in_help(self.draft())))
        if self._fields.password.link:
            self._fields.password.link.clicked.connect(self._ask_for_password_help)
        if self._fields.user_name.link:
            self._fields.user_name.link.clicked.connect(
                lambda: self._fields.use_from_as_user_name(offered_user_name(self.draft()))
            )
        self._fields.type.edited.connect(self._fields.drop_errors_of_type)
        self._fields.host_name.editing_finished.connect(self.take_host_apart)

    def take_host_apart(self) -> None:
        """Takes apart what was pasted into Host Name, where it is more than a name."""
        self._fields.take_host_apart()

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
        self._fields.tls.editor.setFocus(Qt.FocusReason.OtherFocusReason)  # the link disappears with what it removes
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
        if field in self._fields.advanced():
            self._advanced.set_open(True)
        return field if field and field.editor.isVisibleTo(self) else None

    def clear_secrets(self, *, but: Collection[SecretField]) -> None:
        """Drops the secrets that were typed, but for these."""
        for field, editor in self._fields.secrets().items():
            if field not in but:
                editor.reset(kept=False)

    def errors(self) -> dict[str, str]:
        """Returns the errors that the fields show, by name, in the order of the form."""
        return {field.name: field.error for field in self._order if field.error}

    def _lay_out(self) -> None:
        self._server_title = Caption("section")
        self._app_link = LinkButton(self.tr("How to register the Azure app"))
        self._app_link.setObjectName("azureAppLink")
        self._server_row = row((self._fields.host_name, 22), (self._fields.smtp_port, 10))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        for part in (
            section(self.tr("Basic details"), first=True),
            self._fields.name,
            row((self._fields.type, 1), (at_bottom(self._fields.is_default), 1)),
            self._fields.from_address,
            self._fields.signature,
            self._fields.description,
            titled(self._server_title, self._app_link),
            self._server_row,
            self._fields.auth_required,
            self._fields.sign_in,
            self._fields.user_name,
            self._fields.password,
            self._fields.tls,
            self._fields.tenant_id,
            self._fields.client_id,
            self._fields.client_secret,
            self._fields.client_secret_valid_until,
            self._advanced,
        ):
            layout.addWidget(part)

    def _chain_tab_order(self) -> None:
        stops: list[QWidget] = []
        for field in self._order:
            if field is self._fields.sign_in:
                stops.append(self._app_link)
            if field is self._fields.advanced()[0]:
                stops.append(self._advanced.title_button)
            stops.append(field.editor)
            if field is self._fields.tls:
                stops += self._trust.stops
            if isinstance(field.editor, SecretEdit):
                stops += [field.editor.eye, field.editor.switch]
            if isinstance(field, LabelledField) and field.link:
                stops.append(field.link)
        stops.append(self._fields.limits.link)
        for before, after in pairwise(stops):
            QWidget.setTabOrder(before, after)
        self.first_stop, self.last_stop = stops[0], stops[-1]

    def start(self, draft: ProfileDraft, stored: SmtpProfile | None, fact: ServerFact | None) -> None:
        """Fills the form from `draft`, without errors; `stored` is the SMTP that it came from."""
        self._stored, self._fact = stored, fact
        self._advanced.set_open(False)
        self.clear_secrets(but=())
        self.fill(draft, draft, stored)
        self.clear_errors()

    def fill(self, filled: ProfileDraft, draft: ProfileDraft, stored: SmtpProfile | None) -> None:
        """Fills the form from `draft`; `filled` is the same without what the user typed. Typed secrets stay."""
        self._stored, self._filled = stored, filled
        self._filling = True
        self._fields.show(draft)
        self._trust.take(draft)
        self._filling = False
        self._refresh()

    def propose(self, draft: ProfileDraft) -> None:
        """Enters `draft` as if it had been typed, without its secrets. Clears a password that was typed for another
        host."""
        if not same_host(draft.host_name, self.draft().host_name):
            self._fields.password_edit.reset(kept=False)
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
        self._fields.password.set_note(text)
        self._fields.client_secret.set_note(text)

    def set_error(self, name: str, message: str) -> None:
        """Shows the error of a field; an empty message removes it."""
        self._by_name[name].set_error(message)
        if message and self._by_name[name] in self._fields.advanced():
            self._advanced.set_open(True)

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
        self._show_hints(draft)

    def _show_used_fields(self, draft: ProfileDraft) -> None:
        generic = draft.type is ProfileType.GENERIC
        signs_in = draft.auth_required if generic else draft.sign_in is SignIn.PASSWORD
        self._server_title.setText(self.tr("Server") if generic else self.tr("Microsoft 365"))
        for widget in (self._server_row, self._fields.tls, self._fields.auth_required):
            widget.setVisible(generic)
        for widget in (
            self._app_link,
            self._fields.sign_in,
            self._fields.tenant_id,
            self._fields.client_id,
            self._fields.client_secret,
            self._fields.client_secret_valid_until,
            self._fields.cloud,
        ):
            widget.setVisible(not generic)
        self._fields.user_name.setVisible(signs_in or not generic)
        self._fields.password.setVisible(signs_in)
        self._fields.envelope_sender.setVisible(generic and signs_in)
        self._fields.ehlo_name.setVisible(generic)
        for field in (self._fields.authority, self._fields.graph_url):
            field.setVisible(not generic and draft.cloud is Cloud.CUSTOM)
        self._fields.limits.show_for(draft, self._limits_of(draft))
        self._fields.from_address.set_required(generic and not signs_in)

    def _show_hints(self, draft: ProfileDraft) -> None:
        advice = {name: shown(text) for name, text in hints(draft).items()}
        warning = advice.get("tls", "")
        self._fields.from_address.set_hint(from_hint(draft))
        fact = fact_about(self._fact, draft)
        self._fields.tls.set_hint(warning or tls_hint(fact), warns=bool(warning))
        self._trust.show_for(draft, fact)
        self._fields.user_name.set_hint(advice.get("user_name", ""))
        lost = lost_secret_hint(draft, self._stored, SecretField.PASSWORD)
        self._fields.password.set_hint(lost or advice.get("password", ""))
        self._fields.client_secret.set_hint(lost_secret_hint(draft, self._stored, SecretField.CLIENT_SECRET))
        self._fields.sign_in.set_hint(advice.get("sign_in", ""))
        ending = expiry_warning(draft, self._today())
        self._fields.client_secret_valid_until.set_hint(ending or expiry_advice(), warns=bool(ending))
        self._show_links(draft)

    def _show_links(self, draft: ProfileDraft) -> None:
        if self._fields.sign_in.link:
            self._fields.sign_in.link.say(sign_in_link(draft))
        if self._fields.password.link:
            provider = provider_of(draft)
            self._fields.password.link.setVisible(provider is not None)
            if provider:
                self._fields.password.link.say(password_link(provider))
        if self._fields.user_name.link:
            offered = offered_user_name(draft)
            self._fields.user_name.link.setVisible(bool(offered))
            self._fields.user_name.link.say(self.tr("Use {address}").format(address=short(offered)))
