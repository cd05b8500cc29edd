"""What commands print: results on standard output, as text or one JSON document; diagnostics on standard error."""

# ruff: noqa: PLC0415 - every command loads this: what tells of failures, and JSON, is loaded where it is told
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import click

from smtp_desktop.cli.output.conversation import trusted_document, trusted_words
from smtp_desktop.domain.diagnosis.advice import ReadFailed
from smtp_desktop.domain.errors import FieldErrors, MissingValues, SmtpDesktopError
from smtp_desktop.domain.smtp.profile import Cloud, GenericServer, SecretField, SmtpProfile

if TYPE_CHECKING:
    from smtp_desktop.domain.smtp.certificate import Certificate

_TYPE_NAMES = {"generic": "Generic", "graph": "MS Graph API"}

# What servers and stored fields say must not steer the terminal.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")

# Where the admin typed what a field holds.
_OPTIONS = {
    "name": "NAME",
    "from_address": "--from",
    "signature": "--signature",
    "description": "--description",
    "host_name": "--host",
    "smtp_port": "--port",
    "user_name": "--user",
    "password": "--password-stdin",
    "tenant_id": "--tenant-id",
    "client_id": "--client-id",
    "client_secret": "--client-secret-stdin",
    "cloud": "--cloud",
    "authority": "--authority",
    "graph_url": "--graph-url",
    "client_secret_valid_until": "--client-secret-valid-until",
    "trusted_ca_pem": "--trust-ca",
    "trusted_fingerprint": "--trust-fingerprint",
    "smtp_id": "--smtp",
    "backup_id": "--backup",
    "to": "--to",
    "cc": "--cc",
    "bcc": "--bcc",
    "subject": "--subject",
    "text": "--text",
    "html": "--html",
    "attachments": "--attach",
}


class Output:
    """Where a command's words go. `as_json` is set once `--json` is read; `field_words` says where the admin typed
    what a field holds."""

    def __init__(self) -> None:
        self.as_json = False
        self.field_words: Mapping[str, str] = _OPTIONS

    def result(self, document: object, *lines: str) -> None:
        """Standard output holds `document` with `--json`, else `lines`."""
        if self.as_json:
            import json

            # JSON itself leaves DEL, C1 and direction marks as they are.
            words = json.dumps(document, ensure_ascii=False, indent=2)
            click.echo(_CONTROL.sub(lambda found: f"\\u{ord(found[0]):04x}", words))
            return
        for line in lines:
            click.echo(printable(line))

    def live(self, line: str) -> None:
        """`line` stands on standard output now; nothing with `--json`, which allows one document only."""
        if not self.as_json:
            click.echo(printable(line))

    def diagnostic(self, *lines: str) -> None:
        """`lines` stand on standard error."""
        for line in lines:
            click.echo(printable(line), err=True)

    def error(self, error: SmtpDesktopError) -> None:
        """`error` stands on standard error, a line for every refused field; with `--json` also on standard output."""
        self.diagnostic(*(f"Error: {line}" for line in self.lines_of(error)))
        if isinstance(error, ReadFailed):
            from smtp_desktop.cli.output.conversation import advice_lines, said_lines

            self.diagnostic(*said_lines(error.failure, "The server"), *advice_lines(error.advice))
        if self.as_json:
            self.result({"error": error_document(error)})

    def lines_of(self, error: SmtpDesktopError) -> list[str]:
        """Returns what went wrong, a line for every refused field."""
        if isinstance(error, FieldErrors):
            return [f"{self.field_words.get(e.field, e.field)}: {e.message}" for e in error.errors]
        return [str(error)]


def error_document(error: SmtpDesktopError) -> dict[str, object]:
    """Returns what `--json` tells of an error; `fields` says what is wrong with each refused field,
    `missing` names the placeholders without a value. That a mailbox could not be read is told as a failed test is."""
    fields = {e.field: str(e.message) for e in error.errors} if isinstance(error, FieldErrors) else {}
    document: dict[str, object] = {"message": str(error), "fields": fields}
    if isinstance(error, MissingValues):
        document["missing"] = list(error.names)
    if isinstance(error, ReadFailed):
        from smtp_desktop.cli.output.conversation import advice_document, failure_document, reply_document

        document |= failure_document(error.failure)
        document |= {"reply": reply_document(error.failure.reply), "advice": advice_document(error.advice)}
    return document


