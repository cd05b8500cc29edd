"""Sign-ins in a dialog each: run on workers, with the browser that they open."""
# ruff: noqa: PLC0415 - a dialog, and what it shows, is loaded when it is first opened

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import Cancelled, FieldErrors, SmtpDesktopError
from smtp_desktop.domain.sign_in.errors import NoAccessToken, OtherAccount
from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.sign_in.tokens import TokenSet
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import ProfileId, SignIn, SmtpProfile
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft
from smtp_desktop.services.services import Services
from smtp_desktop.ui.runtime.tasks import Progress, Tasks, stop_on
from smtp_desktop.ui.runtime.vault_unlocker import VaultUnlocker
from smtp_desktop.ui.sign_in.request import BroughtTokens, SignInRequest, SignInWay
from smtp_desktop.ui.widgets.message_dialog import show_error
from smtp_desktop.ui.widgets.message_text import shown

if TYPE_CHECKING:
    from smtp_desktop.ui.conversation.summary import OutcomeSummary
    from smtp_desktop.ui.sign_in.dialog import SignInDialog


@dataclass(frozen=True, slots=True, kw_only=True)
class _Refused:
    """Why there are no tokens, in words."""

    summary: OutcomeSummary


_T = TypeVar("_T")
_Result = SignedIn | TokenSet | _Refused


def open_in_browser(address: str) -> bool:
    """Opens the address in the system's browser. Returns whether one was found."""
    url = QUrl(address)
    # An authorization server may name the address: nothing but a page is opened.
    return url.scheme() in {"https", "http"} and QDesktopServices.openUrl(url)


