"""smtp-desktop export"""

from pathlib import Path

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.output.sign_in_hints import sign_in_again
from smtp_desktop.domain.declared.export import whole_document, written
from smtp_desktop.domain.declared.node import TextFormat, format_of
from smtp_desktop.domain.settings import setting_values
from smtp_desktop.services.export_file import write_document


@click.command()
@click.argument("path", metavar="[FILE]", required=False, type=click.Path(dir_okay=False, path_type=Path))
@click.option(
    "--format",
    "named",
    type=click.Choice([one.value for one in TextFormat]),
    help="Format of the output. Without it: by the ending of FILE, else YAML.",
)
@click.pass_obj
def export(session: Session, path: Path | None, named: str | None) -> None:
    """Write all SMTPs, activities and settings to FILE, or print them.

    The file contains no secrets: in place of each one it names an environment variable. Sign-ins by browser or code are
    not in it: where it is applied, somebody has to sign in again. `smtp-desktop apply` reads it.
    Objects are sorted by name, so two exports can be compared line by line.

    \b
    Examples:
      smtp-desktop export smtps.yaml
      smtp-desktop export | diff smtps.yaml -
    """
    with session.open() as services:
        profiles, activities = services.profiles.all(), services.activities.all()
        document = whole_document(profiles, activities, setting_values(services.preferences.all()))
    to_file = path is not None and str(path) != "-"
    text_format = TextFormat(named) if named else format_of(path.name if path and to_file else "", "")
    if path is None or not to_file:
        if session.output.as_json or text_format is TextFormat.JSON:
            session.output.as_json = True
            session.output.answer(document)
        else:
            session.output.answer(document, *written(document, text_format).splitlines())
        return
    write_document(document, path, text_format)
    session.output.notice(*sign_in_again(profiles))
    counts = {"smtps": len(profiles), "activities": len(activities)}
    session.output.result(
        {"file": str(path), "format": str(text_format), **counts},
        f"Exported {len(profiles):,} SMTPs and {len(activities):,} activities to {path}, without secrets.",
    )
