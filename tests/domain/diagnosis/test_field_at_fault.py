"""The field that somebody has to correct after a failure."""

import pytest

from smtp_desktop.domain.diagnosis.conversation import Failure, HttpReply
from smtp_desktop.domain.diagnosis.field_at_fault import field_at_fault
from smtp_desktop.domain.diagnosis.kinds import Cause, CertificateFault, FailureKind, Stage
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.oauth import OAuthClient, OAuthProvider
from smtp_desktop.domain.smtp.profile import AppCredential, GenericServer, GraphMailbox, SignIn

SERVER = GenericServer(host_name="mail.example")
PLAIN = GenericServer(host_name="mail.example", tls=False, auth_required=False)
MAILBOX = GraphMailbox(user_name="box@example.test", tenant_id="t", client_id="c")
CLIENT = OAuthClient(provider=OAuthProvider.OTHER, client_id="c", issuer="https://login.example")
BROWSER = GenericServer(host_name="mail.example", sign_in=SignIn.BROWSER, oauth=CLIENT)
GOOGLE_APP = GenericServer(
    host_name="smtp.gmail.com", sign_in=SignIn.APP_ONLY, oauth=OAuthClient(provider=OAuthProvider.GOOGLE)
)
CERTIFICATE = GenericServer(
    host_name="smtp.office365.com",
    sign_in=SignIn.APP_ONLY,
    oauth=OAuthClient(provider=OAuthProvider.MICROSOFT, client_id="c", tenant_id="t"),
    app_credential=AppCredential.CERTIFICATE,
)
APP_ONLY = GraphMailbox(user_name="box@example.test", tenant_id="t", client_id="c", sign_in=SignIn.APP_ONLY)


def failure(stage=Stage.SIGN_IN, kind=FailureKind.REPLY, **values):
    return Failure(stage=stage, kind=kind, message=msg("It failed."), **values)


def entra(*codes):
    return failure(Stage.TOKEN, FailureKind.TOKEN_REFUSED, reply=HttpReply(code=400, aadsts=codes))


def token(error):
    return failure(Stage.TOKEN, FailureKind.TOKEN_REFUSED, reply=HttpReply(code=400, error_code=error))


@pytest.mark.parametrize(
    ("failed", "cause", "server", "field"),
    [
        (failure(), Cause.SIGN_IN_REFUSED, SERVER, "password"),
        (failure(Stage.TOKEN, FailureKind.TOKEN_REFUSED), Cause.SIGN_IN_ENDED, SERVER, "sign_in"),
        (failure(), Cause.SIGN_IN_DEMANDED, PLAIN, "auth_required"),
        (failure(), Cause.RELAYING_REFUSED, SERVER, "user_name"),
        (failure(Stage.SENDER), Cause.SENDER_REFUSED, PLAIN, "from_address"),
        (failure(Stage.FIND_HOST, FailureKind.HOST_NOT_FOUND), Cause.HOST_UNKNOWN, SERVER, "host_name"),
        (failure(Stage.CONNECT, FailureKind.REFUSED), Cause.SERVER_UNREACHABLE, SERVER, "smtp_port"),
        (failure(Stage.CONNECT, FailureKind.UNREACHABLE), Cause.SERVER_UNREACHABLE, SERVER, "host_name"),
        (failure(Stage.GREET), Cause.SETTING, SERVER, "ehlo_name"),
        (
            failure(Stage.SECURE, FailureKind.CERTIFICATE, certificate_fault=CertificateFault.WRONG_HOST),
            Cause.CERTIFICATE,
            SERVER,
            "host_name",
        ),
        (
            failure(Stage.SECURE, FailureKind.CERTIFICATE, certificate_fault=CertificateFault.EXPIRED),
            Cause.CERTIFICATE,
            SERVER,
            "",
        ),
        (failure(Stage.RECIPIENT), Cause.RECIPIENT_REFUSED, SERVER, ""),
        (failure(Stage.CONNECT), Cause.LIMIT, SERVER, ""),
        (entra(7000222), Cause.SIGN_IN_REFUSED, MAILBOX, "client_secret"),
        (entra(90002), Cause.SETTING, MAILBOX, "tenant_id"),
        (entra(50126), Cause.SIGN_IN_REFUSED, MAILBOX, "password"),
        (entra(1), Cause.SIGN_IN_REFUSED, APP_ONLY, "client_secret"),
        (failure(Stage.CONNECT, FailureKind.TIMED_OUT), Cause.SERVER_SILENT, MAILBOX, ""),
        (token("invalid_grant"), Cause.SIGN_IN_ENDED, BROWSER, "sign_in"),
        (token("access_denied"), Cause.SIGN_IN_REFUSED, BROWSER, "sign_in"),
        (token("invalid_scope"), Cause.SETTING, BROWSER, "scope"),
        (failure(Stage.TOKEN, FailureKind.HOST_NOT_FOUND), Cause.HOST_UNKNOWN, BROWSER, "issuer"),
        (failure(Stage.TOKEN, FailureKind.TIMED_OUT), Cause.SERVER_SILENT, BROWSER, ""),
        (failure(), Cause.SIGN_IN_REFUSED, BROWSER, "user_name"),
        (token("invalid_grant"), Cause.SIGN_IN_REFUSED, GOOGLE_APP, "service_account"),
        (token("unauthorized_client"), Cause.PERMISSION_MISSING, GOOGLE_APP, "client_id"),
        (entra(7000222), Cause.SIGN_IN_REFUSED, CERTIFICATE, "certificate"),
        (entra(90002), Cause.SETTING, CERTIFICATE, "tenant_id"),
    ],
)
def test_it_is_the_field_that_the_cause_is_about(failed, cause, server, field):
    assert field_at_fault(failed, cause, server) == field
