"""The tester with stored SMTPs: what is sent, recorded and published."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fakes.certificates import a_certificate
from services.tester_harness import FINE, NOW, REFUSED, RELAY, SECURITY, SHOP, STEPS, TesterHarness

from smtp_desktop.domain.checks.health import CheckResult, ServerFact, TestKind
from smtp_desktop.domain.diagnosis.conversation import (
    FailureKind,
    Stage,
    StepStatus,
    Timeline,
    TlsMode,
)
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.errors import FieldErrors
from smtp_desktop.domain.events import OutboxChanged, ResultRecorded, ServerLearned
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import EnvelopeSender


@pytest.fixture
def harness() -> TesterHarness:
    return TesterHarness()


def test_a_test_sends_one_mail_that_says_what_it_went_through(harness: TesterHarness) -> None:
    profile = harness.saved(SHOP)
    report = harness.run_test(profile)
    message = harness.only_conversation().mail.message

    for stated in (
        "Shop.",
        "Host Name: smtp.faß.example\n",
        "SMTP Port: 2525\n",
        "Type: Generic\n",
        "SMTP TLS/SSL: on\n",
        "User Name: shop@company.example\n",
        'From: "Ann Lee" <ann@company.example>\n',
        "Sent by SMTP Desktop 0.1.0.\n",
    ):
        assert stated in message.text
    assert message.text.endswith("\n\n-- \nKind regards\nAnn\n")
    assert "sesame" not in str(harness.only_conversation())
    assert "Shop" in message.subject
    assert [str(to) for to in message.to] == ['"Bob" <bob@there.example>']
    assert message.message_id == "<1.2@company.example>"
    assert message.date == NOW
    assert message.auto_submitted
    assert (report.profile, report.test_kind, report.stored, report.timeline) == (profile, TestKind.TEST, True, FINE)
    assert report.to == message.to[0]
    assert report.advice is None


def test_a_mail_without_sign_in_tls_and_signature_says_so(harness: TesterHarness) -> None:
    harness.run_test(harness.saved(RELAY))
    message = harness.only_conversation().mail.message
    assert "SMTP TLS/SSL: off\n" in message.text
    assert "User Name: (no sign-in)\n" in message.text
    assert "-- " not in message.text


@pytest.mark.parametrize(
    ("draft", "sender"),
    [
        (SHOP, "shop@company.example"),
        (replace(SHOP, envelope_sender=EnvelopeSender.FROM), "ann@company.example"),
        (replace(SHOP, from_address=""), "shop@company.example"),
        (replace(SHOP, user_name="apikey"), "ann@company.example"),
        (RELAY, "r@company.example"),
    ],
)
def test_the_envelope_follows_the_table(harness: TesterHarness, draft: ProfileDraft, sender: str) -> None:
    harness.run_test(harness.saved(draft))
    envelope = harness.only_conversation().mail.envelope
    assert envelope.sender.spec == sender
    assert [recipient.spec for recipient in envelope.recipients] == ["bob@there.example"]


def test_the_transport_gets_the_server_and_its_password(harness: TesterHarness) -> None:
    profile = harness.saved(SHOP)
    harness.run_test(profile)
    assert harness.only_conversation().server == profile.server
    assert harness.only_conversation().password == Secret("sesame")
    assert harness.only_conversation().cancel is harness.cancel
    assert [step for step in harness.steps if step.status is not StepStatus.RUNNING] == list(STEPS)


def test_without_auth_the_vault_is_left_alone(harness: TesterHarness) -> None:
    profile = harness.saved(RELAY)
    harness.vault.locked = True
    harness.run_test(profile)
    assert harness.only_conversation().password is None


def test_a_check_sends_nothing(harness: TesterHarness) -> None:
    profile = harness.saved(SHOP)
    report = harness.run_check(profile)

    assert harness.only_conversation().mail is None
    assert harness.only_conversation().password == Secret("sesame")
    assert (report.test_kind, report.to, report.stored) == (TestKind.CHECK, None, True)
    assert [result.test_kind for result in harness.recorded()] == [TestKind.CHECK]


@pytest.mark.parametrize(
    "to", ["", " ", "bob", "a@b.example, c@d.example", "bob@there.example\r\nRCPT TO:<c@d.example>"]
)
def test_a_bad_recipient_is_refused_before_anything_is_contacted(harness: TesterHarness, to: str) -> None:
    profile = harness.saved(SHOP)
    with pytest.raises(FieldErrors) as of_stored:
        harness.run_test(profile, to)
    with pytest.raises(FieldErrors) as of_draft:
        harness.run_draft_test(SHOP, to=to)

    assert [error.field for error in of_stored.value.errors + of_draft.value.errors] == ["to", "to"]
    assert harness.transport.conversations == []
    assert harness.log == []


def test_a_good_test_is_recorded_and_published(harness: TesterHarness) -> None:
    profile = harness.saved(SHOP)
    harness.run_test(profile)

    result = CheckResult(profile_id=profile.id, at=NOW, test_kind=TestKind.TEST, ok=True, duration_ms=3.75)
    assert harness.recorded() == [result]
    assert harness.events.published[-1] == ResultRecorded(result=result)


def test_a_failed_test_is_recorded_with_its_place_and_gets_advice(harness: TesterHarness) -> None:
    profile = harness.saved(SHOP)
    harness.transport.timeline = REFUSED
    report = harness.run_test(profile)

    result = CheckResult(
        profile_id=profile.id,
        at=NOW,
        test_kind=TestKind.TEST,
        ok=False,
        duration_ms=3.75,
        stage=Stage.SIGN_IN,
        kind=FailureKind.REPLY,
        cause=Cause.SIGN_IN_REFUSED,
        reply="535 5.7.8 No",
    )
    assert harness.recorded() == [result]
    assert harness.events.published == [ResultRecorded(result=result)]
    assert str(report.advice.title) == "The server did not accept the user name and password"


def test_a_failure_without_words_is_recorded_without(harness: TesterHarness) -> None:
    harness.transport.timeline = Timeline(
        steps=(), failure=replace(REFUSED.failure, kind=FailureKind.CLOSED, reply=None)
    )
    harness.run_check(harness.saved(SHOP))
    (result,) = harness.recorded()
    assert (result.ok, result.kind, result.reply, result.duration_ms) == (False, FailureKind.CLOSED, "", 0)


def test_the_advice_goes_by_the_ascii_host(harness: TesterHarness) -> None:
    harness.transport.timeline = REFUSED
    report = harness.run_test(harness.saved(replace(SHOP, host_name="SMTP.Gmail.com.")))
    assert str(report.advice.title) == "Google did not accept the user name and password"


def test_a_cancelled_test_is_not_recorded(harness: TesterHarness) -> None:
    profile = harness.saved(SHOP)
    harness.transport.timeline = Timeline(steps=STEPS, failure=replace(REFUSED.failure, kind=FailureKind.CANCELLED))
    harness.transport.during = harness.cancel.request
    report = harness.run_test(profile)

    assert report.timeline.failure.kind is FailureKind.CANCELLED
    assert harness.recorded() == []
    assert harness.events.published == []


def test_history_is_per_smtp_and_the_oldest_first(harness: TesterHarness) -> None:
    shop, relay = harness.saved(SHOP), harness.saved(RELAY)
    harness.run_test(shop)
    harness.run_check(shop)
    harness.run_check(relay)
    kinds = {
        profile_id: [result.test_kind for result in results]
        for profile_id, results in harness.tester.history(5).items()
    }
    assert kinds == {shop.id: [TestKind.TEST, TestKind.CHECK], relay.id: [TestKind.CHECK]}


def test_what_is_learned_of_a_server_is_published_once_and_used_next_time(harness: TesterHarness) -> None:
    profile = harness.saved(SHOP)
    fact = ServerFact(host="smtp.xn--fa-hia.example", port=2525, security=SECURITY)
    harness.run_check(profile)
    harness.run_check(profile)

    assert [c.known_mode for c in harness.transport.conversations] == [None, TlsMode.STARTTLS]
    assert [event for event in harness.events.published if isinstance(event, ServerLearned)] == [
        ServerLearned(fact=fact)
    ]
    assert list(harness.tester.server_facts()) == [fact]


def test_a_server_that_changed_is_learned_anew(harness: TesterHarness) -> None:
    profile = harness.saved(SHOP)
    harness.run_check(profile)
    renewed = replace(SECURITY, chain=(a_certificate(valid_until=datetime(2027, 1, 1, tzinfo=UTC)),))
    harness.transport.timeline = replace(FINE, security=renewed)
    harness.run_check(profile)

    assert [fact.security for fact in harness.tester.server_facts()] == [renewed]
    assert [type(event) for event in harness.events.published].count(ServerLearned) == 2


def test_a_fact_is_used_for_its_own_host_and_port_only(harness: TesterHarness) -> None:
    harness.run_check(harness.saved(SHOP))
    harness.run_check(harness.saved(replace(SHOP, name="OtherPort", smtp_port="2526")))
    harness.run_check(harness.saved(replace(SHOP, name="OtherHost", host_name="smtp.fass.example")))
    harness.run_check(harness.saved(replace(SHOP, name="SameHost", host_name="SMTP.xn--fa-hia.example.")))
    assert [c.known_mode for c in harness.transport.conversations] == [None, None, None, TlsMode.STARTTLS]


def test_without_tls_nothing_is_learned(harness: TesterHarness) -> None:
    harness.transport.timeline = replace(FINE, security=None)
    harness.run_check(harness.saved(RELAY))
    assert list(harness.tester.server_facts()) == []


def test_waiting_mail_is_let_go_before_the_senders_domain_is_looked_up() -> None:
    order: list[str] = []
    harness = TesterHarness(
        release_hold=lambda _: order.append("let go") is None,
        warnings_for=lambda *_: (order.append("looked up"), ())[1],
    )
    harness.run_check(harness.saved(SHOP))
    assert order == ["let go", "looked up"]
    assert [type(event) for event in harness.events.published] == [ServerLearned, OutboxChanged, ResultRecorded]


def test_a_failure_lets_nothing_go() -> None:
    order: list[str] = []
    harness = TesterHarness(release_hold=lambda _: order.append("let go") is None)
    harness.transport.timeline = REFUSED
    harness.run_check(harness.saved(SHOP))
    assert order == []
