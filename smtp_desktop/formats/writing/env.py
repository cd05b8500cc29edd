"""Files of environment variables, .env: SMTP_HOST and the like or, of several SMTPs, SMTP_NAME_HOST."""

import re
from collections.abc import Iterator, Sequence

from smtp_desktop.domain.declared.other_programs import (
    ExportedSmtp,
    LeftOut,
    ProgramExport,
    ProgramFile,
    ProgramFormat,
)
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.writing.server import Tls, WrittenServer, servers_of

_PLAIN = re.compile(r"[A-Za-z0-9_@%+=:,./-]*")
_ENCRYPTION = {Tls.NONE: "none", Tls.STARTTLS: "starttls", Tls.IMPLICIT: "ssl"}


class EnvWriter:
    """Writes a .env file."""

    format = ProgramFormat.ENV

    def write(self, smtps: Sequence[ExportedSmtp]) -> ProgramExport:
        """Returns the one file."""
        servers, left_out = servers_of(smtps)
        parts = []
        for one in servers:
            prefix = "SMTP_" if len(servers) == 1 else f"SMTP_{one.name.upper()}_"
            lines = [f"# {one.name}"]
            for key, value in _settings(one):
                written = _value(value)
                if written is None:
                    reason = msg("{key} has characters that a .env file can't hold.", key=f"{prefix}{key}")
                    left_out.append(LeftOut(name=one.name, reason=reason, whole=False))
                else:
                    lines.append(f"{prefix}{key}={written}")
            parts.append("".join(f"{line}\n" for line in lines))
        return ProgramExport(files=(ProgramFile(name=".env", text="\n".join(parts)),), left_out=left_out)


def _settings(server: WrittenServer) -> Iterator[tuple[str, str]]:
    yield "HOST", server.host
    yield "PORT", str(server.port)
    yield "ENCRYPTION", _ENCRYPTION[server.tls]
    if server.user:
        yield "USER", server.user
        if server.password is not None:
            yield "PASSWORD", server.password
    if server.sender:
        yield "FROM", server.sender


def _value(value: str) -> str | None:
    """Returns a value that every reader of such files takes for the same: within single quotes nothing is filled in,
    within double quotes `$` and backslashes have a meaning. None where there is no such way."""
    if _PLAIN.fullmatch(value):
        return value
    if not value.isprintable():
        return None
    # Some take a backslash before a quote or another backslash for its escape, and some do not.
    if "'" not in value and "\\\\" not in value and not value.endswith("\\"):
        return f"'{value}'"
    if not any(sign in value for sign in '"\\$`'):
        return f'"{value}"'
    return None
