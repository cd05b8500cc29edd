"""A Microsoft 365 mailbox from the command line, as processes: created, tried, read; and no secret left anywhere."""

import pytest
from servers.microsoft.tenant import CLIENT_ID, CLIENT_SECRET, PASSWORD, TENANT, USER_NAME, Microsoft, microsoft


@pytest.fixture
def servers(authority):
    with microsoft(authority, permissions={"Mail.Send", "Mail.Read"}) as running:
        running.graph.fill(30)
        yield running


def create(program, servers: Microsoft, name: str, *options: str):
    program.environment |= {"BOX_PASSWORD": PASSWORD}
    return program.smtp(
        *("create", name, "--type", "graph", "--user", USER_NAME, "--tenant-id", TENANT, "--client-id", CLIENT_ID),
        *("--client-secret-stdin", "--client-secret-valid-until", "2027-05-31"),
        *("--cloud", "custom", "--authority", servers.entra.url, "--graph-url", servers.graph.url, *options),
        stdin=CLIENT_SECRET,
    )


@pytest.mark.long
def test_the_life_of_a_graph_smtp(program, servers):
    with_password = create(program, servers, "Invoices", "--password-env", "BOX_PASSWORD")
    assert (with_password["has_password"], with_password["has_client_secret"]) == (True, True)
    assert with_password["client_secret_valid_until"] == "2027-05-31"
    create(program, servers, "Invoices_App", "--sign-in", "app-only")

    for name, path in (("Invoices", "/me/"), ("Invoices_App", f"/users/{USER_NAME}/")):
        (tested,) = program.smtp("test", name, "--to", "anna@contoso.example")
        assert tested["ok"]
        assert [step["stage"] for step in tested["steps"]] == ["find_host", "connect", "token", "mailbox", "send"]
        assert path in servers.graph.calls[-1].path
        assert program.smtp("check", name)[0]["ok"]
        assert len(program("mailbox", "list", name, "--json").json) == 25
        assert len(program("mailbox", "list", name, "--limit", "30", "--json").json) == 30
    first, second = servers.graph.sent
    assert first.recipients == second.recipients == ("anna@contoso.example",)
    assert f"Mailbox: {USER_NAME}" in first.body
    assert f"Tenant Id: {TENANT}" in first.body

    mail = program("mailbox", "list", "Invoices", "--json").json[0]
    opened = program("mailbox", "show", "Invoices", mail["id"], "--json").json
    assert opened["subject"] == mail["subject"]
    assert opened["headers"]

    servers.entra.refuse_with(50076)
    refused = program("smtp", "test", "Invoices", "--to", "anna@contoso.example")
    assert refused.code == 77
    assert "--sign-in app-only" in refused.err
    assert "trace id" in refused.err

    no_secret_is_left(program, servers)


def no_secret_is_left(program, servers: Microsoft):
    tokens = [call.headers["Authorization"].removeprefix("Bearer ") for call in servers.graph.calls]
    assert tokens
    files = [path for path in program.home.rglob("*") if path.is_file()]
    assert {"smtp-desktop.sqlite3", "secrets.vault", "smtp-desktop.log"} <= {path.name for path in files}
    for secret in (PASSWORD, CLIENT_SECRET, *tokens):
        assert not [path for path in files if secret.encode() in path.read_bytes()]
        assert not [text for text in program.printed if secret in text]
