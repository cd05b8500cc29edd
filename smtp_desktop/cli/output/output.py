"""The output of commands: results on standard output, in text or one JSON document; diagnostics on standard error."""
# ruff: noqa: PLC0415 - few commands print a conversation, and what it needs takes a quarter of the others' time

from __future__ import annotations

import json
import os
import re
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from smtp_desktop.cli.exit_codes import ErrorCode, error_code_of
from smtp_desktop.cli.output.columns import Painted, aligned, terminal_width
from smtp_desktop.cli.output.field_texts import field_line
from smtp_desktop.domain.diagnosis.read_failed import ReadFailed
from smtp_desktop.domain.errors import ChangedMeanwhile, Declined, FieldErrors, MissingValues, SmtpDesktopError

if TYPE_CHECKING:
    from smtp_desktop.cli.contract.common import Error, Failure

# Replies of servers and stored fields must not control the terminal.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")

# The option of each field.
_OPTIONS = {
    "name": "NAME",
    "from_address": "--from",
    "signature": "--signature",
    "description": "--description",
    "tags": "--tag",
    "host_name": "--host",
    "smtp_port": "--port",
    "user_name": "--user",
    "password": "--password-stdin",
    "tenant_id": "--tenant-id",
    "client_id": "--client-id",
    "client_secret": "--client-secret-stdin",
    "sign_in": "--sign-in",
    "tls": "--tls",
    "provider": "--provider",
    "issuer": "--issuer",
    "authorize_url": "--authorize-url",
    "token_url": "--token-url",
    "device_url": "--device-url",
    "scope": "--scope",
    "service_account": "--service-account",
    "certificate": "--certificate",
    "certificate_password": "--certificate-password-env",
    "certificate_months": "--months",
    "next_certificate": "NAME",
    "passphrase": "--passphrase-stdin",
    "format": "--format",
    "cloud": "--cloud",
    "authority": "--authority",
    "graph_url": "--graph-url",
    "client_secret_valid_until": "--client-secret-valid-until",
    "ehlo_name": "--ehlo-name",
    "per_minute": "--per-minute",
    "per_hour": "--per-hour",
    "per_day": "--per-day",
    "connections": "--connections",
    "mails_per_connection": "--mails-per-connection",
    "trusted_ca_pem": "--trust-ca",
    "trusted_fingerprint": "--trust-fingerprint",
    "smtp_id": "--smtp",
    "backup_id": "--backup",
    "to": "--to",
    "cc": "--cc",
    "bcc": "--bcc",
    "reply_to": "--reply-to",
    "subject": "--subject",
    "text": "--text",
    "html": "--html",
    "attachments": "--attach",
    "headers": "--header",
    "expire_after_s": "--expire-after",
}


_CHANGED = "It has been changed elsewhere."


