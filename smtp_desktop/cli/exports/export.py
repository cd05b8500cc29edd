"""smtp-desktop export"""

from pathlib import Path
from typing import Any

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exports.export_output import export_to, format_option, secrets_option, unencrypted_option
from smtp_desktop.cli.options.choice import named as smtps_named
from smtp_desktop.cli.options.names import smtp_names
from smtp_desktop.cli.options.passphrase import passphrase_options
from smtp_desktop.services.exports.exporter import Export
from smtp_desktop.services.services import Services


@click.command()
@click.argument("path", metavar="[FILE]", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.argument("names", metavar="[SMTP]...", nargs=-1, shell_complete=smtp_names)
@format_option
@secrets_option
@unencrypted_option
@passphrase_options
@click.pass_obj
def export(
    session: Session,
    /,
    path: Path | None,
    names: tuple[str, ...],
    named: str | None,
    *,
    with_secrets: bool,
    unencrypted: bool,
    **options: Any,
) -> None:
    """Write all SMTPs, activities and settings, or these SMTPs alone, to FILE, or print them.

    Without --with-secrets, the file contains no secrets: in place of each one it names an environment variable.
    `smtp-desktop apply` and `smtp-desktop smtp import` read it. Objects are sorted by name, so two exports can be
    compared line by line.

    With --with-secrets, the file is encrypted with a passphrase, and only `smtp-desktop smtp import` reads it. Sign-ins
    by browser or code are in neither: on the other computer, somebody has to sign in again.

    With --format msmtp, postfix, env or url, SMTPs are written for other programs. Where that takes several files, FILE
    is a folder.

    \b
    Examples:
      smtp-desktop export smtps.yaml
      smtp-desktop export | diff smtps.yaml -
      smtp-desktop export --with-secrets move.sealed
      smtp-desktop export --format msmtp --with-secrets ~/.msmtprc Reports
      pass show move | smtp-desktop export --with-secrets --passphrase-stdin move.sealed Reports 'Site_*'
    """

    def read(services: Services) -> Export:
        if not names:
            return services.exporter.all()
        return Export(profiles=smtps_named(services.profiles.all(), names))

    export_to(session, read, path, named=named, with_secrets=with_secrets, unencrypted=unencrypted, options=options)
