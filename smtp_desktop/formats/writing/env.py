""".env: variables for each SMTP, quoted so that shells, Docker Compose and python-dotenv read the same."""

import re
from collections.abc import Iterator, Sequence

from smtp_desktop.domain.declared.other_programs import (
    ExportedSmtp,
    LeftOut,
    ProgramExport,
    ProgramFile,
    ProgramFormat,
)
from smtp_desktop.formats.writing.servers import WrittenServer, servers_of, without_password

_PLAIN = re.compile(r"[A-Za-z0-9_@%+:,./-]*")
_REPLACED = re.compile(r"\$\{")  # python-dotenv fills it in even between single quotes
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]")


class EnvWriter:
    """Writes a .env. One SMTP has the variables SMTP_HOST and so on; several have their name before it."""

    format = ProgramFormat.ENV

    def write(self, smtps: Sequence[ExportedSmtp]) -> ProgramExport:
        """Returns the file .env."""
        servers, left_out = servers_of(smtps)
        lines: list[str] = []
        for server in servers:
            prefix = f"{_variable(server.name)}_SMTP" if len(servers) > 1 else "SMTP"
            lines += [*([""] if lines else []), f"# {server.name}", *_variables(server, prefix, left_out)]
        return ProgramExport(
            files=(ProgramFile(name=".env", text="\n".join([*lines, ""])),) if servers else (), left_out=left_out
        )


def _variables(server: WrittenServer, prefix: str, left_out: list[LeftOut]) -> Iterator[str]:
    yield f"{prefix}_HOST={server.host}"
    yield f"{prefix}_PORT={server.port}"
    yield f"{prefix}_ENCRYPTION={'none' if not server.tls else 'ssl' if server.is_implicit else 'tls'}"
    if server.needs_password:
        yield f"{prefix}_USER={_quoted(server.user)}"
        quoted = None if server.password is None else _quoted(server.password)
        if server.password and quoted is None:
            left_out.append(without_password(server))
        yield f"# {prefix}_PASSWORD=" if quoted is None else f"{prefix}_PASSWORD={quoted}"
    if server.sender:
        yield f"{prefix}_FROM={_quoted(str(server.sender)) or server.sender.spec}"


def _quoted(value: str) -> str | None:
    """Returns the value as all of them read it; None where there is no such form."""
    if _CONTROLS.search(value) or _REPLACED.search(value):
        return None
    if _PLAIN.fullmatch(value):
        return value
    if "'" not in value and "\\" not in value:
        return f"'{value}'"
    if "$" in value or "`" in value or "!" in value:
        return None
    escaped = value.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _variable(name: str) -> str:
    """Returns the name as a variable can begin: not with a digit."""
    upper = name.upper()
    return f"_{upper}" if upper[:1].isdigit() else upper
