"""The options for a sign-in without a password: the client and its authorization server, and what an app proves itself
by."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypeVar

import click

from smtp_desktop.cli.options.certificate_files import (
    ReadCertificate,
    certificate_password_options,
    names_password,
    read_certificate,
)
from smtp_desktop.cli.options.secret_sources import file_content, secret_source
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft, content_of
from smtp_desktop.domain.smtp.oauth import OAuthProvider
from smtp_desktop.domain.smtp.oauth_providers import proposed_provider
from smtp_desktop.domain.smtp.profile import AppCredential, ProfileType, SecretField, SignIn

Command = TypeVar("Command", bound=Callable[..., Any])
Option = Callable[[Any], Any]
"""Adds an option to a command."""

CLIENT_FIELDS = {
    "provider": "--provider",
    "issuer": "--issuer",
    "authorize_url": "--authorize-url",
    "token_url": "--token-url",
    "device_url": "--device-url",
    "scope": "--scope",
    "tenant_id": "--tenant-id",
    "client_id": "--client-id",
    "client_secret_valid_until": "--client-secret-valid-until",
}
"""The option of each field that only some ways to sign in have."""

CLIENT_OPTIONS: Sequence[Option] = (
    click.option(
        "--sign-in",
        type=click.Choice([one.value for one in SignIn]),
        help="password (the default), browser or device (OAuth2; then run smtp sign-in), or app-only.",
    ),
    click.option(
        "--provider",
        type=click.Choice([one.value for one in OAuthProvider]),
        help="Whose authorization server it is (default: by --host).",
    ),
    click.option("--tenant-id", metavar="ID", help="Tenant at Microsoft: a GUID or a domain."),
    click.option("--client-id", metavar="ID", help="Application (client) ID of your own app registration."),
    click.option("--issuer", metavar="URL", help="Issuer of --provider other, which says the addresses below."),
    click.option("--authorize-url", metavar="URL", help="Authorization address of --provider other."),
    click.option("--token-url", metavar="URL", help="Token address of --provider other."),
    click.option("--device-url", metavar="URL", help="Device authorization address of --provider other."),
    click.option("--scope", metavar="TEXT", help="Scope to ask for (default: the provider's for SMTP)."),
)
APP_OPTIONS: Sequence[Option] = (
    click.option(
        "--service-account", "service_account_path", metavar="FILE", help="Google service account's JSON key."
    ),
    click.option(
        "--certificate",
        "certificate_paths",
        metavar="FILE",
        multiple=True,
        help="Certificate of an app with its key: a PFX, or one or two PEM files.",
    ),
    click.option("--managed-identity", is_flag=True, help="Sign in as the managed identity of this machine in Azure."),
)

FILE_OPTIONS = {"certificate": "--certificate", "service_account": "--service-account"}
"""The option of each secret that only a file gives."""


def app_options(command: Command) -> Command:
    """Adds the options for what an app proves itself by."""
    command = certificate_password_options(command)
    for option in reversed(APP_OPTIONS):
        command = option(command)
    return command


def named_credentials(options: Mapping[str, Any]) -> set[str]:
    """Returns the fields that these options set, without secrets."""
    named = {"app_certificate"} if options["certificate_paths"] else set()
    return named | ({"app_credential"} if named or options["managed_identity"] else set())


def gives_credential(options: Mapping[str, Any]) -> bool:
    """Whether any of the options says by what an app proves itself."""
    return bool(named_credentials(options)) or options["service_account_path"] is not None


def with_credentials(base: ProfileDraft, options: Mapping[str, Any], read: ReadCertificate) -> ProfileDraft:
    """Returns `base` with what an app proves itself by, as the options say. Raises UsageError where they contradict
    each other, NoInput, FieldErrors."""
    given = {
        "--certificate": bool(options["certificate_paths"]),
        "--managed-identity": options["managed_identity"],
        "--service-account": options["service_account_path"] is not None,
        **dict.fromkeys(secret_source(SecretField.CLIENT_SECRET, options).options, True),
    }
    names = [name for name, is_given in given.items() if is_given]
    if len(names) > 1:
        raise click.UsageError(f"Use only one of {' and '.join(names)}.")
    if names_password(options) and not given["--certificate"]:
        raise click.UsageError("The password of a certificate's file needs --certificate.")
    if given["--certificate"]:
        keyed = read_certificate(options["certificate_paths"], options, read)
        return replace(
            base,
            app_credential=AppCredential.CERTIFICATE,
            certificate=keyed.secret,
            app_certificate=keyed.certificate,
        )
    if given["--managed-identity"]:
        return replace(base, app_credential=AppCredential.MANAGED_IDENTITY)
    if given["--service-account"]:
        content = file_content(Path(options["service_account_path"]))
        return replace(base, service_account=Secret(content.decode(errors="replace").strip()))
    return replace(base, app_credential=AppCredential.SECRET) if names else base


def with_provider(draft: ProfileDraft, fields: Mapping[str, Any], *, had_client: bool) -> ProfileDraft:
    """Returns the draft with a provider: the one in `fields`, which the options gave, else by the server's name, where
    the SMTP `had_client` none before."""
    if not draft.uses_oauth or "provider" in fields or had_client:
        return draft
    return replace(draft, provider=proposed_provider(draft))


def refuse_client_without_effect(draft: ProfileDraft, fields: Mapping[str, Any]) -> None:
    """Raises UsageError for an option that does nothing with how the draft signs in."""
    content, empty = content_of(draft), ProfileDraft()
    for field, option in CLIENT_FIELDS.items():
        given = fields.get(field)
        if given and given != getattr(empty, field) and getattr(content, field) == getattr(empty, field):
            raise click.UsageError(f"{option} has no effect with {_how(draft)}. Leave it out.")


def _how(draft: ProfileDraft) -> str:
    if draft.type is ProfileType.GRAPH:
        return f"--type {draft.type}"
    if not draft.auth_required:
        return "--no-auth"
    if draft.sign_in is SignIn.PASSWORD:
        return f"--sign-in {draft.sign_in}"
    return f"--sign-in {draft.sign_in} --provider {draft.provider}"
