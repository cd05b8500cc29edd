"""What is printed."""

import json
from dataclasses import replace
from datetime import date

from smtp_desktop.cli.output.output import Output, printable, table
from smtp_desktop.cli.smtp.profile_output import profile_document, profile_lines, profile_table, server_text
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.smtp.profile import Cloud, GenericServer, GraphMailbox, ProfileId, SmtpProfile
from smtp_desktop.services.smtp_status import SmtpStatus

RELAY = SmtpProfile(
    id=ProfileId("1"),
    name="Relay",
    server=GenericServer(host_name="2001:db8::1", user_name="apikey", password_ref=SecretRef("file:1/password/x")),
    is_default=True,
    from_address="jobs@company.example",
    signature="Best regards\nThe jobs",
)
GRAPH = SmtpProfile(
    id=ProfileId("2"),
    name="Cloud",
    server=GraphMailbox(
        user_name="box@company.example",
        tenant_id="company.example",
        client_id="c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20",
        password_ref=SecretRef("file:2/password/x"),
        client_secret_ref=SecretRef("file:2/client_secret/y"),
    ),
)


def test_an_smtp_is_printed_by_its_fields_names():
    assert profile_document(SmtpStatus(profile=RELAY)) == {
        "name": "Relay",
        "type": "generic",
        "is_default": True,
        "from_address": "jobs@company.example",
        "signature": "Best regards\nThe jobs",
        "description": "",
        "tags": [],
        "host_name": "2001:db8::1",
        "smtp_port": 587,
        "tls": True,
        "auth_required": True,
        "user_name": "apikey",
        "envelope_sender": "user",
        "ehlo_name": None,
        "trusted_ca": None,
        "trusted_fingerprint": None,
        "sign_in": "password",
        "provider": None,
        "issuer": None,
        "authorize_url": None,
        "token_url": None,
        "device_url": None,
        "scope": None,
        "app_credential": None,
        "tenant_id": None,
        "client_id": None,
        "cloud": None,
        "authority": None,
        "graph_url": None,
        "client_secret_valid_until": None,
        "limits": {
            "per_minute": None,
            "per_hour": None,
            "per_day": None,
            "connections": None,
            "mails_per_connection": None,
        },
        "has_password": True,
        "has_client_secret": False,
        "has_service_account": False,
        "has_certificate": False,
        "app_certificate": None,
        "next_app_certificate": None,
        "signed_in_as": None,
        "signed_in_at": None,
        "signed_in_until": None,
        "sign_in_problem": None,
        "missing": [],
        "state": "never_tested",
        "last_check": None,
        "held_since": None,
        "held_reason": None,
        "waiting": 0,
        "hold": None,
    }


def test_a_mailbox_has_the_same_keys():
    document = profile_document(SmtpStatus(profile=GRAPH))
    assert document.keys() == profile_document(SmtpStatus(profile=RELAY)).keys()
    assert (document["host_name"], document["tenant_id"]) == (None, "company.example")
    assert (document["has_password"], document["has_client_secret"]) == (True, True)


def test_only_the_custom_cloud_has_addresses():
    document = profile_document(SmtpStatus(profile=GRAPH))
    assert [document[key] for key in ("cloud", "authority", "graph_url", "client_secret_valid_until")] == [
        *("global", None, None, None)
    ]
    custom = replace(
        GRAPH.server,
        cloud=Cloud.CUSTOM,
        authority="https://login.example",
        graph_url="https://graph.example",
        client_secret_valid_until=date(2027, 5, 31),
    )
    document = profile_document(SmtpStatus(profile=replace(GRAPH, server=custom)))
    assert [document[key] for key in ("cloud", "authority", "graph_url", "client_secret_valid_until")] == [
        *("custom", "https://login.example", "https://graph.example", "2027-05-31")
    ]


def test_a_description_is_in_words_and_leaves_out_what_the_type_has_not():
    lines = profile_lines(SmtpStatus(profile=GRAPH))
    assert "Tenant ID:     company.example" in lines
    assert "Client secret: saved" in lines
    assert not any(line.startswith(("Server", "TLS")) for line in lines)
    relay = profile_lines(SmtpStatus(profile=RELAY))
    assert relay[0] == "Name:            Relay"
    assert "Password:        saved" in relay
    assert not any("secret" in line.lower() or "_" in line for line in relay)
    assert relay[-1] == "Signature:       Best regards\n                 The jobs"


def test_every_line_of_a_table_of_smtps_has_as_many_words_in_its_first_columns():
    lines = profile_table([SmtpStatus(profile=RELAY), SmtpStatus(profile=GRAPH)])
    assert lines[0].split("  ")[0].strip() == "NAME"
    assert [line.split()[:4] for line in lines[1:]] == [
        ["Relay", "yes", "never", "tested"],
        ["Cloud", "-", "never", "tested"],
    ]


def test_a_place_is_unambiguous():
    assert server_text(RELAY) == "[2001:db8::1]:587"
    assert server_text(GRAPH) == "company.example"


def test_what_others_wrote_can_not_control_the_terminal():
    assert printable("a\x1b[2Jb\r\x9bc\u202ed\tü") == r"a\x1b[2Jb\r\x9bc\u202ed" + "\tü"
    assert table([{"A": "x\ny\x07"}]) == ["A", r"x y\x07"]


def test_json_can_not_control_the_terminal_either(capsys):
    output = Output()
    output.as_json = True
    words = "a\x1b[2J\x9b2J\x7f\u202e\n\tü"
    output.result({"subject": words})
    shown = capsys.readouterr().out
    assert json.loads(shown) == {"subject": words}
    assert not set("\x1b\x9b\x7f\u202e") & set(shown)


def test_no_rows_no_table():
    assert table([]) == []
