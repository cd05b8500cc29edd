"""What is known of providers: the data that is shipped, and looking things up in it."""

import json
from itertools import chain
from pathlib import Path

import pytest

from smtp_desktop.domain.address import ascii_host
from smtp_desktop.domain.app_passwords import PROVIDERS as WITH_APP_PASSWORDS
from smtp_desktop.domain.app_passwords import app_password_provider
from smtp_desktop.domain.providers import UserNameForm, provider_of_domain, provider_of_host, providers_from

DOCUMENTS = json.loads((Path(__file__).parents[2] / "resources" / "providers.json").read_text(encoding="utf-8"))
PROVIDERS = providers_from(DOCUMENTS)


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
    ],
)
def test_what_people_type_leads_to_the_server_that_takes_mail(typed, name, host):
    provider = provider_of_host(PROVIDERS, typed)
    assert (name_of(provider), provider.host) == (name, host)


@pytest.mark.parametrize(
    "host",
    [
        "smtp.company.example",
        "gmail.com.evil.example",
        "evilgmail.com",
        "smtp.mail.yahoo.co.jp",  # another company
        "ec2-192-0-2-1.compute-1.amazonaws.com",
    ],
)
def test_other_hosts_are_nobodys(host):
    assert provider_of_host(PROVIDERS, host) is None


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
    ],
)
def test_an_address_leads_to_its_provider(domain, name):
    assert name_of(provider_of_domain(PROVIDERS, domain)) == name


def test_every_provider_is_whole():
    names = [provider.name for provider in PROVIDERS]
    assert len(set(names)) == len(names) >= 25
    for provider in PROVIDERS:
        assert provider.ports, provider.name
        assert set(provider.ports) <= {465, 587, 2465, 2525, 2587}, provider.name
        assert provider.hosts, provider.name
        if provider.host:
            assert ascii_host(provider.host) == provider.host
            # No entry before it takes the host that it recommends.
            assert provider_of_host(PROVIDERS, provider.host) is provider
        assert not provider.note or str(provider.note).endswith("."), provider.name
        assert provider.note or provider.user_name is not UserNameForm.OTHER, provider.name


def test_no_domain_or_pattern_is_listed_twice():
    for listed in (
        list(chain.from_iterable(provider.domains for provider in PROVIDERS)),
        list(chain.from_iterable(provider.hosts for provider in PROVIDERS)),
    ):
        assert len(set(listed)) == len(listed)
        assert all(name == name.lower() and " " not in name for name in listed)


def test_it_says_the_same_as_what_is_known_of_app_passwords():
    for known in WITH_APP_PASSWORDS:
        provider = next(one for one in PROVIDERS if one.name == known.name)
        assert app_password_provider(provider.host) is known
        assert provider.note


@pytest.mark.parametrize(
    "change", [{"surprise": 1}, {"user_name": "telepathy"}, {"ports": ["many"]}, {"hosts": None}, {"ports": None}]
)
def test_a_malformed_entry_is_refused(change):
    with pytest.raises((TypeError, ValueError)):
        providers_from([DOCUMENTS[0] | change])


def test_a_missing_key_is_refused():
    with pytest.raises(KeyError):
        providers_from([{key: value for key, value in DOCUMENTS[0].items() if key != "host"}])
