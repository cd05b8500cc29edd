"""Rules for the fields of an SMTP: what prevents saving it, and hints that prevent nothing."""

import re

from smtp_desktop.domain.errors import FieldError
from smtp_desktop.domain.mail.address import BadHost, address_or_none, ascii_host, is_this_computer
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.certificate import plain_fingerprint
from smtp_desktop.domain.smtp.completeness import missing_fields
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.ehlo_name import ehlo_name_problem
from smtp_desktop.domain.smtp.kept_secrets import kept_fingerprint
from smtp_desktop.domain.smtp.limit_rules import limit_fields_of, limit_problem
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.oauth_hosts import oauth_provider_of
from smtp_desktop.domain.smtp.profile import (
    DESCRIPTION_LIMIT,
    NAME_LIMIT,
    SIGNATURE_LIMIT,
    Cloud,
    ProfileType,
    SecretField,
    SignIn,
    SmtpProfile,
)
from smtp_desktop.domain.smtp.providers import app_password_provider
from smtp_desktop.domain.smtp.sign_in_rules import https_problem, mailbox_problems, sign_in_problems
from smtp_desktop.domain.smtp.tags import tags_problem

_NAME = re.compile(r"[A-Za-z0-9_]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")
_PORT = re.compile(r"[0-9]{1,5}")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")
_SHA256 = re.compile(r"[0-9a-f]{64}")
_MAX_PORT = 65535


def field_errors(draft: ProfileDraft, stored: SmtpProfile | None, *, complete: bool = True) -> list[FieldError]:
    """Returns the errors in the draft, in the order of the form; empty when it can be saved. Does not see whether the
    name is taken. With `complete` False, it may lack what it can't send without: secrets, user name, From Address. What
    was imported so may stay so."""
    problems: list[tuple[str, MessageText | None]] = [
        ("name", name_problem(draft.name)),
        ("from_address", _from_problem(draft)),
    ]
    if draft.type is ProfileType.GENERIC:
        problems += [
            ("host_name", _host_problem(draft.host_name)),
            ("smtp_port", _port_problem(draft.smtp_port)),
        ]
        if draft.auth_required:
            problems.append(("user_name", _user_problem(draft.user_name)))
            problems += sign_in_problems(draft, stored)
    else:
        problems.append(("user_name", _mailbox_problem(draft.user_name)))
        problems += mailbox_problems(draft, stored)
    problems += [
        ("signature", free_text_problem(draft.signature, SIGNATURE_LIMIT)),
        ("description", free_text_problem(draft.description, DESCRIPTION_LIMIT)),
        ("tags", tags_problem(draft.tags)),
    ]
    if draft.type is ProfileType.GENERIC:
        problems.append(("ehlo_name", ehlo_name_problem(draft.ehlo_name)))
    problems += _cloud_problems(draft)
    problems += [(field, limit_problem(field, getattr(draft, field))) for field in limit_fields_of(draft.type)]
    if draft.type is ProfileType.GENERIC:
        problems.append(("trusted_fingerprint", _fingerprint_problem(kept_fingerprint(draft))))
    errors = [FieldError(field=field, message=problem) for field, problem in problems if problem]
    lacking = _lacking(draft, stored, complete=complete)
    return [one for one in errors if one.field not in lacking]


def _lacking(draft: ProfileDraft, stored: SmtpProfile | None, *, complete: bool) -> set[str]:
    """Returns the fields without a value that need none: all, or else those that lack it in `stored` as well."""
    empty = {str(one) for one in SecretField if not getattr(draft, one)}
    if draft.type is ProfileType.GENERIC:
        empty |= {name for name in ("user_name", "from_address") if not getattr(draft, name).strip()}
    if not complete:
        return empty - (set(stored.secret_refs) if stored else set())
    return empty.intersection(missing_fields(stored)) if stored and stored.type is draft.type else set()


def _cloud_problems(draft: ProfileDraft) -> list[tuple[str, MessageText | None]]:
    if draft.type is not ProfileType.GRAPH or draft.cloud is not Cloud.CUSTOM:
        return []
    return [
        ("authority", https_problem(draft.authority, "https://login.microsoftonline.com")),
        ("graph_url", https_problem(draft.graph_url, "https://graph.microsoft.com")),
    ]


def name_problem(name: str) -> MessageText | None:
    """Returns what is wrong with the name of an SMTP, or None."""
    name = name.strip()
    if not name:
        return msg("Enter a name.")
    if not _NAME.fullmatch(name):
        return msg("Use only letters, digits and underscores.")
    return _length_problem(name, NAME_LIMIT)


