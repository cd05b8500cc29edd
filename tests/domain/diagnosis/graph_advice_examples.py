"""Failures of Microsoft 365 mailboxes, each with the title of the advice that it should get."""

from dataclasses import dataclass

from smtp_desktop.domain.diagnosis.context import FailureContext
from smtp_desktop.domain.diagnosis.conversation import (
    CertificateFault,
    Failure,
    FailureDetail,
    FailureKind,
    HttpReply,
    Stage,
)
from smtp_desktop.domain.message_text import msg

CONTEXT = FailureContext(host="graph.microsoft.com")


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphExample:
    """An answer of Entra ID or Graph, or what `graph_faults` does instead, and the title of the advice for it."""

    kind: FailureKind
    stage: Stage
    title: str
    status: int = 0
    error_code: str = ""
    aadsts: tuple[int, ...] = ()
    words: str = ""
    fault: CertificateFault | None = None
    mischief: str = ""
    detail: FailureDetail | None = None

    def __str__(self) -> str:
        parts = (self.kind, self.stage, self.status or "", self.error_code, self.fault or "", self.words)
        return " ".join(str(part) for part in parts if part)

    @property
    def failure(self) -> Failure:
        reply = HttpReply(
            code=self.status,
            error_code=self.error_code,
            text=(self.words,) if self.words else (),
            aadsts=self.aadsts,
        )
        return Failure(
            stage=self.stage,
            kind=self.kind,
            message=msg("It failed."),
            reply=reply if self.status else None,
            certificate_fault=self.fault,
            detail=self.detail,
        )


def entra(title: str, *numbers: int, status: int = 400) -> list[GraphExample]:
    """Returns an example for each of the AADSTS `numbers`."""
    return [
        GraphExample(
            kind=FailureKind.TOKEN_REFUSED,
            stage=Stage.TOKEN,
            status=status,
            error_code=f"AADSTS{number}",
            aadsts=(number,),
            title=title,
        )
        for number in numbers
    ]


def token_refused(title: str, status: int, error_code: str = "", words: str = "") -> list[GraphExample]:
    """Returns an example without an AADSTS number."""
    return [
        GraphExample(
            kind=FailureKind.TOKEN_REFUSED,
            stage=Stage.TOKEN,
            status=status,
            error_code=error_code,
            words=words,
            title=title,
        )
    ]


def graph(
    title: str, status: int, *codes: str, stage: str = "send", kind: str = "graph_refused", words: str = ""
) -> list[GraphExample]:
    """Returns an example for each of Graph's error `codes`."""
    return [
        GraphExample(
            kind=FailureKind(kind), stage=Stage(stage), status=status, error_code=code, words=words, title=title
        )
        for code in codes
    ]


def silent(
    title: str, kind: str, stage: str, mischief: str, *, fault: str | None = None, status: int = 0, words: str = ""
) -> list[GraphExample]:
    """Returns an example in which neither Graph nor Entra ID said anything."""
    return [
        GraphExample(
            kind=FailureKind(kind),
            stage=Stage(stage),
            fault=CertificateFault(fault) if fault else None,
            status=status,
            words=words,
            mischief=mischief,
            title=title,
        )
    ]


def page(
    title: str, stage: str, mischief: str, status: int, words: str, *, kind: str = "not_graph"
) -> list[GraphExample]:
    """Returns an example in which a web page came in the place of an answer."""
    return [
        GraphExample(
            kind=FailureKind(kind),
            stage=Stage(stage),
            status=status,
            words=words,
            mischief=mischief,
            detail=FailureDetail.HTTP,
            title=title,
        )
    ]


