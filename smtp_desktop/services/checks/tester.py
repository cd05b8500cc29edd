"""The tester of SMTPs: a test sends a real mail, a check stops after signing in."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.deliverability import DeliverabilityWarning
from smtp_desktop.domain.checks.health import CheckResult, ServerFact, TestKind
from smtp_desktop.domain.diagnosis.advice import Advice, AdviceRule, FailureContext, advise, failure_context_of
from smtp_desktop.domain.diagnosis.conversation import Failure, HttpReply, Stage, Step, Timeline
from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.events import OutboxChanged, ResultRecorded
from smtp_desktop.domain.mail.address import Address, parse_address
from smtp_desktop.domain.mail.message import Envelope, Mail, Message
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.field_rules import address_problem
from smtp_desktop.domain.smtp.identity import identity_of, with_signature
from smtp_desktop.domain.smtp.profile import (
    GenericServer,
    ProfileId,
    ProfileType,
    SecretField,
    Server,
    SignIn,
    SmtpProfile,
)
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft
from smtp_desktop.services.checks.report import Report
from smtp_desktop.services.ports import Clock, Events, HealthStore, ProfileStore, Transport, Vault
from smtp_desktop.services.server_access import known_fact, learn_server_fact, secrets_of

_GRAPH_STAGES = frozenset({Stage.TOKEN, Stage.MAILBOX, Stage.SEND})


class Tester:
    """Tests and checks SMTPs. Any call may block on the network and the keyring: never call it on the GUI thread."""

    def __init__(
        self,
        *,
        store: ProfileStore,
        health: HealthStore,
        vault: Vault,
        transport: Transport,
        clock: Clock,
        events: Events,
        advice_rules: Callable[[ProfileType], Sequence[AdviceRule]],
        new_message_id: Callable[[str], str],
        program: str,
        release_hold: Callable[[ProfileId], bool],
        warnings_for: Callable[[SmtpProfile, Timeline, Cancel], tuple[DeliverabilityWarning, ...]],
    ) -> None:
        """`new_message_id` makes a Message-ID, with its angle brackets, for a domain; `program` is name and version;
        `release_hold` ends the hold on an SMTP, and returns whether there was one; `warnings_for` returns the
        deliverability warnings, and may block for some seconds."""
        self._store = store
        self._health = health
        self._vault = vault
        self._transport = transport
        self._clock = clock
        self._events = events
        self._advice_rules = advice_rules
        self._new_message_id = new_message_id
        self._program = program
        self._release_hold = release_hold
        self._warnings_for = warnings_for

    def test(self, profile_id: ProfileId, *, to: str, cancel: Cancel, on_step: Callable[[Step], None]) -> Report:
        """Sends a test mail to `to` and records the result; the report says how it went. Calls `on_step` on the calling
        thread. Raises FieldErrors for a bad address, NoSuchProfile, VaultError, StoreError."""
        recipient = _recipient(to)
        profile = self._store.get(profile_id)
        return self._recorded(self._converse(profile, {}, recipient, cancel, on_step, stored=True))

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
        recipient = _recipient(to)
        stored = self._store.get(profile_id) if profile_id else None
        profile = profile_from_draft(draft, profile_id=profile_id or ProfileId(""), stored=stored)
        unchanged = (
            stored is not None and not draft.typed_secrets and replace(profile, is_default=stored.is_default) == stored
        )
        report = self._converse(profile, draft.typed_secrets, recipient, cancel, on_step, stored=unchanged)
        return self._recorded(report)

    def check(self, profile_id: ProfileId, *, cancel: Cancel, on_step: Callable[[Step], None]) -> Report:
        """Speaks to the server up to and including the sign-in, sends nothing, and records the result. Raises as `test`
        does."""
        return self._recorded(self.check_unrecorded(profile_id, cancel=cancel, on_step=on_step))

    def check_unrecorded(self, profile_id: ProfileId, *, cancel: Cancel, on_step: Callable[[Step], None]) -> Report:
        """Does the same as `check`, but leaves the result to `record`: a bulk check records many at once."""
        profile = self._store.get(profile_id)
        return self._converse(profile, {}, None, cancel, on_step, stored=True)

    def record(self, reports: Sequence[Report]) -> None:
        """Stores the results of `reports` and publishes each. Raises StoreError; then none is stored."""
        results = [report.result for report in reports if report.result]
        if results:
            self._health.record(*results)
        for result in results:
            self._events.publish(ResultRecorded(result=result))

    def advice_on(self, failure: Failure, profile: SmtpProfile | None) -> Advice | None:
        """Returns what `failure` means and what to do about it, if any rule fits. `profile` is the SMTP that failed;
        None where it was deleted."""
        kind = profile.type if profile else ProfileType.GENERIC
        if isinstance(failure.reply, HttpReply) or failure.stage in _GRAPH_STAGES:
            kind = ProfileType.GRAPH
        elif failure.reply:
            kind = ProfileType.GENERIC
        # The SMTP may be of another type by now: its host then says nothing about this failure.
        context = failure_context_of(profile.server) if profile and profile.type is kind else FailureContext()
        return advise(self._advice_rules(kind), failure, context)

    def history(self, count: int) -> dict[ProfileId, list[CheckResult]]:
        """Returns the last `count` results of every SMTP, oldest first. Raises StoreError."""
        return self._health.latest(count)

    def history_of(self, profile_id: ProfileId, count: int) -> Sequence[CheckResult]:
        """Returns the last `count` results of one SMTP, oldest first. Raises StoreError."""
        return self._health.of(profile_id, count)

    def server_facts(self) -> Sequence[ServerFact]:
        """Returns how servers were seen to secure connections. Raises StoreError."""
        return self._health.server_facts()

    def _converse(
        self,
        profile: SmtpProfile,
        typed: Mapping[SecretField, Secret],
        recipient: Address | None,
        cancel: Cancel,
        on_step: Callable[[Step], None],
        *,
        stored: bool,
    ) -> Report:
        fact = known_fact(self._health, profile.server)
        timeline = self._transport.converse(
            profile.server,
            secrets=secrets_of(profile, self._vault, typed),
            mail=self._test_mail(profile, recipient) if recipient else None,
            known_mode=fact.security.mode if fact else None,
            cancel=cancel,
            on_step=on_step,
        )
        test_kind = TestKind.TEST if recipient else TestKind.CHECK
        learn_server_fact(timeline, profile.server, known=fact, health=self._health, events=self._events)
        cancelled = cancel.requested
        if stored and timeline.ok and not cancelled and self._release_hold(profile.id):
            self._events.publish(OutboxChanged())  # before the look-ups: waiting mail does not depend on them
        warnings = self._warnings_for(profile, timeline, cancel) if timeline.ok and not cancelled else ()
        failure = timeline.failure
        return Report(
            profile=profile,
            test_kind=test_kind,
            to=recipient,
            timeline=timeline,
            advice=advise(self._advice_rules(profile.type), failure, failure_context_of(profile.server))
            if failure
            else None,
            stored=stored,
            warnings=warnings,
            result=self._result(profile, test_kind, timeline, warnings) if stored and not cancelled else None,
        )

    def _recorded(self, report: Report) -> Report:
        self.record([report])
        return report

    def _result(
        self, profile: SmtpProfile, test_kind: TestKind, timeline: Timeline, warnings: tuple[DeliverabilityWarning, ...]
    ) -> CheckResult:
        failure = timeline.failure
        return CheckResult(
            profile_id=profile.id,
            at=self._clock.now(),
            test_kind=test_kind,
            ok=timeline.ok,
            duration_ms=sum(step.duration_ms for step in timeline.steps),
            stage=failure.stage if failure else None,
            kind=failure.kind if failure else None,
            certificate_fault=failure.certificate_fault if failure else None,
            reply=str(failure.reply) if failure and failure.reply else "",
            warnings=tuple(warning.kind for warning in warnings),
        )

    def _test_mail(self, profile: SmtpProfile, to: Address) -> Mail:
        identity = identity_of(profile)
        body = "\n".join(
            (
                f"This is a test mail from the SMTP {profile.name or '(not named yet)'}.",
                "",
                *_server_lines(profile.server),
                f"From: {identity.header_from}",
                "",
                f"Sent by {self._program}.",
            )
        )
        message = Message(
            header_from=identity.header_from,
            to=(to,),
            subject=f"Test mail from {profile.name}",
            text=with_signature(body, profile.signature),
            message_id=self._new_message_id(identity.header_from.domain),
            date=self._clock.now(),
        )
        return Mail(envelope=Envelope(sender=identity.envelope_sender, recipients=(to,)), message=message)


def _recipient(typed: str) -> Address:
    problem = address_problem(typed)
    if problem:
        raise FieldErrors((FieldError(field="to", message=problem),))
    return parse_address(typed)


def _server_lines(server: Server) -> tuple[str, ...]:
    if isinstance(server, GenericServer):
        return (
            f"Host Name: {server.host_name}",
            f"SMTP Port: {server.smtp_port}",
            "Type: Generic",
            f"SMTP TLS/SSL: {'on' if server.tls else 'off'}",
            f"User Name: {server.user_name or '(no sign-in)'}",
        )
    return (
        f"Tenant Id: {server.tenant_id}",
        f"Mailbox: {server.user_name}",
        "Type: MS Graph API",
        f"Sign-in: {'app only' if server.sign_in is SignIn.APP_ONLY else 'user name and password'}",
    )
