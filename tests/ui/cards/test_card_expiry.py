"""The notices on a card that a certificate ends."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from fakes.certificates import a_certificate

from smtp_desktop.domain.checks.health import CheckResult, ServerFact, TestKind
from smtp_desktop.domain.diagnosis.conversation import Security, TlsMode
from smtp_desktop.domain.events import ServerLearned
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SmtpProfile
from smtp_desktop.ui.cards.card import CARD_ROLE, Tone
from smtp_desktop.ui.cards.smtp_cards import SmtpCards
from smtp_desktop.ui.cards.smtp_snapshot import SmtpSnapshot

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
RELAY = ProfileId("relay")
WORKING = CheckResult(profile_id=RELAY, at=NOW, test_kind=TestKind.CHECK, ok=True, duration_ms=10.0)


def fact(days: float, *, host: str = "mail.example", port: int = 587) -> ServerFact:
    chain = (a_certificate(host, valid_until=NOW + timedelta(days=days)),)
    return ServerFact(host=host, port=port, security=Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=chain))


def cards_of(*, facts=(), ca_days: float | None = None, results=(WORKING,), **fields) -> SmtpCards:
    ca = None if ca_days is None else a_certificate("Root", valid_until=NOW + timedelta(days=ca_days))
    cards = SmtpCards(lambda: NOW, authority_of=lambda pem: ca if pem == "CA" else None)
    shown = {"host_name": "Mail.example", "auth_required": False, "trusted_ca_pem": "CA" if ca else ""}
    server = GenericServer(**shown | fields)
    known = {(one.host, one.port): one for one in facts}
    relay = SmtpProfile(id=RELAY, name="Relay", server=server, from_address="jobs@company.example")
    cards.load(SmtpSnapshot({RELAY: relay}, {RELAY: list(results)}, known))
    return cards


def shown(cards: SmtpCards):
    card = cards.index(0).data(CARD_ROLE)
    return card.tone, card.status, card.note


@pytest.mark.parametrize(
    ("days", "tone", "status"),
    [
        (22, Tone.OK, "Working · just now"),
        (21, Tone.WARN, "Certificate expires in 21 days"),
        (2, Tone.WARN, "Certificate expires in 2 days"),
        (1, Tone.WARN, "Certificate expires tomorrow"),
        (0.001, Tone.WARN, "Certificate expires today"),
        (-0.001, Tone.BAD, "Certificate has expired"),
        (-40, Tone.BAD, "Certificate has expired"),
    ],
)
def test_a_servers_certificate_is_warned_of(days, tone, status):
    note = "" if days == 22 else "Working · just now"
    assert shown(cards_of(facts=[fact(days)])) == (tone, status, note)


@pytest.mark.parametrize(
    "made",
    [
        {"facts": [fact(3, host="other.example")]},
        {"facts": [fact(3, port=465)]},
        {"facts": [fact(3)], "tls": False},
        {"facts": [replace(fact(3), security=Security(mode=TlsMode.STARTTLS, version=""))]},
    ],
    ids=["host", "port", "no tls", "not read"],
)
def test_only_the_certificate_of_this_server_counts(made):
    assert "ertificate" not in "".join(shown(cards_of(**made))[1:])


def test_a_trusted_ca_is_warned_of_and_the_sooner_end_comes_first():
    assert shown(cards_of(ca_days=5))[1] == "Trusted CA expires in 5 days"
    both = ("Trusted CA expires in 5 days", "Certificate expires in 9 days\nWorking · just now")
    assert shown(cards_of(facts=[fact(9)], ca_days=5))[1:] == both
    assert shown(cards_of(facts=[fact(2)], ca_days=5))[1:] == (
        *("Certificate expires in 2 days", "Trusted CA expires in 5 days\nWorking · just now"),
    )
    assert shown(cards_of(ca_days=-1))[:2] == (Tone.BAD, "Trusted CA has expired")


def test_a_pinned_certificate_that_has_ended_goes_on_working():
    pinned = cards_of(facts=[fact(-1)], ca_days=5, trusted_fingerprint="ab" * 32)
    assert shown(pinned) == (Tone.WARN, "Certificate has expired", "Working · just now")


def test_a_failure_takes_precedence():
    failed = CheckResult(profile_id=RELAY, at=NOW, test_kind=TestKind.CHECK, ok=False, duration_ms=10.0)
    assert shown(cards_of(facts=[fact(3)], results=[failed])) == (
        *(Tone.BAD, "Failed · just now", "Certificate expires in 3 days"),
    )
    trying = cards_of(facts=[fact(3)])
    trying.set_busy(RELAY, True)
    assert shown(trying)[1:] == ("Trying…", "Certificate expires in 3 days")


def test_a_renewed_certificate_ends_the_warning(qtbot):
    cards = cards_of(facts=[fact(3)])
    with qtbot.waitSignal(cards.dataChanged):
        cards.learn(fact(90))
    assert shown(cards) == (Tone.OK, "Working · just now", "")


def test_the_window_shows_it_from_the_start_and_after_every_test(gui):
    gui.have("Relay", host_name="mail.example")
    soon = datetime.now(UTC) + timedelta(days=7)
    security = Security(mode=TlsMode.STARTTLS, version="TLSv1.3", chain=(a_certificate(valid_until=soon),))
    gui.health.learn(ServerFact(host="mail.example", port=587, security=security))
    gui.open()
    gui.until(lambda: gui.card("Relay").status.startswith("Certificate expires in "))
    gui.bus.publish(ServerLearned(fact=fact(90)))
    gui.until(lambda: gui.card("Relay").status == "Never tested")