EXAMPLES = [
    *entra("The client secret is not valid", 7000215, 50012, 70002, status=401),
    *entra("The client secret has expired", 7000222, status=401),
    *entra("This tenant does not know the app", 700016, 700011, 7000229),
    *entra("The tenant is in another cloud", 90051, 90038, 900382, 50049),
    *entra("There is no tenant with this tenant ID", 90002, 900023, 50128, 900021),
    *entra("Entra ID did not accept the user name and password", 50126, 50064),
    *entra("The tenant has no user with this user name", 50034, 51004, 500341),
    *entra("The account belongs to another tenant", 16000, 50020, 90072, 50177, 16003, 500208, 50178),
    *entra(
        "The user's password has expired",
        50135,
        50055,
        50144,
        50142,
        120000,
        120002,
        120004,
        120005,
        120008,
        120012,
        120016,
    ),
    *entra("The user must reset the password in a browser first", 50125),
    *entra("The account is disabled", 50057, 500571),
    *entra("The account is locked, or this IP address is not trusted", 50053),
    *entra("The account has no password at Microsoft", 50056),
    *entra("The account needs a second factor", 50076, 50074, 50078, 50158, 500121, 50161),
    *entra("The user has to set up a second factor", 50079, 50072),
    *entra("Security defaults block the password sign-in", 530035),
    *entra(
        "An access policy requires a managed device or app",
        53000,
        53001,
        53002,
        50005,
        50097,
        53009,
        50129,
        530004,
        530021,
        50127,
        50155,
        50168,
        530002,
        530003,
    ),
    *entra(
        "An access policy stopped the sign-in",
        53003,
        530032,
        50131,
        53004,
        53011,
        53010,
        530031,
        80012,
        500021,
        500022,
        500212,
        500213,
    ),
    *entra("An administrator's consent is missing", 65001, 65004, 90094, 90095, 90008, 90093, 65002, 90099),
    *entra("The app's registration does not list Mail.Send", 650056, 650057, 65005, 650052, 650053),
    *entra(
        "Entra ID did not accept the app's signature",
        *(700027, 50017, 700030, 50013, 50027, 7000214, 50003, 50048),
        status=401,
    ),
    *entra("The time of this computer is wrong", 700024, 500133, status=401),
    *entra("Entra ID received no client secret", 7000218, 7000216, status=401),
    *entra("The app is registered as a public client, without a secret", 700025, 90023, status=401),
    *entra("Entra ID did not take the scope asked for", 70011, 28002, 1002012),
    *entra("The tenant does not know this Graph address", 650054, 500011, 50001, 50010),
    *entra("A setting is missing or mistyped", 9002313, 900144, 90014, 90013, 90100),
    *entra("The tenant ID must name one tenant", 9001023, 50194, 90019, 50059, 90010, 90130),
    *entra("The service is disabled in this tenant", 500014),
    *entra("The app is disabled", 7000112, 70001, 1000031, status=401),
    *entra("The user is not assigned to the app", 50105),
    *entra(
        "Entra ID is busy at the moment",
        70012,
        90033,
        90006,
        50033,
        90024,
        50087,
        90012,
        90025,
        80001,
        80002,
        80005,
        80007,
        80010,
        80014,
        status=503,
    ),
    *entra("The app has signed in too often in a short time", 50196, 90055),
    *entra(
        "The earlier sign-in is no longer valid",
        70000,
        90086,
        700082,
        70043,
        50173,
        70008,
        50132,
        50133,
        50089,
        700084,
        54005,
        50085,
        700081,
    ),
    *token_refused("Entra ID requires a person at the sign-in", 400, "interaction_required"),
    *token_refused("Entra ID requires a person at the sign-in", 400, "AADSTS50999", "Use multi-factor authentication."),
    *token_refused("Entra ID is limiting sign-ins at the moment", 429),
    *entra("Entra ID requires a person at the sign-in", 50058, 50140, 50199, 16001, 50180),
    *page(
        "Entra ID had a fault of its own, or a proxy failed",
        "token",
        "a proxy that reaches no sign-in",
        502,
        "Bad Gateway",
        kind="token_refused",
    ),
    *token_refused("Entra ID had a fault of its own", 500, "server_error"),
    *token_refused("Entra ID had a fault of its own", 503, "temporarily_unavailable"),
    *entra("Entra ID refused the sign-in", 99999999),
    *token_refused("Entra ID refused the sign-in", 400, "invalid_grant"),
    *silent("Passwords are checked by the company's own server", "federated", "token", "a federated account"),
    *graph(
        "Microsoft Graph needs a user for this request",
        400,
        "BadRequest",
        words="/me request is only valid with delegated authentication flow.",
    ),
    *graph("The user may not send as the From address", 403, "ErrorSendAsDenied"),
    *graph("The user may not send as the From address", 403, "ErrorSendAsDenied", kind="draft_refused"),
    *graph(
        "A policy keeps the app out of this mailbox",
        403,
        "ErrorAccessDenied",
        words="Access to OData is disabled: [RAOP] : Blocked by tenant configured AppOnly AccessPolicy settings.",
    ),
    *graph("The app has no permissions yet", 403, "NoPermissionsInAccessToken"),
    *graph("The app has no permissions yet", 401, "NoPermissionsInAccessToken"),
    *graph(
        "Microsoft 365 has stopped this mailbox from sending",
        403,
        "ErrorAccountSuspend",
        "ErrorMessageSubmissionBlocked",
        "ErrorAccountSuspendShowTierUpgrade",
    ),
    *graph(
        "This user has no mailbox in Exchange Online",
        404,
        "MailboxNotEnabledForRESTAPI",
        "MailboxNotSupportedForRESTAPI",
    ),
    *graph(
        "There is no mailbox with this user name",
        404,
        "ResourceNotFound",
        "ErrorInvalidUser",
        "Request_ResourceNotFound",
        "ErrorNonExistentMailbox",
    ),
    *graph("This message or folder no longer exists", 404, "ErrorItemNotFound", "ErrorFolderNotFound", stage="mailbox"),
    *graph("A recipient's address is not right", 400, "ErrorInvalidRecipients"),
    *graph("Microsoft Graph could not read part of the message", 400, "ErrorInvalidParameter", "RequestBodyRead"),
    *graph(
        "The program formatted the message incorrectly",
        400,
        "ErrorMimeContentInvalidBase64String",
        "ErrorMimeContentInvalid",
    ),
    *graph("The message is larger than the mailbox may send", 413, "ErrorMessageSizeExceeded"),
    *graph("The message is larger than the mailbox may send", 400, "ErrorMessageSizeExceeded", kind="draft_refused"),
    *graph("The mailbox is full", 403, "ErrorQuotaExceeded"),
    *graph("The mailbox is full", 403, "ErrorQuotaExceeded", kind="draft_refused"),
    *graph("The mailbox is full", 507, "ErrorQuotaExceeded"),
    *graph("The mailbox's sending limit is reached", 429, "ErrorExceededMessageLimit"),
    *graph(
        "The app may not create drafts, which large messages need",
        403,
        "ErrorAccessDenied",
        "Authorization_RequestDenied",
        "Forbidden",
        kind="draft_refused",
    ),
    *graph(
        "The app may not read this mailbox",
        403,
        "ErrorAccessDenied",
        "Authorization_RequestDenied",
        "Forbidden",
        stage="mailbox",
    ),
    *graph(
        "The app may not send from this mailbox",
        403,
        "ErrorAccessDenied",
        "Authorization_RequestDenied",
        "Forbidden",
        "AccessDenied",
        "accessDenied",
        words="Access is denied. Check credentials and try again.",
    ),
    *graph("Microsoft 365 does not allow this", 403, "ErrorSomethingNew", ""),
    *graph("Microsoft Graph did not accept the token", 401, "InvalidAuthenticationToken", ""),
    *graph("The message is larger than Microsoft Graph accepts", 413, "", "RequestEntityTooLarge"),
    *graph("Microsoft Graph asks to slow down", 429, "ApplicationThrottled", "TooManyRequests"),
    *graph("Microsoft Graph asks to slow down", 509, ""),
    *graph("Microsoft Graph asks to slow down", 400, "ErrorExceededConnectionCount", "activityLimitReached"),
    *graph("It is not certain whether the mail was sent", 504, "UnknownError", ""),
    *graph(
        "Microsoft 365 is busy", 500, "ErrorServerBusy", "ErrorMailboxMoveInProgress", "ErrorMailboxStoreUnavailable"
    ),
    *graph("Microsoft 365 is busy", 409, "ErrorIrresolvableConflict"),
    *graph("Microsoft 365 is busy", 503, "serviceNotAvailable", ""),
    *page(
        "Microsoft Graph had a fault of its own, or a proxy failed",
        "send",
        "a proxy that reaches no Graph",
        502,
        "Bad Gateway",
        kind="graph_refused",
    ),
    *graph("Microsoft Graph had a fault of its own", 500, "ErrorInternalServerError"),
    *graph("Microsoft Graph had a fault of its own", 502, ""),
    *graph("Microsoft Graph had a fault of its own", 504, "", stage="mailbox"),
    *graph("The draft of the large message was refused", 400, "ErrorInvalidRequest", kind="draft_refused"),
    *graph("Microsoft Graph does not know what was requested", 404, ""),
    *graph("Microsoft Graph does not know what was requested", 410, ""),
    *graph("Microsoft Graph refused the request", 400, "BadRequest", "ErrorInvalidRequest"),
    *graph("Microsoft Graph refused the request", 405, ""),
    *silent("It is not known whether the mail was sent", "outcome_unknown", "send", "hangs up after the mail"),
    *silent("The message header names other recipients", "recipients_differ", "send", "other names"),
    *silent("The message is too large for Microsoft 365", "too_large", "send", "a large finished mail"),
    *silent(
        "The proxy requires a password",
        "proxy",
        "connect",
        "a proxy with a password",
        status=407,
        words="Proxy Authentication Required",
    ),
    *silent("The proxy did not let the connection through", "proxy", "find_host", "a proxy that can't be used"),
    *silent(
        "The proxy did not let the connection through",
        "proxy",
        "connect",
        "a proxy that forbids",
        status=403,
        words="Forbidden",
    ),
    *page(
        "A proxy answered instead of Microsoft",
        "token",
        "a proxy's page at the sign-in",
        403,
        "Denied",
    ),
    *page("A proxy answered instead of Microsoft", "send", "a proxy's page at the sending", 403, "Denied"),
    *page("A web page answered instead of Microsoft", "token", "a hotel's page at the sign-in", 200, "OK"),
    *page("A web page answered instead of Microsoft", "mailbox", "a hotel's page at the mailbox", 200, "OK"),
    *page("A web page answered instead of Microsoft", "send", "a hotel's page at the sending", 200, "OK"),
    *silent(
        "The answer is not from Microsoft's sign-in service", "not_graph", "token", "another service at the sign-in"
    ),
    *silent("The answer is not from Microsoft Graph", "not_graph", "mailbox", "another service at the mailbox"),
    *silent("The answer is not from Microsoft Graph", "not_graph", "send", "another service at the sending"),
    *silent("Microsoft's address was not found", "host_not_found", "find_host", "no such name"),
    *silent("Microsoft's address was not found", "host_not_found", "mailbox", "no such Graph"),
    *silent("The name could not be looked up", "host_lookup_failed", "find_host", "DNS fails"),
    *silent("Microsoft's address refuses the connection", "refused", "connect", "closed port"),
    *silent("Microsoft 365 is unreachable", "unreachable", "connect", "no route"),
    *silent("Microsoft 365 could not be reached in time", "timed_out", "find_host", "DNS is silent"),
    *silent("Microsoft 365 could not be reached in time", "timed_out", "connect", "dropped packets"),
    *silent("Microsoft 365 stopped answering", "timed_out", "token", "silence at the sign-in"),
    *silent("Microsoft 365 stopped answering", "timed_out", "mailbox", "silence at the mailbox"),
    *silent("The connection was closed", "closed", "connect", "hangs up at once"),
    *silent("The connection was closed", "closed", "token", "hangs up at the sign-in"),
    *silent("The connection was closed", "closed", "send", "hangs up at the draft"),
    *silent("The answering server supports only old versions of TLS", "tls_too_old", "connect", "old TLS"),
    *silent("The encrypted connection could not be set up", "tls_broken", "connect", "no TLS"),
    *silent("The certificate has expired", "certificate", "connect", "expired certificate", fault="expired"),
    *silent("The certificate is not valid yet", "certificate", "connect", "early certificate", fault="not_yet_valid"),
    *silent(
        "The certificate is for another name",
        "certificate",
        "connect",
        "certificate of another host",
        fault="wrong_host",
    ),
    *silent(
        "The certificate's issuer is not trusted here",
        "certificate",
        "connect",
        "certificate of an unknown issuer",
        fault="unknown_issuer",
    ),
    *silent(
        "The certificate is self-signed",
        "certificate",
        "connect",
        "self-signed certificate",
        fault="self_signed",
    ),
    *silent(
        "The certificate could not be verified",
        "certificate",
        "connect",
        "certificate for another purpose",
        fault="other",
    ),
    *silent("The client secret is missing", "incomplete", "sign_in", "an import without a secret"),
    *silent("It failed on this computer before a server was contacted", "not_started", "sign_in", "the keyring fails"),
    *silent("Canceled", "cancelled", "token", "a cancel"),
    *silent("No advice is available for this failure", "protocol", "token", "nothing that is known"),
]
