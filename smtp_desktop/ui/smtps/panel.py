"""The Info panel of an SMTP: Create SMTP and Edit SMTP."""

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from itertools import pairwise

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from smtp_desktop.domain.checks.health import ServerFact
from smtp_desktop.domain.checks.suggestion import Suggestion, applied
from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.kept_form import FormKind, KeptForm, kept_form, with_typed
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.certificate import Authority, Certificate
from smtp_desktop.domain.smtp.draft import ProfileDraft, differs, draft_of
from smtp_desktop.domain.smtp.edit import ProfileEdit, conflicts, rebased
from smtp_desktop.domain.smtp.field_rules import field_errors
from smtp_desktop.domain.smtp.kept_secrets import same_host
from smtp_desktop.domain.smtp.profile import ProfileId, ProfileType, SecretField, SmtpProfile
from smtp_desktop.ui.cards.card_holds import ShownHold
from smtp_desktop.ui.certificates.smtp_trust import AuthorityOf
from smtp_desktop.ui.checks.history.section import HistorySection
from smtp_desktop.ui.checks.tested_settings import FormContent
from smtp_desktop.ui.sign_in.request import SignInRequest
from smtp_desktop.ui.smtps.boxes.pause_row import PauseRow
from smtp_desktop.ui.smtps.boxes.top_boxes import TopBoxes
from smtp_desktop.ui.smtps.boxes.why_words import WhyWords
from smtp_desktop.ui.smtps.footer_buttons import FooterButtons
from smtp_desktop.ui.smtps.form.form import LimitsOf, SmtpForm
from smtp_desktop.ui.smtps.form.hints import local_today
from smtp_desktop.ui.smtps.requests import SaveRequest
from smtp_desktop.ui.widgets.field import Field
from smtp_desktop.ui.widgets.form_layout import column
from smtp_desktop.ui.widgets.form_panel import FormPanel, resumed_words


class SmtpPanel(FormPanel[SmtpForm]):
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
        self._stored: SmtpProfile | None = None
        self._refs: Mapping[SecretField, SecretRef] = {}
        self._in_view: QWidget | None = None
        self._rule_errors: frozenset[str] = frozenset()
        self.history = HistorySection()
        self._top = TopBoxes()
        self.why_box, self.hold_box = self._top.why_box, self._top.hold_box
        self._pause = PauseRow()
        self._set_content(column(self._form, self.history, self._pause))
        self._put_on_top(self._top)
        self._buttons = FooterButtons()
        self._lay_out_footer(left=self._buttons.left, right=self._buttons.right)
        self._chain_top()
        self.history.chain_tab_order(self._form.last_stop, self._pause.link)
        self.setTabOrder(self._pause.link, self._buttons.delete)
        self._connect()
        self.start_create(is_default=False)

    def _connect(self) -> None:
        self._form.edited.connect(self._on_edited)
        self.history.unfolded.connect(lambda: self._bring_into_view(self.history))
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
    def form(self) -> SmtpForm:
        """The form, for those who fill parts of it."""
        return self._form

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
        self._stored, self._in_view = stored, None
        self._note_opened(stored.version if stored else 0)
        self._refs = stored.secret_refs if stored else {}
        self._rule_errors = frozenset()
        self.set_idle()
        self.show_note("")
        self._form.start(draft, stored, fact)
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

    def set_server_fact(self, fact: ServerFact) -> None:
        """Shows what is known of the server in the TLS hint, if the form names that server."""
        self._form.set_fact(fact)

    def trust(self, trusted: Authority | Certificate) -> None:
        """Enters, unsaved, what is trusted for the SMTP, and scrolls to it."""
        self._bring_into_view(self._form.trust(trusted))

    def is_on_host(self, host_name: str) -> bool:
        """Returns whether the form is about an SMTP server of that name."""
        draft = self._form.draft()
        return draft.type is ProfileType.GENERIC and same_host(draft.host_name, host_name)

    def refresh_trust(self) -> None:
        """Shows what is known by now of trusted CAs."""
        self._form.refresh_trust()

    def set_secret_place(self, text: str) -> None:
        """Shows beside the labels of secrets where they are kept, as in "kept in the system keyring"."""
        self._form.set_secret_place(text)

    def show_hold(self, held: ShownHold | None, now: datetime) -> None:
        """Shows what keeps the mails of the stored SMTP back; None for nothing."""
        self._keep_in_view(self._form, lambda: self._top.show_hold(held, now))
        self._pause.setVisible(self._stored is not None and not (held and held.hold.stops))

    def focus_field(self, name: str) -> None:
        """Moves the focus to the field of that name in snake case; to the first one where it is not shown."""
        field = self._form.reveal(name)
        if field is None:
            self.focus_first_field()
            return
        field.editor.setFocus(Qt.FocusReason.OtherFocusReason)
        if isinstance(field.editor, QLineEdit):
            field.editor.selectAll()
        self._bring_into_view(field.editor.parentWidget() or field.editor)

    def content(self) -> FormContent:
        """Returns what the form holds, to be tested. Raises FieldErrors, and shows them, where that breaks a rule."""
        self._form.take_host_apart()
        draft = self._form.draft()
        if not self._holds(draft, nameless=self._stored is None):
            raise FieldErrors(tuple(field_errors(draft, self._stored)))
        return FormContent(draft=draft, stored=self._stored, changed=self.is_changed())

    def show_why(self, words: WhyWords | None) -> None:
        """Shows at the top what the stored SMTP fails with; None for nothing."""
        self._keep_in_view(self._form, lambda: self._top.show_why(words))
        if words:
            # When all is laid out: wrapped texts get their height only by their width.
            QTimer.singleShot(0, self, self._show_wanted)
        self._chain_top()

    def _show_wanted(self) -> None:
        wanted, self._in_view = self._in_view, None
        if wanted and wanted.isVisibleTo(self):
            super()._bring_into_view(wanted)

    def _bring_into_view(self, widget: QWidget) -> None:
        # What the SMTP fails with is read meanwhile, and may push it out of sight.
        self._in_view = widget
        super()._bring_into_view(widget)

    def _chain_top(self) -> None:
        for before, after in pairwise((self._close, *self._top.stops, self._form.first_stop)):
            self.setTabOrder(before, after)

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

    def set_busy(self, note: str) -> None:
        """Locks the form, so that the user can only read it and stop waiting. `note` says what is waited for."""
        self._buttons.note_focus(self.focusWidget())
        self._form.set_locked(True)
        self._progress.show_text(note)
        self._close.setEnabled(False)
        self._buttons.set_busy()

    def set_idle(self) -> None:
        """Unlocks the form, which holds what it held."""
        self._form.set_locked(False)
        self._progress.show_text("")
        self._close.setEnabled(True)
        self._buttons.set_idle()

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
            self.save_requested.emit(SaveRequest(profile_id=self.profile_id, edit=edit))

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
