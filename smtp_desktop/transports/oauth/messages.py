"""The errors that end a conversation with an authorization server early, with their texts."""

from smtp_desktop.domain.diagnosis.conversation import FailureDetail, FailureKind, HttpReply, Stage
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.transports.session_error import SessionError


def not_authorization_server(reason: MessageText) -> SessionError:
    """Returns the error for a server that is none; `reason` says how that shows."""
    return SessionError(
        FailureKind.NOT_AUTHORIZATION_SERVER,
        msg("The answer is not from an authorization server: {what}.", what=str(reason)),
    )


def page_instead(reply: HttpReply) -> SessionError:
    """Returns the error for a web page in the place of an answer, with its title as `reply`."""
    return SessionError(
        FailureKind.NOT_AUTHORIZATION_SERVER,
        msg(
            "A web page answered instead of the authorization server, such as that of a proxy, web filter or public "
            "network: {page}.",
            page=str(reply).rstrip("."),
        ),
        reply=reply,
        detail=FailureDetail.HTTP,
    )


def bad_address(address: str) -> SessionError:
    """Returns the error that keeps a secret from being sent to `address`, which may be shown."""
    return SessionError(
        FailureKind.NOT_AUTHORIZATION_SERVER,
        msg(
            "The authorization server can't be used at {address}: its addresses must begin with https://.",
            address=address,
        ),
        detail=FailureDetail.BAD_ADDRESS,
    )


def other_issuer(found: str, expected: str) -> SessionError:
    """Returns the error for an answer in the name of another issuer, which may be shown."""
    return SessionError(
        FailureKind.NOT_AUTHORIZATION_SERVER,
        msg(
            "The authorization server calls itself {found}, not {expected}. Enter the issuer exactly as it calls "
            "itself.",
            found=found,
            expected=expected,
        ),
        detail=FailureDetail.BAD_ADDRESS,
    )


class AuthorizationPending(SessionError):
    """Nobody has entered the code yet; with `slower` the server wants to be asked less often (RFC 8628 3.5)."""

    def __init__(self, reply: HttpReply, *, slower: bool) -> None:
        super().__init__(
            FailureKind.TOKEN_REFUSED,
            msg("Nobody has signed in with the code yet: {reply}", reply=str(reply)),
            reply=reply,
            stage=Stage.TOKEN,
        )
        self.slower = slower


def token_refused(reply: HttpReply, *, detail: FailureDetail | None = None) -> SessionError:
    """Returns the error for a refusal by the authorization server."""
    return SessionError(
        FailureKind.TOKEN_REFUSED,
        msg("The authorization server refused the sign-in: {reply}", reply=str(reply)),
        reply=reply,
        detail=detail,
        stage=Stage.TOKEN,
    )


def scope_missing(wanted: str, granted: str) -> SessionError:
    """Returns the error for a token that allows less than sending needs; `granted` may be shown."""
    return SessionError(
        FailureKind.TOKEN_REFUSED,
        msg(
            "The sign-in worked, but the permission {wanted} was not given, only: {granted}. "
            "Sign in again and select every permission.",
            wanted=wanted,
            granted=granted or "-",
        ),
        detail=FailureDetail.SCOPE_MISSING,
        stage=Stage.TOKEN,
    )


def not_renewable() -> SessionError:
    """Returns the error for tokens that came without a refresh token."""
    return SessionError(
        FailureKind.TOKEN_REFUSED,
        msg("The authorization server gave no refresh token, so the sign-in has ended. Sign in again."),
        detail=FailureDetail.NOT_RENEWABLE,
        stage=Stage.TOKEN,
    )


def nobody_signed_in(minutes: int) -> SessionError:
    """Returns the error for a sign-in in the browser that nobody finished."""
    return SessionError(
        FailureKind.NOT_SIGNED_IN,
        msg("Nobody signed in within {minutes} minutes. Sign in again, and finish it in the browser.", minutes=minutes),
        stage=Stage.TOKEN,
    )


def no_listener() -> SessionError:
    """Returns the error for a computer that allows no address for the answer of a sign-in."""
    return SessionError(
        FailureKind.NOT_STARTED,
        msg(
            "This computer does not let the program wait for the browser on 127.0.0.1. "
            "Check its security software, or sign in with a code instead."
        ),
        stage=Stage.TOKEN,
    )


def no_device_code_at_google() -> SessionError:
    """Returns the error for a way to sign in that Google does not offer for mail."""
    return _not_offered(
        msg("Google does not allow sending mail after a sign-in with a code. Sign in in the browser instead.")
    )


def no_device_code() -> SessionError:
    """Returns the error for an authorization server that names no address for a sign-in with a code."""
    return _not_offered(
        msg(
            "This authorization server names no address for a sign-in with a code. "
            "Enter that address, or sign in in the browser."
        )
    )


def no_address(what: str) -> SessionError:
    """Returns the error for an authorization server that lacks the address `what`, a word of RFC 8414."""
    return _not_offered(msg("The authorization server has no {what}. Enter its addresses.", what=what))


def _not_offered(message: MessageText) -> SessionError:
    return SessionError(FailureKind.NOT_STARTED, message, detail=FailureDetail.NOT_OFFERED, stage=Stage.TOKEN)


def bad_credential(message: MessageText) -> SessionError:
    """Returns the error for a key or certificate that nothing can be signed with."""
    return SessionError(FailureKind.NOT_STARTED, message, detail=FailureDetail.BAD_CREDENTIAL, stage=Stage.TOKEN)
