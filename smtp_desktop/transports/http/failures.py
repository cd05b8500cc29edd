"""The errors that end an HTTPS conversation early, whatever service it is with."""

from smtp_desktop.domain.diagnosis.conversation import FailureKind, HttpReply
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.session_error import SessionError

_CONNECTION_TEXTS = {
    FailureKind.HOST_NOT_FOUND: (
        "Host {host} not found. Check this computer's network and any addresses that you entered."
    ),
    FailureKind.HOST_LOOKUP_FAILED: "The DNS lookup of {host} failed. Check the network and try again later.",
    FailureKind.REFUSED: (
        "{host} refuses the connection. Check this computer's network and proxy, and any addresses that you entered."
    ),
    FailureKind.TIMED_OUT: (
        "{host} could not be reached in time. A firewall may block the connection, or a proxy may be needed."
    ),
    FailureKind.UNREACHABLE: "{host} can't be reached from this computer. Check the network.",
}


def reworded(error: SessionError, host: str) -> SessionError:
    """Returns the same error in a text for a user who may have entered neither host nor port."""
    text = _CONNECTION_TEXTS.get(error.kind)
    return SessionError(error.kind, msg(text, host=host), stage=error.stage) if text else error


def connection_lost(host: str) -> SessionError:
    """Returns the error for a connection that was lost before the answer."""
    return SessionError(FailureKind.CLOSED, msg("The connection to {host} was lost before it answered.", host=host))


def too_slow(host: str, seconds: float) -> SessionError:
    """Returns the error for an answer that took longer than `seconds`."""
    return SessionError(
        FailureKind.TIMED_OUT,
        msg("{host} did not answer within {seconds} seconds.", host=host, seconds=f"{seconds:g}"),
    )


def proxy_refused(reply: HttpReply | None) -> SessionError:
    """Returns the error for a refusal by the proxy, with its `reply` if it gave one."""
    return SessionError(
        FailureKind.PROXY,
        msg(
            "The proxy did not let the connection through. "
            "Check HTTPS_PROXY and NO_PROXY, or the system's proxy settings."
        ),
        reply=reply,
    )
