"""Ports of the sign-in: authorization servers, and the memory of who signed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

    from smtp_desktop.domain.cancel import Cancel
    from smtp_desktop.domain.secret import Secret
    from smtp_desktop.domain.sign_in.signed_in import SignedIn
    from smtp_desktop.domain.sign_in.tokens import DeviceCode, TokenSet
    from smtp_desktop.domain.smtp.app_certificate import KeyedCertificate
    from smtp_desktop.domain.smtp.oauth import AppCertificate, OAuthClient
    from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SecretField


class AuthorizationServers(Protocol):
    """Gets tokens from authorization servers. Every call blocks and ends within a tenth of a second once it is
    cancelled. All raise NoAccessToken and Cancelled."""

    def sign_in_by_browser(
        self,
        client: OAuthClient,
        *,
        client_secret: Secret | None,
        user_name: str,
        cancel: Cancel,
        on_address: Callable[[str], None],
    ) -> TokenSet:
        """Lets a person sign in with a browser on this computer (RFC 8252, RFC 7636), within five minutes.
        `on_address` gets the address to be opened once the answer can be heard; it must not block. `user_name` is
        proposed as the account."""
        ...

    def sign_in_by_device(
        self,
        client: OAuthClient,
        *,
        client_secret: Secret | None,
        user_name: str,
        cancel: Cancel,
        on_code: Callable[[DeviceCode], None],
    ) -> TokenSet:
        """Lets a person sign in on another device (RFC 8628). `on_code` gets what to enter there; it must not block."""
        ...

    def refresh(
        self, client: OAuthClient, tokens: TokenSet, *, client_secret: Secret | None, cancel: Cancel
    ) -> TokenSet:
        """Returns new tokens in place of `tokens` (RFC 6749 6), with the old refresh token where there is no new
        one."""
        ...

    def app_token(self, server: GenericServer, *, secrets: Mapping[SecretField, Secret], cancel: Cancel) -> TokenSet:
        """Returns tokens for an app that signs in as itself, by `secrets`."""
        ...


class SignedInStore(Protocol):
    """Stores who signed in. All may raise StoreError. Safe from every thread."""

    def get(self, profile_id: ProfileId) -> SignedIn | None:
        """Returns who signed in for the SMTP; None where nobody did."""
        ...

    def all(self) -> Mapping[ProfileId, SignedIn]:
        """Returns everybody who signed in, by SMTP."""
        ...

    def put(self, signed_in: SignedIn) -> None:
        """Stores who signed in, in place of who did before. Does nothing where the SMTP is gone."""
        ...

    def forget(self, profile_id: ProfileId) -> None:
        """Forgets who signed in for the SMTP."""
        ...


class CertificateMaker(Protocol):
    """Makes and reads certificates of apps, with their private keys (RSA). May block on the disk."""

    def make(self, name: str, *, months: int, now: datetime) -> KeyedCertificate:
        """Returns a new key with its self-signed certificate, which is valid for `months` months of 30 days, for an
        SMTP of that name. Takes a second or more."""
        ...

    def read(self, paths: Sequence[Path], password: Secret | None, *, now: datetime) -> KeyedCertificate:
        """Returns the key in these files, one PFX or one or two in PEM form, with its certificate. `password` opens
        what is encrypted. Raises FieldErrors for `certificate` and `certificate_password`."""
        ...

    def parse(self, pem: Secret, *, now: datetime) -> KeyedCertificate:
        """Returns the key in a PEM, with its certificate. Raises FieldErrors for `certificate`."""
        ...

    def der(self, certificate: AppCertificate) -> bytes:
        """Returns the certificate as a .cer file holds it (DER)."""
        ...
