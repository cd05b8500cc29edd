"""Whose authorization server belongs to an SMTP server."""

import pytest

from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.oauth_hosts import oauth_provider_of


@pytest.mark.parametrize(
    ("host", "provider"),
    [
        ("smtp.gmail.com", OAuthProvider.GOOGLE),
        ("smtp-relay.gmail.com", OAuthProvider.GOOGLE),
        (" SMTP.GoogleMail.com. ", OAuthProvider.GOOGLE),
        ("smtp.office365.com", OAuthProvider.MICROSOFT),
        ("smtp-mail.outlook.com", OAuthProvider.MICROSOFT),
        ("notgmail.com", OAuthProvider.OTHER),
        ("gmail.com.evil.example", OAuthProvider.OTHER),
        ("mail.northwind.example", OAuthProvider.OTHER),
        ("", OAuthProvider.OTHER),
        ("not a host", OAuthProvider.OTHER),
    ],
)
def test_the_host_says_the_provider(host, provider):
    assert oauth_provider_of(host) is provider
