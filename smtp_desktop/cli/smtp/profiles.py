"""smtp-desktop smtp create|duplicate|set-default"""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.secret_sources import read_all, secret_source
from smtp_desktop.cli.options.secrets import ask, can_ask, with_open_vault
from smtp_desktop.cli.options.sign_in import app_options, gives_credential, with_credentials
from smtp_desktop.cli.options.smtp import (
    client_secret_options,
    drafted_profile,
    password_options,
    profile_options,
    typed_in,
    typed_secrets,
)
from smtp_desktop.cli.options.trust import trust_meaning, trust_options, with_trust
from smtp_desktop.cli.output.sign_in_hints import sign_in_hint, upload_steps
from smtp_desktop.cli.smtp.from_address import (
    Drafted,
    check_before_saving,
    drafted_from_address,
    from_address_options,
    proposal_document,
)
from smtp_desktop.cli.smtp.stored import saved_document, trusted_ca
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.profile import AppCredential, SecretField
from smtp_desktop.services.services import Services


@click.command()
@click.argument("name")
@profile_options
@trust_options
@password_options
@client_secret_options
@app_options
@from_address_options
@click.option(
    "--new-certificate",
    "cer_path",
    metavar="FILE",
    help="Make a certificate for the app, and write its public part to this .cer file, to be uploaded to Entra ID.",
)
@click.pass_obj
def create(
    session: Session,
    /,
    name: str,
    mail_address: str | None,
    *,
    look_up: bool | None,
    checks: bool | None,
    cer_path: str | None,
    **options: Any,
) -> None:
    """Create an SMTP.

    It becomes the default if there is none. Secrets are asked for on a terminal unless an option names where they are;
    none is ever an argument. After --sign-in browser or device, run smtp sign-in.

    With --from-address, host, port, TLS and sign-in come from the providers that the program knows, else from DNS and,
    if you agree, from the domain's web server. Each value is shown with its source.

    \b
    Examples:
      smtp-desktop smtp create Reports --host smtp.company.example --user reports@company.example
      smtp-desktop smtp create Alerts --from-address alerts@company.example --look-up
      smtp-desktop smtp create Relay --host 192.0.2.7 --port 25 --no-tls --no-auth --from jobs@company.example
      smtp-desktop smtp create Cloud --type graph --user box@company.example --tenant-id company.example \\
          --client-id ID --sign-in app-only --client-secret-file secret.txt
      smtp-desktop smtp create Shop --host smtp.gmail.com --user shop@company.example --sign-in browser \\
          --client-id ID --client-secret-env SECRET
      smtp-desktop smtp create Box --type graph --user box@company.example --tenant-id company.example \\
          --client-id ID --sign-in app-only --new-certificate box.cer
    """
    session.output.typed_in = typed_in(options)
    if look_up is not None and mail_address is None:
        raise click.UsageError("--look-up and --no-look-up are for --from-address.")
    with session.open() as services:
        base, default_if_none = ProfileDraft(name=name), options["is_default"] is None
        drafted = Drafted(draft=base)
        if mail_address is not None:
            drafted = drafted_from_address(session, services, base, mail_address, look_up=look_up, options=options)
        start = with_trust(drafted.draft, options, services.authorities.read)
        start = with_credentials(start, options, services.certificates.read)
        if cer_path is not None:
            start = _with_new_certificate(services, start, options)
        draft = drafted_profile(start, options, typed_secrets(options), stored=None)
        check_before_saving(session, services, replace(drafted, draft=draft), checks=checks)
        profile = with_open_vault(services, lambda: services.profiles.create(draft, default_if_none=default_if_none))
        if cer_path is not None and draft.app_certificate:
            services.certificates.save_public_part(draft.app_certificate, Path(cer_path))
        document, ca = saved_document(services, profile, changed=True), trusted_ca(services, profile)
    upload = upload_steps(profile, cer_path) if cer_path else []
    session.output.notice(*trust_meaning(base, draft, ca), *sign_in_hint(profile), *upload)
    default = " It is the default, as there was none." if default_if_none and profile.is_default else ""
    proposal = {} if mail_address is None else {"proposal": proposal_document(drafted, options)}
    session.output.result({**document, **proposal}, f"Created {profile.name}.{default}")


def _with_new_certificate(services: Services, draft: ProfileDraft, options: Mapping[str, Any]) -> ProfileDraft:
    if gives_credential(options) or secret_source(SecretField.CLIENT_SECRET, options).options:
        raise click.UsageError(
            "--new-certificate makes what the app proves itself by. Leave the other options for that out."
        )
    keyed = services.certificates.make(draft.name)
    return replace(
        draft,
        app_credential=AppCredential.CERTIFICATE,
        certificate=keyed.secret,
        app_certificate=keyed.certificate,
    )


@click.command()
@click.argument("name")
@password_options
@click.pass_obj
def duplicate(session: Session, /, name: str, **options: Any) -> None:
    """Copy an SMTP (without its password and who is signed in) and print the new name.

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
    session.output.notice(*sign_in_hint(copy))
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
