"""The closed lists that tell how far a conversation got and why it ended: stages, failure kinds, certificate faults.

They stand apart from `conversation`, since every card needs them and none needs the values that hold a conversation.
"""

from enum import StrEnum


class Stage(StrEnum):
    """The stages of a conversation, in their order; `stages_of` returns those that one server has."""

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


class StepStatus(StrEnum):
    """How far a stage has got."""

    RUNNING = "running"
    DONE = "done"
    FAILED = "failed"
    UNKNOWN = "unknown"  # the server received everything, but its answer was lost
    NOT_REACHED = "not_reached"


class TlsMode(StrEnum):
    """How a port turns TLS on (RFC 8314 3)."""

    IMPLICIT = "implicit"
    STARTTLS = "starttls"


class FailureKind(StrEnum):
    """Why a conversation ended early, as far as the program itself can tell."""

    HOST_NOT_FOUND = "host_not_found"
    HOST_LOOKUP_FAILED = "host_lookup_failed"  # DNS did not answer; try again later
    REFUSED = "refused"  # nothing is listening on the port
    UNREACHABLE = "unreachable"
    TIMED_OUT = "timed_out"
    CLOSED = "closed"  # the server closed the connection
    STARTTLS_MISSING = "starttls_missing"
    TLS_REFUSED = "tls_refused"  # the server answered STARTTLS with 4xx or 5xx
    TLS_BROKEN = "tls_broken"  # the handshake failed, but not because of the certificate
    TLS_TOO_OLD = "tls_too_old"  # the server supports only versions of TLS that are no longer secure
    CERTIFICATE = "certificate"  # see `Failure.certificate_fault`
    AUTH_MISSING = "auth_missing"  # no AUTH is offered
    MECHANISM_MISSING = "mechanism_missing"  # AUTH is offered, but with no mechanism that the program supports
    REPLY = "reply"  # the server answered with 4xx or 5xx
    PROTOCOL = "protocol"  # what the server sent is not SMTP, or is too long
    SMTPUTF8_MISSING = "smtputf8_missing"
    TOO_LARGE = "too_large"  # larger than the server's SIZE
    CANCELLED = "cancelled"
    TOKEN_REFUSED = "token_refused"  # noqa: S105 - the authorization server refused to give a token
    FEDERATED = "federated"  # the password would be sent to a server that it was not entered for
    GRAPH_REFUSED = "graph_refused"  # Microsoft Graph answered with 4xx or 5xx
    DRAFT_REFUSED = "draft_refused"  # as above, to the draft that a large message requires
    NOT_GRAPH = "not_graph"  # the server is neither Graph nor Entra ID
    NOT_AUTHORIZATION_SERVER = "not_authorization_server"  # what it answers at the sign-in is not OAuth 2.0
    NOT_SIGNED_IN = "not_signed_in"  # nobody finished signing in, in the browser or with the code, in time
    RECIPIENTS_DIFFER = "recipients_differ"  # Graph sends only to the recipients named in the header
    PROXY = "proxy"  # the proxy refused the connection
    INCOMPLETE = "incomplete"  # the SMTP lacks a secret or the From Address: it was imported without
    NOT_STARTED = "not_started"  # it failed on this computer before connecting
    OUTCOME_UNKNOWN = "outcome_unknown"  # the whole message was sent, but the answer was lost


class FailureDetail(StrEnum):
    """What is known about a failure beyond its kind."""

    OUT_OF_STEP = "out_of_step"  # a reply that can't be one to the command in its place
    GREETED = "greeted"  # it failed at EHLO, after the server had greeted
    NO_EHLO = "no_ehlo"  # the server knows no EHLO, and so no STARTTLS
    NO_CONTENT_SENT = (
        "no_content_sent"  # the server asked for the content and closed the connection before any was sent
    )
    CUT_SHORT = "cut_short"  # a test or check waits less long than a message from the outbox
    WEAK_KEY = "weak_key"  # too short: that of the handshake (Diffie-Hellman), the certificate or its CA
    WEAK_SIGNATURE = "weak_signature"  # of the certificate, as SHA-1, which is no longer safe
    CLIENT_CERTIFICATE = "client_certificate"  # the server wants one from this computer
    SCOPE_MISSING = "scope_missing"  # the sign-in worked, but the permission to send was not given
    BAD_ADDRESS = "bad_address"  # of the authorization server: no https, or another one's
    NOT_OFFERED = "not_offered"  # the authorization server has no such way to sign in
    BAD_CREDENTIAL = "bad_credential"  # the service account key or certificate can't be used
    HTTP = "http"  # another service than SMTP listens on the port, as those that follow
    POP3 = "pop3"
    IMAP = "imap"
    SSH = "ssh"
    NOT_SIGNED_IN = "not_signed_in"  # nobody has signed in yet, or the sign-in is no longer stored
    NOT_RENEWABLE = "not_renewable"  # the access token has ended, and there is no refresh token


class Cause(StrEnum):
    """What went wrong. A closed list: it decides what becomes of the mail and of the SMTP (`consequences`)."""

    SIGN_IN_REFUSED = "sign_in_refused"  # user name, password, or the kind of password
    SIGN_IN_ENDED = "sign_in_ended"  # OAuth: a person has to sign in again, or for the first time
    SIGN_IN_DEMANDED = "sign_in_demanded"  # the server accepts nothing without sign-in
    ACCOUNT_STOPPED = "account_stopped"  # suspended, switched off, not activated
    RELAYING_REFUSED = "relaying_refused"  # the server does not relay for this SMTP
    SENDER_REFUSED = "sender_refused"  # the sender's address is not allowed, not owned or not verified
    PERMISSION_MISSING = "permission_missing"  # for the app, the mailbox or the tenant
    SETTING = "setting"  # a setting that can't work: EHLO name, TLS, tenant, app or mailbox
    CERTIFICATE = "certificate"
    ENCRYPTION = "encryption"
    PROTOCOL = "protocol"  # the server speaks a different protocol
    NETWORK_REFUSED = "network_refused"  # the server blocks this network's address: allow list, block list, ban
    LIMIT = "limit"  # per minute, hour or day; too many connections or sign-ins
    SERVER_BUSY = "server_busy"
    SERVER_SILENT = "server_silent"
    SERVER_UNREACHABLE = "server_unreachable"
    HOST_UNKNOWN = "host_unknown"  # there is no such host
    RECIPIENT_REFUSED = "recipient_refused"  # the recipient does not exist or does not want the message
    RECIPIENT_FULL = "recipient_full"
    GREYLISTED = "greylisted"
    MAIL_TOO_LARGE = "mail_too_large"  # for this SMTP
    MAIL_REFUSED = "mail_refused"  # for its content or format
    OUTCOME_UNKNOWN = "outcome_unknown"  # the content was sent, but no clear answer came back
    THIS_COMPUTER = "this_computer"  # it failed here, before any server was asked
    CANCELLED = "cancelled"


class CertificateFault(StrEnum):
    """Why a certificate was not trusted."""

    EXPIRED = "expired"
    NOT_YET_VALID = "not_yet_valid"
    WRONG_HOST = "wrong_host"
    UNKNOWN_ISSUER = "unknown_issuer"
    SELF_SIGNED = "self_signed"
    CHANGED = "changed"  # another one than the certificate that is trusted by its fingerprint
    OTHER = "other"


class Party(StrEnum):
    """The speaker of a line of a transcript."""

    CLIENT = "client"
    SERVER = "server"
    NOTE = "note"  # connection events, such as the TLS handshake
