"""What is said of a conversation with Microsoft that ends early."""

from smtp_desktop.domain.diagnosis.conversation import FailureKind, HttpReply
from smtp_desktop.domain.message_text import Text, text
from smtp_desktop.transports.session_error import Ended

_DIALLING = {
    FailureKind.HOST_NOT_FOUND: (
        "There is no host named {host}. Check this computer's network, and the addresses where Cloud is Custom."
    ),
    FailureKind.HOST_LOOKUP_FAILED: "The name {host} could not be looked up. Check the network and try again later.",
    FailureKind.REFUSED: (
        "{host} takes no connection. Check this computer's network and its proxy, "
        "and the addresses where Cloud is Custom."
    ),
    FailureKind.TIMED_OUT: (
        "{host} could not be reached in time. A firewall may hold the connection back, or a proxy be missing."
    ),
    FailureKind.UNREACHABLE: "There is no way to {host} from here. Check the network.",
}


def reworded(ended: Ended, host: str) -> Ended:
    """Returns the same end in words for someone who typed neither host nor port."""
    words = _DIALLING.get(ended.kind)
    return Ended(ended.kind, Text(words, {"host": host}), stage=ended.stage) if words else ended


def hung_up(host: str) -> Ended:
    """Returns the end of a connection that was lost before an answer."""
    return Ended(FailureKind.CLOSED, text("The connection to {host} was lost before it answered.", host=host))


def too_slow(host: str, seconds: float) -> Ended:
    """Returns the end of a wait that was longer than `seconds`."""
    return Ended(
        FailureKind.TIMED_OUT,
        text("{host} did not answer within {seconds} seconds.", host=host, seconds=f"{seconds:g}"),
    )


def proxy_refused(reply: HttpReply | None) -> Ended:
    """Returns the end that a proxy made, by its `reply` if it gave one."""
    return Ended(
        FailureKind.PROXY,
        text(
            "The proxy refused to let the connection through. "
            "Check HTTPS_PROXY and NO_PROXY, or the system's proxy settings."
        ),
        reply=reply,
    )


def not_graph(what: Text) -> Ended:
    """Returns the end of a conversation with something else than Microsoft; `what` says how that shows."""
    return Ended(
        FailureKind.NOT_GRAPH,
        text("This does not answer as Microsoft 365 does: {what}.", what=str(what)),
    )


def elsewhere(host: str) -> Ended:
    """Returns the end that keeps a secret from going to `host`."""
    return Ended(
        FailureKind.NOT_GRAPH,
        text("The sign-in would go on at {host}. Secrets are sent only where they were entered for.", host=host),
    )


def federated() -> Ended:
    """Returns the end of a password sign-in that another server than Entra ID would have to judge."""
    return Ended(
        FailureKind.FEDERATED,
        text(
            "This account signs in at a server of its own company, not at Entra ID, so the password can't be used "
            "here. Set Sign-in to App only."
        ),
    )


def token_refused(reply: HttpReply) -> Ended:
    """Returns the end that Entra ID's refusal makes."""
    return Ended(
        FailureKind.TOKEN_REFUSED, text("Microsoft refused the sign-in: {reply}", reply=str(reply)), reply=reply
    )


def graph_refused(reply: HttpReply, *, draft: bool) -> Ended:
    """Returns the end that Graph's refusal makes; `draft` where it was the draft of a large mail."""
    if draft:
        return Ended(
            FailureKind.DRAFT_REFUSED,
            text("Microsoft 365 refused the draft that a mail of this size needs: {reply}", reply=str(reply)),
            reply=reply,
        )
    return Ended(FailureKind.GRAPH_REFUSED, text("Microsoft 365 refused it: {reply}", reply=str(reply)), reply=reply)


def outcome_unknown() -> Ended:
    """Returns the end of a conversation that was cut off while the mail's fate was being told."""
    return Ended(
        FailureKind.OUTCOME_UNKNOWN,
        text(
            "The whole mail was handed over, but the connection was lost before Microsoft 365 said what became of it. "
            "Look into Sent Items before you send it again."
        ),
    )


def too_large(size_bytes: int, limit_bytes: int) -> Ended:
    """Returns the end of a mail that no mailbox takes."""
    return Ended(
        FailureKind.TOO_LARGE,
        text(
            "The mail has {size} MB; Microsoft 365 takes at most {limit} MB. Nothing was sent.",
            size=f"{size_bytes / 1_000_000:.1f}",
            limit=f"{limit_bytes / 1_000_000:.0f}",
        ),
    )


def recipients_differ() -> Ended:
    """Returns the end of a finished mail whose header names others than those who shall get it."""
    return Ended(
        FailureKind.RECIPIENTS_DIFFER,
        text(
            "Microsoft 365 sends to everyone whom the mail's header names, and the header names others than those who "
            "shall get it. Nothing was sent. Send it through a Generic SMTP, or correct the header."
        ),
    )
