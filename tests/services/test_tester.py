"""Testing and checking stored SMTPs: what is sent, and who hears of it."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from fakes.certificates import a_certificate
from services.simple_fakes import (
    NOW,
)
from services.tester_house import FINE, REFUSED, RELAY, SECURITY, SHOP, STEPS, House

from smtp_desktop.domain.checks.health import CheckResult, ServerFact, TestKind
from smtp_desktop.domain.diagnosis.conversation import (
    FailureKind,
    Stage,
    Timeline,
    TlsMode,
)
from smtp_desktop.domain.errors import FieldErrors
from smtp_desktop.domain.events import OutboxChanged, ResultRecorded, ServerLearned
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import EnvelopeSender


@pytest.fixture
def house() -> House:
    return House()


def test_a_test_sends_one_mail_that_says_what_it_went_through(house: House) -> None:
    profile = house.has(SHOP)
    report = house.test(profile)
    message = house.said().mail.message

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
    assert "sesame" not in str(house.said())
    assert "Shop" in message.subject
    assert [str(to) for to in message.to] == ['"Bob" <bob@there.example>']
    assert message.message_id == "<1.2@company.example>"
    assert message.date == NOW
    assert message.auto_submitted
    assert (report.profile, report.test_kind, report.stored, report.timeline) == (profile, TestKind.TEST, True, FINE)
    assert report.to == message.to[0]
    assert report.advice is None


def test_a_mail_without_sign_in_tls_and_signature_says_so(house: House) -> None:
    house.test(house.has(RELAY))
    message = house.said().mail.message
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
def test_the_envelope_follows_the_table(house: House, draft: ProfileDraft, sender: str) -> None:
    house.test(house.has(draft))
    envelope = house.said().mail.envelope
    assert envelope.sender.spec == sender
    assert [recipient.spec for recipient in envelope.recipients] == ["bob@there.example"]


def test_the_transport_gets_the_server_and_its_password(house: House) -> None:
    profile = house.has(SHOP)
    house.test(profile)
    assert house.said().server == profile.server
    assert house.said().password == Secret("sesame")
    assert house.said().cancel is house.cancel
    assert house.steps[1:] == list(STEPS)


def test_without_auth_the_vault_is_left_alone(house: House) -> None:
    profile = house.has(RELAY)
    house.vault.locked = True
    house.test(profile)
    assert house.said().password is None


def test_a_check_sends_nothing(house: House) -> None:
    profile = house.has(SHOP)
    report = house.check(profile)

    assert house.said().mail is None
    assert house.said().password == Secret("sesame")
    assert (report.test_kind, report.to, report.stored) == (TestKind.CHECK, None, True)
    assert [result.test_kind for result in house.recorded()] == [TestKind.CHECK]


@pytest.mark.parametrize(
    "to", ["", " ", "bob", "a@b.example, c@d.example", "bob@there.example\r\nRCPT TO:<c@d.example>"]
)
def test_a_bad_recipient_is_refused_before_anything_is_contacted(house: House, to: str) -> None:
    profile = house.has(SHOP)
    with pytest.raises(FieldErrors) as of_stored:
        house.test(profile, to)
    with pytest.raises(FieldErrors) as of_draft:
        house.test_draft(SHOP, to=to)

    assert [error.field for error in of_stored.value.errors + of_draft.value.errors] == ["to", "to"]
    assert house.wire.conversations == []
    assert house.log == []


def test_a_good_test_is_recorded_and_told(house: House) -> None:
    profile = house.has(SHOP)
    house.test(profile)

    result = CheckResult(profile_id=profile.id, at=NOW, test_kind=TestKind.TEST, ok=True, duration_ms=3.75)
    assert house.recorded() == [result]
    assert house.events.published[-1] == ResultRecorded(result=result)


def test_a_failed_test_is_recorded_with_its_place_and_gets_advice(house: House) -> None:
    profile = house.has(SHOP)
    house.wire.timeline = REFUSED
    report = house.test(profile)

    result = CheckResult(
        profile_id=profile.id,
        at=NOW,
        test_kind=TestKind.TEST,
        ok=False,
        duration_ms=3.75,
        stage=Stage.SIGN_IN,
        kind=FailureKind.REPLY,
        reply="535 5.7.8 No",
    )
    assert house.recorded() == [result]
    assert house.events.published == [ResultRecorded(result=result)]
    assert str(report.advice.title) == "The server did not accept user name and password"


def test_a_failure_without_words_is_recorded_without(house: House) -> None:
    house.wire.timeline = Timeline(steps=(), failure=replace(REFUSED.failure, kind=FailureKind.CLOSED, reply=None))
    house.check(house.has(SHOP))
    (result,) = house.recorded()
    assert (result.ok, result.kind, result.reply, result.duration_ms) == (False, FailureKind.CLOSED, "", 0)


def test_the_advice_goes_by_the_ascii_host(house: House) -> None:
    house.wire.timeline = REFUSED
    report = house.test(house.has(replace(SHOP, host_name="SMTP.Gmail.com.")))
    assert str(report.advice.title) == "Google did not accept user name and password"


def test_a_cancelled_test_is_not_recorded(house: House) -> None:
    profile = house.has(SHOP)
    house.wire.timeline = Timeline(steps=STEPS, failure=replace(REFUSED.failure, kind=FailureKind.CANCELLED))
    house.wire.during = house.cancel.request
    report = house.test(profile)

    assert report.timeline.failure.kind is FailureKind.CANCELLED
    assert house.recorded() == []
    assert house.events.published == []


def test_history_is_per_smtp_and_the_oldest_first(house: House) -> None:
    shop, relay = house.has(SHOP), house.has(RELAY)
    house.test(shop)
    house.check(shop)
    house.check(relay)
    trials = {
        profile_id: [result.test_kind for result in results] for profile_id, results in house.tester.history(5).items()
    }
    assert trials == {shop.id: [TestKind.TEST, TestKind.CHECK], relay.id: [TestKind.CHECK]}


def test_what_is_learned_of_a_server_is_told_once_and_used_next_time(house: House) -> None:
    profile = house.has(SHOP)
    fact = ServerFact(host="smtp.xn--fa-hia.example", port=2525, security=SECURITY)
    house.check(profile)
    house.check(profile)

    assert [c.known_mode for c in house.wire.conversations] == [None, TlsMode.STARTTLS]
    assert [event for event in house.events.published if isinstance(event, ServerLearned)] == [ServerLearned(fact=fact)]
    assert list(house.tester.server_facts()) == [fact]


def test_a_server_that_changed_is_learned_anew(house: House) -> None:
    profile = house.has(SHOP)
    house.check(profile)
    renewed = replace(SECURITY, chain=(a_certificate(valid_until=datetime(2027, 1, 1, tzinfo=UTC)),))
    house.wire.timeline = replace(FINE, security=renewed)
    house.check(profile)

    assert [fact.security for fact in house.tester.server_facts()] == [renewed]
    assert [type(event) for event in house.events.published].count(ServerLearned) == 2


def test_a_fact_is_used_for_its_own_host_and_port_only(house: House) -> None:
    house.check(house.has(SHOP))
    house.check(house.has(replace(SHOP, name="OtherPort", smtp_port="2526")))
    house.check(house.has(replace(SHOP, name="OtherHost", host_name="smtp.fass.example")))
    house.check(house.has(replace(SHOP, name="SameHost", host_name="SMTP.xn--fa-hia.example.")))
    assert [c.known_mode for c in house.wire.conversations] == [None, None, None, TlsMode.STARTTLS]


def test_without_tls_nothing_is_learned(house: House) -> None:
    house.wire.timeline = replace(FINE, security=None)
    house.check(house.has(RELAY))
    assert list(house.tester.server_facts()) == []


def test_waiting_mail_is_let_go_before_the_senders_domain_is_looked_up() -> None:
    order: list[str] = []
    house = House(
        release_hold=lambda _: order.append("let go") is None,
        warnings_on=lambda *_: (order.append("looked up"), ())[1],
    )
    house.check(house.has(SHOP))
    assert order == ["let go", "looked up"]
    assert [type(event) for event in house.events.published] == [ServerLearned, OutboxChanged, ResultRecorded]


def test_a_failure_lets_nothing_go() -> None:
    order: list[str] = []
    house = House(release_hold=lambda _: order.append("let go") is None)
    house.wire.timeline = REFUSED
    house.check(house.has(SHOP))
    assert order == []
