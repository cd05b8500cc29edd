"""The client secret or certificate of an app, in the form that msal takes."""

from collections.abc import Mapping

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_pem_private_key

from smtp_desktop.domain.diagnosis.kinds import FailureDetail, FailureKind, Stage
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import AppCredential, SecretField
from smtp_desktop.transports.session_error import SessionError

_CERTIFICATE_BEGINS = "-----BEGIN CERTIFICATE-----"
_KEYS = frozenset({SecretField.CERTIFICATE, SecretField.NEXT_CERTIFICATE})


def msal_credential(credential: AppCredential, secrets: Mapping[SecretField, Secret]) -> str | dict[str, str]:
    """Returns the client secret, or the private key and certificate, as `client_credential` of msal.

    Without a thumbprint msal signs with PS256 and names the certificate by its SHA-256 (x5t#S256); with one it falls
    back to RS256 and SHA-1. Raises SessionError for a key that was damaged in the vault.
    """
    if credential is AppCredential.CERTIFICATE:
        key, mark, certificate = secrets[SecretField.CERTIFICATE].reveal().partition(_CERTIFICATE_BEGINS)
        _check(key)
        return {"private_key": key, "public_certificate": mark + certificate}
    return secrets[SecretField.CLIENT_SECRET].reveal()


def repeatable(secrets: Mapping[SecretField, Secret]) -> list[str]:
    """Returns the secrets that a server gets to see, and so may repeat. A private key never leaves this computer: what
    it signs does, see `signature_of`."""
    return [secret.reveal() for field, secret in secrets.items() if field not in _KEYS]


def as_text(assertion: str | bytes) -> str:
    """Returns an assertion as text, whichever way msal hands it over."""
    return assertion if isinstance(assertion, str) else assertion.decode("ascii")


def signature_of(assertion: str) -> str:
    """Returns the part of a signed assertion that makes it one (RFC 7515 3.1), and that nobody else may see."""
    return assertion.rpartition(".")[2]


def _check(key: str) -> None:
    # msal would say so in a way that an answer of another server can't be told from.
    try:
        load_pem_private_key(key.encode(), None, unsafe_skip_rsa_key_validation=True)
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise SessionError(
            FailureKind.NOT_STARTED,
            msg("The stored private key of the certificate can't be read. Import the certificate again."),
            detail=FailureDetail.BAD_CREDENTIAL,
            stage=Stage.TOKEN,
        ) from error