def free_text_problem(typed: str, limit: int) -> MessageText | None:
    """Returns what is wrong with a free text of up to `limit` characters, or None."""
    if _LONE_SURROGATE.search(typed):
        return msg("It contains an invalid character (often from pasting). Type it again.")
    return _length_problem(typed, limit)


def _length_problem(typed: str, limit: int) -> MessageText | None:
    over = len(typed) - limit
    if over <= 0:
        return None
    return msg("Shorten it by {over}: the limit is {limit} characters.", over=over, limit=limit)


def address_problem(typed: str) -> MessageText | None:
    """Returns what is wrong with one mail address, or None."""
    if not typed.strip():
        return msg("Enter an email address.")
    if address_or_none(typed) is None:
        return msg("This is not an email address. Example: name@company.example.")
    return None


def _from_problem(draft: ProfileDraft) -> MessageText | None:
    typed = draft.from_address.strip()
    if typed:
        if address_or_none(typed) is not None:
            return None
        return msg("This is not an email address. Write name@company.example or Display Name <name@company.example>.")
    if draft.type is ProfileType.GRAPH:
        return None
    if not draft.auth_required:
        return msg("Enter the address that mail comes from; without sign-in there is no user name to use instead.")
    if draft.user_name.strip() and address_or_none(draft.user_name) is None:
        return msg("Enter the address that mail comes from; the user name is not an email address.")
    return None


def _host_problem(typed: str) -> MessageText | None:
    if not typed.strip():
        return msg("Enter the server's host name or IP address.")
    try:
        ascii_host(typed)
    except BadHost:
        return msg("This is not a host name or an IP address. Write only the name, for example smtp.company.example.")
    return None


def _port_problem(typed: str) -> MessageText | None:
    typed = typed.strip()
    if not typed:
        return msg("Enter the port, usually 587, 465 or 25.")
    if not _PORT.fullmatch(typed) or not 1 <= int(typed) <= _MAX_PORT:
        return msg("Enter a whole number from 1 to 65535.")
    return None


def _fingerprint_problem(typed: str) -> MessageText | None:
    if not typed or _SHA256.fullmatch(plain_fingerprint(typed)):
        return None
    return msg("A SHA-256 fingerprint has 64 hexadecimal digits, with or without colons: AB:CD:…")


def _user_problem(typed: str) -> MessageText | None:
    if not typed.strip():
        return msg("Enter the user name, or turn off Auth Required.")
    if _CONTROL.search(typed.strip()):
        return msg("The user name contains a control character or an invalid one. Type it again.")
    return None


def _mailbox_problem(typed: str) -> MessageText | None:
    if not typed.strip():
        return msg("Enter the mailbox's email address.")
    return (
        None
        if address_or_none(typed) is not None and "<" not in typed
        else msg("Enter the mailbox's email address, for example name@company.example.")
    )


def hints(draft: ProfileDraft) -> dict[str, MessageText]:
    """Returns hints by field, which prevent nothing: what the user may want to know before saving."""
    return _generic_hints(draft) if draft.type is ProfileType.GENERIC else _graph_hints(draft)


def _generic_hints(draft: ProfileDraft) -> dict[str, MessageText]:
    found: dict[str, MessageText] = {}
    user = draft.user_name.strip()
    if not draft.auth_required:
        return found
    if user and address_or_none(user) is None:
        found["user_name"] = msg(
            "Most servers expect the full email address here; some use a fixed word, such as apikey for SendGrid."
        )
    if not draft.tls and draft.host_name.strip() and not is_this_computer(draft.host_name):
        found["tls"] = msg("Without TLS, anyone on the way can read the password.")
    if draft.sign_in is not SignIn.PASSWORD:
        return found
    if oauth_provider_of(draft.host_name) is OAuthProvider.MICROSOFT:
        found["sign_in"] = msg(
            "At the end of December 2026, Microsoft turns off this sign-in by default. The browser, or the type MS "
            "Graph API, goes on working."
        )
    provider = app_password_provider(draft.host_name)
    if provider and provider.takes_passwords:
        found["password"] = msg(
            "{provider} requires an app password here, not the account's password.", provider=provider.name
        )
    elif provider:
        found["password"] = msg("{provider} no longer accepts passwords from programs.", provider=provider.name)
    return found


def _graph_hints(draft: ProfileDraft) -> dict[str, MessageText]:
    if draft.sign_in is SignIn.APP_ONLY:
        sign_in = msg(
            "Needs the application permission Mail.Send with admin consent. Limit it to this mailbox with "
            "RBAC for Applications, or the app can send as anyone in the company."
        )
    else:
        sign_in = msg(
            "Microsoft is retiring this sign-in, and it fails where multi-factor authentication is required. "
            "App only is not affected."
        )
    return {"sign_in": sign_in}
