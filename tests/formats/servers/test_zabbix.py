"""Media types of Zabbix: exports with names and without defaults, and answers of its API with numbers."""

import json

import pytest
from formats.reading import missing, notes, only, reasons, server, servers

from smtp_desktop.domain.imports.found import ImportFormat
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import SignIn

UNVERIFIED = "The file turns the check of the server's certificate off. Here it stays on."
MEDIA_TYPES = [
    {"name": "Email", "type": "EMAIL", "smtp_server": "mail.contoso.example", "smtp_helo": "example.com",
     "smtp_email": "zabbix@contoso.example"},
    {"name": "Ops mail", "type": "EMAIL", "smtp_server": "smtp.contoso.example", "smtp_port": "587",
     "smtp_helo": "zbx.contoso.example", "smtp_email": "Zabbix <ops@contoso.example>", "smtp_security": "STARTTLS",
     "smtp_verify_host": "YES", "smtp_verify_peer": "YES", "smtp_authentication": "PASSWORD", "username": "ops",
     "password": "p&\"w <x>", "message_templates": [{"event_source": "TRIGGERS", "subject": "Problem"}]},
    {"name": "SSL", "type": "EMAIL", "smtp_server": "smtp.contoso.example", "smtp_email": "a@contoso.example",
     "smtp_security": "SSL_OR_TLS", "status": "DISABLED"},
    {"name": "Slack", "type": "WEBHOOK", "script": "return 1;"},
]  # fmt: skip
EXPECTED = [
    "mail.contoso.example:25",
    '+ops:p&"w <x>@smtp.contoso.example:587',
    "+smtp.contoso.example:465",
]


def in_json() -> str:
    return json.dumps({"zabbix_export": {"version": "7.0", "media_types": MEDIA_TYPES}}, indent=4)


def in_yaml() -> str:
    lines = ["zabbix_export:", "  version: '6.4'", "  media_types:"]
    for one in MEDIA_TYPES:
        for number, (key, value) in enumerate(one.items()):
            shown = f" '{value}'" if isinstance(value, str) else "\n        - event_source: TRIGGERS"
            lines.append(f"    {'- ' if number == 0 else '  '}{key}:{shown}")
    return "\n".join(lines)


def in_xml() -> str:
    def element(key: str, value: object) -> str:
        text = (
            str(value).replace("&", "&amp;").replace("<", "&lt;") if isinstance(value, str) else "<message_template/>"
        )
        return f"<{key}>{text}</{key}>"

    types = "".join(
        "<media_type>" + "".join(element(key, value) for key, value in one.items()) + "</media_type>\n"
        for one in MEDIA_TYPES
    )
    return f'<?xml version="1.0" encoding="UTF-8"?>\n<zabbix_export><media_types>{types}</media_types></zabbix_export>'


@pytest.mark.parametrize(("name", "text"), [("e.json", in_json()), ("e.yaml", in_yaml()), ("e.xml", in_xml())])
def test_an_export_is_read_in_each_of_its_formats(name: str, text: str) -> None:
    source = only(name, text.encode("utf-8-sig") if name != "e.yaml" else text.replace("\n", "\r\n"))
    assert (source.format, [server(one) for one in source.found]) == (ImportFormat.ZABBIX, EXPECTED)
    assert [one.draft.name for one in source.found] == ["Email", "Ops_mail", "SSL"]
    assert [one.draft.from_address for one in source.found][1] == "Zabbix <ops@contoso.example>"
    assert [one.draft.ehlo_name for one in source.found] == ["", "zbx.contoso.example", ""]
    assert [notes(one) for one in source.found] == [[], [], [UNVERIFIED, "The media type is disabled."]]


