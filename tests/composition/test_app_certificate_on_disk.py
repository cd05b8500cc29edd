"""An app's certificate through the whole program: made, uploaded, used, renewed and switched. No key is on the disk."""

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from cryptography import x509
from servers.certificates import Authority
from servers.microsoft.tenant import CLIENT_ID, CLIENT_SECRET, TENANT, USER_NAME, Microsoft, microsoft

from smtp_desktop.composition.application import Application
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import Cloud, ProfileType, SignIn
from smtp_desktop.services.checks.report import Report
from smtp_desktop.vault.sealed_file import EncryptedFileVault
from smtp_desktop.vault.sealed_format import Argon2Cost


@pytest.fixture
def servers(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Microsoft]:
    authority = Authority(tmp_path_factory.mktemp("authority"))
    monkeypatch.setenv("SSL_CERT_FILE", str(authority.path))
    with microsoft(authority) as both:
        yield both


@pytest.fixture
def application(tmp_path: Path) -> Iterator[Application]:
    vault = EncryptedFileVault(tmp_path / "secrets.vault", cost=Argon2Cost(memory_kib=32, iterations=1, lanes=1))
    vault.unlock(Secret("master"))
    with closing(Application(tmp_path, vault=vault)) as application:
        application.start_logging()
        yield application


def draft_for(servers: Microsoft) -> ProfileDraft:
    return ProfileDraft(
        name="Invoices",
        type=ProfileType.GRAPH,
        user_name=USER_NAME,
        tenant_id=TENANT,
        client_id=CLIENT_ID,
        client_secret=Secret(CLIENT_SECRET),
        sign_in=SignIn.APP_ONLY,
        cloud=Cloud.CUSTOM,
        authority=servers.entra.url,
        graph_url=servers.graph.url,
    )


def body_of(key: Secret) -> set[str]:
    """Returns the lines of the key by which it would be known; the first one is alike in all keys."""
    lines = key.reveal().partition("-----BEGIN CERTIFICATE")[0].splitlines()
    return {line for line in lines[2:-1] if len(line) == 64}


@pytest.mark.long
def test_a_secret_is_replaced_by_a_certificate_with_an_overlap_and_no_key_is_on_the_disk(
    application: Application, servers: Microsoft, tmp_path: Path
) -> None:
    services, public_part = application.services, tmp_path / "invoices.cer"
    stored = services.profiles.create(draft_for(servers))
    made = services.certificates.make(stored.name)
    renewed = services.certificates.renew(stored.id, made)

    services.certificates.save_public_part(made.certificate, public_part)
    uploaded = x509.load_der_x509_certificate(public_part.read_bytes())
    assert uploaded.fingerprint(uploaded.signature_hash_algorithm).hex().upper() == made.certificate.thumbprint
    servers.entra.certificates = [made.certificate.pem]

    tried = services.tester.check_draft(
        services.certificates.draft_with_next(stored.id), profile_id=stored.id, cancel=Cancel(), on_step=lambda _: None
    )
    services.certificates.switch(renewed)
    servers.entra.client_secret = "deleted"
    tested = services.tester.check(stored.id, cancel=Cancel(), on_step=lambda _: None)
    servers.entra.certificates = []
    refused = services.tester.check(stored.id, cancel=Cancel(), on_step=lambda _: None)

    assert _failures(tried, tested) == [None, None]
    assert "700027" in str(refused.timeline.failure)
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {"smtp-desktop.sqlite3", "secrets.vault", "smtp-desktop.log"} <= {path.name for path in files}
    shown = repr((tried, tested, refused, renewed, made))
    for line in body_of(made.secret):
        assert line not in shown
        assert not [path for path in files if line.encode() in path.read_bytes()]


def _failures(*reports: Report) -> list[object]:
    return [report.timeline.failure for report in reports]
