"""smtp-desktop smtp certificate create|import|export|renew|switch|remove|check|show"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from smtp_desktop.cli.lazy_group import LazyGroup
from smtp_desktop.cli.options.certificate_files import certificate_password_options, read_certificate
from smtp_desktop.cli.options.names import smtp_names
from smtp_desktop.cli.options.secrets import with_open_vault
from smtp_desktop.cli.options.timeout import limit, timeout_option
from smtp_desktop.cli.output.app_certificates import app_certificate_document, app_certificate_text
from smtp_desktop.cli.output.sign_in_hints import upload_steps
from smtp_desktop.cli.smtp.check_results import print_single_run, run_document
from smtp_desktop.cli.smtp.check_runs import run_unsaved
from smtp_desktop.domain.smtp.app_certificate import DEFAULT_MONTHS, MOST_MONTHS

if TYPE_CHECKING:
    from smtp_desktop.cli.context import Session
    from smtp_desktop.cli.contract.sign_in import Certificates as CertificatesDocument
    from smtp_desktop.domain.smtp.oauth import AppCertificate
    from smtp_desktop.domain.smtp.profile import SmtpProfile
    from smtp_desktop.services.services import Services

_name = click.argument("name", shell_complete=smtp_names)
_save_option = click.option(
    "--save", "cer_path", metavar="FILE", help="Write the public part to this file, to be uploaded to Entra ID."
)
_months_option = click.option(
    "--months",
    metavar="N",
    type=int,
    default=DEFAULT_MONTHS,
    help=f"Make it valid for N months (at most {MOST_MONTHS}).",
)


@click.group(cls=LazyGroup)
def certificate() -> None:
    """Make, import, renew and remove the certificates that an app signs in with at Microsoft.

    The SMTP must have --sign-in app-only. An SMTP signs in with one certificate, and can have a next one beside it:
    renew makes that, check tries it, switch takes it. The private key stays where passwords are.

    \b
    Examples:
      smtp-desktop smtp certificate create Cloud --save cloud.cer
      smtp-desktop smtp certificate renew Cloud --save cloud-next.cer
      smtp-desktop smtp certificate check Cloud && smtp-desktop smtp certificate switch Cloud
    """


@certificate.command()
@_name
@_save_option
@_months_option
@click.pass_obj
def create(session: Session, name: str, cer_path: str | None, months: int) -> None:
    """Make a certificate, and sign in with it from now on, in place of a client secret.

    It works once its public part has been uploaded to Entra ID.

    \b
    Example:
      smtp-desktop smtp certificate create Cloud --save cloud.cer
    """
    with session.open() as services:
        profile = services.profiles.by_name(name)
        if profile.server.app_certificate:
            raise click.UsageError(
                f"{profile.name} has a certificate already. To replace it without a gap, use smtp certificate renew."
            )
        keyed = services.certificates.make(profile.name, months=months)
        saved = with_open_vault(services, lambda: services.certificates.use(profile.id, keyed))
        _save(services, keyed.certificate, cer_path)
    session.output.notice(*upload_steps(saved, cer_path))
    _print(
        session,
        saved,
        cer_path,
        f"{saved.name} signs in with a new certificate: {app_certificate_text(keyed.certificate)}.",
    )


@certificate.command("import")
@_name
@click.argument("files", metavar="FILE...", nargs=-1, required=True)
@click.option("--next", "as_next", is_flag=True, help="Store it as the next one, beside what is used now.")
@certificate_password_options
@click.pass_obj
def import_certificate(
    session: Session, /, name: str, files: tuple[str, ...], *, as_next: bool, **options: Any
) -> None:
    """Read a certificate with its key from a PFX, or from one or two PEM files, and sign in with it.

    \b
    Examples:
      smtp-desktop smtp certificate import Cloud cloud.pfx --certificate-password-env PFX_PASSWORD
      smtp-desktop smtp certificate import Cloud key.pem certificate.pem --next
    """
    with session.open() as services:
        profile = services.profiles.by_name(name)
        keyed = read_certificate(files, options, services.certificates.read)
        store = services.certificates.renew if as_next else services.certificates.use
        saved = with_open_vault(services, lambda: store(profile.id, keyed))
    role = "has as its next certificate" if as_next else "signs in with"
    _print(session, saved, None, f"{saved.name} {role} {app_certificate_text(keyed.certificate)}.")


@certificate.command()
@_name
@click.argument("cer_path", metavar="FILE")
@click.option("--next", "of_next", is_flag=True, help="Write the next certificate.")
@click.pass_obj
def export(session: Session, name: str, cer_path: str, *, of_next: bool) -> None:
    """Write the public part of the certificate to a .cer file. The private key is never written.

    \b
    Example:
      smtp-desktop smtp certificate export Cloud cloud.cer
    """
    with session.open() as services:
        profile = services.profiles.by_name(name)
        server = profile.server
        found = server.next_app_certificate if of_next else server.app_certificate
        if found is None:
            raise click.UsageError(f"{profile.name} has no {'next ' if of_next else ''}certificate.")
        _save(services, found, cer_path)
    _print(session, profile, cer_path, f"Wrote {cer_path}: {app_certificate_text(found)}.", changed=False)


@certificate.command()
@_name
@_save_option
@_months_option
@click.pass_obj
def renew(session: Session, name: str, cer_path: str | None, months: int) -> None:
    """Make the next certificate. The present one is used until smtp certificate switch.

    \b
    Example:
      smtp-desktop smtp certificate renew Cloud --save cloud-next.cer
    """
    with session.open() as services:
        profile = services.profiles.by_name(name)
        keyed = services.certificates.make(profile.name, months=months)
        saved = with_open_vault(services, lambda: services.certificates.renew(profile.id, keyed))
        _save(services, keyed.certificate, cer_path)
    session.output.notice(*upload_steps(saved, cer_path, is_next=True))
    _print(session, saved, cer_path, f"{saved.name} has a next certificate: {app_certificate_text(keyed.certificate)}.")


@certificate.command()
@_name
@click.pass_obj
def switch(session: Session, name: str) -> None:
    """Sign in with the next certificate, and erase the one before.

    \b
    Example:
      smtp-desktop smtp certificate switch Cloud
    """
    with session.open() as services:
        seen = services.profiles.by_name(name)
        saved = with_open_vault(services, lambda: services.certificates.switch(seen))
    present = saved.server.app_certificate
    words = app_certificate_text(present) if present else ""
    _print(session, saved, None, f"{saved.name} signs in with {words}.")


@certificate.command()
@_name
@click.option("--next", "of_next", is_flag=True, help="Remove the next certificate.")
@click.pass_obj
def remove(session: Session, name: str, *, of_next: bool) -> None:
    """Erase the certificate and its key. The SMTP then signs in with its client secret, which it must have.

    \b
    Example:
      smtp-desktop smtp certificate remove Cloud --next
    """
    with session.open() as services:
        profile = services.profiles.by_name(name)
        drop = services.certificates.remove_next if of_next else services.certificates.remove
        saved = with_open_vault(services, lambda: drop(profile.id))
    _print(session, saved, None, f"Removed the {'next ' if of_next else ''}certificate of {saved.name}.")


@certificate.command()
@_name
@timeout_option
@click.pass_obj
def check(session: Session, name: str, timeout_s: float | None) -> int:
    """Sign in with the next certificate, without using it for anything else. Sends nothing.

    \b
    Example:
      smtp-desktop smtp certificate check Cloud
    """
    with session.open() as services:
        limit(services, timeout_s)
        profile = services.profiles.by_name(name)
        draft = with_open_vault(services, lambda: services.certificates.draft_with_next(profile.id))
        (run,) = run_unsaved(services, draft, session.output)
    print_single_run(run, session.output)
    if session.output.as_json:
        session.output.result([run_document(run)])
    return run.exit_code


@certificate.command()
@_name
@click.pass_obj
def show(session: Session, name: str) -> None:
    """Show the certificates of an SMTP: SHA-256 thumbprint, last day.

    \b
    Example:
      smtp-desktop smtp certificate show Cloud
    """
    with session.open() as services:
        profile = services.profiles.by_name(name)
    rows = {"Certificate": profile.server.app_certificate, "Next certificate": profile.server.next_app_certificate}
    lines = [f"{label}: {app_certificate_text(one) if one else 'none'}" for label, one in rows.items()]
    session.output.answer(_document(profile, None, changed=False), *lines)


def _save(services: Services, public: AppCertificate, cer_path: str | None) -> None:
    if cer_path is not None:
        services.certificates.save_public_part(public, Path(cer_path))


def _print(session: Session, profile: SmtpProfile, cer_path: str | None, words: str, *, changed: bool = True) -> None:
    session.output.result(_document(profile, cer_path, changed=changed), words)


def _document(profile: SmtpProfile, cer_path: str | None, *, changed: bool) -> CertificatesDocument:
    server = profile.server
    return {
        "name": profile.name,
        "changed": changed,
        "app_credential": server.app_credential,
        "app_certificate": app_certificate_document(server.app_certificate),
        "next_app_certificate": app_certificate_document(server.next_app_certificate),
        "file": cer_path,
    }
