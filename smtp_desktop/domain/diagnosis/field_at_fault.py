"""The field of the form that a failure is about: where whoever mends it begins."""

from smtp_desktop.domain.diagnosis.conversation import Failure, HttpReply
from smtp_desktop.domain.diagnosis.kinds import Cause, CertificateFault, FailureKind, Stage
from smtp_desktop.domain.smtp.profile import GenericServer, GraphMailbox, Server, SignIn

# https://learn.microsoft.com/entra/identity-platform/reference-error-codes
_ENTRA_FIELDS = {
    90002: "tenant_id",  # tenant not found
    900023: "tenant_id",  # neither a DNS name nor a GUID
    700016: "client_id",  # application not found in the directory
    7000215: "client_secret",  # invalid
    7000222: "client_secret",  # expired
    50034: "user_name",  # the account does not exist
}
_BY_CAUSE = {
    Cause.SIGN_IN_REFUSED: "password",
    Cause.SIGN_IN_ENDED: "sign_in",
    Cause.ACCOUNT_STOPPED: "user_name",
    Cause.SENDER_REFUSED: "from_address",
    Cause.PERMISSION_MISSING: "user_name",
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
    if isinstance(server, GraphMailbox):
        return _of_graph(failure, cause, server)
    match cause:
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


def _of_graph(failure: Failure, cause: Cause, server: GraphMailbox) -> str:
    codes = failure.reply.aadsts if isinstance(failure.reply, HttpReply) else ()
    by_code = next((_ENTRA_FIELDS[code] for code in codes if code in _ENTRA_FIELDS), "")
    if by_code:
        return by_code
    if cause is Cause.SIGN_IN_REFUSED and server.sign_in is SignIn.APP_ONLY:
        return "client_secret"
    if cause is Cause.SETTING:
        return "tenant_id" if failure.stage is Stage.TOKEN else "user_name"
    return _BY_CAUSE_OF_GRAPH.get(cause, "")
