"""Providers: the data that ships, and look-ups in it."""

import re
from itertools import chain

import pytest
from fakes.known_providers import DOCUMENT, PROVIDERS

from smtp_desktop.domain.mail.address import ascii_host
from smtp_desktop.domain.smtp.profile import SignIn
from smtp_desktop.domain.smtp.providers import PROVIDERS as WITH_APP_PASSWORDS
from smtp_desktop.domain.smtp.providers import Provider, UserNameForm, app_password_provider, providers_from

WITH_PRESET = [provider for provider in PROVIDERS.all if provider.preset]


def name_of(provider):
    return provider.name if provider else None


@pytest.mark.parametrize(
    ("typed", "name", "host"),
    [
        ("smtp.googlemail.com", "Gmail", "smtp.gmail.com"),
        ("imap.gmail.com", "Gmail", "smtp.gmail.com"),
        ("pop.gmail.com", "Gmail", "smtp.gmail.com"),
        ("smpt.gmail.com", "Gmail", "smtp.gmail.com"),
        ("mail.office365.com", "Microsoft 365", "smtp.office365.com"),
        ("smtp.outlook.com", "Microsoft 365", "smtp.office365.com"),
        ("company-com.mail.protection.outlook.com", "Microsoft 365", "smtp.office365.com"),
        ("imap-mail.outlook.com", "Outlook.com", "smtp-mail.outlook.com"),
        ("smtp.live.com", "Outlook.com", "smtp-mail.outlook.com"),
        ("smtp.yahoo.com", "Yahoo", "smtp.mail.yahoo.com"),
        ("smtp.1und1.de", "IONOS", "smtp.ionos.de"),
        ("smtp.zoho.eu", "Zoho Europe", "smtp.zoho.eu"),
        ("smtppro.zoho.com", "Zoho", "smtp.zoho.com"),
        ("email-smtp.eu-west-1.amazonaws.com", "Amazon SES", ""),
        ("api.eu.mailgun.org", "Mailgun EU", "smtp.eu.mailgun.org"),
        ("api.mailgun.org", "Mailgun", "smtp.mailgun.org"),
        ("mail.gmx.de", "GMX", "mail.gmx.net"),
        ("mail.gmx.fr", "GMX.com", "mail.gmx.com"),
        ("smtp.mail.yahoo.co.uk", "Yahoo", "smtp.mail.yahoo.com"),
        ("mta5.am0.yahoodns.net", "Yahoo", "smtp.mail.yahoo.com"),
        ("smtp-relay.gmail.com", "Gmail", "smtp.gmail.com"),
    ],
)
def test_what_people_type_leads_to_the_server_that_takes_mail(typed, name, host):
    provider = PROVIDERS.preset_for_host(typed)
    assert (name_of(provider), provider.host) == (name, host)


@pytest.mark.parametrize(
    "host",
    [
        "smtp.company.example",
        "gmail.com.evil.example",
        "evilgmail.com",
        "smtp.mail.yahoo.co.jp",  # another company
        "yahoo.jp",
        "smtp.zoho.sa",
        "ec2-192-0-2-1.compute-1.amazonaws.com",
    ],
)
def test_other_hosts_are_nobodys(host):
    assert PROVIDERS.preset_for_host(host) is None


@pytest.mark.parametrize(
    ("domain", "name"),
    [
        ("gmail.com", "Gmail"),
        ("company.onmicrosoft.com", "Microsoft 365"),
        ("hotmail.co.uk", "Outlook.com"),
        ("me.com", "iCloud"),
        ("web.de", "WEB.DE"),
        ("company.example", None),
        ("yahoo.co.jp", None),
        ("126.com", "126 Mail"),
        ("proton.me", "Proton Mail"),
        ("freenet.de", None),  # no preset is known
    ],
)
def test_an_address_leads_to_its_provider(domain, name):
    assert name_of(PROVIDERS.preset_for_domain(domain)) == name


