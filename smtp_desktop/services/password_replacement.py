"""One new password for several SMTPs that sign in as the same user, tried before it is stored."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from functools import partial

from smtp_desktop.domain.backups import BackupReason
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage, Step
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.errors import FieldError, FieldErrors, SmtpDesktopError, VaultLocked
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.edit import edit_of
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, SmtpProfile
from smtp_desktop.domain.smtp.selection import replacement_problem
from smtp_desktop.services.backup.ports import BackUp
from smtp_desktop.services.checks.report import Report
from smtp_desktop.services.checks.tester import Tester
from smtp_desktop.services.ports import Vault
from smtp_desktop.services.profiles import Profiles

_SIGN_IN_STAGES = frozenset({Stage.SIGN_IN, Stage.TOKEN})
_REFUSALS = frozenset({FailureKind.REPLY, FailureKind.TOKEN_REFUSED})
_OF_THE_PASSWORD = frozenset({Cause.SIGN_IN_REFUSED, Cause.ACCOUNT_STOPPED, Cause.LIMIT})


class Replacement(StrEnum):
    """What came of the new password of one SMTP."""

    WORKS = "works"
    UNPROVEN = "unproven"  # stored, though the check failed, for another reason
    REFUSED = "refused"  # the server did not take it: the old one is still set
    FAILED = "failed"  # it was not stored


@dataclass(frozen=True, slots=True, kw_only=True)
class Replaced:
    """The end of one replacement. `report` is there where a server was asked, `error` where it failed."""

    outcome: Replacement
    report: Report | None = None
    error: SmtpDesktopError | None = None

    @property
    def words(self) -> MessageText:
        """What came of it, in a few words."""
        failure = self.report.timeline.failure if self.report else None
        match self.outcome:
            case Replacement.WORKS:
                return msg("Works")
            case Replacement.UNPROVEN if failure:
                return msg("Replaced, but the check failed: {reason}", reason=str(failure.message))
            case Replacement.REFUSED if failure:
                return msg(
                    "Refused; the old password is still set: {reason}", reason=str(failure.reply or failure.message)
                )
            case _:
                return self.error.message if self.error else msg("Not replaced")


class PasswordReplacement:
    """Replaces passwords one after the other. Blocks on the network and the keyring."""

    def __init__(
        self, *, profiles: Profiles, tester: Tester, vault: Vault, back_up: BackUp = lambda _reason: ""
    ) -> None:
        self._profiles = profiles
        self._tester = tester
        self._vault = vault
        self._back_up = back_up

    def run(
        self,
        profiles: Sequence[SmtpProfile],
        password: Secret,
        *,
        stop: Cancel,
        on_start: Callable[[ProfileId], None],
        on_end: Callable[[ProfileId, Replaced], None],
        on_step: Callable[[ProfileId, Step], None] = lambda *_: None,
    ) -> None:
        """Tries the password at the server of each SMTP, as it was seen, and stores it unless it is refused there. A
        refusal ends the run, so that wrong tries can't lock the account: where the first is refused, nothing is
        changed. What fails for another reason keeps the new password. `stop` ends the run after the present one. A
        backup with the old passwords is made before several get the new one.

        Calls `on_start`, `on_step` and `on_end` on the calling thread. Raises FieldErrors where these SMTPs can't get
        one password, and before the first conversation VaultLocked, and StoreError where no backup can be made.
        """
        problem = replacement_problem(profiles)
        if problem:
            raise FieldErrors((FieldError(field="password", message=problem),))
        self._vault.new_ref(profiles[0].id, SecretField.PASSWORD)  # raises VaultLocked
        if len(profiles) > 1:
            self._back_up(BackupReason.PASSWORD)
        for profile in profiles:
            if stop.requested:
                return
            on_start(profile.id)
            ended = self._replace(profile, password, partial(on_step, profile.id))
            on_end(profile.id, ended)
            if ended.outcome is Replacement.REFUSED:
                return

    def _replace(self, profile: SmtpProfile, password: Secret, on_step: Callable[[Step], None]) -> Replaced:
        try:
            report = self._tester.check_with(
                profile, {SecretField.PASSWORD: password}, cancel=Cancel(), on_step=on_step
            )
            if refuses_password(report):
                return Replaced(outcome=Replacement.REFUSED, report=report)
            edit = edit_of(profile, replace(draft_of(profile), password=password))
            self._profiles.save(profile.id, edit)
            self._tester.record_saved(report, draft_of(profile), profile.id)
        except VaultLocked:
            raise
        except SmtpDesktopError as error:
            return Replaced(outcome=Replacement.FAILED, error=error)
        outcome = Replacement.WORKS if report.timeline.ok else Replacement.UNPROVEN
        return Replaced(outcome=outcome, report=report)


def refuses_password(report: Report) -> bool:
    """Returns whether the server did not take the sign-in."""
    failure, diagnosis = report.timeline.failure, report.diagnosis
    if failure is None or diagnosis is None:
        return False
    answered = failure.stage in _SIGN_IN_STAGES and failure.kind in _REFUSALS
    return answered and diagnosis.cause in _OF_THE_PASSWORD
