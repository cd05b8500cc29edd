"""smtp-desktop smtp export"""

from pathlib import Path
from typing import Any

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.examples import examples
from smtp_desktop.cli.exports.export_output import export_to, format_option, secrets_option, unencrypted_option
from smtp_desktop.cli.options.choice import Choice, choice_options
from smtp_desktop.cli.options.passphrase import passphrase_options
from smtp_desktop.domain.declared.node import TextFormat
from smtp_desktop.services.exports.exporter import Export


@click.command(
    epilog=examples(
        "smtp export Reports",
        "smtp export --all --output smtps.yaml",
        "smtp export --tag prod --with-secrets --output prod.sealed",
    )
)
@choice_options("Export")
@click.option(
    "--output",
    "path",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file.",
)
@format_option
@secrets_option
@unencrypted_option
@passphrase_options
@click.pass_obj
def export(
    session: Session,
    /,
    choice: Choice,
    path: Path | None,
    named: str | None,
    *,
    with_secrets: bool,
    unencrypted: bool,
    **options: Any,
) -> None:
    """Print SMTPs as `export` does, or write them to a file: without secrets, or sealed with them."""
    if path is None and named is None and not with_secrets:
        named = TextFormat.JSON
    export_to(
        session,
        lambda services: Export(profiles=choice.read(services)),
        path,
        named=named,
        with_secrets=with_secrets,
        unencrypted=unencrypted,
        options=options,
    )
