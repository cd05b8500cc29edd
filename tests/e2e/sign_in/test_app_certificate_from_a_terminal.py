"""From nothing to a message in a terminal, as an app at Microsoft: with a certificate that is made here, and renewed,
and with the managed identity of an Azure computer."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from e2e.program import Program
from servers.certificates import Authority
from servers.microsoft.managed_identity import HEADER, IdentityService
from servers.microsoft.tenant import CLIENT_ID, TENANT, USER_NAME, Microsoft, microsoft

TO = "anna@contoso.example"

pytestmark = pytest.mark.long


@pytest.fixture
def servers(authority: Authority) -> Iterator[Microsoft]:
    with microsoft(authority) as both:
        yield both


def cloud(servers: Microsoft) -> tuple[str, ...]:
    return ("--cloud", "custom", "--authority", servers.entra.url, "--graph-url", servers.graph.url)


def upload(servers: Microsoft, path: Path) -> None:
    """Adds a .cer file to the app, as an administrator does in Entra ID."""
    certificate = x509.load_der_x509_certificate(path.read_bytes())
    servers.entra.certificates.append(certificate.public_bytes(Encoding.PEM).decode())


def test_a_certificate_is_made_uploaded_used_renewed_and_switched(
    program: Program, servers: Microsoft, tmp_path: Path
) -> None:
    first, following = tmp_path / "app.cer", tmp_path / "next.cer"
    ids = ("--user", USER_NAME, "--tenant-id", TENANT, "--client-id", CLIENT_ID, "--sign-in", "app-only")
    program.smtp("create", "App", "--type", "graph", *ids, *cloud(servers), "--new-certificate", str(first))
    refused = program("smtp", "check", "App")
    assert refused.code != 0
    assert "AADSTS700027" in refused.err + refused.out
    upload(servers, first)
    program.smtp("test", "App", "--to", TO)

    program.smtp("certificate", "renew", "App", "--save", str(following))
    assert program("smtp", "certificate", "check", "App").code != 0  # not uploaded yet
    upload(servers, following)
    program.smtp("certificate", "check", "App")
    program.smtp("certificate", "switch", "App")
    servers.entra.certificates.pop(0)
    program.smtp("test", "App", "--to", TO)
    assert [mail.recipients for mail in servers.graph.sent] == [(TO,)] * 2
    assert not any("client_secret" in form for form in servers.entra.token_calls)

    kinds = {one["kind"] for one in program.smtp("expiry")}
    assert kinds == {"app_certificate"}
    files = [path for path in program.home.rglob("*") if path.is_file()]
    signed = {form["client_assertion"].rpartition(".")[2] for form in servers.entra.token_calls}
    for trace in ("PRIVATE KEY", *signed):
        assert not [path for path in files if trace.encode() in path.read_bytes()]
        assert not [text for text in program.printed if trace in text]


def test_an_azure_computer_sends_with_its_managed_identity_and_no_secret(program: Program, servers: Microsoft) -> None:
    with IdentityService(servers.graph.url, servers.entra) as service:
        program.environment |= {"IDENTITY_ENDPOINT": f"{service.url}/msi/token", "IDENTITY_HEADER": HEADER}
        program.smtp(
            "create",
            "Azure",
            "--type",
            "graph",
            "--user",
            USER_NAME,
            *cloud(servers),
            "--sign-in",
            "app-only",
            "--managed-identity",
        )
        program.smtp("test", "Azure", "--to", TO)
    assert len(servers.graph.sent) == 1
    assert not servers.entra.token_calls
    elsewhere = program("smtp", "check", "Azure")
    assert elsewhere.code != 0
    assert re.search("works only on a\\s+computer in Azure", elsewhere.out + elsewhere.err)
