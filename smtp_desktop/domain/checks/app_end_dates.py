"""The end dates of what apps prove themselves with: client secrets and certificates."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from smtp_desktop.domain.checks.end_date import EndDate, EndDateKind, affected, names_of
from smtp_desktop.domain.checks.expiry import certificate_in_use, secret_in_use
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.oauth import AppCertificate, OAuthProvider
from smtp_desktop.domain.smtp.profile import GenericServer, SmtpProfile


@dataclass(frozen=True, slots=True, kw_only=True)
class _App:
    """An app or client as it is registered somewhere: SMTPs may share it."""

    place: str
    client_id: str
    is_microsoft: bool


def client_secret_dates(profiles: Sequence[SmtpProfile]) -> Iterator[EndDate]:
    """Yields the last days of the client secrets that are in use. SMTPs of one app share its secret."""
    sharing: dict[tuple[_App, date], list[SmtpProfile]] = {}
    for profile in profiles:
        if last_day := secret_in_use(profile.server):
            sharing.setdefault((_app_of(profile), last_day), []).append(profile)
    for (app, last_day), group in sharing.items():
        yield _client_secret(app, last_day, group)


def app_certificate_dates(profiles: Sequence[SmtpProfile]) -> Iterator[EndDate]:
    """Yields the last days of the certificates that apps sign in with, and of those that are to replace them."""
    present: dict[AppCertificate, list[SmtpProfile]] = {}
    following: dict[AppCertificate, list[SmtpProfile]] = {}
    for profile in profiles:
        if certificate := certificate_in_use(profile.server):
            present.setdefault(certificate, []).append(profile)
        if profile.server.next_app_certificate:
            following.setdefault(profile.server.next_app_certificate, []).append(profile)
    for certificate, group in present.items():
        yield _app_certificate(certificate, group)
    for certificate, group in following.items():
        yield _next_certificate(certificate, group)


def _app_of(profile: SmtpProfile) -> _App:
    server = profile.server
    if not isinstance(server, GenericServer):
        return _App(place=server.tenant_id.lower(), client_id=server.client_id.lower(), is_microsoft=True)
    client = server.oauth
    if client is None:
        raise ValueError("only a client has a secret")
    is_microsoft = client.provider is OAuthProvider.MICROSOFT
    place = client.tenant_id if is_microsoft else client.issuer or client.token_url or client.provider
    return _App(place=place.lower(), client_id=client.client_id.lower(), is_microsoft=is_microsoft)


def _client_secret(app: _App, last_day: date, group: Sequence[SmtpProfile]) -> EndDate:
    smtps = affected(group)
    if app.is_microsoft:
        meaning = msg(
            "This is the expiry date that was entered for it. After that, Microsoft refuses the sign-in, and "
            "nothing is sent until you enter a new client secret."
        )
        steps = (
            msg(
                "In Entra ID, open the app under App registrations, then Certificates & secrets, and create a "
                "new client secret."
            ),
            _enter(names_of(smtps)),
            msg("When that works, delete the old client secret in Entra ID."),
        )
    else:
        meaning = msg(
            "This is the expiry date that was entered for it. After that, the authorization server refuses the "
            "sign-in, and nothing is sent until you enter a new client secret."
        )
        steps = (
            msg("Ask the administrator of the authorization server for a new client secret of this client."),
            _enter(names_of(smtps)),
            msg("When that works, have the old client secret deleted."),
        )
    return EndDate(
        kind=EndDateKind.CLIENT_SECRET,
        ends_on=last_day,
        smtps=smtps,
        what=msg("Client secret of the app {client_id}", client_id=app.client_id),
        meaning=meaning,
        steps=steps,
    )


def _enter(names: str) -> MessageText:
    return msg("Enter its value and expiry date for {names}, then run a test.", names=names)


def _app_certificate(certificate: AppCertificate, group: Sequence[SmtpProfile]) -> EndDate:
    smtps = affected(group)
    ready = [profile for profile in group if profile.server.next_app_certificate]
    steps = (
        [_upload(), _switch(names_of(affected(ready)))]
        if len(ready) == len(group)
        else [
            msg("Renew the certificate: {names}. The present one stays in use until then.", names=names_of(smtps)),
            _upload(),
            _switch(names_of(smtps)),
        ]
    )
    return EndDate(
        kind=EndDateKind.APP_CERTIFICATE,
        ends_on=certificate.valid_until,
        smtps=smtps,
        what=msg("App certificate {thumbprint}", thumbprint=_short(certificate)),
        meaning=msg(
            "The app signs in to Microsoft with this certificate. After that day, Microsoft refuses the sign-in, and "
            "nothing is sent until another certificate is in use."
        ),
        steps=(*steps, msg("When that works, delete the old certificate in Entra ID.")),
    )


def _next_certificate(certificate: AppCertificate, group: Sequence[SmtpProfile]) -> EndDate:
    smtps = affected(group)
    return EndDate(
        kind=EndDateKind.NEXT_APP_CERTIFICATE,
        ends_on=certificate.valid_until,
        smtps=smtps,
        what=msg("Next app certificate {thumbprint}", thumbprint=_short(certificate)),
        meaning=msg("It is ready to replace the present one, and is not in use yet."),
        steps=(_upload(), _switch(names_of(smtps))),
    )


def _upload() -> MessageText:
    return msg(
        "Save the new certificate as a .cer file. In Entra ID, open the app under App registrations, then Certificates "
        "& secrets, Certificates, and upload it."
    )


def _switch(names: str) -> MessageText:
    return msg("Switch to the new certificate: {names}. Then run a test.", names=names)


def _short(certificate: AppCertificate) -> str:
    """Returns the beginning of the thumbprint, by which it is found in Entra ID's list."""
    return f"{certificate.thumbprint[:16]}…"
