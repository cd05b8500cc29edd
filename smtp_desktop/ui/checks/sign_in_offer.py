"""The offer to sign in anew, or otherwise, after a failure that this may help."""

from enum import StrEnum

from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.oauth_hosts import oauth_provider_of
from smtp_desktop.domain.smtp.profile import INTERACTIVE, GenericServer, Server, SignIn

_ABOUT_SIGN_IN = frozenset({Cause.SIGN_IN_ENDED, Cause.SIGN_IN_REFUSED})


class SignInOffer(StrEnum):
    """The object names of the buttons that offer it."""

    AGAIN = "signInButton"
    CHANGE = "changeSignInButton"


def sign_in_offer(server: Server, cause: Cause | None) -> SignInOffer | None:
    """Returns what to offer after a failure with that cause; None where it would not help."""
    if not isinstance(server, GenericServer) or not server.auth_required or cause not in _ABOUT_SIGN_IN:
        return None
    if server.sign_in in INTERACTIVE:
        return SignInOffer.AGAIN
    by_password = server.sign_in is SignIn.PASSWORD
    return (
        SignInOffer.CHANGE if by_password and oauth_provider_of(server.host_name) is not OAuthProvider.OTHER else None
    )
