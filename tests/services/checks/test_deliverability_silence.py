"""No deliverability warning where nothing is wrong, or nothing can be known."""

import socket
import threading
import time
from dataclasses import replace

import dns.rcode
import dns.resolver
import pytest
from servers.dns import DnsServer, txt
from services.sender_harness import GMAIL, GRAPH, OFFICE, RELAY, SES, SenderHarness, outlook, zone
from services.tester_harness import REFUSED

from smtp_desktop.domain.checks.check_settings import OFF, SENDER_CHECKS_KEY
from smtp_desktop.domain.checks.health import WarningKind

ELEVEN = {f"s{number}.acme.io": txt(f"v=spf1 ip4:198.41.0.{number} -all") for number in range(11)}
GATEWAY = {"eu._netblocks.mimecast.com": txt("v=spf1 ip4:195.130.217.0/24 -all")}
ONLY_OTHERS = zone("v=spf1 ip4:198.41.0.4 -all")
PRIVATELY = replace(OFFICE, user_name="ann@outlook.com", from_address="ann@acme.io")
ALL_ELEVEN = " ".join(f"include:s{number}.acme.io" for number in range(11))


@pytest.mark.parametrize(
    ("draft", "zones"),
    [
        (GMAIL, zone()),
        # (1) SPF is about the provider's servers, in whatever way it names them
        (GMAIL, zone("v=spf1 redirect=_spf.acme.io") | {"_spf.acme.io": txt("v=spf1 include:_spf.google.com -all")}),
        (GMAIL, zone("v=spf1 include:s.acme.io -all") | {"s.acme.io": txt("v=spf1 include:_SPF.Google.com. ?all")}),
        (GMAIL, zone("v=spf1 ip4:74.125.20.0/24 -all")),  # its addresses, one by one
        (GMAIL, zone("v=spf1 ip6:2a00:1450:4864::/56 -all")),
        (GMAIL, zone("v=spf1 a:out.acme.io -all") | {"out.acme.io": {"A": ["74.125.1.2"]}}),
        (GMAIL, zone("v=spf1 include:%{i}._spf.acme.io -all")),  # by macros: nobody can look that up beforehand
        (GMAIL, zone("v=spf1 exists:%{i}.acme.io -all")),
        (GMAIL, zone("v=spf1 ptr -all")),
        (GMAIL, zone("v=spf1 +all")),
        (GMAIL, zone("v=spf1 include:_spf.google.com " + ALL_ELEVEN + " -all") | ELEVEN),  # its turn comes in time
        (OFFICE, zone("v=spf1 include:eu._netblocks.mimecast.com -all") | GATEWAY),
        # a company's own server: which addresses it sends from, nobody knows
        (RELAY, ONLY_OTHERS),
        (RELAY, zone("v=spf1 include:_spf.google.com -all")),
        (replace(RELAY, host_name="10.1.2.3", auth_required=False), zone("v=spf1 mx -all")),
        # (2) bounces go to the provider's own domain, and DKIM does the rest
        (SES, ONLY_OTHERS),
        (SES, zone(spf="")),
        (replace(SES, host_name="smtp.sendgrid.net", user_name="apikey"), zone("v=spf1 -all")),
        # Graph's MAIL FROM is not ours to choose
        (
            replace(GRAPH, user_name="office@acme.onmicrosoft.com"),
            ONLY_OTHERS | {"acme.onmicrosoft.com": {"MX": ["10 mx.acme.io."]}},
        ),
        # (3) no DMARC, and DMARC that asks for nothing
        (GMAIL, zone(dmarc="")),
        (GMAIL, zone(dmarc="v=DMARC1; p=none")),
        (GMAIL, zone(dmarc="v=DMARC1;p=none;rua=mailto:a@acme.io;pct=20;ri=86400")),
        (GMAIL, zone(dmarc="") | {"_dmarc.io": txt("v=DMARC1; p=nonsense")}),  # the registry's
        (PRIVATELY, zone(dmarc="v=DMARC1; p=none")),
        (PRIVATELY, zone(dmarc="v=DMARC1; p=quarantine; t=y")),
        # a subdomain with a record of its own
        (
            replace(RELAY, user_name="a@m.acme.io", from_address="a@m.acme.io"),
            zone(dmarc="v=DMARC1; p=?") | {"_dmarc.m.acme.io": txt("v=DMARC1; p=none"), "m.acme.io": zone()["acme.io"]},
        ),
        # one organization, and SPF that speaks for all of it
        (replace(PRIVATELY, from_address="ann@mail.outlook.com"), outlook("v=DMARC1; p=reject")),
        # DKIM of a provider that signs for its customers can't be known
        (replace(GMAIL, host_name="smtp.mail.me.com", user_name="ann@icloud.com"), zone(spf="v=spf1 -all")),
        # (4) without MX, the domain's address takes its mail
        (GMAIL, zone(MX=[])),
        # (5) addresses that a provider gives to everybody are its own to look after
        (replace(GMAIL, user_name="ann@gmail.com", from_address="Ann@Gmail.com"), {"gmail.com": {}}),
        (replace(RELAY, host_name="mail.gmx.net", user_name="a@gmx.de", from_address="a@gmx.net"), {"io": {}}),
        # (6) a company's own DNS
        (RELAY, zone(spf="", A=["10.0.0.4"])),
        (RELAY, zone(spf="", MX=["10 exchange.acme.io."]) | {"exchange.acme.io": {"A": ["192.168.1.9"]}}),
        (replace(RELAY, user_name="a@hr.acme.io", from_address="a@hr.acme.io"), {"acme.io": {"A": ["10.0.0.4"]}}),
    ],
)
def test_nothing_is_said(draft, zones):
    with DnsServer(zones) as server:
        assert SenderHarness(server).kinds(draft) == []