@pytest.mark.parametrize(
    ("mx", "name"),
    [
        (["company-com.mail.protection.outlook.com"], "Microsoft 365"),
        (["company-com.r-v1.mx.microsoft"], "Microsoft 365"),
        (["aspmx.l.google.com", "alt1.aspmx.l.google.com"], "Gmail"),
        (["smtp.google.com"], "Gmail"),
        (["mx2.zoho.eu"], "Zoho Europe"),
        (["in1-smtp.messagingengine.com"], "Fastmail"),
        (["mail.protonmail.ch"], "Proton Mail"),
        (["mx00.ionos.de", "mx01.ionos.de"], "IONOS"),
        (["mx00.ionos.com"], "IONOS.com"),
        (["smtpin.rzone.de"], "STRATO"),
        (["mx1.mail.ovh.net"], "OVH"),
        (["mx01.mail.icloud.com"], "iCloud"),
        (["mxext1.mailbox.org"], "mailbox.org"),
        (["own.company.example", "mx.yandex.net"], "Yandex"),
        (["outlook.com.evil.example"], None),
        (["evilmx.yandex.net"], None),
        (["mx0a-00000001.pphosted.com"], None),  # a gateway in front of anybody
        ([""], None),  # a null MX
        ([], None),
    ],
    ids=str,
)
def test_the_hosts_that_take_a_domains_mail_lead_to_its_provider(mx, name):
    assert name_of(PROVIDERS.preset_for_mx(mx)) == name


def test_whose_mail_goes_elsewhere_signs_in_as_that_provider_wants():
    assert PROVIDERS.preset_for_domain("outlook.com").preset.sign_in == (SignIn.BROWSER,)
    assert PROVIDERS.preset_for_domain("gmail.com").preset.sign_in == (SignIn.PASSWORD, SignIn.BROWSER)
    assert PROVIDERS.preset_for_domain("web.de").preset.sign_in == (SignIn.PASSWORD,)


def test_at_least_65_providers_are_listed_and_each_says_where_its_facts_are_from():
    entries = DOCUMENT["providers"]

    assert len({entry["name"] for entry in entries}) == len(entries) >= 65
    assert all(re.fullmatch(r"https://[^/ ]+\.[^/ ]+/\S+", entry["source"]) for entry in entries)
    assert len({provider.company for provider in WITH_PRESET}) >= 65


def test_every_preset_is_whole():
    names = [provider.name for provider in WITH_PRESET]
    assert len(set(names)) == len(names) >= 25
    for provider in WITH_PRESET:
        preset = provider.preset
        assert preset.ports, provider.name
        assert set(preset.ports) <= {465, 587, 2465, 2525, 2587}, provider.name
        if provider.host:
            assert ascii_host(provider.host) == provider.host
            # No entry before it takes the host that it recommends.
            assert PROVIDERS.preset_for_host(provider.host) is provider
        assert not preset.note or str(preset.note).endswith("."), provider.name
        assert preset.note or preset.user_name is not UserNameForm.OTHER, provider.name


def test_every_listed_provider_is_recognized():
    names = [provider.name for provider in PROVIDERS.all]
    assert len(set(names)) == len(names)
    for provider in PROVIDERS.all:
        for pattern in provider.servers:
            assert PROVIDERS.at(pattern.replace("*", "any").lstrip(".")) is provider
        # To be entered by whoever has an address there.
        assert provider.host or not provider.domains, provider.name
        re.compile(provider.words)
    assert PROVIDERS.at("ec2-1-2-3-4.compute-1.amazonaws.com") is None
    assert PROVIDERS.at("mail.company.example") is None


def test_no_host_is_taken_for_one_that_it_only_looks_like():
    for provider in PROVIDERS.all:
        for pattern in (*provider.servers, *provider.names):
            host = f"{pattern.replace('*', 'any').lstrip('.')}.evil.example"
            assert not any(one.has_host(host) for one in PROVIDERS.all), host


