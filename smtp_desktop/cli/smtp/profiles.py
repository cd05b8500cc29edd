"""smtp-desktop smtp create|duplicate|set-default"""

from typing import Any

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.secret_sources import read_all, secret_source
from smtp_desktop.cli.options.secrets import ask, can_ask, with_open_vault
from smtp_desktop.cli.options.smtp import (
    client_secret_options,
    drafted_profile,
    password_options,
    profile_options,
    typed_in,
    typed_secrets,
)
from smtp_desktop.cli.options.trust import trust_meaning, trust_options, with_trust
from smtp_desktop.cli.smtp.stored import saved_document, trusted_ca
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import SecretField


@click.command()
@click.argument("name")
@profile_options
@trust_options
@password_options
@client_secret_options
@click.pass_obj
def create(session: Session, /, name: str, **options: Any) -> None:
    """Create an SMTP.

    It becomes the default if there is none. The password is asked for on a terminal unless an option names where it
    is; it is never an argument.

    \b
    Examples:
      smtp-desktop smtp create Reports --host smtp.company.example --user reports@company.example
      smtp-desktop smtp create Relay --host 192.0.2.7 --port 25 --no-tls --no-auth --from jobs@company.example
      smtp-desktop smtp create Cloud --type graph --user box@company.example --tenant-id company.example \\
          --client-id ID --sign-in app-only --client-secret-file secret.txt
    """
    session.output.typed_in = typed_in(options)
    with session.open() as services:
        base, default_if_none = ProfileDraft(name=name), options["is_default"] is None
        draft = drafted_profile(
            with_trust(base, options, services.authorities.read), options, typed_secrets(options), stored=None
        )
        profile = with_open_vault(services, lambda: services.profiles.create(draft, default_if_none=default_if_none))
        document, ca = saved_document(services, profile, changed=True), trusted_ca(services, profile)
    session.output.notice(*trust_meaning(base, draft, ca))
    default = " It is the default, as there was none." if default_if_none and profile.is_default else ""
    session.output.result(document, f"Created {profile.name}.{default}")


@click.command()
@click.argument("name")
@password_options
@click.pass_obj
def duplicate(session: Session, /, name: str, **options: Any) -> None:
    """Copy an SMTP (without its password) and print the new name.

    \b
    Examples:
      smtp-desktop smtp duplicate Reports --password-env NEW_PASSWORD
    """
    source = secret_source(SecretField.PASSWORD, options)
    session.output.typed_in = {field: source.options[0] for field in (source.field,) if source.options}
    with session.open() as services:
        original = services.profiles.by_name(name)
        if source.options and not original.needs_password:
            raise click.UsageError(f"{original.name} uses no password. Leave {source.options[0]} out.")
        password = read_all((source,)).get(SecretField.PASSWORD)
        if original.needs_password and not password and can_ask():
            password = ask(SecretField.PASSWORD)
        copy = with_open_vault(services, lambda: services.profiles.duplicate(original.id, password))
        document = saved_document(services, copy, changed=True)
    session.output.result(document, copy.name)


@click.command("set-default")
@click.argument("name")
@click.pass_obj
def set_default(session: Session, name: str) -> None:
    """Make an SMTP the default, which activities without an SMTP of their own use.

    \b
    Examples:
      smtp-desktop smtp set-default Reports
    """
    with session.open() as services:
        before = services.profiles.by_name(name)
        profile = services.profiles.set_default(before.id)
        document = saved_document(services, profile, changed=not before.is_default)
    now = "is already" if before.is_default else "is now"
    session.output.result(document, f"{profile.name} {now} the default.")
