"""Next steps, so that an SMTP can sign in: who has to sign in, and where a certificate belongs."""

import shlex
from collections.abc import Sequence

from smtp_desktop.domain.declared.export import signed_in_anew
from smtp_desktop.domain.smtp.profile import GraphMailbox, SecretField, SmtpProfile


def sign_in_hint(profile: SmtpProfile) -> list[str]:
    """Returns a line that says how to sign in, where a person has to and nobody did yet."""
    if SecretField.TOKENS not in profile.needed_secrets or SecretField.TOKENS in profile.secret_refs:
        return []
    return [f"Nobody has signed in for {profile.name} yet. Run: smtp-desktop smtp sign-in {shlex.quote(profile.name)}"]


def sign_in_again(profiles: Sequence[SmtpProfile]) -> list[str]:
    """Returns a line that names those SMTPs whose sign-ins an exported file lacks."""
    names = signed_in_anew(profiles)
    if not names:
        return []
    again = f"sign in again for {', '.join(names)}."
    return [f"Not exported: who is signed in. Where the file is imported or applied, {again}"]


def upload_steps(profile: SmtpProfile, cer_path: str | None, *, is_next: bool = False) -> list[str]:
    """Returns what says where the public part of a new certificate belongs."""
    server = profile.server
    client_id = server.client_id if isinstance(server, GraphMailbox) else server.oauth.client_id if server.oauth else ""
    name = shlex.quote(profile.name)
    option = "--next " if is_next else ""
    first = "" if cer_path else f"Run: smtp-desktop smtp certificate export {option}{name} FILE.cer\n"
    then = f" Then run: smtp-desktop smtp certificate check {name}" if is_next else ""
    return [
        f"{first}Upload {cer_path or 'FILE.cer'} at entra.microsoft.com: App registrations, the app {client_id}, "
        f"Certificates & secrets, Certificates, Upload certificate.{then}"
    ]