FIT_FOR_EVERY_FAULT = zone(spf="", dmarc="v=DMARC1; p=?", MX=["0 ."])


@pytest.mark.parametrize("code", [dns.rcode.SERVFAIL, dns.rcode.REFUSED])
def test_a_server_that_fails_never_makes_a_warning(code):
    every_name = dict.fromkeys([*FIT_FOR_EVERY_FAULT, "io", "_dmarc.io"], code)
    with DnsServer(FIT_FOR_EVERY_FAULT, broken=every_name) as server:
        harness = SenderHarness(server)
        assert harness.kinds(GMAIL) == []
        assert server.asked
        (result,) = harness.recorded()
        assert result.ok


def test_one_answer_that_is_missing_leaves_the_rest():
    zones = zone(dmarc="v=DMARC1; p=?")
    with DnsServer(zones, broken={"_spf.google.com": dns.rcode.SERVFAIL}) as server:
        assert SenderHarness(server).kinds(GMAIL) == ["dmarc_broken"]


def test_a_slow_dns_delays_a_check_by_its_lifetime_at_most():
    with DnsServer(FIT_FOR_EVERY_FAULT, silent=FIT_FOR_EVERY_FAULT.keys()) as server:
        harness = SenderHarness(server, lifetime_s=0.5)
        profile = harness.saved(GMAIL)
        began = time.monotonic()
        report = harness.run_check(profile)
        assert time.monotonic() - began < 5
        assert (report.timeline.ok, report.warnings) == (True, ())
        (result,) = harness.recorded()
        assert (result.ok, result.warnings, result.duration_ms) == (True, (), 3.75)


def test_without_dns_servers_a_check_works_as_ever():
    def none():
        raise dns.resolver.NoResolverConfiguration

    assert SenderHarness(None, new_resolver=none).kinds(GMAIL) == []


