"""The options for the fields of an SMTP, and the draft that they make."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any, TypeVar

import click

from smtp_desktop.cli.options.secrets import SecretSource, ask, can_ask, read_all
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.field_rules import field_errors
from smtp_desktop.domain.smtp.profile import Cloud, EnvelopeSender, ProfileType, SecretField, SignIn, SmtpProfile

Command = TypeVar("Command", bound=Callable[..., Any])

_CHOICES = {"type": ProfileType, "envelope_sender": EnvelopeSender, "sign_in": SignIn, "cloud": Cloud}

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
_GRAPH_ONLY = {
    "sign_in": "--sign-in",
    "tenant_id": "--tenant-id",
    "client_id": "--client-id",
    "cloud": "--cloud",
    "authority": "--authority",
    "graph_url": "--graph-url",
    "client_secret_valid_until": "--client-secret-valid-until",
}
_CUSTOM_ONLY = {"authority": "--authority", "graph_url": "--graph-url"}


def _choice(values: type[ProfileType | EnvelopeSender | SignIn | Cloud]) -> click.Choice[str]:
    return click.Choice([value.value for value in values])


def profile_options(command: Command) -> Command:
    """Adds the options for the fields of an SMTP. One that is left out is None."""
    options = (
        click.option(
            "--type",
            type=_choice(ProfileType),
            help="generic: an SMTP server (the default); graph: a Microsoft 365 mailbox.",
        ),
        click.option("--from", "from_address", metavar="ADDRESS", help="ADDRESS or 'Display Name <ADDRESS>'."),
        click.option("--signature", help="Ends every mail; several lines are fine."),
        click.option("--description"),
        click.option(
            "--tag",
            "tags",
            metavar="TAG",
            multiple=True,
            callback=lambda _context, _parameter, words: " ".join(words) if words else None,
            help="A word to find and choose it by; may be given again. '' for none.",
        ),
        click.option("--default/--no-default", "is_default", default=None, help="Whether it is the default SMTP."),
        click.option("--host", "host_name", help="Host name or IP address of the server."),
        click.option("--port", "smtp_port", help="Port of the server (587)."),
        click.option("--tls/--no-tls", "tls", default=None, help="Encrypt or fail (on)."),
        click.option("--auth/--no-auth", "auth_required", default=None, help="Sign in (on)."),
        click.option("--user", "user_name", help="User name; for graph, the mailbox's address."),
        click.option("--envelope-sender", type=_choice(EnvelopeSender), help="Whose address MAIL FROM carries."),
        click.option(
            "--ehlo-name",
            "--name-in-ehlo",
            "ehlo_name",
            metavar="NAME",
            help="This computer's full name, or its address as in [192.0.2.1], for EHLO; '' lets the program choose.",
        ),
        click.option("--sign-in", type=_choice(SignIn), help="How a graph mailbox is signed in to."),
        click.option("--tenant-id", help="Tenant of a graph mailbox: a GUID or a domain."),
        click.option("--client-id", help="Application (client) id of a graph mailbox."),
        click.option(
            "--cloud", type=_choice(Cloud), help="Which of Microsoft's clouds a graph mailbox is in (global)."
        ),
        click.option("--authority", metavar="URL", help="Where a mailbox of the custom cloud is signed in to."),
        click.option("--graph-url", metavar="URL", help="Where Microsoft Graph of the custom cloud is."),
        click.option(
            "--client-secret-valid-until",
            metavar="YYYY-MM-DD",
            help="The client secret's last day, for a warning ahead of it.",
        ),
        click.option("--per-minute", metavar="N", help="Most mails a minute; 0 for no limit."),
        click.option("--per-hour", metavar="N", help="Most mails an hour; 0 for no limit."),
        click.option("--per-day", metavar="N", help="Most mails a day; 0 for no limit."),
        click.option("--connections", metavar="N", help="Most connections at once; 0 lets the program choose."),
        click.option("--mails-per-connection", metavar="N", help="Most mails over one connection; 0 for no limit."),
    )
    for option in reversed(options):
        command = option(command)
    return command


def password_options(command: Command) -> Command:
    """Adds the options for a password, which is never an argument itself."""
    command = click.option("--password-env", metavar="VAR", help="Take the password from this variable.")(command)
    return click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")(command)


def client_secret_options(command: Command) -> Command:
    """Adds the options for a client secret, which is never an argument itself."""
    command = click.option("--client-secret-env", metavar="VAR", help="Take the client secret from this variable.")(
        command
    )
    return click.option("--client-secret-stdin", is_flag=True, help="Read the client secret from standard input.")(
        command
    )


def typed_secrets(options: Mapping[str, Any]) -> dict[SecretField, Secret]:
    """Returns the secrets that the options name a source for. Raises UsageError if they contradict each other,
    FieldErrors for a secret that is not text."""
    return read_all(
        (
            SecretSource(field=SecretField.PASSWORD, stdin=options["password_stdin"], variable=options["password_env"]),
            SecretSource(
                field=SecretField.CLIENT_SECRET,
                stdin=options["client_secret_stdin"],
                variable=options["client_secret_env"],
            ),
        )
    )


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
    draft = replace(base, **fields, **_by_field(secrets))
    _refuse_other_type(draft, fields, secrets)
    return _with_asked(draft, stored) if asks else draft


def named_fields(options: Mapping[str, Any]) -> set[str]:
    """Returns the fields that the options set, without secrets."""
    return {key for key, value in options.items() if value is not None and key in ProfileDraft.__dataclass_fields__}


def _by_field(secrets: Mapping[SecretField, Secret]) -> dict[str, Any]:
    return {field.value: secret for field, secret in secrets.items()}


def _refuse_other_type(draft: ProfileDraft, fields: Mapping[str, Any], secrets: Mapping[SecretField, Secret]) -> None:
    # Otherwise they would be dropped silently.
    foreign = _GRAPH_ONLY if draft.type is ProfileType.GENERIC else _GENERIC_ONLY
    for field, option in foreign.items():
        if field in fields:
            raise click.UsageError(f"{option} does not go with type {draft.type}.")
    for field, option in _CUSTOM_ONLY.items():
        if field in fields and draft.cloud is not Cloud.CUSTOM:
            raise click.UsageError(f"{option} goes with --cloud custom only.")
    for field, secret in secrets.items():
        if secret and field not in draft.typed_secrets:
            raise click.UsageError(f"This SMTP takes no {field.replace('_', ' ')}: nothing was saved.")


def _with_asked(draft: ProfileDraft, stored: SmtpProfile | None) -> ProfileDraft:
    wrong = {error.field for error in field_errors(draft, stored)}
    if not wrong or wrong - set(SecretField) or not can_ask():
        return draft
    return replace(draft, **_by_field({field: ask(field) for field in SecretField if field in wrong}))
