"""The answer of a token address, as tokens (RFC 6749 5.1, OpenID Connect Core 1.0 3.1.3.3)."""

import base64
import json
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from smtp_desktop.domain.message_text import msg, one_line
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.tokens import TokenSet
from smtp_desktop.transports.http.replies import text_in
from smtp_desktop.transports.oauth.messages import not_authorization_server
from smtp_desktop.transports.redaction.redactor import SecretRedactor

_WITHOUT_END_S = 3600  # a server that names no end: the mail server says when it is over
_LONGEST_S = 400 * 24 * 3600
_LONGEST_TOKEN = 100_000
_LONGEST_NAME = 320
_LONGEST_SCOPE = 4000
_NAMES = ("email", "preferred_username", "upn")  # OpenID Connect Core 5.1, and Microsoft's own


def tokens_in(
    document: Mapping[str, Any], redactor: SecretRedactor, *, user_name: str, before: TokenSet | None = None
) -> TokenSet:
    """Returns the tokens in `document`. What it does not say holds as `before`. Raises SessionError."""
    access, refresh, id_token = (_token(document, name) for name in ("access_token", "refresh_token", "id_token"))
    redactor.add_secrets(token for token in (access, refresh, id_token) if token)
    if not access:
        raise not_authorization_server(msg("it issued no token"))
    kind = text_in(document.get("token_type"))
    if kind and kind.lower() != "bearer":  # RFC 6749 7.1: one that can't be used must not be
        raise not_authorization_server(msg("its tokens are of another type than Bearer"))
    now = datetime.now(UTC)
    kept = before.refresh_token if before else None
    return TokenSet(
        access_token=Secret(access),
        expires_at=_end(now, document, "expires_in") or now + timedelta(seconds=_WITHOUT_END_S),
        refresh_token=Secret(refresh) if refresh else kept,
        account=account_in(claims_in(id_token), user_name) or (before.account if before else ""),
        scope=one_line(text_in(document.get("scope")))[:_LONGEST_SCOPE] or (before.scope if before else ""),
        refresh_ends_at=_refresh_end(now, document) or (before.refresh_ends_at if before and not refresh else None),
    )


def claims_in(id_token: str) -> dict[str, Any]:
    """Returns the claims of an ID token, none for an empty one. It came over TLS from its issuer, which takes the place
    of its signature (OpenID Connect Core 3.1.3.7). Raises SessionError."""
    if not id_token:
        return {}
    try:
        payload = id_token.split(".")[1]
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (ValueError, IndexError, RecursionError) as error:
        raise not_authorization_server(msg("its ID token can't be read")) from error
    if not isinstance(claims, dict):
        raise not_authorization_server(msg("its ID token can't be read"))
    return claims


def account_in(claims: Mapping[str, Any], user_name: str) -> str:
    """Returns the account that `claims` name: as `user_name` does, where it is the same; empty for none."""
    names = [name for key in _NAMES if 0 < len(name := one_line(text_in(claims.get(key)))) <= _LONGEST_NAME]
    same = [name for name in names if name.casefold() == user_name.strip().casefold()]
    return (same or names or [""])[0]


def _token(document: Mapping[str, Any], name: str) -> str:
    """Returns the token of that name; empty for none. It is sent as it is, so it must be what a header may hold."""
    token = text_in(document.get(name))
    if not token.isascii() or not token.isprintable() or " " in token or len(token) > _LONGEST_TOKEN:
        raise not_authorization_server(msg("its tokens hold characters that none may hold"))
    return token


def _refresh_end(now: datetime, document: Mapping[str, Any]) -> datetime | None:
    # Google's and Microsoft's word, and Keycloak's, whose 0 means no end.
    return _end(now, document, "refresh_token_expires_in") or _end(now, document, "refresh_expires_in")


def seconds_in(value: object, longest: int) -> float | None:
    """Returns a time in seconds, which some servers write as text, `longest` at most; None for anything else."""
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= len(str(longest)):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value < float("inf"):
        return None
    return min(value, longest)


def _end(now: datetime, document: Mapping[str, Any], name: str) -> datetime | None:
    seconds = seconds_in(document.get(name), _LONGEST_S)
    return now + timedelta(seconds=seconds) if seconds else None
