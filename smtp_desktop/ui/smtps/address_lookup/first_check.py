"""The check of a new SMTP whose settings were proposed, before it is saved."""

from collections.abc import Callable
from contextlib import suppress

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import Cancelled, SmtpDesktopError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.kept_secrets import same_host
from smtp_desktop.domain.smtp.profile import INTERACTIVE, ProfileId
from smtp_desktop.services.checks.report import Report
from smtp_desktop.services.checks.tester import Tester


class FirstCheckFailed(SmtpDesktopError):
    """The settings do not work, or not yet. Nothing was saved."""


class FirstCheck:
    """Checks a draft once, up to the sign-in: who saves the same again saves it anyway. For workers."""

    def __init__(self, host_name: str, tester: Callable[[], Tester]) -> None:
        """`host_name` is the proposed server: another one that is typed instead is not checked."""
        self._host_name, self._tester = host_name, tester
        self._checked: ProfileDraft | None = None
        self._report: Report | None = None

    def run(self, draft: ProfileDraft, cancel: Cancel) -> None:
        """Checks the draft. Raises FirstCheckFailed, Cancelled, FieldErrors, StoreError."""
        if draft == self._checked or not same_host(draft.host_name, self._host_name):
            return
        if draft.auth_required and draft.sign_in in INTERACTIVE and draft.tokens is None:
            return  # somebody has to sign in first
        report = self._tester().check_draft(draft, profile_id=None, cancel=cancel, on_step=lambda _: None)
        if cancel.requested:
            raise Cancelled(msg("Canceled. Nothing was saved."))
        self._checked, self._report = draft, report
        failure = report.timeline.failure
        if failure:
            raise FirstCheckFailed(
                msg(
                    "The check failed: {reason} Nothing was saved. Correct it, or choose Create again to save it.",
                    reason=str(failure.message),
                )
            )

    def record(self, draft: ProfileDraft, saved_id: ProfileId) -> None:
        """Records the result for the SMTP that was saved."""
        if self._report and draft == self._checked:
            # It is saved: a result that can't be stored is not worth a message.
            with suppress(SmtpDesktopError):
                self._tester().record_saved(self._report, draft, saved_id)