@pytest.mark.parametrize(
    ("provider", "more", "expected"),
    [
        ("GMAIL", {}, "+me@contoso.example:pw@smtp.gmail.com:587"),
        ("OFFICE365", {}, "+me@contoso.example:pw@smtp.office365.com:587"),
        ("GMAIL_RELAY", {}, "+smtp-relay.gmail.com:587"),
        ("OFFICE365_RELAY", {"smtp_server": "contoso-example.mail.protection.outlook.com"},
         "+contoso-example.mail.protection.outlook.com:25"),
        ("3", {"smtp_authentication": "1"}, "+me@contoso.example:pw@smtp.office365.com:587"),
    ],
)  # fmt: skip
def test_a_provider_stands_for_what_the_export_leaves_out(provider: str, more: dict[str, str], expected: str) -> None:
    one = {
        "name": "M",
        "type": "EMAIL",
        "provider": provider,
        "smtp_email": "me@contoso.example",
        "password": "pw",
        **more,
    }
    source = only("e.json", json.dumps({"zabbix_export": {"media_types": [{**one, **more}]}}))
    assert [server(found) for found in source.found] == [expected]


def test_numbers_of_the_api_mean_the_same() -> None:
    result = [
        {"mediatypeid": "1", "type": "0", "name": "Mail", "smtp_server": "h.example", "smtp_port": "465",
         "smtp_email": "a@b.example", "smtp_security": "2", "smtp_verify_peer": "1", "smtp_verify_host": "1",
         "smtp_authentication": "1", "username": "u", "passwd": "p", "status": "1"},
        {"mediatypeid": "2", "type": "4", "name": "Hook", "smtp_server": "", "smtp_email": ""},
    ]  # fmt: skip
    source = only("mediatype.get.json", json.dumps({"jsonrpc": "2.0", "result": result, "id": 1}))
    assert [server(one) for one in source.found] == ["+u:p@h.example:465"]
    assert notes(source.found[0]) == ["The media type is disabled."]


def test_a_macro_is_named() -> None:
    text = in_json().replace('p&\\"w <x>', "{$SMTP.PASS}")
    assert missing(only("e.json", text)) == ["", "The file says {$SMTP.PASS}", ""]


@pytest.mark.parametrize(
    ("token_url", "provider", "kept"),
    [
        ("https://oauth2.googleapis.com/token", OAuthProvider.GOOGLE, ""),
        ("https://login.microsoftonline.com/common/oauth2/v2.0/token", OAuthProvider.MICROSOFT, ""),
        ("https://sso.example/token", OAuthProvider.OTHER, "https://sso.example/token"),
    ],
)
def test_a_sign_in_with_tokens_has_to_be_done_again(token_url: str, provider: OAuthProvider, kept: str) -> None:
    one = {"name": "O", "type": "EMAIL", "smtp_server": "h.example", "smtp_email": "me@b.example", "client_id": "cid",
           "smtp_authentication": "OAUTH", "token_url": token_url, "authorization_url": "https://sso.example/auth",
           "client_secret": "sec", "access_token": "at", "refresh_token": "rt"}  # fmt: skip
    source = only("e.json", json.dumps({"zabbix_export": {"media_types": [one]}}))
    draft = source.found[0].draft
    assert (draft.sign_in, draft.provider, draft.token_url) == (SignIn.BROWSER, provider, kept)
    assert (draft.client_id, draft.user_name, draft.tokens) == ("cid", "me@b.example", None)
    assert missing(source) == ["Somebody has to sign in: tokens don't travel"]


def test_an_export_without_mail_and_a_doctype_say_so() -> None:
    assert reasons(only("e.yaml", "zabbix_export:\n  media_types:\n    - name: Hook\n      type: WEBHOOK\n")) == [
        (None, "No media type in the file sends mail.")
    ]
    text = in_xml().replace("?>\n", "?>\n<!DOCTYPE x [<!ENTITY a 'b'>]>\n")
    assert reasons(only("e.xml", text)) == [(2, "A DOCTYPE is not read.")]


def test_lines_are_those_of_the_media_types() -> None:
    assert [line for line, _ in servers(only("e.xml", in_xml()))] == [2, 3, 4]
