"""Deliverability warnings: each kind, through a real look-up on loopback."""

from dataclasses import replace
from datetime import timedelta

import pytest
from fakes.certificates import a_certificate
from servers.dns import DnsServer, txt
from services.sender_harness import GMAIL, GRAPH, OFFICE, RELAY, SenderHarness, outlook, zone
from services.tester_harness import FINE, NOW, SECURITY, SHOP

from smtp_desktop.domain.checks.health import WarningKind
from smtp_desktop.domain.diagnosis.advice import Frontend
from smtp_desktop.domain.smtp.profile import EnvelopeSender

FROM_YAHOO = replace(GMAIL, from_address="someone@yahoo.com")
BELOW_OUTLOOK = replace(OFFICE, user_name="ann@outlook.com", from_address="ann@m.outlook.com")
AT_OFFICE = zone("v=spf1 include:spf.protection.outlook.com -all")
ALL_BROKEN = zone(spf="", dmarc="v=DMARC1; p=?", MX=["0 ."])
ZOHO = replace(RELAY, host_name="smtp.zoho.eu")
ELEVEN = {f"s{number}.acme.io": txt(f"v=spf1 ip4:198.41.0.{number} -all") for number in range(11)}
ALL_ELEVEN = " ".join(f"include:s{number}.acme.io" for number in range(11))


def warnings(draft, zones):
    """Returns what a check of `draft` finds."""
    with DnsServer(zones) as server:
        harness = SenderHarness(server)
        return harness.run_check(harness.saved(draft)).warnings


@pytest.mark.parametrize(
    ("draft", "zones", "kinds"),
    [
        # the sender's domain
        (GMAIL, {"io": {}}, ["domain_unknown"]),
        (GMAIL, zone(MX=["0 ."]), ["domain_takes_no_mail"]),
        (GMAIL, zone(MX=[], A=[]), ["domain_takes_no_mail"]),
        # SPF
        (GMAIL, zone(spf=""), ["spf_missing"]),
        (RELAY, zone(spf=""), ["spf_missing"]),
        (GRAPH, zone(spf=""), ["spf_missing"]),
        (RELAY, zone(TXT=['"v=spf1 mx -all"', '"v=spf1 a -all"']), ["spf_broken"]),
        (RELAY, zone("v=spf1 ipv4:198.41.0.4 -all"), ["spf_broken"]),
        (RELAY, zone("v=spf1 include:gone.acme.io -all"), ["spf_broken"]),
        (RELAY, zone("v=spf1 redirect=gone.acme.io"), ["spf_broken"]),
        (RELAY, zone("v=spf1 include:acme.io -all"), ["spf_broken"]),  # itself, for ever
        (RELAY, zone("v=spf1 a:1.acme.io a:2.acme.io mx:3.acme.io -all"), ["spf_broken"]),
        (RELAY, zone(f"v=spf1 {ALL_ELEVEN} -all") | ELEVEN, ["spf_broken"]),
        (GMAIL, zone(f"v=spf1 {ALL_ELEVEN} include:_spf.google.com -all") | ELEVEN, ["spf_broken"]),
        (GMAIL, zone("v=spf1 ip4:198.41.0.4 -all"), ["spf_excludes"]),
        (GMAIL, zone("v=spf1 a mx ~all"), ["spf_excludes"]),
        (GMAIL, zone("v=spf1 include:spf.protection.outlook.com ?all"), ["spf_excludes"]),
        (GMAIL, zone("v=spf1 ip4:198.41.0.4 -include:_spf.google.com -all"), ["spf_excludes"]),
        (OFFICE, zone(), ["spf_excludes"]),
        (GRAPH, zone(), ["spf_excludes"]),
        (RELAY, zone("v=spf1 -all"), ["spf_excludes"]),
        (GMAIL, zone("v=spf1 -all"), ["spf_excludes"]),
        # DMARC
        (GMAIL, zone(dmarc="v=DMARC1; p=rejct"), ["dmarc_broken"]),
        (GMAIL, zone(dmarc="v=dmarc1; p=none"), ["dmarc_broken"]),
        (GMAIL, zone() | {"_dmarc.acme.io": txt("v=DMARC1; p=none", "v=DMARC1; p=reject")}, ["dmarc_broken"]),
        # addresses that a provider gives to everybody
        (replace(RELAY, from_address="ann@gmail.com"), zone(), ["foreign_freemail"]),
        (replace(OFFICE, from_address="ann@gmail.com"), AT_OFFICE, ["foreign_freemail"]),
        (replace(OFFICE, from_address="ann@yahoo.com"), AT_OFFICE, ["dmarc_unaligned"]),
        (replace(RELAY, from_address="ann@yahoo.com"), zone(), ["foreign_freemail"]),
        (replace(OFFICE, user_name="ann@outlook.com", from_address="ann@acme.io"), zone(), ["dmarc_unaligned"]),
        (BELOW_OUTLOOK, outlook("v=DMARC1; p=reject; aspf=s"), ["dmarc_unaligned"]),
        (
            BELOW_OUTLOOK,
            {"_dmarc.outlook.com": txt("v=DMARC1; np=reject; aspf=s")},
            ["domain_unknown", "dmarc_unaligned"],
        ),
        (BELOW_OUTLOOK, {"_dmarc.outlook.com": txt("v=DMARC1; p=reject; np=none; aspf=s")}, ["domain_unknown"]),
        # what the provider does to the From Address
        (replace(GMAIL, from_address="info@acme.io"), zone(), ["from_rewritten"]),
        (FROM_YAHOO, zone(), ["foreign_freemail", "from_rewritten"]),
        # more than one, the worst first
        (GMAIL, ALL_BROKEN, ["spf_missing", "dmarc_broken", "domain_takes_no_mail"]),
    ],
)
def test_each_warning(draft, zones, kinds):
    found = warnings(draft, zones)
    assert [warning.kind.value for warning in found] == kinds
    for warning in found:
        advice = warning.advice
        assert 1 <= len(advice.steps) <= 4
        for words in (advice.title, advice.meaning, *advice.steps):
            assert "{" not in str(words)
        assert "may" in str(advice.title) or warning.kind is WarningKind.CERTIFICATE_ENDS


