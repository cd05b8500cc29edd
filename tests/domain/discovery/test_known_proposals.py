"""Proposals from the list of providers and from DNS, and on whose word their values are."""

import pytest
from fakes.known_providers import PROVIDERS

from smtp_desktop.domain.checks.dns_answer import UNKNOWN, DnsAnswer, DnsOutcome
from smtp_desktop.domain.diagnosis.conversation import TlsMode
from smtp_desktop.domain.discovery.known import (
    Service,
    is_strange,
    listed_proposals,
    mx_proposals,
    services_in,
    srv_proposals,
)
from smtp_desktop.domain.discovery.proposal import USUAL, Origin, how_text, server_text
from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.domain.smtp.profile import SignIn

ME = parse_address("me@contoso.example")


def records(*texts):
    return DnsAnswer(outcome=DnsOutcome.FOUND, records=texts)


@pytest.mark.parametrize(
    ("address", "server", "how", "user"),
    [
        ("me@gmail.com", "smtp.gmail.com:465", "TLS on connect, sign-in by password", "me@gmail.com"),
        ("me@outlook.com", "smtp-mail.outlook.com:587", "STARTTLS, sign-in by browser", "me@outlook.com"),
        ("me@web.de", "smtp.web.de:465", "TLS on connect, sign-in by password", "me"),
        (
            "me@contoso.onmicrosoft.com",
            "smtp.office365.com:587",
            "STARTTLS, sign-in by browser",
            "me@contoso.onmicrosoft.com",
        ),
    ],
)
def test_a_listed_provider(address, server, how, user):
    best = listed_proposals(parse_address(address), PROVIDERS)[0]

    assert (server_text(best), str(how_text(best)), best.user_name) == (server, how, user)
    assert {source.origin for source in best.sources.values()} == {Origin.LIST}
    assert all(source.detail.startswith("https://") for source in best.sources.values())


def test_every_provider_with_mailboxes_is_proposed_with_all_that_it_wants():
    domains = [domain for one in PROVIDERS.all if one.preset for domain in one.domains if "*" not in domain]

    assert len(domains) > 150
    for domain in domains:
        proposals = listed_proposals(parse_address(f"me@{domain}"), PROVIDERS)
        assert proposals, domain
        assert all(one.host_name and one.user_name for one in proposals), domain


def test_a_domain_that_nobody_knows_is_not_listed():
    assert listed_proposals(ME, PROVIDERS) == ()


def test_where_the_mail_goes_says_the_provider():
    best, *_ = mx_proposals(ME, ["contoso-example.mail.protection.outlook.com"], PROVIDERS)

    assert (server_text(best), best.sign_in, best.user_name) == ("smtp.office365.com:587", SignIn.BROWSER, ME.spec)
    assert best.provider == "Microsoft 365"
    assert best.source.origin is Origin.MX
    assert best.source.detail == "contoso-example.mail.protection.outlook.com"
    assert best.sign_in_source.origin is Origin.LIST


@pytest.mark.parametrize("hosts", [[], [""], ["mail.contoso.example"], ["mx0a-1.pphosted.com"]], ids=str)
def test_other_mail_servers_say_nothing(hosts):
    assert mx_proposals(ME, hosts, PROVIDERS) == ()


def test_services_are_read_in_their_order_and_what_is_not_offered_is_none():
    assert services_in(records("0 5 465 a.example", "10 1 587 b.example")) == (
        Service(host="a.example", port=465),
        Service(host="b.example", port=587),
    )
    assert services_in(records("0 0 0 ")) == ()
    assert services_in(UNKNOWN) == ()


@pytest.mark.parametrize("host", ["bad host", "-x.example", "a..b", "x" * 300])
def test_a_service_without_a_host_name_is_none(host):
    assert services_in(records(f"0 0 587 {host}")) == ()


def test_a_service_is_signed_in_to_as_usual_where_nobody_says_how():
    name = "_submissions._tcp.contoso.example"
    (one,) = srv_proposals(ME, [Service(host="mail.contoso.example", port=4650)], name, PROVIDERS)

    assert (one.address, one.mode, one.user_name) == (("mail.contoso.example", 4650), TlsMode.IMPLICIT, ME.spec)
    assert one.source.detail == name
    assert one.sign_in_source == one.user_name_source == USUAL
    assert one.notes == ()
    assert not is_strange(one, ME)


def test_a_service_at_a_known_provider_is_signed_in_to_as_that_one_wants():
    services = [Service(host="smtp.web.de", port=587)]
    (one,) = srv_proposals(ME, services, "_submission._tcp.contoso.example", PROVIDERS)

    assert (one.provider, one.user_name, one.mode) == ("WEB.DE", "me", TlsMode.STARTTLS)
    assert one.user_name_source.origin is Origin.LIST
    assert not is_strange(one, ME)


def test_a_server_elsewhere_that_nobody_knows_comes_with_a_warning():
    services = [Service(host="mail.evil.example", port=587)]
    (one,) = srv_proposals(ME, services, "_submission._tcp.contoso.example", PROVIDERS)

    assert "mail.evil.example is outside contoso.example" in str(one.notes[0])
    assert is_strange(one, ME)
