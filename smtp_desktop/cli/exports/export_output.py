"""Exports to standard output and to files, for `export` and `smtp export`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.exports.program_files import export_for_program
from smtp_desktop.cli.options.passphrase import has_passphrase, new_passphrase
from smtp_desktop.cli.options.secrets import with_open_vault
from smtp_desktop.cli.output.output import counted
from smtp_desktop.cli.output.sign_in_hints import sign_in_again
from smtp_desktop.domain.declared.export import written
from smtp_desktop.domain.declared.node import TextFormat, format_of
from smtp_desktop.domain.declared.other_programs import ProgramFormat
from smtp_desktop.services.exports.exporter import Export
from smtp_desktop.services.services import Services

if TYPE_CHECKING:
    from smtp_desktop.cli.contract import other

Read = Callable[[Services], Export]
"""Returns what is to be exported."""

format_option = click.option(
    "--format",
    "named",
    type=click.Choice([one.value for one in (*TextFormat, *ProgramFormat)]),
    help="Format of the output: yaml and json for SMTP Desktop, the others for other programs. Without it: by the "
    "ending of FILE, else YAML.",
)
secrets_option = click.option(
    "--with-secrets", is_flag=True, help="Export passwords and other secrets, too: FILE is sealed with a passphrase."
)
unencrypted_option = click.option(
    "--unencrypted",
    is_flag=True,
    help="With --with-secrets for another program: confirm that passwords are readable in FILE.",
)


def export_to(
    session: Session,
    read: Read,
    path: Path | None,
    *,
    named: str | None,
    with_secrets: bool,
    unencrypted: bool,
    options: Mapping[str, Any],
) -> None:
    """Exports what `read` returns: to `path`, or to standard output without one. `options` are those for a
    passphrase."""
    path = None if path is None or str(path) == "-" else path
    program_format = next((one for one in ProgramFormat if one == named), None)
    if unencrypted and not (program_format and with_secrets):
        raise click.UsageError("--unencrypted is for --with-secrets and the format of another program.")
    if program_format:
        if has_passphrase(options):
            raise click.UsageError(f"A passphrase has no effect with --format {program_format}. Leave it out.")
        export_for_program(
            session,
            lambda services: read(services).profiles,
            path,
            program_format,
            with_secrets=with_secrets,
            unencrypted=unencrypted,
        )
        return
    if with_secrets:
        _export_sealed(session, read, path, named, options)
        return
    if has_passphrase(options):
        raise click.UsageError("A passphrase has no effect without --with-secrets. Leave it out.")
    text_format = TextFormat(named) if named else format_of(path.name if path else "", "")
    with session.open() as services:
        export = read(services)
        if path is not None:
            services.exporter.write(export, path, text_format)
    if path is None:
        _print(session, export, text_format)
        return
    _say(session, export, path, text_format, how="without secrets")


def _print(session: Session, export: Export, text_format: TextFormat) -> None:
    document = export.document()
    if session.output.as_json or text_format is TextFormat.JSON:
        session.output.as_json = True
        session.output.answer(document)
    else:
        session.output.answer(document, *written(document, text_format).splitlines())


def _export_sealed(
    session: Session, read: Read, path: Path | None, named: str | None, options: Mapping[str, Any]
) -> None:
    if path is None:
        raise click.UsageError("--with-secrets needs a FILE.")
    if named is not None:
        raise click.UsageError("--format has no effect with --with-secrets: a sealed file has its own format.")
    with session.open() as services:
        export = read(services)
        passphrase = new_passphrase(options, services.exporter.proposed_passphrase)
        without = with_open_vault(services, lambda: services.exporter.write_sealed(export, path, passphrase))
    if without:
        session.output.notice(f"Not exported, since they are not stored: the secrets of {', '.join(without)}.")
    _say(session, export, path, None, how="sealed with the passphrase")


def _say(session: Session, export: Export, path: Path, text_format: TextFormat | None, *, how: str) -> None:
    session.output.notice(*sign_in_again(export.profiles))
    written_file: other.WrittenExport = {
        "file": str(path),
        "format": text_format,
        "sealed": text_format is None,
        "sign_in_again": list(export.signed_in_anew),
    }
    count = len(export.profiles)
    document: other.WrittenDeclaration | other.WrittenSmtps = (
        {**written_file, "exported": count}
        if export.settings is None
        else {**written_file, "smtps": count, "activities": len(export.activities)}
    )
    session.output.result(document, f"Exported {_counts(export)} to {path}, {how}.")


def _counts(export: Export) -> str:
    smtps = counted(len(export.profiles), "SMTP")
    if export.settings is None:
        return smtps
    activities = len(export.activities)
    return f"{smtps} and {activities:,} {'activity' if activities == 1 else 'activities'}"
