"""How far a conversation with a server got, and why it ended: words only, which every start loads."""

from enum import StrEnum


class Stage(StrEnum):
    """The stages of a conversation with a server, in their order; `domain.stages` tells which one has which."""

    FIND_HOST = "find_host"
    CONNECT = "connect"
    SECURE = "secure"
    GREET = "greet"
    SIGN_IN = "sign_in"
    SENDER = "sender"
    RECIPIENT = "recipient"
    CONTENT = "content"
    TOKEN = "token"  # noqa: S105 - a stage, not a token
    MAILBOX = "mailbox"
    SEND = "send"


class Outcome(StrEnum):
    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"  # the server has got everything, but its answer was lost
    NOT_REACHED = "not_reached"


class TlsMode(StrEnum):
    """How a port turns TLS on (RFC 8314 3)."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"


class FailureKind(StrEnum):
    """Why a conversation ended early, as far as the program can tell by itself."""

    HOST_NOT_FOUND = "host_not_found"
    HOST_LOOKUP_FAILED = "host_lookup_failed"  # DNS did not answer: trying later may help
    REFUSED = "refused"  # nothing listens on the port
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    CLOSED = "closed"  # the server hung up
    STARTTLS_MISSING = "starttls_missing"
    TLS_REFUSED = "tls_refused"  # STARTTLS answered with 4xx or 5xx
    TLS_BROKEN = "tls_broken"  # the handshake failed for another reason than the certificate
    TLS_TOO_OLD = "tls_too_old"  # the server speaks only versions of TLS that are no longer safe
    CERTIFICATE = "certificate"  # `certificate_fault` tells which
    AUTH_MISSING = "auth_missing"  # no AUTH is offered
    MECHANISM_MISSING = "mechanism_missing"  # AUTH is offered, but no mechanism that we speak
    REPLY = "reply"  # the server said 4xx or 5xx
    PROTOCOL = "protocol"  # what the server sent is not SMTP, or too long
    SMTPUTF8_MISSING = "smtputf8_missing"
    TOO_LARGE = "too_large"  # larger than the server's SIZE
    CANCELLED = "cancelled"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - Entra ID refused to give a token
    FEDERATED = "federated"  # the password would have to go to a server that it was not entered for
    GRAPH_REFUSED = "graph_refused"  # Microsoft Graph answered with 4xx or 5xx
    DRAFT_REFUSED = "draft_refused"  # as above, to the draft that a large mail needs
    NOT_GRAPH = "not_graph"  # what answered speaks neither Graph nor Entra ID
    RECIPIENTS_DIFFER = "recipients_differ"  # Graph can send only to those whom the header names
    PROXY = "proxy"  # the proxy on the way refused
    NOT_STARTED = "not_started"  # it failed on this computer, before the server was spoken to
    OUTCOME_UNKNOWN = "outcome_unknown"  # the mail was handed over, but the answer to that was lost


class CertificateFault(StrEnum):
    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    WRONG_HOST = "wrong_host"
    UNKNOWN_ISSUER = "unknown_issuer"
    SELF_SIGNED = "self_signed"
    CHANGED = "changed"  # trusted by its fingerprint before, and now another one
    OTHER = "other"


class Party(StrEnum):
    CLIENT = "client"
    SERVER = "server"
    NOTE = "note"  # what happened below SMTP: connecting, the handshake
