"""Rules for how an SMTP signs in: its secrets, the client that it signs in with, and that client's certificates."""

import re
from datetime import date
from urllib.parse import urlsplit

from smtp_desktop.domain.mail.address import BadHost, ascii_host, is_this_computer
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.cloud import graph_endpoints_of, is_https_address
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.kept_secrets import kept_secrets
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.profile import (
    INTERACTIVE,
    AppCredential,
    Cloud,
    GenericServer,
    GraphMailbox,
    SecretField,
    SignIn,
    SmtpProfile,
    app_secrets,
    secrets_of_app,
)

Problems = list[tuple[str, MessageText | None]]

_GUID = re.compile(r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}")
_CONTROL = re.compile(r"[\x00-\x20\x7f\ud800-\udfff]")
_NO_CODE_AT_GOOGLE = msg("Google offers no codes for mail. Choose the sign-in by browser, or app-only.")


def mailbox_problems(draft: ProfileDraft, stored: SmtpProfile | None) -> Problems:
    """Returns what is wrong with how a mailbox is signed in to, by field, in the order of the form."""
    problems: Problems = []
    needed = secrets_of_app(draft.app_credential)
    if draft.sign_in is SignIn.PASSWORD:
        needed = frozenset({SecretField.CLIENT_SECRET})
        problems.append(("password", secret_problem(draft, stored, SecretField.PASSWORD)))
    elif draft.sign_in in INTERACTIVE:
        problems.append(("sign_in", msg("A mailbox of type MS Graph API is signed in to app-only, or by password.")))
    problems += [("tenant_id", _tenant_problem(draft)), ("client_id", _client_problem(draft))]
    return problems + _app_problems(draft, stored, needed)


def sign_in_problems(draft: ProfileDraft, stored: SmtpProfile | None) -> Problems:
    """Returns what is wrong with how an SMTP server is signed in to, by field, in the order of the form. Nobody needs
    to have signed in yet."""
    if draft.sign_in is SignIn.PASSWORD:
        return [("password", secret_problem(draft, stored, SecretField.PASSWORD))]
    problems: Problems = []
    app_only, provider = draft.sign_in is SignIn.APP_ONLY, draft.provider
    if not draft.tls and not is_this_computer(draft.host_name):
        problems.append(("tls", msg("Turn on TLS: an access token must not be sent unencrypted.")))
    if provider is OAuthProvider.MICROSOFT and (app_only or draft.tenant_id.strip()):
        problems.append(("tenant_id", _tenant_problem(draft)))
    if not (app_only and provider is OAuthProvider.GOOGLE):
        problems.append(("client_id", _client_problem(draft)))
    if app_only:
        return problems + _app_problems(draft, stored, app_secrets(provider, draft.app_credential)) + _addresses(draft)
    if provider is OAuthProvider.GOOGLE:
        problems.append(("client_secret", secret_problem(draft, stored, SecretField.CLIENT_SECRET)))
    if provider is OAuthProvider.GOOGLE and draft.sign_in is SignIn.DEVICE:
        problems.append(("sign_in", _NO_CODE_AT_GOOGLE))
    return problems + _addresses(draft)


def _app_problems(draft: ProfileDraft, stored: SmtpProfile | None, needed: frozenset[SecretField]) -> Problems:
    problems: Problems = [(field, secret_problem(draft, stored, field)) for field in sorted(needed)]
    if draft.app_credential is AppCredential.CERTIFICATE and SecretField.CERTIFICATE in needed:
        missing = None if draft.app_certificate else msg("Create or import a certificate.")
        problems = [(field, problem or missing) for field, problem in problems]
    return [*problems, ("client_secret_valid_until", _day_problem(draft.client_secret_valid_until))]


def _addresses(draft: ProfileDraft) -> Problems:
    if draft.provider is not OAuthProvider.OTHER:
        return []
    typed = {name: getattr(draft, name).strip() for name in ("issuer", "authorize_url", "token_url", "device_url")}
    wanted = {SignIn.BROWSER: ("authorize_url", "token_url"), SignIn.DEVICE: ("device_url", "token_url")}
    problems: Problems = []
    if not typed["issuer"]:
        for name in wanted.get(draft.sign_in, ("token_url",)):
            if not typed[name]:
                problems.append((name, msg("Enter this address, or the issuer, which says all of them.")))
    for name, value in typed.items():
        if value and not _on_this_computer(value):
            problems.append((name, https_problem(value, "https://login.company.example/token")))
    return problems


