"""smtp-desktop smtp test|check|mailbox with the real transport, against Entra ID and Graph on this computer."""

import logging

import pytest
from servers.certificates import Authority
from servers.microsoft.tenant import CLIENT_ID, CLIENT_SECRET, PASSWORD, TENANT, USER_NAME, microsoft


@pytest.fixture
def servers(tmp_path, monkeypatch):
    authority = Authority(tmp_path)
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))  # what the system trusts
    with microsoft(authority, permissions={"Mail.Send", "Mail.Read"}) as servers:
        yield servers


def create(smtp_desktop, servers, *options, client_secret=CLIENT_SECRET):
    ran = smtp_desktop(
        *("smtp", "create", "Cloud", "--type", "graph", "--user", USER_NAME, "--tenant-id", TENANT),
        *("--client-id", CLIENT_ID, "--client-secret-stdin", "--cloud", "custom"),
        *("--authority", servers.entra.url, "--graph-url", servers.graph.url),
        *(options or ("--sign-in", "app-only")),
        stdin=client_secret.encode(),
    )
    assert ran.code == 0, ran.err


def test_a_mail_is_sent_with_all_five_fields(smtp_desktop, servers, monkeypatch, caplog):
    caplog.set_level(logging.DEBUG)
    monkeypatch.setenv("BOX", PASSWORD)
    create(smtp_desktop, servers, "--password-env", "BOX")
    ran = smtp_desktop("smtp", "test", "Cloud", "--to", "anna@contoso.example")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[-1] == "Cloud: accepted by Microsoft 365."
    (mail,) = servers.graph.sent
    assert mail.recipients == ("anna@contoso.example",)
    for secret in (PASSWORD, CLIENT_SECRET, *servers.entra.issued):
        assert secret not in ran.out + ran.err + caplog.text


def test_a_check_sends_nothing(smtp_desktop, servers):
    create(smtp_desktop, servers)
    ran = smtp_desktop("smtp", "check", "Cloud")
    assert ran.code == 0, ran.err
    assert ran.out.splitlines()[-1] == "Cloud: signed in to Microsoft 365. Nothing was sent."
    assert len(servers.entra.token_calls) == 1
    assert servers.graph.sent == []


def test_a_wrong_client_secret_is_a_refused_sign_in(smtp_desktop, servers):
    create(smtp_desktop, servers, client_secret="wrong")
    ran = smtp_desktop("smtp", "test", "Cloud", "--to", "anna@contoso.example", "--json")
    (tested,) = ran.json
    assert (ran.code, tested["stage"], tested["kind"]) == (77, "token", "token_refused")
    assert tested["reply"]["enhanced_code"] == "AADSTS7000215"
    assert tested["reply"]["ids"]
    assert tested["advice"]["steps"]
    assert ran.err.startswith("Cloud: failed at Token: 401 AADSTS7000215 ")
    assert servers.graph.sent == []


def test_the_mailbox_is_listed_over_several_pages_and_a_mail_opened(smtp_desktop, servers):
    ids = servers.graph.fill(60)
    create(smtp_desktop, servers)
    listed = smtp_desktop("mailbox", "list", "Cloud", "--limit", "55", "--json")
    assert listed.code == 0, listed.err
    assert [one["id"] for one in listed.json] == ids[:55]
    assert (listed.json[0]["received_at"], listed.json[0]["is_read"]) == ("2026-11-23T09:00:00Z", False)
    lines = smtp_desktop("mailbox", "list", "Cloud").out.splitlines()
    assert len(lines) == 26
    assert lines[1].startswith("new  ")
    opened = smtp_desktop("mailbox", "show", "Cloud", ids[0])
    assert opened.code == 0, opened.err
    assert "X-Mailer: Contoso Post 4" in opened.out
    assert opened.out.splitlines()[-1] == "Hello 0"
    assert all(call.method == "GET" for call in servers.graph.calls)  # nothing was changed: what is unread stays so


def test_a_missing_permission_is_explained(smtp_desktop, servers):
    servers.graph.fill(1)
    servers.graph.permissions.remove("Mail.Read")
    create(smtp_desktop, servers)
    ran = smtp_desktop("mailbox", "list", "Cloud", "--json")
    assert ran.code == 77
    error = ran.json["error"]["failure"]
    assert (error["kind"], error["reply"]["enhanced_code"]) == ("graph_refused", "ErrorAccessDenied")
    assert "request-id" in error["reply"]["ids"]
    assert error["advice"]["steps"]


def test_a_mailbox_that_does_not_exist_is_a_wrong_configuration(smtp_desktop, servers):
    servers.graph.mailbox = "other@northwind.example"
    create(smtp_desktop, servers)
    assert smtp_desktop("mailbox", "list", "Cloud").code == 78
