"""The field of the form that a failure is about: where whoever mends it begins."""

from smtp_desktop.domain.diagnosis.conversation import Failure, HttpReply
from smtp_desktop.domain.diagnosis.kinds import Cause, CertificateFault, FailureDetail, FailureKind, Stage
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import INTERACTIVE, AppCredential, GenericServer, GraphMailbox, Server, SignIn

# https://learn.microsoft.com/entra/identity-platform/reference-error-codes
_ENTRA_FIELDS = {
    90002: "tenant_id",  # tenant not found
    900023: "tenant_id",  # neither a DNS name nor a GUID
    700016: "client_id",  # application not found in the directory
    7000215: "client_secret",  # invalid
    7000222: "client_secret",  # expired
    50034: "user_name",  # the account does not exist
    700025: "client_secret",  # the client is public, and must send none
    70011: "scope",  # invalid
    1002012: "scope",  # the app-only sign-in takes only one that ends with .default
    50194: "tenant_id",  # the app is not for many tenants
    700027: "certificate",  # unknown
}
_OAUTH_FIELDS = {  # RFC 6749 5.2, and Google's own
    "invalid_scope": "scope",
    "deleted_client": "client_id",
    "redirect_uri_mismatch": "client_id",
    "unauthorized_client": "client_id",
}
_BY_CAUSE = {
    Cause.SIGN_IN_REFUSED: "password",
    Cause.SIGN_IN_ENDED: "sign_in",
    Cause.ACCOUNT_STOPPED: "user_name",
    Cause.SENDER_REFUSED: "from_address",
    Cause.PERMISSION_MISSING: "user_name",
}
_BY_CAUSE_OF_TOKEN = {
    Cause.SIGN_IN_ENDED: "sign_in",
    Cause.SIGN_IN_REFUSED: "sign_in",
    Cause.SETTING: "client_id",
}
_BY_CAUSE_OF_GRAPH = _BY_CAUSE | {Cause.PROTOCOL: "cloud"}
_BY_CAUSE_OF_SMTP = _BY_CAUSE | {
    Cause.ENCRYPTION: "smtp_port",
    Cause.PROTOCOL: "smtp_port",
    Cause.SERVER_UNREACHABLE: "smtp_port",
    Cause.SERVER_SILENT: "smtp_port",
    Cause.HOST_UNKNOWN: "host_name",
}


def field_at_fault(failure: Failure, cause: Cause, server: Server) -> str:
    """Returns the field, in snake case, of an SMTP with that `server`; "" where the form can't help."""
    if failure.kind is FailureKind.INCOMPLETE:
        return "from_address" if failure.stage is Stage.SENDER else _missing(server)
    if isinstance(server, GraphMailbox):
        return _of_graph(failure, cause, server)
    if failure.stage is Stage.TOKEN:
        return _of_token(failure, cause, server)
    return _of_smtp(failure, cause, server)


def _missing(server: Server) -> str:
    """The secret that an incomplete SMTP lacks."""
    if not server.user_name:
        return "user_name"
    if server.sign_in is SignIn.PASSWORD and server.password_ref is None:
        return "password"
    return _credential(server)


def _of_smtp(failure: Failure, cause: Cause, server: GenericServer) -> str:
    match cause:
        case Cause.SIGN_IN_REFUSED if server.sign_in is not SignIn.PASSWORD:
            return "user_name"
        case Cause.SIGN_IN_DEMANDED | Cause.RELAYING_REFUSED:
            return "user_name" if server.auth_required else "auth_required"
        case Cause.CERTIFICATE:
            return "host_name" if failure.certificate_fault is CertificateFault.WRONG_HOST else ""
        case Cause.SETTING:
            return _setting(failure, server)
        case Cause.SERVER_UNREACHABLE if failure.kind is FailureKind.UNREACHABLE:
            return "host_name"
    return _BY_CAUSE_OF_SMTP.get(cause, "")


def _setting(failure: Failure, server: GenericServer) -> str:
    if failure.stage is Stage.GREET:
        return "ehlo_name"
    if failure.stage is Stage.SENDER:
        return "from_address"
    return "smtp_port" if server.tls else "tls"


def _of_token(failure: Failure, cause: Cause, server: GenericServer) -> str:
    """The field that a sign-in at the authorization server failed for."""
    by_answer = _of_answer(failure)
    if by_answer:
        return _credential(server) if by_answer == "client_secret" else by_answer
    if failure.detail is FailureDetail.BAD_ADDRESS or cause in {Cause.HOST_UNKNOWN, Cause.PROTOCOL}:
        return "issuer" if server.oauth and server.oauth.provider is OAuthProvider.OTHER else ""
    if cause is Cause.SIGN_IN_REFUSED and server.sign_in not in INTERACTIVE:
        return _credential(server)
    return _BY_CAUSE_OF_TOKEN.get(cause, "")


def _of_answer(failure: Failure) -> str:
    """The field that the answer of an authorization server is about; "" where it names none."""
    if not isinstance(failure.reply, HttpReply):
        return ""
    by_number = next((_ENTRA_FIELDS[code] for code in failure.reply.aadsts if code in _ENTRA_FIELDS), "")
    return by_number or _OAUTH_FIELDS.get(failure.reply.error_code, "")


def _credential(server: GenericServer | GraphMailbox) -> str:
    """What an app signs in with."""
    google = isinstance(server, GenericServer) and server.oauth and server.oauth.provider is OAuthProvider.GOOGLE
    if google and server.sign_in is SignIn.APP_ONLY:
        return "service_account"
    return "certificate" if server.app_credential is AppCredential.CERTIFICATE else "client_secret"


def _of_graph(failure: Failure, cause: Cause, server: GraphMailbox) -> str:
    by_code = _of_answer(failure)
    if by_code:
        return by_code
    if cause is Cause.SIGN_IN_REFUSED and server.sign_in is SignIn.APP_ONLY:
        return _credential(server)
    if cause is Cause.SETTING:
        return "tenant_id" if failure.stage is Stage.TOKEN else "user_name"
    return _BY_CAUSE_OF_GRAPH.get(cause, "")
