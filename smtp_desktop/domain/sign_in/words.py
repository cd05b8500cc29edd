"""The words for the way in which an SMTP signs in, for reports and test messages."""

from urllib.parse import urlsplit

from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.oauth import OAuthClient, OAuthProvider
from smtp_desktop.domain.smtp.profile import AppCredential, GenericServer, Server, SignIn


def sign_in_words(server: Server) -> MessageText:
    """Returns how `server` is signed in to. It says nothing secret."""
    if not isinstance(server, GenericServer):
        by_password = server.sign_in is SignIn.PASSWORD
        return msg("user name and password") if by_password else _app_only(server, "")
    if not server.auth_required:
        return msg("(none: no sign-in)")
    place = provider_name(server.oauth)
    match server.sign_in:
        case SignIn.PASSWORD:
            return msg("password")
        case SignIn.BROWSER:
            return msg("browser (OAuth2), {provider}", provider=place)
        case SignIn.DEVICE:
            return msg("device code (OAuth2), {provider}", provider=place)
        case SignIn.APP_ONLY:
            return _app_only(server, place)


def provider_name(client: OAuthClient | None) -> str:
    """Returns whose authorization server it is; of another provider's, the host."""
    match client:
        case None:
            return ""
        case OAuthClient(provider=OAuthProvider.GOOGLE):
            return "Google"
        case OAuthClient(provider=OAuthProvider.MICROSOFT):
            return "Microsoft"
        case _:
            return _host(client.issuer or client.token_url)


def _host(address: str) -> str:
    try:
        return urlsplit(address.strip()).netloc.rpartition("@")[2]
    except ValueError:  # typed, and not checked yet
        return ""


def _app_only(server: Server, place: str) -> MessageText:
    at_microsoft = not isinstance(server, GenericServer) or (
        server.oauth is not None and server.oauth.provider is OAuthProvider.MICROSOFT
    )
    if at_microsoft and server.app_credential is AppCredential.CERTIFICATE and server.app_certificate:
        return msg(
            "app only, {place}certificate {thumbprint}…",
            place=_listed(place),
            thumbprint=server.app_certificate.thumbprint[:16],
        )
    if at_microsoft and server.app_credential is AppCredential.MANAGED_IDENTITY:
        return msg("app only, {place}managed identity", place=_listed(place))
    return msg("app only, {provider}", provider=place) if place else msg("app only")


def _listed(place: str) -> str:
    return f"{place}, " if place else ""