@pytest.mark.parametrize(
    "sender",
    [
        *("a@company.example", "a@plant.local", "a@localhost", "a@relay", "a@[192.0.2.1]", "a@x.test", "a@dc.corp"),
        *("a@example.com", "a@mail.example.org", "a@nothing.invalid", "a@printer.lan", "a@srv.internal"),
    ],
)
def test_names_that_are_not_public_are_never_asked_for(sender):
    with DnsServer(FIT_FOR_EVERY_FAULT) as server:
        assert SenderHarness(server).kinds(replace(RELAY, user_name=sender, from_address=sender)) == []
        assert server.asked == []


def test_no_name_is_asked_for_but_the_senders_and_what_its_records_lead_to():
    """Not the server's, and nothing about this computer."""
    with DnsServer(zone()) as server:
        SenderHarness(server).kinds(GMAIL)
        assert {question.split()[0] for question in server.asked} == {
            *("acme.io", "_spf.google.com", "_dmarc.acme.io", "_dmarc.io")
        }
        assert socket.gethostname() not in " ".join(server.asked)


def test_two_hundred_checks_of_one_domain_ask_once():
    with DnsServer(zone()) as server:
        harness = SenderHarness(server)
        profiles = [harness.saved(replace(GMAIL, name=f"S{number}")) for number in range(200)]
        threads = [threading.Thread(target=harness.run_check, args=(profile,)) for profile in profiles]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(30)
        assert len(harness.recorded()) == 200
        assert sorted(server.asked) == sorted(set(server.asked))


def test_switched_off_nothing_is_asked_for_and_what_names_tell_is_still_said():
    with DnsServer(zone(spf="")) as server:
        harness = SenderHarness(server)
        harness.preferences.put(SENDER_CHECKS_KEY, OFF)
        assert harness.kinds(GMAIL) == []
        assert harness.kinds(replace(RELAY, name="B", from_address="ann@gmail.com")) == ["foreign_freemail"]
        assert server.asked == []


def test_a_failure_is_not_made_worse():
    with DnsServer(FIT_FOR_EVERY_FAULT) as server:
        harness = SenderHarness(server)
        harness.transport.timeline = REFUSED
        assert harness.run_check(harness.saved(GMAIL)).warnings == ()
        assert server.asked == []


def test_after_a_cancel_nothing_is_asked_for():
    with DnsServer(FIT_FOR_EVERY_FAULT) as server:
        harness = SenderHarness(server)
        harness.transport.during = harness.cancel.request
        foreign = replace(GMAIL, host_name="mail.acme.io", from_address="ann@gmail.com")
        assert harness.run_check(harness.saved(foreign)).warnings == ()
        assert (server.asked, harness.recorded()) == ([], [])


def test_a_cancel_while_dns_is_asked_ends_that_and_keeps_the_result():
    with DnsServer(FIT_FOR_EVERY_FAULT, silent=FIT_FOR_EVERY_FAULT.keys()) as server:
        harness = SenderHarness(server, lifetime_s=30)
        profile = harness.saved(GMAIL)
        reports = []
        checking = threading.Thread(target=lambda: reports.append(harness.run_check(profile)))
        checking.start()
        while not server.asked:
            time.sleep(0.01)
        harness.cancel.request()
        checking.join(10)
        (report,) = reports
        assert (report.timeline.ok, report.warnings) == (True, ())
        assert [result.ok for result in harness.recorded()] == [True]


def test_the_result_is_recorded_and_published_with_its_warnings():
    with DnsServer(zone(spf="")) as server:
        harness = SenderHarness(server)
        harness.run_test(harness.saved(GMAIL))
        (result,) = harness.recorded()
        assert (result.ok, result.warnings) == (True, (WarningKind.SPF_MISSING,))
        (recorded,) = [event for event in harness.events.published if hasattr(event, "result")]
        assert recorded.result == result


def test_a_draft_is_looked_at_too():
    with DnsServer(zone(spf="")) as server:
        harness = SenderHarness(server)
        assert [warning.kind for warning in harness.run_draft_test(GMAIL).warnings] == [WarningKind.SPF_MISSING]
        assert harness.recorded() == []
