"""A harness with `Tester` in it, and drafts to fill it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime

from fakes.call_log import LoggingStore, LoggingVault
from fakes.certificates import a_certificate
from fakes.known_advice import OAUTH_RULES, SMTP_RULES
from fakes.server_access import access_by
from fakes.small import FixedClock, RecordedEvents, numbered_ids
from fakes.store import MemoryHealthStore
from fakes.transport import Call, FakeTransport

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.deliverability import DeliverabilityWarning
from smtp_desktop.domain.checks.health import CheckResult
from smtp_desktop.domain.diagnosis.conversation import (
    Failure,
    FailureKind,
    Reply,
    Security,
    Stage,
    Step,
    StepStatus,
    Timeline,
    TlsMode,
)
from smtp_desktop.domain.diagnosis.rules import RuleSet, rules_from
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import ProfileId, ProfileType, SmtpProfile
from smtp_desktop.domain.smtp.providers import Providers
from smtp_desktop.services.checks.adviser import Adviser
from smtp_desktop.services.checks.check_runner import CheckRunner
from smtp_desktop.services.checks.report import Report
from smtp_desktop.services.checks.test_mail import TestMailWriter
from smtp_desktop.services.checks.tester import Tester
from smtp_desktop.services.ports import Transport
from smtp_desktop.services.profiles import Profiles

GRAPH_RULES = rules_from(
    [
        {"when": {"kinds": ["outcome_unknown"]}, "title": "It may be on its way", "meaning": "m", "steps": ["s"]},
        {"when": {"host": "^graph.microsoft.us$"}, "title": "Of the US cloud", "meaning": "m", "steps": ["s"]},
        {"when": {}, "title": "Of Graph", "meaning": "m", "steps": ["s"]},
    ],
    Providers(),
)
RULES = {RuleSet.GENERIC: SMTP_RULES, RuleSet.GRAPH: GRAPH_RULES, RuleSet.OAUTH: OAUTH_RULES}
NOW = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
GUID = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab"
TO = "Bob <bob@there.example>"
SHOP = ProfileDraft(
    name="Shop",
    host_name="smtp.faß.example",
    smtp_port="2525",
    user_name="shop@company.example",
    password=Secret("sesame"),
    from_address="Ann Lee <ann@company.example>",
    signature="Kind regards\nAnn",
)
RELAY = ProfileDraft(name="Relay", host_name="relay", auth_required=False, tls=False, from_address="r@company.example")
OFFICE = ProfileDraft(
    name="Office",
    type=ProfileType.GRAPH,
    user_name="office@company.example",
    tenant_id=GUID,
    client_id=GUID,
    password=Secret("mailbox"),
    client_secret=Secret("app"),
)
STEPS = (
    Step(stage=Stage.CONNECT, status=StepStatus.DONE, duration_ms=1.5),
    Step(stage=Stage.SIGN_IN, status=StepStatus.DONE, duration_ms=2.25),
)
SECURITY = Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=(a_certificate("smtp.xn--fa-hia.example"),))
FINE = Timeline(steps=STEPS, accepted=Reply(code=250, text=("queued",)), security=SECURITY)
REFUSED = Timeline(
    steps=STEPS,
    failure=Failure(
        stage=Stage.SIGN_IN,
        kind=FailureKind.REPLY,
        message=msg("The server refused the sign-in."),
        reply=Reply(code=535, enhanced_code="5.7.8", text=("No",)),
    ),
)


@dataclass
class TesterHarness:
    """`real_transport` takes the place of the fake `transport` where it is given."""

    log: list[str] = field(default_factory=list)
    real_transport: Transport | None = None
    warnings_for: Callable[[SmtpProfile, Timeline, Cancel], tuple[DeliverabilityWarning, ...]] = lambda *_: ()
    release_hold: Callable[[ProfileId], bool] = lambda _: False

    def __post_init__(self) -> None:
        self.store = LoggingStore(self.log)
        self.vault = LoggingVault(self.log)
        self.events = RecordedEvents(self.log)
        self.health = MemoryHealthStore(self.store)
        self.transport = FakeTransport(timeline=FINE)
        self.cancel = Cancel()
        self.steps: list[Step] = []
        self.profiles = Profiles(store=self.store, vault=self.vault, events=self.events, new_id=numbered_ids())
        clock = FixedClock(NOW)
        runner = CheckRunner(
            health=self.health,
            access=access_by(self.vault),
            transport=self.real_transport or self.transport,
            clock=clock,
            events=self.events,
            adviser=Adviser(RULES.__getitem__),
            test_mails=TestMailWriter(
                clock=clock, new_message_id=lambda domain: f"<1.2@{domain}>", program="SMTP Desktop 0.1.0"
            ),
            release_hold=lambda profile_id, _: self.release_hold(profile_id),
            warnings_for=self.warnings_for,
        )
        self.tester = Tester(store=self.store, health=self.health, events=self.events, runner=runner)

    def saved(self, draft: ProfileDraft) -> SmtpProfile:
        """Stores the draft as an SMTP, and empties the log and the events."""
        profile = self.profiles.create(draft)
        self.log.clear()
        self.events.published.clear()
        return profile

    def run_test(self, profile: SmtpProfile, to: str = TO) -> Report:
        return self.tester.test(profile.id, to=to, cancel=self.cancel, on_step=self.steps.append)

    def run_draft_test(self, draft: ProfileDraft, stored: SmtpProfile | None = None, to: str = TO) -> Report:
        profile_id = stored.id if stored else None
        return self.tester.test_draft(
            draft, profile_id=profile_id, to=to, cancel=self.cancel, on_step=self.steps.append
        )

    def run_check(self, profile: SmtpProfile) -> Report:
        return self.tester.check(profile.id, cancel=self.cancel, on_step=self.steps.append)

    def only_conversation(self) -> Call:
        """Returns the only conversation."""
        (conversation,) = self.transport.conversations
        return conversation

    def recorded(self) -> list[CheckResult]:
        return [result for results in self.tester.history(200).values() for result in results]
