"""The sign-in in the browser: the authorization code flow with PKCE on a loopback address (RFC 8252, RFC 7636)."""

import json
import secrets
from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from typing import Protocol

from smtp_desktop.domain.message_text import Translate
from smtp_desktop.domain.sign_in.tokens import TokenSet
from smtp_desktop.transports.deadline import Deadline, Waiter
from smtp_desktop.transports.http.exchange import Answer
from smtp_desktop.transports.http.replies import reply_of
from smtp_desktop.transports.oauth.conversation import Conversation
from smtp_desktop.transports.oauth.listener import AuthorizationListener
from smtp_desktop.transports.oauth.messages import nobody_signed_in, token_refused
from smtp_desktop.transports.oauth.pages import SIGNED_IN, not_signed_in
from smtp_desktop.transports.session_error import SessionError

_FOREVER_S = float("inf")
_REFUSED = 400  # RFC 6749 4.1.2.1 gives none; the token address answers the same errors with it


class BrowserFlow(Protocol):
    """The flow with one authorization server. Both calls may go over the network, and raise SessionError."""

    redirect_host: str

    def address(self, redirect_uri: str, state: str) -> str:
        """Returns the address to open in the browser."""
        ...

    def redeem(self, answer: Mapping[str, str]) -> TokenSet:
        """Returns the tokens for the answer that the browser brought, which holds a code."""
        ...


def sign_in_by_browser(
    conversation: Conversation,
    flow: BrowserFlow,
    *,
    on_address: Callable[[str], None],
    translate: Translate,
    wait_s: float,
) -> TokenSet:
    """Returns the tokens after somebody has signed in within `wait_s` at the address that `on_address` gets. Raises
    SessionError."""
    state = secrets.token_urlsafe(32)
    recorder = conversation.recorder
    recorder.redactor.add_secrets((state,))
    with (
        closing(Waiter()) as waiter,
        AuthorizationListener(state, on_answer=waiter.wake, translate=translate) as listener,
    ):
        on_address(flow.address(f"http://{flow.redirect_host}:{listener.port}", state))
        recorder.note(f"Waiting for the browser at {flow.redirect_host}:{listener.port}")
        with Deadline(conversation.cancel, deadline_s=_FOREVER_S, waiter=waiter) as deadline:
            while listener.answer is None and deadline.now_s < wait_s:
                deadline.wait({}, until_s=wait_s)
        if listener.answer is None:
            raise nobody_signed_in(round(wait_s / 60))
        try:
            tokens = _redeemed(conversation, flow, listener.answer)
        except SessionError as error:
            listener.show(not_signed_in(error.message))
            raise
        listener.show(SIGNED_IN)
        return tokens


def _redeemed(conversation: Conversation, flow: BrowserFlow, answer: Mapping[str, str]) -> TokenSet:
    redactor = conversation.recorder.redactor
    if "error" in answer:
        conversation.recorder.note("The browser brought an error")
        # In the form in which the token address gives an error.
        said = Answer(status=_REFUSED, reason="", headers={}, body=json.dumps(dict(answer)).encode())
        reply = reply_of(said, redactor.redact_all)
        subcode = answer.get("error_subcode", "")  # Microsoft's, as in `cancel`
        raise token_refused(replace(reply, text=(*reply.text, redactor.redact(subcode))) if subcode else reply)
    conversation.recorder.note("The browser brought an authorization code")
    redactor.add_secrets((answer["code"],))
    return flow.redeem(answer)