def _on_this_computer(address: str) -> bool:
    """Whether an address without TLS leads nowhere else."""
    try:
        parts = urlsplit(address)
        return parts.scheme == "http" and is_this_computer(parts.hostname or "")
    except ValueError:
        return False


def https_problem(typed: str, example: str) -> MessageText | None:
    """Returns what is wrong with an address that has to begin with https://, or None."""
    if not typed.strip():
        return msg("Enter the address, for example {example}.", example=example)
    if is_https_address(typed):
        return None
    return msg("Enter an address that begins with https:// and names a host, for example {example}.", example=example)


def _day_problem(typed: str) -> MessageText | None:
    try:
        if typed.strip():
            date.fromisoformat(typed.strip())
    except ValueError:
        return msg("Enter the date as year-month-day, for example 2027-05-31.")
    return None


def _by_managed_identity(draft: ProfileDraft) -> bool:
    """Whether Azure says who the app is: only a user-assigned identity has a client ID to be named by."""
    return draft.sign_in is SignIn.APP_ONLY and draft.app_credential is AppCredential.MANAGED_IDENTITY


def _tenant_problem(draft: ProfileDraft) -> MessageText | None:
    typed = draft.tenant_id.strip()
    if not typed and _by_managed_identity(draft):
        return None
    if not typed:
        return msg("Enter the tenant ID from the app's Overview page.")
    if _GUID.fullmatch(typed):
        return None
    try:
        if "." in ascii_host(typed):
            return None
    except BadHost:
        pass
    return msg("A tenant ID looks like 8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab; a domain of the tenant works too.")


def _client_problem(draft: ProfileDraft) -> MessageText | None:
    typed = draft.client_id.strip()
    if draft.uses_oauth and draft.provider is not OAuthProvider.MICROSOFT:
        if not typed:
            return msg("Enter the client ID that the provider gave to your company's client.")
        return msg("A client ID has no spaces and no control characters.") if _CONTROL.search(typed) else None
    if not typed and _by_managed_identity(draft):
        return None
    if not typed:
        return msg("Enter the application (client) ID from the app's Overview page.")
    if _GUID.fullmatch(typed):
        return None
    return msg("A client ID looks like c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20.")


_MISSING = {
    SecretField.PASSWORD: msg("Enter the password."),
    SecretField.CLIENT_SECRET: msg("Enter the client secret's value."),
    SecretField.SERVICE_ACCOUNT: msg("Enter the service account's key, a JSON file."),
    SecretField.CERTIFICATE: msg("Create or import a certificate."),
}


def secret_problem(draft: ProfileDraft, stored: SmtpProfile | None, field: SecretField) -> MessageText | None:
    """Returns what is wrong with a secret that the SMTP needs, or None."""
    if getattr(draft, field) or field in kept_secrets(draft, stored):
        return None
    if stored is not None and stored.type is draft.type and field in stored.secret_refs:
        return _not_kept(draft, stored)
    return _MISSING[field]


def _not_kept(draft: ProfileDraft, stored: SmtpProfile) -> MessageText:
    """Returns why a stored secret has to be entered again: the draft is for another server."""
    match stored.server:
        case GenericServer(oauth=client) if client != draft.client:
            return msg("Enter it again: the stored one was entered for another client or authorization server.")
        case GenericServer(host_name=server):
            pass
        case GraphMailbox(tenant_id=server) as mailbox:
            if server.lower() == draft.tenant_id.strip().lower():
                return _other_cloud(mailbox)
    return msg(
        "Enter it again: the stored one was entered for {server} and is never sent anywhere else.", server=server
    )


def _other_cloud(mailbox: GraphMailbox) -> MessageText:
    custom, endpoints = mailbox.cloud is Cloud.CUSTOM, graph_endpoints_of(mailbox)
    return msg(
        "Enter it again: the stored one was entered for {sign_in} with {graph} and is never sent anywhere else.",
        sign_in=mailbox.authority if custom else endpoints.sign_in_host,
        graph=mailbox.graph_url if custom else endpoints.graph_host,
    )
