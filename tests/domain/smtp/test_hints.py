"""Hints beside fields that are right."""

from dataclasses import replace

import pytest

from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.field_rules import hints
from smtp_desktop.domain.smtp.profile import ProfileType, SignIn

GENERIC = ProfileDraft(host_name="smtp.company.example", user_name="shop@company.example")
GRAPH = ProfileDraft(type=ProfileType.GRAPH)


def test_a_mailbox_gets_no_hint_about_a_server() -> None:
    assert set(hints(replace(GRAPH, tls=False, host_name="smtp.gmail.com", user_name="apikey"))) == {"sign_in"}


def test_a_mailbox_gets_a_hint_about_its_sign_in() -> None:
    password = str(hints(GRAPH)["sign_in"])
    app_only = str(hints(replace(GRAPH, sign_in=SignIn.APP_ONLY))["sign_in"])
    assert "retiring" in password
    assert "multi-factor" in password
    assert "Mail.Send with admin consent" in app_only
    assert "RBAC for Applications" in app_only


@pytest.mark.parametrize(
    ("host", "words"),
    [
        ("smtp.gmail.com", "Gmail requires an app password here, not the account's password."),
        ("smtp-mail.outlook.com", "Outlook.com no longer accepts passwords from programs."),
        ("smtp.company.example", None),
    ],
)
def test_which_password_a_provider_takes(host: str, words: str | None) -> None:
    found = hints(replace(GENERIC, host_name=host))
    assert (str(found["password"]) if "password" in found else None) == words
    assert "password" not in hints(replace(GENERIC, host_name=host, auth_required=False))
