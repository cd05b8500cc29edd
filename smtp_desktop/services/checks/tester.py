"""The tester of SMTPs: a test sends a real mail, a check stops after signing in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.health import CheckResult, ServerFact
from smtp_desktop.domain.diagnosis.conversation import Step
from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.events import ResultRecorded
from smtp_desktop.domain.mail.address import Address, parse_address
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of, tests_alike
from smtp_desktop.domain.smtp.field_rules import address_problem
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, SmtpProfile
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft
from smtp_desktop.services.checks.check_runner import CheckRunner
from smtp_desktop.services.checks.report import Report, detail_of
from smtp_desktop.services.ports import Events, HealthStore, ProfileStore


class Tester:
    """Tests and checks SMTPs. Any call may block on the network and the keyring: never call it on the GUI thread."""

    def __init__(self, *, store: ProfileStore, health: HealthStore, events: Events, runner: CheckRunner) -> None:
        self._store = store
        self._health = health
        self._events = events
        self._runner = runner

    def test(self, profile_id: ProfileId, *, to: str, cancel: Cancel, on_step: Callable[[Step], None]) -> Report:
        """Sends a test mail to `to` and records the result; the report says how it went. Calls `on_step` on the calling
        thread. Raises FieldErrors for a bad address, NoSuchProfile, VaultError, StoreError."""
        recipient = _recipient(to)
        return self._recorded(self._run_stored(profile_id, recipient, cancel, on_step))

    def test_unrecorded(
        self, profile_id: ProfileId, *, to: str, cancel: Cancel, on_step: Callable[[Step], None]
    ) -> Report:
        """Does the same as `test`, but leaves the result to `record`."""
        return self._run_stored(profile_id, _recipient(to), cancel, on_step)

    def test_draft(
        self,
        draft: ProfileDraft,
        *,
        profile_id: ProfileId | None,
        to: str,
        cancel: Cancel,
        on_step: Callable[[Step], None],
    ) -> Report:
        """Does the same with the content of a form, and saves nothing of it. `profile_id` is the SMTP that the form
        edits, None for a new one. The result is recorded only where the form has no change."""
        return self._recorded(self._run_draft(draft, profile_id, _recipient(to), cancel, on_step))

    def check_draft(
        self, draft: ProfileDraft, *, profile_id: ProfileId | None, cancel: Cancel, on_step: Callable[[Step], None]
    ) -> Report:
        """Checks the content of a form as `test_draft` tests it."""
        return self._recorded(self._run_draft(draft, profile_id, None, cancel, on_step))

    def record_saved(self, report: Report, tested: ProfileDraft, profile_id: ProfileId) -> None:
        """Records the result of the test of a form, `tested`, for the SMTP that was saved from it since; of one
        that has other settings by now, nothing. The secrets are the caller's to compare. Raises NoSuchProfile,
        StoreError."""
        stored = self._store.get(profile_id)
        if report.result is None or not tests_alike(tested, draft_of(stored)):
            return
        result = replace(report.result, profile_id=profile_id, settings_version=stored.settings_version)
        self.record([replace(report, result=result, stored=True)])

    def _run_draft(
        self,
        draft: ProfileDraft,
        profile_id: ProfileId | None,
        recipient: Address | None,
        cancel: Cancel,
        on_step: Callable[[Step], None],
    ) -> Report:
        stored = self._store.get(profile_id) if profile_id else None
        profile = profile_from_draft(draft, profile_id=profile_id or ProfileId(""), stored=stored)
        unchanged = (
            stored is not None and not draft.typed_secrets and replace(profile, is_default=stored.is_default) == stored
        )
        if unchanged and stored:
            profile = replace(profile, version=stored.version, settings_version=stored.settings_version)
        return self._runner.run(
            profile,
            typed=draft.typed_secrets,
            recipient=recipient,
            cancel=cancel,
            on_step=on_step,
            stored=unchanged,
            present=self._store.get,
        )

    def check(self, profile_id: ProfileId, *, cancel: Cancel, on_step: Callable[[Step], None]) -> Report:
        """Speaks to the server up to and including the sign-in, sends nothing, and records the result. Raises as `test`
        does."""
        return self._recorded(self.check_unrecorded(profile_id, cancel=cancel, on_step=on_step))

    def check_unrecorded(self, profile_id: ProfileId, *, cancel: Cancel, on_step: Callable[[Step], None]) -> Report:
        """Does the same as `check`, but leaves the result to `record`: a bulk check records many at once."""
        return self._run_stored(profile_id, None, cancel, on_step)

    def check_with(
        self,
        profile: SmtpProfile,
        secrets: Mapping[SecretField, Secret],
        *,
        cancel: Cancel,
        on_step: Callable[[Step], None],
    ) -> Report:
        """Checks an SMTP with these secrets in place of its stored ones, and records nothing: where they are stored
        then, `record_saved` does. Raises as `test` does."""
        return self._runner.run(
            profile,
            typed=secrets,
            recipient=None,
            cancel=cancel,
            on_step=on_step,
            stored=False,
            present=self._store.get,
        )

    def record(self, reports: Sequence[Report]) -> None:
        """Stores the results of `reports` and publishes each. Raises StoreError; then none is stored."""
        details = {report.result: detail_of(report) for report in reports if report.stored and report.result}
        if details:
            self._health.record(*details, details=details)
        for result in details:
            self._events.publish(ResultRecorded(result=result))

    def history(self, count: int) -> dict[ProfileId, list[CheckResult]]:
        """Returns the last `count` results of every SMTP, oldest first. Raises StoreError."""
        return self._health.latest(count)

    def history_of(self, profile_id: ProfileId, count: int) -> Sequence[CheckResult]:
        """Returns the last `count` results of one SMTP, oldest first. Raises StoreError."""
        return self._health.of(profile_id, count)

    def server_facts(self) -> Sequence[ServerFact]:
        """Returns how servers were seen to secure connections. Raises StoreError."""
        return self._health.server_facts()

    def _run_stored(
        self, profile_id: ProfileId, recipient: Address | None, cancel: Cancel, on_step: Callable[[Step], None]
    ) -> Report:
        return self._runner.run(
            self._store.get(profile_id),
            typed={},
            recipient=recipient,
            cancel=cancel,
            on_step=on_step,
            stored=True,
            present=self._store.get,
        )

    def _recorded(self, report: Report) -> Report:
        self.record([report])
        return report


def _recipient(typed: str) -> Address:
    problem = address_problem(typed)
    if problem:
        raise FieldErrors((FieldError(field="to", message=problem),))
    return parse_address(typed)
