"""DNS look-ups: each kind of answer and of failure, on the wire."""

import threading
import time

import dns.rcode
import dns.resolver
import pytest
from servers.dns import DnsServer, txt

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.dns_answer import UNKNOWN, DnsAnswer, DnsOutcome
from smtp_desktop.transports.net.dns import SystemDns

NO_RECORD = DnsAnswer(outcome=DnsOutcome.NO_RECORD)
NO_NAME = DnsAnswer(outcome=DnsOutcome.NO_NAME)
ZONE = {
    "acme.io": {
        "TXT": ['"v=spf1 " "include:_spf." "google.com ~all"', '"other"'],
        "MX": ["20 Second.acme.io.", "10 First.ACME.io."],
        "A": ["93.184.215.14"],
        "AAAA": ["2606:2800:220:1::14"],
    },
    "six.acme.io": {"AAAA": ["2606:2800:220:1::14"]},
    "null.acme.io": {"MX": ["0 ."]},
    "alias.acme.io": {"CNAME": "acme.io."},
    "long.acme.io": txt(*("x" * 200 + str(number) for number in range(9))),
    "raw.acme.io": {"TXT": ['"v=spf1 caf\\195\\169"']},
    "empty.acme.io": {},
    "_submission._tcp.acme.io": {
        "SRV": ["10 5 587 light.acme.io.", "10 60 587 Heavy.ACME.io.", "0 0 587 first.acme.io."],
    },
    "_submissions._tcp.acme.io": {"SRV": ["0 0 0 ."]},
    "_submission._tcp.plant.local": {"SRV": ["0 1 25 mail.plant.local."]},
}


def found(*records):
    return DnsAnswer(outcome=DnsOutcome.FOUND, records=records)


@pytest.fixture
def server():
    with DnsServer(ZONE) as running:
        yield running


def questions(server, **options):
    return SystemDns(server.resolver, **options).lookups(Cancel())


def test_texts_are_joined_from_their_strings(server):
    answer = questions(server).txt("acme.io")
    assert sorted(answer.records) == ["other", "v=spf1 include:_spf.google.com ~all"]


def test_hosts_come_in_the_order_of_choice_and_in_lower_case(server):
    assert questions(server).mx("acme.io") == found("first.acme.io", "second.acme.io")


def test_a_null_mx_is_an_empty_host(server):
    assert questions(server).mx("null.acme.io") == found("")


def test_services_come_by_priority_and_then_by_weight(server):
    assert questions(server).srv("_submission._tcp.acme.io") == found(
        "0 0 587 first.acme.io", "10 60 587 heavy.acme.io", "10 5 587 light.acme.io"
    )


def test_a_service_that_is_not_offered_has_no_host(server):
    assert questions(server).srv("_submissions._tcp.acme.io") == found("0 0 0 ")


def test_names_of_a_companys_network_are_asked_for_only_where_that_is_wanted(server):
    name = "_submission._tcp.plant.local"

    assert questions(server).srv(name) == UNKNOWN
    assert SystemDns(server.resolver).lookups(Cancel(), of_networks=True).srv(name) == found("0 1 25 mail.plant.local")


@pytest.mark.parametrize("name", ["a.localhost", "a.onion", "a.invalid", "localhost", "192.0.2.1", "bad name.io"])
def test_names_that_no_name_server_can_know_are_never_asked_for(server, name):
    assert SystemDns(server.resolver).lookups(Cancel(), of_networks=True).mx(name) == UNKNOWN
    assert server.asked == []


def test_addresses_are_of_both_families(server):
    assert questions(server).addresses("acme.io") == found("93.184.215.14", "2606:2800:220:1::14")
    assert questions(server).addresses("six.acme.io") == found("2606:2800:220:1::14")


def test_an_alias_is_followed(server):
    assert questions(server).mx("alias.acme.io").records == ("first.acme.io", "second.acme.io")


def test_case_and_a_final_dot_make_no_difference(server):
    assert questions(server).mx("ACME.Io.").records == ("first.acme.io", "second.acme.io")


def test_bytes_that_are_no_ascii_come_as_some_text(server):
    (text,) = questions(server).txt("raw.acme.io").records
    assert text.startswith("v=spf1 caf")


def test_a_missing_name_differs_from_a_missing_record(server):
    asking = questions(server)
    assert asking.txt("empty.acme.io") == NO_RECORD
    assert asking.mx("six.acme.io") == NO_RECORD
    assert asking.txt("gone.io") == NO_NAME
    assert asking.addresses("gone.io") == NO_NAME
    assert asking.addresses("empty.acme.io") == NO_RECORD