class SignInRuns(QObject):
    """Signs people in and out. For a stored SMTP the tokens are stored; those for a form go into that."""

    brought = Signal(object)
    """Somebody signed in for a form. Carries BroughtTokens."""
    said = Signal(str)
    """What was done, as a sentence."""

    def __init__(
        self,
        *,
        window: QWidget,
        services: Services,
        tasks: Tasks,
        unlocker: VaultUnlocker,
        open_address: Callable[[str], bool] = open_in_browser,
    ) -> None:
        super().__init__(window)
        self._window, self._services, self._tasks, self._unlocker = window, services, tasks, unlocker
        self.open_address = open_address
        self._running: dict[SignInDialog, Cancel] = {}

    def sign_in(self, request: SignInRequest) -> None:
        """Opens the dialog in which the user signs in."""
        self._open(request, SignInWay.CODE if request.draft.sign_in is SignIn.DEVICE else SignInWay.BROWSER)

    def end_all(self) -> None:
        """Stops waiting for anybody, when the window closes."""
        for cancel in self._running.values():
            cancel.request()

    def _open(self, request: SignInRequest, way: SignInWay) -> None:
        from smtp_desktop.ui.sign_in.dialog import SignInDialog

        dialog = SignInDialog(
            self._window, user_name=request.draft.user_name.strip(), way=way, codes=_has_codes(request.draft)
        )
        dialog.way_chosen.connect(lambda way: self._begin(dialog, request, way))
        dialog.open_asked.connect(self.open_address)
        dialog.finished.connect(lambda _: self._forget(dialog))
        dialog.open()
        self._begin(dialog, request, way)

    def _forget(self, dialog: SignInDialog) -> None:
        cancel = self._running.pop(dialog, None)
        if cancel:
            cancel.request()

    def _begin(self, dialog: SignInDialog, request: SignInRequest, way: SignInWay) -> None:
        self._forget(dialog)
        cancel = self._running[dialog] = Cancel()
        stop_on(dialog.rejected, cancel)
        dialog.wait(way)
        addresses, codes = Progress(), Progress()
        addresses.reported.connect(lambda address: self._go_to(dialog, cancel, address))
        codes.reported.connect(lambda code: None if cancel.requested else dialog.show_code(code))

        def work() -> _Result:
            return self._converse(request, way, cancel, addresses.reported.emit, codes.reported.emit)

        def done(result: _Result) -> None:
            if not cancel.requested:
                self._end(dialog, request, result)

        def failed(error: SmtpDesktopError) -> None:
            if not cancel.requested:
                self._fail(dialog, request, way, error)

        self._tasks.run(dialog, work, done, failed)

    def _go_to(self, dialog: SignInDialog, cancel: Cancel, address: str) -> None:
        if cancel.requested:
            return
        dialog.show_address(address, opened=self.open_address(address))

    def _converse(
        self,
        request: SignInRequest,
        way: SignInWay,
        cancel: Cancel,
        on_address: Callable[[str], None],
        on_code: Callable[[object], None],
    ) -> _Result:
        # On a worker.
        sign_ins, by_device = self._services.sign_ins, way is SignInWay.CODE
        stored = request.of_stored
        try:
            if stored:
                return sign_ins.sign_in(
                    stored.id,
                    by_device=by_device,
                    keep_other_account=False,
                    cancel=cancel,
                    on_address=on_address,
                    on_code=on_code,
                )
            return sign_ins.sign_in_draft(
                request.draft,
                request.profile_id,
                by_device=by_device,
                keep_other_account=False,
                cancel=cancel,
                on_address=on_address,
                on_code=on_code,
            )
        except NoAccessToken as error:
            return _Refused(summary=self._summary(request, error))

    def _summary(self, request: SignInRequest, error: NoAccessToken) -> OutcomeSummary:
        from smtp_desktop.ui.conversation.summary import failure_summary

        diagnosis = self._services.adviser.diagnose_sign_in(error.failure, _profile_of(request))
        return failure_summary(self.tr("Signing in didn't work"), error.failure, diagnosis.advice)

    def _end(self, dialog: SignInDialog, request: SignInRequest, result: _Result) -> None:
        match result:
            case _Refused(summary=summary):
                dialog.show_problem(summary)
            case TokenSet() as tokens:
                dialog.accept()
                self._bring(request, tokens, request.draft.user_name)
            case SignedIn() as state:
                dialog.accept()
                self._say(state.account)

    def _bring(self, request: SignInRequest, tokens: TokenSet, user_name: str) -> None:
        self.brought.emit(BroughtTokens(asked=request, tokens=tokens, user_name=user_name))
        self._say(tokens.account)

    def _say(self, account: str) -> None:
        words = self.tr("Signed in as {account}.").format(account=account) if account else self.tr("Signed in.")
        self.said.emit(words)

    def _fail(self, dialog: SignInDialog, request: SignInRequest, way: SignInWay, error: SmtpDesktopError) -> None:
        def again() -> None:
            # It may have been closed while the master password was asked for.
            if isValid(dialog):
                dialog.activateWindow()
                self._begin(dialog, request, way)

        def given_up() -> None:
            if isValid(dialog):
                dialog.activateWindow()
                dialog.show_problem(self._problem(error))

        if isinstance(error, OtherAccount):
            dialog.accept()
            self._ask_about(request, way, error)
        elif isinstance(error, Cancelled):
            dialog.reject()
        elif not self._unlocker.wants(error, again, given_up):
            dialog.show_problem(self._problem(error))

    def _problem(self, error: SmtpDesktopError) -> OutcomeSummary:
        from smtp_desktop.ui.conversation.summary import plain_summary

        return plain_summary(self.tr("Signing in didn't work"), shown(error.message))

    def _ask_about(self, request: SignInRequest, way: SignInWay, error: OtherAccount) -> None:
        from smtp_desktop.ui.sign_in.account_dialog import AccountChoice, OtherAccountDialog

        dialog = OtherAccountDialog(
            self._window,
            account=error.signed_in_as,
            wanted=error.wanted,
            may_differ=request.draft.provider is not OAuthProvider.GOOGLE,
        )

        def act(choice: AccountChoice) -> None:
            match choice:
                case AccountChoice.AGAIN:
                    self._open(request, way)
                case AccountChoice.TAKE:
                    self._bring(request, error.tokens, error.signed_in_as)
                case AccountChoice.KEEP:
                    self._keep(request, error)

        dialog.chosen.connect(lambda key: act(AccountChoice(key)))
        dialog.open()

    def _keep(self, request: SignInRequest, error: OtherAccount) -> None:
        stored = request.of_stored
        if stored is None:
            self._bring(request, error.tokens, request.draft.user_name)
            return
        self._run(
            lambda: self._services.sign_ins.keep(stored.id, error),
            lambda state: self._say(state.account),
            again=lambda: self._keep(request, error),
        )

    def sign_out(self, profile_id: ProfileId) -> None:
        """Erases the tokens of a stored SMTP."""
        self._run(
            lambda: self._services.sign_ins.sign_out(profile_id),
            lambda profile: self.said.emit(self.tr("{name} is signed out.").format(name=profile.name)),
            again=lambda: self.sign_out(profile_id),
        )

    def _run(self, work: Callable[[], _T], done: Callable[[_T], None], *, again: Callable[[], None]) -> None:
        def failed(error: SmtpDesktopError) -> None:
            if not self._unlocker.wants(error, again):
                show_error(self._window, error)

        self._tasks.run(self, work, done, failed)


def _has_codes(draft: ProfileDraft) -> bool:
    """Whether the provider lets people sign in with a code."""
    if draft.provider is OAuthProvider.GOOGLE:
        return False  # its codes know no scope for mail
    return draft.provider is OAuthProvider.MICROSOFT or bool(draft.device_url.strip() or draft.issuer.strip())


def _profile_of(request: SignInRequest) -> SmtpProfile | None:
    """Returns what the form holds as an SMTP, for advice; None where it is not complete."""
    draft = replace(request.draft, name=request.draft.name.strip() or "New_SMTP")
    profile_id = request.profile_id or ProfileId("")
    try:
        return profile_from_draft(draft, profile_id=profile_id, stored=request.stored)
    except FieldErrors:
        return request.stored
