"""The options for the fields of an SMTP, and the draft that they make."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import click

from smtp_desktop.cli.options.secret_options import secret_options, with_options
from smtp_desktop.cli.options.secret_sources import OPTION_SECRETS, read_all, secret_source
from smtp_desktop.cli.options.secrets import ask, can_ask
from smtp_desktop.cli.options.sign_in import (
    CLIENT_OPTIONS,
    FILE_OPTIONS,
    refuse_client_without_effect,
    with_provider,
)
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft, content_of
from smtp_desktop.domain.smtp.field_rules import field_errors
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.pasted_server import pasted_server
from smtp_desktop.domain.smtp.profile import (
    AppCredential,
    Cloud,
    EnvelopeSender,
    GenericServer,
    ProfileType,
    SecretField,
    SignIn,
    SmtpProfile,
)

Command = TypeVar("Command", bound=Callable[..., Any])

_CHOICES = {
    "type": ProfileType,
    "envelope_sender": EnvelopeSender,
    "sign_in": SignIn,
    "provider": OAuthProvider,
    "cloud": Cloud,
}

# Fields that only one type has, by the option that sets them.
_GENERIC_ONLY = {
    "host_name": "--host",
    "smtp_port": "--port",
    "tls": "--tls",
    "auth_required": "--auth",
    "envelope_sender": "--envelope-sender",
    "ehlo_name": "--ehlo-name",
    "mails_per_connection": "--mails-per-connection",
}
_GRAPH_ONLY = {"cloud": "--cloud", "authority": "--authority", "graph_url": "--graph-url"}
_CUSTOM_ONLY = {"authority": "--authority", "graph_url": "--graph-url"}


def _choice(values: type[ProfileType | EnvelopeSender | Cloud]) -> click.Choice[str]:
    return click.Choice([value.value for value in values])


_ANY_OPTIONS = (
    click.option(
        "--type",
        type=_choice(ProfileType),
        help="generic: an SMTP server (the default); graph: a Microsoft 365 mailbox.",
    ),
    click.option("--from", "from_address", metavar="ADDRESS", help="Sender: ADDRESS or 'Display Name <ADDRESS>'."),
    click.option("--user", "user_name", metavar="NAME", help="User name; for graph, the mailbox's address."),
)
_GENERIC_OPTIONS = (
    click.option("--host", "host_name", metavar="HOST", help="Host name or IP address of the server."),
    click.option("--port", "smtp_port", metavar="PORT", help="Port of the server (default: 587)."),
    click.option("--tls/--no-tls", "tls", default=None, help="Require TLS (default: on)."),
    click.option("--auth/--no-auth", "auth_required", default=None, help="Sign in (default: on)."),
    click.option(
        "--envelope-sender",
        type=_choice(EnvelopeSender),
        help="Use the user name (the default) or the From address in MAIL FROM.",
    ),
    click.option(
        "--ehlo-name",
        "--name-in-ehlo",
        "ehlo_name",
        metavar="NAME",
        help="Name in EHLO: this computer's full name or [ADDRESS]; '' lets the program choose.",
    ),
)
_GRAPH_OPTIONS = (
    click.option("--cloud", type=_choice(Cloud), help="Microsoft cloud of a graph mailbox (default: global)."),
    click.option("--authority", metavar="URL", help="Sign-in address of a custom cloud."),
    click.option("--graph-url", metavar="URL", help="Microsoft Graph address of a custom cloud."),
)
_OTHER_OPTIONS = (
    click.option("--signature", metavar="TEXT", help="Text at the end of every message; may have several lines."),
    click.option("--description", metavar="TEXT", help="Note for administrators; never sent."),
    click.option(
        "--tag",
        "tags",
        metavar="TAG",
        multiple=True,
        callback=lambda _context, _parameter, words: " ".join(words) if words else None,
        help="Word to find and select it by. Repeat it for several; '' for none.",
    ),
    click.option("--default/--no-default", "is_default", default=None, help="Make it the default SMTP, or not."),
    click.option(
        "--client-secret-valid-until",
        metavar="YYYY-MM-DD",
        help="Last day of the client secret, to be warned ahead of it.",
    ),
    click.option("--per-minute", metavar="N", help="Send at most N messages a minute; 0 for no limit."),
    click.option("--per-hour", metavar="N", help="Send at most N messages an hour; 0 for no limit."),
    click.option("--per-day", metavar="N", help="Send at most N messages a day; 0 for no limit."),
    click.option("--connections", metavar="N", help="Open at most N connections at once; 0 lets the program decide."),
    click.option("--mails-per-connection", metavar="N", help="Send at most N messages per connection; 0 for no limit."),
)


def profile_options(command: Command) -> Command:
    """Adds the options for the fields of an SMTP. One that is left out is None."""
    return with_options(command, (*_ANY_OPTIONS, *_GENERIC_OPTIONS, *CLIENT_OPTIONS, *_GRAPH_OPTIONS, *_OTHER_OPTIONS))


def server_options(command: Command) -> Command:
    """Adds the options for what a test of an SMTP depends on."""
    return with_options(command, (*_ANY_OPTIONS, *_GENERIC_OPTIONS, *CLIENT_OPTIONS, *_GRAPH_OPTIONS))


def password_options(command: Command) -> Command:
    """Adds the options for a password, which is never an argument itself."""
    return with_options(command, secret_options("password", "password"))


def client_secret_options(command: Command) -> Command:
    """Adds the options for a client secret, which is never an argument itself."""
    return with_options(command, secret_options("client-secret", "client secret"))


def typed_secrets(options: Mapping[str, Any]) -> dict[SecretField, Secret]:
    """Returns the secrets that the options name a source for. Raises UsageError if they contradict each other,
    NoInput, and FieldErrors for a secret that is not text."""
    return read_all([secret_source(field, options) for field in OPTION_SECRETS])


def typed_in(options: Mapping[str, Any], *, name: str = "NAME") -> dict[str, str]:
    """Returns the option in which each field was given, for what an error says, where several can give it."""
    sources = [secret_source(field, options) for field in OPTION_SECRETS if f"{field}_stdin" in options]
    return {"name": name, **FILE_OPTIONS, **{one.field: one.options[0] for one in sources if one.options}}


def drafted_profile(
    base: ProfileDraft,
    options: Mapping[str, Any],
    secrets: Mapping[SecretField, Secret],
    *,
    stored: SmtpProfile | None,
    asks: bool = True,
) -> ProfileDraft:
    """Returns `base` changed by the options and with these secrets. If it `asks`, asks for a missing secret on a
    terminal if nothing else is wrong. Raises UsageError if options contradict each other."""
    fields: dict[str, Any] = {
        key: _CHOICES[key](options[key]) if key in _CHOICES else options[key] for key in named_fields(options)
    }
    fields = _host_taken_apart(fields)
    draft = replace(base, **fields, **_by_field(secrets))
    had_client = stored is not None and isinstance(stored.server, GenericServer) and stored.server.oauth is not None
    draft = with_provider(draft, fields, had_client=had_client)
    _refuse_other_type(draft, fields)
    _refuse_without_effect(draft, fields)
    _refuse_unused_secrets(draft)
    if stored and stored.is_default and fields.get("is_default") is False:
        raise click.UsageError(
            f"{stored.name} is the default, and there must be one. To move it, run: smtp-desktop smtp set-default NAME"
        )
    return _with_asked(draft, stored) if asks else draft


def _host_taken_apart(fields: dict[str, Any]) -> dict[str, Any]:
    """Returns the fields with a host and port or a URL in --host taken apart; the other options win. Raises
    UsageError."""
    pasted = pasted_server(fields.get("host_name", ""))
    if pasted is None:
        return fields
    if pasted.password:
        raise click.UsageError("--host: a password must not be an argument. Take it out, and use --password-stdin.")
    said = {"smtp_port": pasted.smtp_port or None, "tls": pasted.tls, "user_name": pasted.user_name or None}
    parts = {name: value for name, value in said.items() if value is not None}
    return {**parts, **fields, "host_name": pasted.host_name}


def named_fields(options: Mapping[str, Any]) -> set[str]:
    """Returns the fields that the options set, without secrets."""
    return {key for key, value in options.items() if value is not None and key in ProfileDraft.__dataclass_fields__}


def _by_field(secrets: Mapping[SecretField, Secret]) -> dict[str, Any]:
    return {field.value: secret for field, secret in secrets.items()}


def _refuse_other_type(draft: ProfileDraft, fields: Mapping[str, Any]) -> None:
    # Otherwise they would be dropped silently.
    foreign = _GRAPH_ONLY if draft.type is ProfileType.GENERIC else _GENERIC_ONLY
    for field, option in foreign.items():
        if field in fields:
            raise click.UsageError(f"{option} has no effect with --type {draft.type}. Leave it out.")
    for field, option in _CUSTOM_ONLY.items():
        if field in fields and draft.cloud is not Cloud.CUSTOM:
            raise click.UsageError(f"{option} has no effect without --cloud custom.")


def _refuse_unused_secrets(draft: ProfileDraft) -> None:
    for field in SecretField:
        if getattr(draft, field) and field not in draft.typed_secrets:
            raise click.UsageError(f"This SMTP uses no {field.replace('_', ' ')}. Nothing was saved.")
    if (
        draft.app_credential is AppCredential.MANAGED_IDENTITY
        and content_of(draft).app_credential is not draft.app_credential
    ):
        raise click.UsageError("--managed-identity is for --sign-in app-only at Microsoft. Nothing was saved.")


# Options that do nothing where an SMTP does not sign in.
_SIGN_IN_ONLY = {"user_name": "--user", "envelope_sender": "--envelope-sender", "sign_in": "--sign-in"}


def _refuse_without_effect(draft: ProfileDraft, fields: Mapping[str, Any]) -> None:
    if draft.type is ProfileType.GENERIC and not draft.auth_required:
        for field, option in _SIGN_IN_ONLY.items():
            if fields.get(field):
                raise click.UsageError(f"{option} has no effect without sign-in. Use --auth, or leave it out.")
    refuse_client_without_effect(draft, fields)


def _with_asked(draft: ProfileDraft, stored: SmtpProfile | None) -> ProfileDraft:
    wrong = {error.field for error in field_errors(draft, stored)}
    if not wrong or wrong - set(OPTION_SECRETS) or not can_ask():
        return draft
    return replace(draft, **_by_field({field: ask(field) for field in OPTION_SECRETS if field in wrong}))
