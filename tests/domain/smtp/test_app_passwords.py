"""Providers that want an app password."""

import pytest

from smtp_desktop.domain.smtp.providers import (
    AOL,
    FASTMAIL,
    GMAIL,
    ICLOUD,
    OUTLOOK,
    PROVIDERS,
    YAHOO,
    ZOHO,
    AppPasswordProvider,
    app_password_provider,
)


@pytest.mark.parametrize(
    ("host", "provider"),
    [
        ("smtp.gmail.com", GMAIL),
        (" SMTP.Gmail.com. ", GMAIL),
        ("smtp-relay.gmail.com", GMAIL),
        ("smtp-mail.outlook.com", OUTLOOK),
        ("smtp.live.com", OUTLOOK),
        ("smtp.mail.yahoo.com", YAHOO),
        ("plus.smtp.mail.yahoo.com", YAHOO),
        ("smtp.aol.com", AOL),
        ("smtp.de.aol.com", AOL),
        ("smtp.mail.me.com", ICLOUD),
        ("p01-smtp.mail.me.com", ICLOUD),
        ("smtp.zoho.eu", ZOHO),
        ("smtppro.zoho.com.au", ZOHO),
        ("smtp.fastmail.com", FASTMAIL),
        ("smtp.messagingengine.com", FASTMAIL),
    ],
)
def test_hosts_of_providers(host: str, provider: AppPasswordProvider) -> None:
    assert app_password_provider(host) is provider


@pytest.mark.parametrize(
    "host",
    [
        *("", "not a host", "smtp.company.example", "192.0.2.1"),
        *("smtp.gmail.com.evil.example", "evilsmtp.gmail.com", "mail.yahoo.com.evil.example"),
        "smtp.mail.yahoo.co.jp",  # another company
        "smtp.office365.com",  # company mailboxes: no app passwords but those of the tenant
        "smtp.zeptomail.com",  # takes a token
    ],
)
def test_all_other_hosts_have_none(host: str) -> None:
    assert app_password_provider(host) is None


def test_only_outlook_takes_no_password_at_all() -> None:
    assert [provider.name for provider in PROVIDERS if not provider.takes_passwords] == ["Outlook.com"]
