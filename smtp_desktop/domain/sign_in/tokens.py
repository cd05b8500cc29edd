"""Access tokens and refresh tokens, and where a conversation gets one from."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.secret import Secret


class BadTokens(Exception):
    """What a vault holds is not a set of tokens."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TokenSet:
    """The tokens that one sign-in brought, or its last renewal (RFC 6749 5.1).

    `expires_at` is the end of the access token; `refresh_ends_at` that of the sign-in itself, where the authorization
    server says so. `account` is who signed in, empty where that is not known. `scope` is what was granted.
    """

    access_token: Secret
    expires_at: datetime
    refresh_token: Secret | None = None
    refresh_ends_at: datetime | None = None
    account: str = ""
    scope: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """An access token for one conversation. A `fresh` one was issued just now: where that is refused, another one
    would be refused as well."""

    value: Secret
    fresh: bool


TokenSource = Callable[[bool, Cancel], AccessToken]
"""Returns an access token; with True a new one, since the server refused the last. Blocks. Raises NoAccessToken,
VaultError, StoreError, Cancelled."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceCode:
    """What a person enters on another device to sign in (RFC 8628 3.2): `code`, at `address`, until `expires_at`."""

    code: str
    address: str
    expires_at: datetime


def to_secret(tokens: TokenSet) -> Secret:
    """Returns the tokens as one secret, for a vault."""
    ends_at = tokens.refresh_ends_at
    document = {
        "access_token": tokens.access_token.reveal(),
        "expires_at": tokens.expires_at.timestamp(),
        "refresh_token": tokens.refresh_token.reveal() if tokens.refresh_token else None,
        "refresh_ends_at": ends_at.timestamp() if ends_at else None,
        "account": tokens.account,
        "scope": tokens.scope,
    }
    return Secret(json.dumps(document, separators=(",", ":")))


def token_set_of(secret: Secret) -> TokenSet:
    """Returns the tokens that `to_secret` was given. Raises BadTokens."""
    try:
        document = json.loads(secret.reveal())
        refresh_token, ends_at = document["refresh_token"], document["refresh_ends_at"]
        return TokenSet(
            access_token=Secret(str(document["access_token"])),
            expires_at=_moment(document["expires_at"]),
            refresh_token=None if refresh_token is None else Secret(str(refresh_token)),
            refresh_ends_at=None if ends_at is None else _moment(ends_at),
            account=str(document["account"]),
            scope=str(document["scope"]),
        )
    except (ValueError, TypeError, LookupError, OverflowError, OSError, RecursionError):
        # Without its cause, which may quote the secret.
        raise BadTokens from None


def _moment(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