class Output:
    """The output of one command. `as_json`, `is_quiet`, `is_verbose` and `no_color` are set as soon as `--json`,
    `--quiet`, `--verbose` and `--no-color` are read; `field_labels` name the option of each field, and `typed_in` the
    one in which the user gave a field that several can give. `only_shows` is whether the command did nothing but show
    what was asked for: such a command fails where that can't be written."""

    def __init__(self) -> None:
        self.as_json = False
        self.is_quiet = False
        self.is_verbose = False
        self.no_color = False
        self.only_shows = True
        self.field_labels: Mapping[str, str] = _OPTIONS
        self.typed_in: Mapping[str, str] = {}

    def result(self, document: object, *lines: str) -> None:
        """Prints what came of something that the command did: `document` on standard output with `--json`, else
        `lines`, unless it is quiet."""
        self.only_shows = False
        self.answer(document, *([] if self.is_quiet else lines))

    def answer(self, document: object, *lines: str) -> None:
        """Prints what a command was asked to show, as `result` does."""
        if self.as_json:
            # `json` leaves DEL, C1 and direction marks as they are.
            text = json.dumps(document, ensure_ascii=False, indent=2)
            click.echo(_CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", text))
            return
        for line in lines:
            self._echo(line)

    def live(self, line: str) -> None:
        """Prints `line` about what the command does on standard output at once, but not with `--json`, which allows one
        document only, nor where it is quiet."""
        self.only_shows = False
        if not self.as_json and not self.is_quiet:
            self._echo(line)

    def _echo(self, line: str) -> None:
        if isinstance(line, Painted):
            click.echo(line.painted if self.has_color else line)
        else:
            click.echo(printable(line))

    @property
    def has_color(self) -> bool:
        """Whether standard output is a terminal that may have colors: https://no-color.org."""
        forbidden = self.no_color or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb"
        return not forbidden and _at_terminal()

    def notice(self, *lines: str) -> None:
        """Prints `lines` on standard error that are no error, such as a hint, unless it is quiet."""
        if not self.is_quiet:
            self.diagnostic(*lines)

    def empty_list(self, line: str) -> None:
        """Prints on standard error that nothing is listed, for a person at a terminal: a script sees it by itself."""
        if _at_terminal() and not self.as_json:
            self.notice(line)

    def diagnostic(self, *lines: str) -> None:
        """Prints `lines` on standard error."""
        for line in lines:
            click.echo(printable(line), err=True)

    def detail(self, *lines: str) -> None:
        """Prints `lines` on standard error that only `--verbose` asks for."""
        if self.is_verbose:
            self.diagnostic(*lines)

    def error(self, error: SmtpDesktopError) -> None:
        """Prints `error` on standard error, a line for every refused field; with `--json` also on standard output."""
        begin = "" if isinstance(error, Declined) else "Error: "
        self.diagnostic(*(f"{begin}{line}" for line in self.lines_of(error)))
        if isinstance(error, ReadFailed):
            from smtp_desktop.cli.output.conversation import advice_lines, reply_lines

            self.diagnostic(
                *reply_lines(error.failure, "The server"),
                *advice_lines(error.advice),
            )
        if self.as_json:
            self.result({"error": error_document(error)})

    def lines_of(self, error: SmtpDesktopError) -> list[str]:
        """Returns the text of an error, a line for every refused field."""
        if isinstance(error, FieldErrors):
            return [field_line(one, labels=self.field_labels, typed_in=self.typed_in) for one in error.errors]
        if isinstance(error, ChangedMeanwhile):
            return [str(error), *(f"{self.field_labels.get(name, name)}: {_CHANGED}" for name in error.fields)]
        return [str(error)]


def _at_terminal() -> bool:
    return sys.stdout is not None and sys.stdout.isatty()


def error_document(error: SmtpDesktopError) -> Error:
    """Returns an error for `--json`."""
    return {
        "code": error_code_of(error),
        "message": str(error),
        "fields": _field_messages(error),
        "missing": list(error.names) if isinstance(error, MissingValues) else [],
        "failure": _failure(error) if isinstance(error, ReadFailed) else None,
    }


def plain_error_document(code: ErrorCode, message: str) -> Error:
    """Returns an error for `--json` that is not one of ours, such as wrong usage."""
    return {"code": code, "message": message, "fields": {}, "missing": [], "failure": None}


def _field_messages(error: SmtpDesktopError) -> dict[str, str]:
    if isinstance(error, FieldErrors):
        return {one.field: str(one.message) for one in error.errors}
    return dict.fromkeys(error.fields, _CHANGED) if isinstance(error, ChangedMeanwhile) else {}


def _failure(error: ReadFailed) -> Failure:
    from smtp_desktop.cli.output.conversation import advice_document, failure_document, reply_document

    return {
        **failure_document(error.failure),
        "cause": error.diagnosis.cause if error.diagnosis else None,
        "reply": reply_document(error.failure.reply),
        "advice": advice_document(error.advice),
    }


def labeled_lines(rows: Sequence[tuple[str, str | None]]) -> list[str]:
    """Returns lines `Label: value` with the values below each other, also those of several lines; without the rows that
    have no value."""
    shown = [(f"{label}:", value) for label, value in rows if value is not None]
    width = max(len(label) for label, _ in shown)
    indent = "\n" + " " * (width + 1)
    return [f"{label:<{width}} {value.replace(chr(10), indent)}".rstrip() for label, value in shown]


def field_lines(document: Mapping[str, object]) -> list[str]:
    """Returns `document` as lines `field: value` without nulls; the values of a list stand below each other."""
    rows = {key: _shown(value) for key, value in document.items() if value is not None}
    width = max(len(key) for key in rows)
    indent = "\n" + " " * (width + 2)
    return [f"{key + ':':<{width + 1}} {value.replace(chr(10), indent)}".rstrip() for key, value in rows.items()]


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(str(one) for one in value)
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def table(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Returns `rows`, which all have the same keys, as aligned lines below the keys; no lines without rows. On a
    terminal they are no longer than it is wide, and states have colors."""
    if not rows:
        return []
    cells = [[printable(cell).replace("\n", " ") for cell in row.values()] for row in rows]
    return [*aligned(list(rows[0]), cells, terminal_width())]


def counted(number: int, noun: str) -> str:
    """Returns "1 mail", "2,000 mails", "0 activities", "3 days"."""
    several = f"{noun[:-1]}ies" if noun.endswith("ty") else f"{noun}s"
    return f"{number:,} {noun if number == 1 else several}"


def shortened(text: str, width: int) -> str:
    """Returns `text`, cut to `width` characters: one endless name must not push the rest out of sight."""
    return text if len(text) <= width else f"{text[: width - 1]}…"


def printable(line: str) -> str:
    """Returns `line` with its control characters escaped; tabs and line ends stay."""
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], line)