def test_no_domain_or_pattern_is_listed_twice():
    for listed in (
        list(chain.from_iterable(provider.domains for provider in PROVIDERS.all)),
        list(chain.from_iterable((*provider.servers, *provider.names) for provider in PROVIDERS.all)),
        list(chain.from_iterable(provider.mx for provider in PROVIDERS.all)),
    ):
        assert len(set(listed)) == len(listed)
        assert all(name == name.lower() and " " not in name for name in listed)


def test_nothing_is_named_that_a_pattern_beside_it_covers():
    for provider in PROVIDERS.all:
        for name in provider.names:
            others = Provider(
                name="",
                company="",
                servers=provider.servers,
                names=tuple(one for one in provider.names if one != name),
            )
            assert not others.has_host(name.replace("*", "any").lstrip(".")), name


@pytest.mark.parametrize(
    ("pattern", "host", "fits"),
    [
        (".box.example", "box.example", True),
        (".box.example", "smtp.box.example", True),
        (".box.example", "mailbox.example", False),
        (".box.example", "box.example.evil.example", False),
        ("smtp.*.example", "smtp.eu.example", True),
        ("smtp.*.example", "smtp.example", False),
        (".box.??", "a.box.uk", True),
        (".box.??", "a.box.com", False),
    ],
)
def test_patterns(pattern, host, fits):
    assert Provider(name="Box", company="Box", servers=(pattern,)).takes_mail_at(host) is fits


def test_each_way_of_a_provider_has_what_it_does_not_say_otherwise():
    document = {
        "gateways": ["gate.example"],
        "providers": [
            {
                "name": "Box",
                "ports": [465],
                "includes": ["spf.box.example"],
                "advised_as": ["box"],
                "ways": [
                    {"servers": ["smtp.box.example"], "rewrites_from": True},
                    {"name": "Box Relay", "servers": ["relay.box.example"], "includes": ["relay-spf.box.example"]},
                ],
            }
        ],
    }
    providers = providers_from(document)
    box, relay = providers.all
    assert (box.name, relay.name, box.company, relay.company) == ("Box", "Box Relay", "Box", "Box")
    assert (box.includes, relay.includes) == (("spf.box.example",), ("relay-spf.box.example",))
    assert (box.rewrites_from, relay.rewrites_from) == (True, False)
    assert box.preset == relay.preset
    assert providers.advised_as("box") == (box, relay)
    assert providers.gateways == ("gate.example",)


def test_it_says_the_same_as_what_is_known_of_app_passwords():
    for known in WITH_APP_PASSWORDS:
        provider = next(one for one in WITH_PRESET if one.name == known.name)
        assert app_password_provider(provider.host) is known
        assert provider.preset.note


@pytest.mark.parametrize(
    "change",
    [
        {"surprise": 1},
        {"user_name": "telepathy"},
        {"ports": ["many"]},
        {"ports": None},
        {"servers": None},
        {"servers": "smtp.box.example"},
        {"servers": []},
        {"domains": "box.example"},
        {"ways": [{"surprise": 1}]},
    ],
    ids=str,
)
def test_a_malformed_entry_is_refused(change):
    entry = next(entry for entry in DOCUMENT["providers"] if entry["name"] == "Yahoo")
    assert providers_from({"gateways": [], "providers": [entry]}).all
    with pytest.raises((TypeError, ValueError)):
        providers_from({"gateways": [], "providers": [entry | change]})


def test_malformed_gateways_are_refused():
    with pytest.raises(TypeError):
        providers_from({"providers": [], "gateways": ""})


@pytest.mark.parametrize("key", ["name", "servers"])
def test_a_missing_key_is_refused(key):
    entry = {name: value for name, value in {"name": "Box", "servers": ["smtp.box.example"]}.items() if name != key}
    with pytest.raises(KeyError):
        providers_from({"gateways": [], "providers": [entry]})
