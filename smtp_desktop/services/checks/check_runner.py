"""The run of one test or check: the conversation with the server, and what follows from it."""

from collections.abc import Callable, Mapping
from dataclasses import replace

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.deliverability import DeliverabilityWarning
from smtp_desktop.domain.checks.health import CheckResult, TestKind
from smtp_desktop.domain.diagnosis.conversation import Step, Timeline
from smtp_desktop.domain.diagnosis.incomplete import incomplete_failure
from smtp_desktop.domain.errors import NoSuchProfile
from smtp_desktop.domain.events import OutboxChanged
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, SmtpProfile
from smtp_desktop.services.checks.adviser import Adviser
from smtp_desktop.services.checks.report import Report
from smtp_desktop.services.checks.test_mail import TestMailWriter
from smtp_desktop.services.ports import Clock, Events, HealthStore, Transport
from smtp_desktop.services.server_access import GetProfile, ServerAccess, known_fact, learn_server_fact


class CheckRunner:
    """Runs tests and checks, and reports on each. Blocks on the network and the keyring."""

    def __init__(
        self,
        *,
        health: HealthStore,
        access: ServerAccess,
        transport: Transport,
        clock: Clock,
        events: Events,
        adviser: Adviser,
        test_mails: TestMailWriter,
        release_hold: Callable[[ProfileId, int], bool],
        warnings_for: Callable[[SmtpProfile, Timeline, Cancel], tuple[DeliverabilityWarning, ...]],
    ) -> None:
        """`release_hold` ends the hold on an SMTP of that version, and returns whether there was one; `warnings_for`
        returns the deliverability warnings, and may block for some seconds."""
        self._health = health
        self._access = access
        self._transport = transport
        self._clock = clock
        self._events = events
        self._adviser = adviser
        self._test_mails = test_mails
        self._release_hold = release_hold
        self._warnings_for = warnings_for

    def run(
        self,
        profile: SmtpProfile,
        *,
        typed: Mapping[SecretField, Secret],
        recipient: Address | None,
        cancel: Cancel,
        on_step: Callable[[Step], None],
        stored: bool,
        present: GetProfile,
    ) -> Report:
        """Tests by a mail to `recipient`; without one, checks. `typed` are secrets that take the place of stored ones;
        `present` returns an SMTP as it is stored by then.

        `stored` is whether `profile` is as it is stored. The report has a result unless it was cancelled; recording
        that is the caller's. Raises VaultError, StoreError.
        """
        timeline = self._timeline(
            profile, typed=typed, recipient=recipient, cancel=cancel, on_step=on_step, present=present
        )
        test_kind = TestKind.TEST if recipient else TestKind.CHECK
        cancelled = cancel.requested
        if stored and timeline.ok and not cancelled and self._release(profile, present):
            self._events.publish(OutboxChanged())  # before the look-ups: waiting mail does not depend on them
        warnings = self._warnings_for(profile, timeline, cancel) if timeline.ok and not cancelled else ()
        report = Report(
            profile=profile,
            test_kind=test_kind,
            to=recipient,
            timeline=timeline,
            diagnosis=self._adviser.diagnose_timeline(timeline, profile),
            stored=stored,
            warnings=warnings,
        )
        return report if cancelled else replace(report, result=self._result(report))

    def _timeline(
        self,
        profile: SmtpProfile,
        *,
        typed: Mapping[SecretField, Secret],
        recipient: Address | None,
        cancel: Cancel,
        on_step: Callable[[Step], None],
        present: GetProfile,
    ) -> Timeline:
        failure = incomplete_failure(profile, typed)
        if failure:
            return Timeline(steps=(), failure=failure)
        fact = known_fact(self._health, profile.server)
        credentials = self._access.credentials_of(profile, present, typed)
        timeline = self._transport.converse(
            profile.server,
            secrets=credentials.secrets,
            token=credentials.token,
            mail=self._test_mails.write(profile, recipient) if recipient else None,
            known_mode=fact.security.mode if fact else None,
            cancel=cancel,
            on_step=on_step,
        )
        learn_server_fact(timeline, profile.server, known=fact, health=self._health, events=self._events)
        return timeline

    def _release(self, profile: SmtpProfile, present: GetProfile) -> bool:
        """Ends the hold on the SMTP, unless it was changed meanwhile: then the check shows nothing about it."""
        try:
            now = present(profile.id)
        except NoSuchProfile:
            return False
        return now.server == profile.server and self._release_hold(profile.id, now.version)

    def _result(self, report: Report) -> CheckResult:
        timeline, failure = report.timeline, report.timeline.failure
        return CheckResult(
            profile_id=report.profile.id,
            at=self._clock.now(),
            test_kind=report.test_kind,
            ok=timeline.ok,
            duration_ms=sum(step.duration_ms for step in timeline.steps),
            stage=failure.stage if failure else None,
            kind=failure.kind if failure else None,
            cause=report.diagnosis.cause if report.diagnosis else None,
            certificate_fault=failure.certificate_fault if failure else None,
            reply=str(failure.reply) if failure and failure.reply else "",
            warnings=tuple(warning.kind for warning in report.warnings),
            settings_version=report.profile.settings_version,
        )
