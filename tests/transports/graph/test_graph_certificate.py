"""The app signs in with a certificate: real msal against an Entra ID that checks the assertion."""

import base64
import json
import logging
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from graph_driver import GraphDriver, a_mail, failure_of, reply_of
from servers.https_calls import Answer, Call
from servers.microsoft.tenant import CLIENT_SECRET

from smtp_desktop.composition.data_folder import log_file
from smtp_desktop.composition.logs import start_logging, stop_logging
from smtp_desktop.domain.diagnosis.kinds import FailureKind
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.app_certificate import KeyedCertificate
from smtp_desktop.domain.smtp.profile import AppCredential, SecretField, SignIn
from smtp_desktop.transports.net.app_certificates import AppCertificates


@cache  # a key takes up to a second
def a_certificate(name: str = "App", *, made_days_ago: int = 0) -> KeyedCertificate:
    return AppCertificates().make(name, months=1, now=datetime.now(UTC) - timedelta(days=made_days_ago))


def by_certificate(driver: GraphDriver, certificate: KeyedCertificate, *, uploaded: bool = True) -> GraphDriver:
    """Lets the driver sign in with the certificate, whose public part is uploaded to Entra ID."""
    driver.mailbox = replace(
        driver.mailbox,
        sign_in=SignIn.APP_ONLY,
        app_credential=AppCredential.CERTIFICATE,
        app_certificate=certificate.certificate,
    )
    driver.secrets = {SecretField.CERTIFICATE: certificate.secret}
    driver.servers.entra.certificates = [certificate.certificate.pem] if uploaded else []
    return driver


def test_a_message_is_sent_with_a_certificate_alone(driver: GraphDriver) -> None:
    assert by_certificate(driver, a_certificate()).converse(a_mail()).failure is None
    assert len(driver.servers.graph.sent) == 1
    (form,) = driver.servers.entra.token_calls
    assert "client_secret" not in form


def test_the_assertion_is_signed_with_ps256_and_names_the_certificate_by_its_sha256(driver: GraphDriver) -> None:
    by_certificate(driver, a_certificate()).converse()
    header = driver.servers.entra.token_calls[0]["client_assertion"].partition(".")[0]
    fields = json.loads(base64.urlsafe_b64decode(header + "=" * (-len(header) % 4)))
    thumbprint = base64.urlsafe_b64encode(bytes.fromhex(a_certificate().certificate.thumbprint)).rstrip(b"=").decode()
    assert fields["alg"] == "PS256"
    assert fields["x5t#S256"].rstrip("=") == thumbprint
    assert "x5t" not in fields


def test_what_is_stored_beside_it_does_not_matter(driver: GraphDriver) -> None:
    by_certificate(driver, a_certificate())
    driver.secrets[SecretField.CLIENT_SECRET] = Secret("expired long ago")
    assert driver.converse().failure is None
    driver.mailbox = replace(driver.mailbox, app_credential=AppCredential.SECRET)
    driver.secrets[SecretField.CLIENT_SECRET] = Secret(CLIENT_SECRET)
    assert driver.converse().failure is None
    assert ["client_secret" in form for form in driver.servers.entra.token_calls] == [False, True]


def test_a_certificate_that_was_not_uploaded_is_refused_with_its_thumbprint(driver: GraphDriver) -> None:
    timeline = by_certificate(driver, a_certificate(), uploaded=False).converse()
    assert reply_of(timeline).aadsts == (700027,)
    assert a_certificate().certificate.thumbprint in str(reply_of(timeline))
    assert any(a_certificate().certificate.thumbprint in line.text for line in timeline.transcript)


def test_an_expired_certificate_is_refused_by_entra_id(driver: GraphDriver) -> None:
    timeline = by_certificate(driver, a_certificate("Old", made_days_ago=40)).converse()
    assert reply_of(timeline).aadsts == (7000222,)


def test_two_certificates_are_accepted_while_they_overlap(driver: GraphDriver) -> None:
    by_certificate(driver, a_certificate("Old one"))
    driver.servers.entra.certificates.append(a_certificate().certificate.pem)
    assert driver.converse().failure is None
    driver.secrets = {SecretField.CERTIFICATE: a_certificate().secret}
    driver.mailbox = replace(driver.mailbox, app_certificate=a_certificate().certificate)
    assert driver.converse().failure is None


def test_another_certificate_gets_a_token_of_its_own(driver: GraphDriver) -> None:
    driver.servers.graph.permissions |= {"Mail.Read"}
    by_certificate(driver, a_certificate()).newest()
    driver.newest()
    assert len(driver.servers.entra.token_calls) == 1
    by_certificate(driver, a_certificate("Old one")).newest()
    assert len(driver.servers.entra.token_calls) == 2


def test_a_key_that_was_damaged_in_the_vault_is_not_taken_for_an_answer(driver: GraphDriver) -> None:
    by_certificate(driver, a_certificate())
    key = a_certificate().secret.reveal()
    driver.secrets = {SecretField.CERTIFICATE: Secret(key[:400] + key[500:])}
    failure = failure_of(driver.converse())
    assert failure.kind is FailureKind.NOT_STARTED
    assert "Import the certificate again" in str(failure.message)


def repeat(call: Call) -> Answer:
    """Returns a refusal that repeats the whole form."""
    return Answer(status=400, json={"error": "invalid_client", "error_description": call.body.decode()})


def test_neither_key_nor_assertion_is_shown_or_logged(driver: GraphDriver, tmp_path: Path) -> None:
    path = log_file(tmp_path)
    start_logging(path, logging.DEBUG)
    try:
        shown = repr(by_certificate(driver, a_certificate()).converse(a_mail()))
        driver.servers.entra.answer_next("/token", repeat)
        shown += repr(driver.converse(a_mail()))
    finally:
        stop_logging()
    assert "characters withheld" in shown
    lines = [line for line in a_certificate().secret.reveal().splitlines() if not line.startswith("-")]
    signatures = [form["client_assertion"].rpartition(".")[2] for form in driver.servers.entra.token_calls]
    public = a_certificate().certificate.pem
    assert signatures
    everything = shown + path.read_text(encoding="utf-8")
    assert not [canary for canary in (*lines, *signatures) if canary in everything and canary not in public]