def profile_document(profile: SmtpProfile, ca: "Certificate | None" = None) -> dict[str, object]:
    """Returns an SMTP by its fields' names. Every SMTP has every key; null is what its type does not have. `ca` is the
    certificate of the CA that is trusted for it alone."""
    server = profile.server
    generic = server if isinstance(server, GenericServer) else None
    graph = None if isinstance(server, GenericServer) else server
    custom = graph if graph and graph.cloud is Cloud.CUSTOM else None
    valid_until = graph.client_secret_valid_until if graph else None
    return {
        "name": profile.name,
        "type": profile.type.value,
        "is_default": profile.is_default,
        "from_address": profile.from_address,
        "signature": profile.signature,
        "description": profile.description,
        "host_name": generic.host_name if generic else None,
        "smtp_port": generic.smtp_port if generic else None,
        "tls": generic.tls if generic else None,
        "auth_required": generic.auth_required if generic else None,
        "user_name": server.user_name,
        "envelope_sender": generic.envelope_sender.value if generic else None,
        **trusted_document(generic, ca),
        "sign_in": graph.sign_in.value if graph else None,
        "tenant_id": graph.tenant_id if graph else None,
        "client_id": graph.client_id if graph else None,
        "cloud": graph.cloud.value if graph else None,
        "authority": custom.authority if custom else None,
        "graph_url": custom.graph_url if custom else None,
        "client_secret_valid_until": valid_until.isoformat() if valid_until else None,
        "has_password": SecretField.PASSWORD in profile.secret_refs,
        "has_client_secret": SecretField.CLIENT_SECRET in profile.secret_refs,
    }


def described(profile: SmtpProfile, ca: "Certificate | None" = None) -> list[str]:
    """Returns an SMTP as lines `field: value`, those that it has."""
    document = profile_document(profile, ca)
    if document["trusted_ca"]:
        document["trusted_ca"] = trusted_words(ca)
    return field_lines(document)


def field_lines(document: Mapping[str, object]) -> list[str]:
    """Returns `document` as lines `field: value`, those that are not null; several values stand below each other."""
    rows = {key: _shown(value) for key, value in document.items() if value is not None}
    width = max(len(key) for key in rows)
    indent = "\n" + " " * (width + 2)
    return [f"{key + ':':<{width + 1}} {value.replace(chr(10), indent)}".rstrip() for key, value in rows.items()]


def _shown(value: object) -> str:
    if isinstance(value, list):
        return "\n".join(str(one) for one in value)
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)


def place(profile: SmtpProfile) -> str:
    """Returns where an SMTP sends: host and port, or the tenant."""
    server = profile.server
    if not isinstance(server, GenericServer):
        return server.tenant_id
    host = f"[{server.host_name}]" if ":" in server.host_name else server.host_name
    return f"{host}:{server.smtp_port}"


def profile_table(profiles: Sequence[SmtpProfile]) -> list[str]:
    """Returns one line for each SMTP below a heading; the default has a star."""
    return table(
        [
            {
                "": "*" if profile.is_default else "",
                "NAME": profile.name,
                "TYPE": _TYPE_NAMES[profile.type],
                "SERVER": place(profile),
                "USER NAME": profile.server.user_name,
                "FROM": profile.from_address,
            }
            for profile in profiles
        ]
    )


def table(rows: Sequence[Mapping[str, str]]) -> list[str]:
    """Returns `rows`, which all have the same keys, as aligned lines below the keys."""
    if not rows:
        return []
    heads = list(rows[0])
    cells = [heads, *([printable(row[head]).replace("\n", " ") for head in heads] for row in rows)]
    widths = [max(len(line[column]) for line in cells) for column in range(len(heads))]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(line, widths, strict=True)).rstrip() for line in cells]


def counted(number: int, noun: str) -> str:
    """Returns "1 mail", "2,000 mails"."""
    return f"{number:,} {noun}" if number == 1 else f"{number:,} {noun}s"


def shortened(words: str, width: int) -> str:
    """Returns `words`, cut to `width` characters: one endless name must not push all else out of sight."""
    return words if len(words) <= width else f"{words[: width - 1]}…"


def printable(line: str) -> str:
    """Returns `line` with its control characters spelled out; tabs and line ends stay."""
    return _CONTROL.sub(lambda found: ascii(found[0])[1:-1], line)
