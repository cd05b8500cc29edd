"""smtp-desktop smtp export"""

from pathlib import Path

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.examples import examples
from smtp_desktop.cli.options.choice import Choice, choice_options
from smtp_desktop.cli.output.output import counted
from smtp_desktop.cli.output.sign_in_hints import sign_in_again
from smtp_desktop.domain.declared.export import smtps_document
from smtp_desktop.services.export_file import write_export


@click.command(epilog=examples("smtp export Reports", "smtp export --all --output smtps.yaml"))
@choice_options("Export")
@click.option(
    "--output",
    "path",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write to this file.",
)
@click.pass_obj
def export(session: Session, choice: Choice, path: Path | None) -> None:
    """Print SMTPs as `export` does, or write them to a file, without secrets."""
    with session.open() as services:
        profiles = choice.read(services)
    if path is None:
        session.output.as_json = True
        session.output.answer(smtps_document(profiles))
        return
    write_export(profiles, path)
    session.output.notice(*sign_in_again(profiles))
    document = {"file": str(path), "exported": len(profiles)}
    session.output.result(document, f"Exported {counted(len(profiles), 'SMTP')} to {path}.")
