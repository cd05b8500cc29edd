"""The Info panel of an SMTP: Create SMTP and Edit SMTP."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime

from PySide6.QtCore import Qt, Signal

from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.checks.suggestion import Suggestion, applied
from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.kept_form import FormKind, KeptForm, kept_form, with_typed
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.draft import ProfileDraft, differs, draft_of
from smtp_desktop.domain.smtp.edit import ProfileEdit, conflicts, rebased
from smtp_desktop.domain.smtp.field_rules import field_errors
from smtp_desktop.domain.smtp.kept_secrets import same_host
from smtp_desktop.domain.smtp.profile import ProfileId, ProfileType, SecretField, SmtpProfile
from smtp_desktop.ui.certificates.smtp_trust import AuthorityOf
from smtp_desktop.ui.checks.tested_settings import FormContent
from smtp_desktop.ui.sign_in.request import SignInRequest
from smtp_desktop.ui.smtps.form.form import LimitsOf, SmtpForm
from smtp_desktop.ui.smtps.form.hints import local_today
from smtp_desktop.ui.smtps.panel_view import SmtpPanelView
from smtp_desktop.ui.smtps.requests import CheckBefore, SaveRequest
from smtp_desktop.ui.widgets.field import Field
from smtp_desktop.ui.widgets.form_panel import resumed_words


class SmtpPanel(SmtpPanelView):
    """The form of one SMTP. Takes values and emits requests, but none that breaks a rule of the form."""

    save_requested = Signal(object)  # SaveRequest
    test_requested = Signal(object)  # FormContent
    delete_requested = Signal(object)  # ProfileId
    stop_waiting_requested = Signal()
    pause_requested = Signal()
    """Nothing is to go out through the stored SMTP until it is resumed."""
    help_requested = Signal(object)  # HelpRequest
    certificate_requested = Signal(object)  # ServerFact
    sign_in_requested = Signal(object)  # SignInRequest
    stored_changed = Signal(object)
    """The form shows another SMTP, or was filled anew. Carries its SmtpProfile; None while one is created."""

    def __init__(
        self,
        today: Callable[[], date] = local_today,
        authority_of: AuthorityOf = lambda _: None,
        limits_of: LimitsOf = lambda _: None,
    ) -> None:
        """`today` returns the local date, `authority_of` the certificate of a trusted CA in PEM form."""
        super().__init__(SmtpForm(today, authority_of, limits_of))
        self.setObjectName("smtpPanel")
        self._refs: Mapping[SecretField, SecretRef] = {}
        self._rule_errors: frozenset[str] = frozenset()
        self.check_before: CheckBefore | None = None
        """What checks a new SMTP before it is created."""
        self._connect()
        self.start_create(is_default=False)

    def _connect(self) -> None:
        self._form.edited.connect(self._on_edited)
        self._form.submitted.connect(self.save)
        self._pause.link.clicked.connect(self.pause_requested)
        self._form.help_requested.connect(self.help_requested)
        self._form.sign_in.state.asked.connect(self.sign_in)
        self._form.certificate_requested.connect(self.certificate_requested)
        self._buttons.save.clicked.connect(self._on_save)
        self._buttons.test.clicked.connect(self._on_test)
        self._buttons.delete.clicked.connect(self._on_delete)
        self._buttons.cancel.clicked.connect(self._on_cancel)

    @property
    def stored(self) -> SmtpProfile | None:
        """The SMTP that is edited, as it is stored; None while one is created."""
        return self._stored

    @property
    def profile_id(self) -> ProfileId | None:
        """The id of the SMTP that is edited; None while one is created."""
        return self._stored.id if self._stored else None

    def start_create(self, *, is_default: bool) -> None:
        """Empties the form, to create an SMTP."""
        self._start(ProfileDraft(is_default=is_default), None, None)

    def start_edit(self, profile: SmtpProfile, fact: ServerFact | None) -> None:
        """Fills the form from `profile`; `fact` is what is known of its server."""
        self._start(draft_of(profile), profile, fact)

    def _start(self, draft: ProfileDraft, stored: SmtpProfile | None, fact: ServerFact | None) -> None:
        self._turn_to(stored)
        self._note_opened(stored.version if stored else 0)
        self._refs = stored.secret_refs if stored else {}
        self._rule_errors = frozenset()
        self.set_idle()
        self.show_note("")
        self._form.start(draft, stored, fact)
        self.address.clear()
        self.address.setVisible(stored is None)
        self._scroll.verticalScrollBar().setValue(0)
        self._title.setText(self.tr("Edit SMTP") if stored else self.tr("Create SMTP"))
        self._buttons.show_for(creating=stored is None)
        self.show_hold(None, datetime.now(UTC))
        self.stored_changed.emit(stored)

    def refresh_stored(self, profile: SmtpProfile) -> None:
        """Takes over what is stored now: fields that the user did not touch show it, what was typed stays.

        Does nothing where the form shows another SMTP.
        """
        if profile.id != self.profile_id:
            return
        self.note_version(profile.version)
        self._show_edit(rebased(self.edit(), profile), profile)

    def take_over(self, edit: ProfileEdit, stored: SmtpProfile) -> None:
        """Shows `edit` of what is stored now, in the place of what was typed."""
        self._form.clear_secrets(but=edit.draft.typed_secrets)
        self._show_edit(edit, stored)

    def detach(self) -> None:
        """Keeps what was typed, to create an SMTP of it: the one that was edited is deleted."""
        draft = self._form.draft()
        self._show_edit(ProfileEdit(seen=ProfileDraft(is_default=draft.is_default), draft=draft, refs={}), None)
        self._title.setText(self.tr("Create SMTP"))
        self.show_hold(None, datetime.now(UTC))
        self.stored_changed.emit(None)
        self.address.hide()  # there is nothing left to fill in
        self.show_note(
            self.tr(
                "This SMTP was deleted elsewhere. Your entries are still here: choose Create to save them as a "
                "new SMTP."
            )
        )

    def _show_edit(self, edit: ProfileEdit, stored: SmtpProfile | None) -> None:
        self._stored, self._refs = stored, edit.refs
        self._form.fill(edit.seen, edit.draft, stored)
        self._buttons.show_for(creating=stored is None)

    def propose(self, suggestion: Suggestion, *, onto: ProfileDraft | None = None) -> bool:
        """Enters the suggested settings, unsaved, on top of `onto` or else of what is typed. Puts the focus on the
        password where it has to be entered anew, else on *Save*. Returns whether they can be tried."""
        self._form.propose(applied(suggestion, onto or self._form.draft()))
        missing = [error for error in field_errors(self._form.draft(), self._stored) if error.field == "password"]
        self._buttons.save.setFocus(Qt.FocusReason.OtherFocusReason)
        if missing:
            self.show_errors(tuple(missing))
            self._rule_errors = frozenset({"password"})
        return not missing

    def enter(self, draft: ProfileDraft) -> None:
        """Enters `draft`, unsaved and without its secrets."""
        self._form.propose(draft)

    def unsaved(self) -> KeptForm | None:
        """Returns what the form holds besides secrets; None where nothing in it is unsaved."""
        if not self.is_changed():
            return None
        return kept_form(FormKind.SMTP, self._form.draft(), self._form.filled, self._stored, datetime.now(UTC))

    def resume(self, form: KeptForm) -> None:
        """Enters, unsaved, what was typed before the program ended."""
        self._form.propose(with_typed(self._form.draft(), form, whole=self._stored is None))
        self.show_note(resumed_words(form, gone=self._stored is None and form.stored_id is not None))

    def is_on_host(self, host_name: str) -> bool:
        """Returns whether the form is about an SMTP server of that name."""
        draft = self._form.draft()
        return draft.type is ProfileType.GENERIC and same_host(draft.host_name, host_name)

    def content(self) -> FormContent:
        """Returns what the form holds, to be tested. Raises FieldErrors, and shows them, where that breaks a rule."""
        self._form.take_host_apart()
        draft = self._form.draft()
        if not self._holds(draft, nameless=self._stored is None):
            raise FieldErrors(tuple(field_errors(draft, self._stored)))
        return FormContent(draft=draft, stored=self._stored, changed=self.is_changed())

    def field(self, name: str) -> Field | None:
        """Returns the field of that name in snake case; None where there is none."""
        return self._form.field(name)

    def draft(self) -> ProfileDraft:
        """Returns what the form holds; a secret that was not entered is None."""
        return self._form.draft()

    def edit(self) -> ProfileEdit:
        """Returns what the user has changed in the form, and what it was made from."""
        return ProfileEdit(seen=self._form.filled, draft=self._form.draft(), refs=self._refs)

    def is_changed(self) -> bool:
        """Returns whether closing the form would lose something that was typed or chosen."""
        return differs(self._form.draft(), self._form.filled)

    def show_errors(self, errors: tuple[FieldError, ...]) -> None:
        self._rule_errors = frozenset()
        super().show_errors(errors)

    def save(self) -> None:
        """Acts as a click on *Create* or *Save*: emits a request if no rule is broken, else shows the errors."""
        self._buttons.save.click()

    def test(self) -> None:
        """Acts as a click on *Test*."""
        self._buttons.test.click()

    def _on_edited(self) -> None:
        self._drop_outdated_errors()

    def _drop_outdated_errors(self) -> None:
        # One field's rule may look at another: a user name that is an address makes a From Address needless.
        broken = {error.field for error in field_errors(self._form.draft(), self._stored)}
        for name in self._rule_errors - broken:
            self._form.set_error(name, "")
        self._rule_errors &= broken

    def _on_save(self) -> None:
        self._form.take_host_apart()
        edit = self.edit()
        # Where others changed the same, that comes first: the rules may be broken only by what they changed.
        if (self._stored and conflicts(edit, self._stored)) or self._holds(edit.draft):
            check = self.check_before if self._stored is None else None
            self.save_requested.emit(SaveRequest(profile_id=self.profile_id, edit=edit, check=check))

    def _on_test(self) -> None:
        with suppress(FieldErrors):  # which are shown
            self.test_requested.emit(self.content())

    def _holds(self, draft: ProfileDraft, *, nameless: bool = False, only: frozenset[str] = frozenset()) -> bool:
        """Returns whether no rule is broken, of fields with these names where there are some; else shows the errors."""
        errors = tuple(
            error
            for error in field_errors(draft, self._stored)
            if not (nameless and error.field == "name") and (not only or error.field in only)
        )
        self.show_errors(errors)
        self._rule_errors = frozenset(error.field for error in errors)
        return not errors

    def sign_in(self) -> None:
        """Emits a request to sign in with what the form holds, unless that breaks a rule for a sign-in: then shows the
        errors."""
        self._form.take_host_apart()
        draft = self._form.draft()
        if self._holds(draft, only=self._form.sign_in.field_names):
            self.sign_in_requested.emit(SignInRequest(draft=draft, stored=self._stored))

    def _on_delete(self) -> None:
        self.delete_requested.emit(self.profile_id)

    def _on_cancel(self) -> None:
        if self._buttons.busy:
            self.stop_waiting_requested.emit()
        else:
            self.close_requested.emit()
