"""Realms of Keycloak: strings for everything, masks, vaults, and sign-in with tokens."""

import json

import pytest
from formats.reading import missing, notes, only, reasons, server, servers

from smtp_desktop.domain.imports.found import ImportFormat
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import SignIn

SERVER = {
    "host": "smtp.contoso.example",
    "port": "587",
    "from": "sso@contoso.example",
    "fromDisplayName": 'Sign-in "SSO"',
    "auth": "true",
    "starttls": "true",
    "ssl": "false",
    "user": "sso",
    "password": "p\\ä/w",
}


def export(*servers: object) -> str:
    realms = [{"id": str(number), "realm": f"realm{number}", "smtpServer": one} for number, one in enumerate(servers)]
    return json.dumps(realms[0] if len(realms) == 1 else realms, indent=2)


def test_the_export_of_a_realm_is_read() -> None:
    source = only("realm-export.json", export(SERVER).encode("utf-8-sig"))
    (found,) = source.found
    assert (source.format, found.line, found.draft.name) == (ImportFormat.KEYCLOAK, 4, "Keycloak_realm0")
    assert server(found) == "+sso:p\\ä/w@smtp.contoso.example:587"
    assert found.draft.from_address == '"Sign-in \\"SSO\\"" <sso@contoso.example>'


@pytest.mark.parametrize("password", ["x@ABC@y", "a<ABC>b", "%(abc)s", "$ecret", "{abc}", " p w "])
def test_what_only_resembles_a_reference_is_a_password(password: str) -> None:
    assert only("realm.json", export({**SERVER, "password": password})).found[0].draft.password == Secret(password)


def test_realms_of_one_export_are_told_apart() -> None:
    source = only("export.json", export({}, SERVER, {**SERVER, "auth": False, "starttls": "", "port": 2525}))
    assert [one for _, one in servers(source)] == [
        "+sso:p\\ä/w@smtp.contoso.example:587", "smtp.contoso.example:2525"
    ]  # fmt: skip
    assert [found.draft.name for found in source.found] == ["Keycloak_realm1", "Keycloak_realm2"]


@pytest.mark.parametrize(
    ("password", "said"),
    [
        ("**********", "The file shows only ********"),
        ("${vault.smtp_pw}", "The file says ${vault.smtp_pw}"),
        ("$(env:SMTP_PW)", "The file says $(env:SMTP_PW)"),
        ("@SMTP_PW@", "The file says @SMTP_PW@"),
        ("<SMTP_PASSWORD>", "The file says <SMTP_PASSWORD>"),
        ("", "The file has no password"),
        (None, "The file has no password"),
    ],
)
def test_masks_and_references_are_no_passwords(password: str | None, said: str) -> None:
    source = only("realm.json", export({**SERVER, "password": password}))
    assert (missing(source), source.found[0].draft.password) == ([said], None)


@pytest.mark.parametrize(
    ("ssl", "starttls", "port", "expected"),
    [
        ("true", "true", "", "+smtp.contoso.example:465"),
        ("true", "false", "2465", "+smtp.contoso.example:2465"),
        ("false", "false", None, "smtp.contoso.example:25"),
    ],
)
def test_encryption_and_port_belong_together(ssl: str, starttls: str, port: str | None, expected: str) -> None:
    text = export({**SERVER, "ssl": ssl, "starttls": starttls, "port": port, "auth": "false"})
    assert [one for _, one in servers(only("realm.json", text))] == [expected]


TOKEN = {**SERVER, "authType": "token", "authTokenClientId": "client", "authTokenClientSecret": "sec", "password": ""}


@pytest.mark.parametrize(
    ("url", "scope", "expected"),
    [
        (
            "https://login.microsoftonline.com/contoso.example/oauth2/v2.0/token",
            "https://outlook.office365.com/.default",
            (OAuthProvider.MICROSOFT, "contoso.example", "", ""),
        ),
        ("https://sso.example/token", "mail", (OAuthProvider.OTHER, "", "https://sso.example/token", "mail")),
        ("https://login.microsoftonline.us/x", "", (OAuthProvider.OTHER, "", "https://login.microsoftonline.us/x", "")),
    ],
)
def test_a_sign_in_with_a_token_is_that_of_an_app(url: str, scope: str, expected: tuple[object, ...]) -> None:
    source = only("realm.json", export({**TOKEN, "authTokenUrl": url, "authTokenScope": scope}))
    (found,) = source.found
    draft = found.draft
    assert (draft.provider, draft.tenant_id, draft.token_url, draft.scope) == expected
    assert (draft.sign_in, draft.client_id, draft.client_secret) == (SignIn.APP_ONLY, "client", Secret("sec"))
    assert (draft.user_name, draft.password, found.missing) == ("sso", None, None)


def test_a_token_is_only_sent_encrypted() -> None:
    text = export({**TOKEN, "starttls": "false", "authTokenUrl": "https://sso.example/token"})
    (found,) = only("realm.json", text).found
    assert found.draft.tls
    assert notes(found) == ["The file does not encrypt. An access token is only sent encrypted here."]


def test_google_signs_apps_in_another_way() -> None:
    source = only("realm.json", export({**TOKEN, "authTokenUrl": "https://oauth2.googleapis.com/token"}))
    assert source.found[0].draft.provider is OAuthProvider.GOOGLE
    assert "service account" in missing(source)[0]


def test_a_masked_client_secret_is_missing() -> None:
    masked = {**TOKEN, "authTokenUrl": "https://sso.contoso.example/t", "authTokenClientSecret": "**********"}
    assert missing(only("realm.json", export(masked))) == ["The file shows only ********"]


def test_realms_in_yaml_are_read() -> None:
    text = "realm: shop\nsmtpServer:\n  host: h.example\n  port: 0587\n  from: a@b.example\n  starttls: true\n"
    assert servers(only("shop.yaml", text)) == [(3, "+h.example:587")]


def test_a_realm_without_a_server_and_what_is_no_json_say_so() -> None:
    assert reasons(only("realm.json", export({}))) == [(None, "No realm in the file has a mail server.")]
    assert reasons(only("realm.json", export(SERVER)[:-2])) == [(14, "This is not valid JSON.")]
