"""The sign-in with a code, on another device (RFC 8628)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from smtp_desktop.domain.diagnosis.conversation import FailureKind
from smtp_desktop.domain.message_text import msg, one_line
from smtp_desktop.domain.sign_in.tokens import DeviceCode, TokenSet
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.http.replies import text_in
from smtp_desktop.transports.oauth.code_flow import OAuthSession
from smtp_desktop.transports.oauth.conversation import Conversation, Requests, checked_address
from smtp_desktop.transports.oauth.messages import (
    AuthorizationPending,
    no_device_code,
    no_device_code_at_google,
    nobody_signed_in,
    not_authorization_server,
)
from smtp_desktop.transports.oauth.tokens import seconds_in
from smtp_desktop.transports.session_error import SessionError

_GRANT = "urn:ietf:params:oauth:grant-type:device_code"
_INTERVAL_S, _LONGEST_INTERVAL_S = 5, 60
_SLOWER_S = 5  # RFC 8628 3.5
_EXPIRES_S, _LONGEST_S = 900, 1800
_LONGEST_CODE = 100
# After these the server is asked again, later (RFC 8628 3.5).
_NETWORK = frozenset(
    {FailureKind.TIMED_OUT, FailureKind.CLOSED, FailureKind.HOST_LOOKUP_FAILED, FailureKind.UNREACHABLE}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DeviceGrant:
    """What the server gave: what the user gets to see, and what the program asks with."""

    shown: DeviceCode
    device_code: str
    interval_s: float
    expires_s: float


def device_grant(document: Mapping[str, Any]) -> DeviceGrant:
    """Returns the grant in an answer of the device address (RFC 8628 3.2). Raises SessionError."""
    code, device_code = one_line(text_in(document.get("user_code"))), text_in(document.get("device_code"))
    address = text_in(document.get("verification_uri")) or text_in(document.get("verification_url"))  # the last: Google
    if not code or not device_code or len(code) > _LONGEST_CODE:
        raise not_authorization_server(msg("it gave no code"))
    expires_s = _seconds(document.get("expires_in"), _EXPIRES_S, _LONGEST_S)
    return DeviceGrant(
        shown=DeviceCode(
            code=code, address=checked_address(address), expires_at=datetime.now(UTC) + timedelta(seconds=expires_s)
        ),
        device_code=device_code,
        interval_s=_seconds(document.get("interval"), _INTERVAL_S, _LONGEST_INTERVAL_S),
        expires_s=expires_s,
    )


def sign_in_by_device(session: OAuthSession, *, on_code: Callable[[DeviceCode], None]) -> TokenSet:
    """Returns the tokens after somebody has entered the code that `on_code` gets. Raises SessionError."""
    if session.is_google:
        raise no_device_code_at_google()
    conversation = session.conversation
    with conversation.requests() as requests:
        url = session.server(requests).device_url
        if not url:
            raise no_device_code()
        scope = session.scope(requests)
        asked = {"scope": scope} if scope else {}
        # RFC 8628 3.1: a client with a secret proves itself here, too.
        grant = device_grant(session.post_to(url, requests, asked, hidden=""))
    conversation.recorder.redactor.add_secrets((grant.device_code,))
    fields = {"grant_type": _GRANT, "device_code": grant.device_code}
    on_code(grant.shown)
    document = polled(conversation, grant, lambda requests: session.post(requests, fields, hidden="the device code"))
    return session.signed_in(document)


def polled(conversation: Conversation, grant: DeviceGrant, ask: Callable[[Requests], dict[str, Any]]) -> dict[str, Any]:
    """Returns the answer of `ask` once somebody has entered the code: it asks as often as the server allows. Raises
    SessionError."""
    interval_s = grant.interval_s
    while datetime.now(UTC) < grant.shown.expires_at:
        with Deadline(conversation.cancel, deadline_s=_LONGEST_S) as deadline:
            deadline.pause(interval_s)
        try:
            with conversation.requests() as requests:
                return ask(requests)
        except AuthorizationPending as pending:
            interval_s += _SLOWER_S if pending.slower else 0
        except SessionError as error:
            if error.kind not in _NETWORK:
                raise
            interval_s += _SLOWER_S
    raise nobody_signed_in(round(grant.expires_s / 60))


def _seconds(value: object, default: int, longest: int) -> float:
    found = seconds_in(value, longest)
    return default if found is None else found
