"""The sign-ins of SMTPs: who is signed in, on cards and in the panel, which asks to sign in, out, or otherwise."""
# ruff: noqa: PLC0415 - a dialog is loaded when it is first opened

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from smtp_desktop.domain.events import Event, SignedInChanged
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import ProfileId, ProfileType, SignIn, SmtpProfile
from smtp_desktop.services.services import Services
from smtp_desktop.ui.cards.smtp_cards import SmtpCards
from smtp_desktop.ui.checks.sign_in_offer import SignInOffer, sign_in_offer
from smtp_desktop.ui.runtime.lazy import Lazy
from smtp_desktop.ui.runtime.tasks import Tasks
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.sign_in.request import BroughtTokens
from smtp_desktop.ui.sign_in.runs import SignInRuns
from smtp_desktop.ui.smtps.app_certificates import AppCertificateActions
from smtp_desktop.ui.smtps.editor import SmtpEditor

if TYPE_CHECKING:
    from smtp_desktop.domain.sign_in.signed_in import SignedIn
    from smtp_desktop.services.checks.report import Report
    from smtp_desktop.ui.checks.test_dialog import TestDialog
    from smtp_desktop.ui.checks.test_runs import TestRuns
    from smtp_desktop.ui.checks.tested_settings import TestedSettings
    from smtp_desktop.ui.smtps.panel import SmtpPanel


