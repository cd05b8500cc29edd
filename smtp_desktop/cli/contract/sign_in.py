"""Documents about sign-ins and the certificates of apps."""

from typing import Annotated, TypedDict

from smtp_desktop.cli.contract.common import AppCertificateInfo, Time
from smtp_desktop.domain.smtp.profile import AppCredential


class SignedIn(TypedDict):
    """Who signed in for an SMTP."""

    name: Annotated[str, "The SMTP"]
    changed: Annotated[bool, "Whether anything is different now"]
    signed_in_as: Annotated[str | None, "The account; null where the authorization server did not say"]
    signed_in_at: Annotated[Time, "When somebody signed in"]
    signed_in_until: Annotated[Time | None, "When somebody has to sign in again; null where that is not known"]


class SignedOut(TypedDict):
    """What came of a sign-out."""

    name: Annotated[str, "The SMTP"]
    changed: Annotated[bool, "Whether somebody was signed in before"]


class Certificates(TypedDict):
    """The certificates of an app, after the command."""

    name: Annotated[str, "The SMTP"]
    changed: Annotated[bool, "Whether anything is different now"]
    app_credential: Annotated[AppCredential, "What the app proves itself by"]
    app_certificate: Annotated[AppCertificateInfo | None, "What it signs in with"]
    next_app_certificate: Annotated[AppCertificateInfo | None, "What is to replace it"]
    file: Annotated[str | None, "The file that the public part was written into"]


class Script(TypedDict):
    """PowerShell for an administrator."""

    name: Annotated[str, "The SMTP"]
    title: Annotated[str, "What it does"]
    script: Annotated[str, "Its lines"]
    notes: Annotated[list[str], "What to know before and after"]
