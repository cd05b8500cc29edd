"""Tokens of an app that signs in as itself."""

import pytest
from app_keys import ACCOUNT, pem_of, self_signed, service_account
from cryptography import x509
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from oauth_driver import GOOGLE, MICROSOFT, OTHER, OAuthDriver, refused, reply_of
from servers.microsoft.managed_identity import IdentityService
from servers.oauth.grants import USER_NAME

from smtp_desktop.domain.diagnosis.conversation import FailureDetail, FailureKind
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import AppCredential, SecretField

EXCHANGE = "https://outlook.office365.com"


@pytest.fixture(scope="module")
def certificate(key: rsa.RSAPrivateKey) -> x509.Certificate:
    return self_signed(key)


def test_microsoft_takes_the_client_secret(driver):
    driver.server.behavior.client_secret = "s3cret"
    tokens = driver.app_token(MICROSOFT, {SecretField.CLIENT_SECRET: Secret("s3cret")})
    assert driver.server.grants.valid(tokens.access_token.reveal())
    assert tokens.refresh_token is None
    (form,) = driver.server.grants.calls
    assert form["grant_type"] == "client_credentials"
    assert form["scope"] == "https://outlook.office365.com/.default"


def test_microsoft_takes_the_certificate_by_its_sha_256(driver, key, certificate):
    # The server compares the thumbprint and verifies the signature.
    driver.server.behavior.client_secret = "not asked for"
    driver.server.behavior.certificate = certificate
    pem = Secret(pem_of(key) + certificate.public_bytes(serialization.Encoding.PEM).decode())
    tokens = driver.app_token(MICROSOFT, {SecretField.CERTIFICATE: pem}, credential=AppCredential.CERTIFICATE)
    assert driver.server.grants.valid(tokens.access_token.reveal())


def test_a_certificate_that_is_damaged_asks_nobody(driver):
    failure = refused(
        lambda: driver.app_token(
            MICROSOFT, {SecretField.CERTIFICATE: Secret("damaged")}, credential=AppCredential.CERTIFICATE
        )
    ).failure
    assert failure.kind is FailureKind.NOT_STARTED
    assert driver.server.calls == []


def test_an_azure_computer_needs_no_secret(driver, monkeypatch):
    with IdentityService(EXCHANGE) as service:
        service.pose_as_machine(monkeypatch)
        service.user_assigned = driver.server.grants.client_id
        tokens = driver.app_token(MICROSOFT, {}, credential=AppCredential.MANAGED_IDENTITY)
        assert service.issued == [tokens.access_token.reveal()]
        service.user_assigned = "another"
        error = refused(lambda: driver.app_token(MICROSOFT, {}, credential=AppCredential.MANAGED_IDENTITY))
    assert error.failure.kind is FailureKind.TOKEN_REFUSED
    assert "Identity not found" in str(error.failure.reply)


def test_elsewhere_than_in_azure_there_is_no_managed_identity(driver, monkeypatch):
    with IdentityService(EXCHANGE) as service:
        service.pose_as_machine(monkeypatch)
    error = refused(lambda: driver.app_token(MICROSOFT, {}, credential=AppCredential.MANAGED_IDENTITY))
    assert "works only on a computer in Azure" in str(error.failure.message)


def test_any_other_server_takes_the_client_secret(driver):
    driver.server.behavior.client_secret = "s3cret"
    driver.app_token(OTHER, {SecretField.CLIENT_SECRET: Secret("s3cret")})
    error = refused(lambda: driver.app_token(OTHER, {SecretField.CLIENT_SECRET: Secret("wrong")}))
    assert reply_of(error).error_code == "AADSTS7000215"


def test_google_takes_what_the_service_account_signs(driver: OAuthDriver, key):
    driver.server.behavior.service_accounts[ACCOUNT] = key.public_key()
    tokens = driver.app_token(GOOGLE, {SecretField.SERVICE_ACCOUNT: service_account(key)})
    issued = driver.server.grants.valid(tokens.access_token.reveal())
    assert issued is not None
    # It acts for the mailbox, not for itself.
    assert (issued.account, issued.scope) == (USER_NAME, "https://mail.google.com/")
    assert tokens.account == USER_NAME
    (form,) = driver.server.grants.calls
    assert form["grant_type"] == "urn:ietf:params:oauth:grant-type:jwt-bearer"
    assert "client_id" not in form


def test_google_s_refusal_is_the_reply(driver, key):
    error = refused(lambda: driver.app_token(GOOGLE, {SecretField.SERVICE_ACCOUNT: service_account(key)}))
    assert error.failure.kind is FailureKind.TOKEN_REFUSED
    assert reply_of(error).error_code == "unauthorized_client"
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    driver.server.behavior.service_accounts[ACCOUNT] = other.public_key()
    error = refused(lambda: driver.app_token(GOOGLE, {SecretField.SERVICE_ACCOUNT: service_account(key)}))
    assert str(reply_of(error)) == "400 invalid_grant Invalid JWT: the signature."


@pytest.mark.parametrize(
    "changed",
    [
        {"type": "authorized_user"},
        {"type": None},
        {"private_key": "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"},
        {"private_key": 7},
        {"private_key": pem_of(ec.generate_private_key(ec.SECP256R1()))},
        {"client_email": ""},
        {"client_email": ["a"]},
    ],
)
def test_what_is_no_service_account_key_asks_nobody(driver, key, changed):
    failure = refused(
        lambda: driver.app_token(GOOGLE, {SecretField.SERVICE_ACCOUNT: service_account(key, **changed)})
    ).failure
    assert (failure.kind, failure.detail) == (FailureKind.NOT_STARTED, FailureDetail.BAD_CREDENTIAL)
    assert driver.server.calls == []


@pytest.mark.parametrize("text", ["", "nonsense", "[]", "null", "[" * 100_000, '{"type": "service_account"}'])
def test_what_is_no_json_key_asks_nobody(driver, text):
    failure = refused(lambda: driver.app_token(GOOGLE, {SecretField.SERVICE_ACCOUNT: Secret(text)})).failure
    assert failure.detail is FailureDetail.BAD_CREDENTIAL
    assert driver.server.calls == []