class SmtpSignIns(QObject):
    """Keeps what is shown of sign-ins, and has people sign in and out."""

    said = Signal(str)
    """What was done, as a sentence."""

    def __init__(
        self,
        *,
        window: QWidget,
        cards: SmtpCards,
        panel: Lazy[SmtpPanel],
        editor: SmtpEditor,
        test_runs: TestRuns,
        services: Services,
        tasks: Tasks,
        unlocker: VaultUnlocker,
    ) -> None:
        super().__init__(window)
        self._window, self._cards, self._later_panel = window, cards, panel
        self._editor, self._services, self._tasks = editor, services, tasks
        self._states: dict[ProfileId, SignedIn] = {}
        self.runs = SignInRuns(window=window, services=services, tasks=tasks, unlocker=unlocker)
        self.runs.brought.connect(self._take)
        self.runs.said.connect(self.said)
        test_runs.offer_sign_in = self._offer
        AppCertificateActions(
            window=window, panel=panel, test_runs=test_runs, services=services, tasks=tasks, unlocker=unlocker
        )
        panel.apply("sign-ins", self._connect_panel)

    def _connect_panel(self, panel: SmtpPanel) -> None:
        panel.sign_in_requested.connect(self.runs.sign_in)
        panel.form.sign_in.state.sign_out_asked.connect(self._sign_out)
        panel.form.sign_in.change_requested.connect(self.ask_to_change)
        panel.stored_changed.connect(self._show_in_panel)
        panel.why_box.sign_in_asked.connect(panel.sign_in)
        panel.why_box.change_asked.connect(self.ask_to_change)

    @property
    def _panel(self) -> SmtpPanel:
        return self._later_panel()

    def reload(self) -> None:
        """Reads anew who is signed in, on a worker."""
        self._tasks.run(self, self._services.sign_ins.states, self._show_all, lambda _: None)

    def on_event(self, event: Event) -> None:
        """Shows that somebody signed in or out, or that an access token was renewed or could not be."""
        if isinstance(event, SignedInChanged):
            if event.state:
                self._states[event.profile_id] = event.state
            else:
                self._states.pop(event.profile_id, None)
            self._show()

    def _show_all(self, states: Mapping[ProfileId, SignedIn]) -> None:
        self._states = dict(states)
        self._show()

    def _show(self) -> None:
        self._cards.set_signed_in(self._states)
        if self._editor.is_open:
            self._show_in_panel(self._panel.stored)

    def _show_in_panel(self, stored: SmtpProfile | None) -> None:
        self._panel.form.sign_in.show_signed_in(self._states.get(stored.id) if stored else None)

    def _sign_out(self) -> None:
        form, stored = self._panel.form, self._panel.stored
        if form.draft().tokens:
            form.sign_in.drop_tokens()
        elif stored:
            self.runs.sign_out(stored.id)

    def _take(self, brought: BroughtTokens) -> None:
        self._in_form_of(
            brought.asked.profile_id,
            lambda: self._panel.form.sign_in.take_tokens(brought.tokens, brought.user_name),
        )

    def _in_form_of(self, profile_id: ProfileId | None, act: Callable[[], None]) -> None:
        """Acts in the form of that SMTP, which is opened where it is not, after asking about unsaved changes; None is a
        new one, whose form is open or was closed meanwhile."""

        def open_and_act(profile_id: ProfileId) -> None:
            self._editor.start_edit(profile_id, focus=False)
            if self._editor.shows(profile_id):
                act()

        if self._editor.shows(profile_id):
            act()
        elif profile_id:
            self._editor.confirm_close(lambda: open_and_act(profile_id))

    def _offer(self, dialog: TestDialog, tested: TestedSettings, report: Report) -> None:
        """Adds a button to `dialog` that signs in anew, or otherwise, where that may help."""
        cause = report.diagnosis.cause if report.diagnosis else None
        match sign_in_offer(report.profile.server, cause):
            case SignInOffer.AGAIN as name:
                dialog.offer(name, self.tr("Sign in again"), lambda: self.sign_in(tested.profile_id))
            case SignInOffer.CHANGE as name if tested.profile_id:
                profile_id = tested.profile_id
                dialog.offer(name, self.tr("Change sign-in…"), lambda: self.change(profile_id))
            case _:
                pass

    def sign_in(self, profile_id: ProfileId | None) -> None:
        """Has the user sign in for that SMTP, in its form, which is opened where it is not; None is a new one, whose
        form is open."""
        self._window.activateWindow()
        self._in_form_of(profile_id, self._sign_in_here)

    def _sign_in_here(self) -> None:
        self._panel.sign_in()

    def change(self, profile_id: ProfileId) -> None:
        """Opens the form of that SMTP, after asking about unsaved changes, and asks how it is to sign in."""
        self._window.activateWindow()
        self._in_form_of(profile_id, self.ask_to_change)

    def ask_to_change(self) -> None:
        """Asks how the SMTP in the form is to sign in from now on, and enters that, unsaved."""
        from smtp_desktop.domain.smtp.oauth_hosts import oauth_provider_of
        from smtp_desktop.ui.sign_in.change_dialog import ChangeSignInDialog, NewSignIn

        stored = self._panel.stored
        if stored is None:
            return
        provider = oauth_provider_of(self._panel.draft().host_name)
        dialog = ChangeSignInDialog(self._window, name=stored.name, provider=provider)
        dialog.chosen.connect(lambda key: self._change_to(NewSignIn(key)))
        dialog.open()

    def _change_to(self, chosen: str) -> None:
        from smtp_desktop.ui.sign_in.change_dialog import NewSignIn

        draft = self._panel.draft()
        match chosen:
            case NewSignIn.GRAPH:
                draft, field = replace(draft, type=ProfileType.GRAPH, sign_in=SignIn.APP_ONLY), "tenant_id"
            case NewSignIn.APP_ONLY:
                draft, field = _at_provider(draft, SignIn.APP_ONLY), "service_account"
            case _:
                draft, field = _at_provider(draft, SignIn.BROWSER), "client_id"
        self._panel.enter(draft)
        self._panel.focus_field(field)


def _at_provider(draft: ProfileDraft, sign_in: SignIn) -> ProfileDraft:
    from smtp_desktop.domain.smtp.oauth_hosts import oauth_provider_of

    return replace(draft, sign_in=sign_in, provider=oauth_provider_of(draft.host_name), tls=True)