@pytest.mark.parametrize(
    ("draft", "zones", "words"),
    [
        (GMAIL, zone(spf=""), "v=spf1 include:_spf.google.com ~all"),
        (RELAY, zone(spf=""), "Ask whoever runs mail for acme.io"),
        (OFFICE, zone(), "begins with v=spf1, add right after that: include:spf.protection.outlook.com"),
        (RELAY, zone("v=spf1 ipv4:198.41.0.4 -all"), "“ipv4:198.41.0.4”"),
        (ZOHO, zone(), "Look up in Zoho Europe's help which include: your account needs."),
        (ZOHO, zone(), "add right after that: include:zoho.com"),
        (GMAIL, zone(dmarc="v=DMARC1; p=rejct"), "“p=rejct” in the TXT record at _dmarc.acme.io"),
        (RELAY, zone("v=spf1 include:gone.acme.io -all"), "gone.acme.io"),
    ],
)
def test_the_steps_say_which_record_to_change(draft, zones, words):
    (warning,) = warnings(draft, zones)
    assert words in "\n".join(map(str, warning.advice.steps))


def test_in_a_terminal_a_step_has_its_command():
    (warning,) = warnings(replace(RELAY, from_address="ann@gmail.com"), zone())
    steps = [step.at(Frontend.TERMINAL) for step in warning.advice.steps_for(Frontend.TERMINAL)]
    assert (
        steps[0]
        == f"Set the From address to one in your own domain: smtp-desktop smtp edit {RELAY.name} --from ADDRESS"
    )


def test_a_part_of_a_record_is_shown_short_and_visible():
    (warning,) = warnings(RELAY, zone("v=spf1 \\027[2J" + "x" * 200 + " -all"))
    said = "\n".join(map(str, (warning.advice.meaning, *warning.advice.steps)))
    assert "\x1b" not in said
    assert "x" * 100 not in said
    assert "\ufffd[2Jxxx" in said


@pytest.mark.parametrize(
    ("days", "found"),
    [(22, []), (21, ["certificate_ends"]), (1, ["certificate_ends"]), (0, ["certificate_ends"])],
)
def test_a_certificate_that_ends_soon_is_a_warning(days, found):
    with DnsServer() as server:
        harness = SenderHarness(server)
        chain = (replace(a_certificate("mail.company.example"), valid_until=NOW + timedelta(days=days, hours=1)),)
        harness.transport.timeline = replace(FINE, security=replace(SECURITY, chain=chain))
        assert harness.kinds(SHOP) == found
        assert server.asked == []


def test_the_envelope_has_a_domain_of_its_own():
    zones = zone() | {"bounce.io": {"MX": ["10 mx.acme.io."], "A": ["93.184.215.14"]}}
    by_user = replace(RELAY, user_name="box@bounce.io")
    assert [warning.kind.value for warning in warnings(by_user, zones)] == ["spf_missing"]
    assert warnings(replace(by_user, envelope_sender=EnvelopeSender.FROM), zones) == ()
    assert [c.kind.value for c in warnings(replace(RELAY, user_name="box@gone.io"), zones | {"io": {}})] == [
        "domain_unknown"
    ]
