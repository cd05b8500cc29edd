"""The errors that end a conversation with Microsoft early, with their texts."""

from smtp_desktop.domain.diagnosis.conversation import FailureDetail, FailureKind, HttpReply
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.transports.session_error import SessionError


def not_graph(reason: MessageText) -> SessionError:
    """Returns the error for a server that is not Microsoft's; `reason` says how that shows."""
    return SessionError(
        FailureKind.NOT_GRAPH,
        msg("The answer is not from Microsoft 365: {what}.", what=str(reason)),
    )


def page_instead(reply: HttpReply) -> SessionError:
    """Returns the error for a web page in the place of an answer, with its title as `reply`."""
    return SessionError(
        FailureKind.NOT_GRAPH,
        msg(
            "A web page answered instead of Microsoft, such as that of a proxy, web filter or public network: {page}.",
            page=str(reply).rstrip("."),
        ),
        reply=reply,
        detail=FailureDetail.HTTP,
    )


def other_host(host: str) -> SessionError:
    """Returns the error that keeps a secret from being sent to `host`."""
    return SessionError(
        FailureKind.NOT_GRAPH,
        msg(
            "The sign-in would continue at {host}. Secrets are sent only to the host that they were entered for.",
            host=host,
        ),
    )


def federated() -> SessionError:
    """Returns the error for a password that another server than Entra ID would have to check."""
    return SessionError(
        FailureKind.FEDERATED,
        msg(
            "This account signs in at its company's own server, not at Entra ID, so the password can't be used "
            "here. Use the app-only sign-in."
        ),
    )


def token_refused(reply: HttpReply, *, detail: FailureDetail | None = None) -> SessionError:
    """Returns the error for a refusal by Entra ID."""
    return SessionError(
        FailureKind.TOKEN_REFUSED,
        msg("Microsoft refused the sign-in: {reply}", reply=str(reply)),
        reply=reply,
        detail=detail,
    )


def graph_refused(reply: HttpReply, *, draft: bool, detail: FailureDetail | None = None) -> SessionError:
    """Returns the error for a refusal by Graph; `draft` if it refused the draft of a large mail."""
    if draft:
        return SessionError(
            FailureKind.DRAFT_REFUSED,
            msg("Microsoft 365 refused the draft that a message of this size needs: {reply}", reply=str(reply)),
            reply=reply,
            detail=detail,
        )
    return SessionError(
        FailureKind.GRAPH_REFUSED,
        msg("Microsoft 365 refused the request: {reply}", reply=str(reply)),
        reply=reply,
        detail=detail,
    )


def outcome_unknown() -> SessionError:
    """Returns the error for a connection that was lost after the mail was sent and before the reply."""
    return SessionError(
        FailureKind.OUTCOME_UNKNOWN,
        msg(
            "The whole message was handed over, but the connection was lost before Microsoft 365 answered. "
            "Look in Sent Items before you send it again."
        ),
    )


def too_large(size_bytes: int, limit_bytes: int) -> SessionError:
    """Returns the error for a mail that is too large for every mailbox."""
    return SessionError(
        FailureKind.TOO_LARGE,
        msg(
            "The message has {size} MB; Microsoft 365 accepts at most {limit} MB. Nothing was sent.",
            size=f"{size_bytes / 1_000_000:.1f}",
            limit=f"{limit_bytes / 1_000_000:.0f}",
        ),
    )


def recipients_differ() -> SessionError:
    """Returns the error for a finished mail whose header names others than its recipients."""
    return SessionError(
        FailureKind.RECIPIENTS_DIFFER,
        msg(
            "Microsoft 365 sends to everyone named in the message header, but these are not the recipients given. "
            "Nothing was sent. Correct the header, or send it through an SMTP server."
        ),
    )
