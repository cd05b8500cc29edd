"""Exports for other programs, for `export` and `smtp export`."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from smtp_desktop.cli.context import Session
from smtp_desktop.cli.options.confirm import confirm
from smtp_desktop.cli.options.secrets import can_ask, with_open_vault
from smtp_desktop.cli.output.output import counted
from smtp_desktop.domain.declared.other_programs import LeftOut, ProgramExport, ProgramFormat
from smtp_desktop.domain.errors import FieldError, FieldErrors
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.services.services import Services

if TYPE_CHECKING:
    from smtp_desktop.cli.contract import other

_READABLE = "Passwords are written unencrypted: whoever can read the file can use them."


def export_for_program(
    session: Session,
    read: Callable[[Services], Sequence[SmtpProfile]],
    path: Path | None,
    program_format: ProgramFormat,
    *,
    with_secrets: bool,
    unencrypted: bool,
) -> None:
    """Exports the SMTPs that `read` returns as that program wants them: to `path`, or to standard output without
    one. Secrets go to a file alone, and only where the user confirms that they are readable there."""
    if with_secrets and path is None:
        raise click.UsageError("--with-secrets needs a FILE.")
    if with_secrets and not unencrypted and not can_ask():
        raise click.UsageError(f"{_READABLE} Use --unencrypted to confirm.")
    with session.open() as services:
        profiles = read(services)
        if with_secrets and not unencrypted:
            confirm(f"{_READABLE} Continue?", nothing=msg("Nothing was written."))
        export = with_open_vault(
            services,
            lambda: services.exporter.for_program(profiles, program_format, with_secrets=with_secrets),
        )
        session.output.notice(*(f"Not exported: {one.name}: {one.reason}" for one in export.left_out))
        if not export.files:
            raise _nothing(program_format)
        files = services.exporter.write_for_program(export, path) if path is not None else []
    if path is None:
        _print(session, export, program_format)
        return
    exported = len(profiles) - sum(one.whole for one in export.left_out)
    document: other.WrittenForProgram = {
        "file": str(path),
        "format": program_format,
        "files": [str(one) for one in files],
        "exported": exported,
        "left_out": _left_out(export.left_out),
        "with_secrets": with_secrets,
    }
    how = "with readable passwords" if with_secrets else "without passwords"
    names = ", ".join(map(str, files))
    session.output.result(document, f"Exported {counted(exported, 'SMTP')} to {names}, {how}.")


def _nothing(program_format: ProgramFormat) -> FieldErrors:
    words = msg("No SMTP can be written for {format}. Nothing was written.", format=str(program_format))
    return FieldErrors((FieldError(field="format", message=words),))


def _print(session: Session, export: ProgramExport, program_format: ProgramFormat) -> None:
    document: other.PrintedForProgram = {
        "format": program_format,
        "files": [{"name": one.name, "text": one.text} for one in export.files],
        "left_out": _left_out(export.left_out),
    }
    lines: list[str] = []
    for one in export.files:
        if len(export.files) > 1:
            lines += [*([""] if lines else []), f"# {one.name}"]
        lines += one.text.splitlines()
    session.output.answer(document, *lines)


def _left_out(found: Sequence[LeftOut]) -> list[other.NotExported]:
    return [{"name": one.name, "reason": str(one.reason)} for one in found]