@pytest.mark.parametrize("name", ["long.acme.io", "acme.io"])
def test_what_does_not_fit_a_datagram_comes_over_tcp(name):
    with DnsServer(ZONE, truncated={"acme.io"}) as server:
        answer = questions(server).txt(name)
        assert len(answer.records) == len(ZONE[name]["TXT"])
        assert server.over_tcp == [f"{name} TXT"]


@pytest.mark.parametrize("code", [dns.rcode.SERVFAIL, dns.rcode.REFUSED, dns.rcode.NOTIMP, dns.rcode.FORMERR])
def test_a_failing_server_is_unknown(code):
    with DnsServer(ZONE, broken={"acme.io": code}) as server:
        assert questions(server).txt("acme.io") == UNKNOWN
        assert questions(server).addresses("acme.io") == UNKNOWN


def test_silence_is_unknown_and_takes_no_longer_than_the_lifetime():
    with DnsServer(ZONE, silent={"acme.io"}) as server:
        asking = questions(server, lifetime_s=0.3)
        began = time.monotonic()
        assert [asking.txt("acme.io"), asking.mx("acme.io"), asking.addresses("acme.io")] == [UNKNOWN] * 3
        assert time.monotonic() - began < 2
        assert server.asked.count("acme.io MX") == 0  # the time was up


def test_half_an_answer_about_addresses_is_one():
    with DnsServer(ZONE) as server:
        asking = questions(server)
        assert asking.addresses("six.acme.io").records
        server.broken["acme.io"] = dns.rcode.SERVFAIL
        assert asking.addresses("acme.io").unknown


def test_a_closed_port_is_unknown():
    with DnsServer(ZONE) as server:
        resolver = server.resolver()
    assert SystemDns(lambda: resolver, lifetime_s=0.5).lookups(Cancel()).txt("acme.io") == UNKNOWN


def test_a_computer_without_dns_servers_is_unknown():
    def none():
        raise dns.resolver.NoResolverConfiguration

    assert SystemDns(none).lookups(Cancel()).txt("acme.io") == UNKNOWN


@pytest.mark.parametrize(
    "name",
    [
        *("company.example", "mail.company.test", "x.invalid", "localhost", "a.localhost", "plant.local"),
        *("example.com", "mail.example.org", "example.net", "dc.corp.internal", "nas.home.arpa", "relay", "x.lan"),
        *("[192.0.2.1]", "192.0.2.1", "2001:db8::1", "", ".", "a..io", "a b.io", "ü.io", "x" * 70 + ".io"),
    ],
)
def test_what_is_not_public_is_never_asked_for(server, name):
    asking = questions(server)
    assert [asking.txt(name), asking.mx(name), asking.addresses(name)] == [UNKNOWN] * 3
    assert server.asked == []


def test_two_hundred_look_ups_at_once_are_one_query(server):
    system = SystemDns(server.resolver)
    server.release.clear()
    answers = []

    def ask():
        answers.append(system.lookups(Cancel()).txt("acme.io"))

    threads = [threading.Thread(target=ask) for _ in range(200)]
    for thread in threads:
        thread.start()
    server.release.set()
    for thread in threads:
        thread.join(30)
    assert len(answers) == 200
    assert {answer.outcome for answer in answers} == {DnsOutcome.FOUND}
    assert server.asked == ["acme.io TXT"]


def test_answers_are_cached_even_empty_ones(server):
    system = SystemDns(server.resolver)
    for _ in range(3):
        asking = system.lookups(Cancel())
        asking.txt("acme.io")
        asking.txt("empty.acme.io")
        asking.txt("gone.io")
    assert server.asked == ["acme.io TXT", "empty.acme.io TXT", "gone.io TXT"]


def test_a_cancel_ends_the_wait_and_all_that_follow():
    with DnsServer(ZONE, silent={"acme.io"}) as server:
        cancel = Cancel()
        asking = SystemDns(server.resolver, lifetime_s=30).lookups(cancel)
        answers = []
        thread = threading.Thread(target=lambda: answers.extend([asking.txt("acme.io"), asking.mx("six.acme.io")]))
        thread.start()
        while not server.asked:
            time.sleep(0.01)
        cancel.request()
        thread.join(10)
        assert not thread.is_alive()
        assert answers == [UNKNOWN, UNKNOWN]
        assert server.asked == ["acme.io TXT"]
