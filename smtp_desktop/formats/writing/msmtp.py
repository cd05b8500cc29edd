"""msmtp: an account for each SMTP, as msmtprc(5) has them."""

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


class MsmtpWriter:
    """Writes an msmtprc. Its default account is the default SMTP, else the first."""

    format = ProgramFormat.MSMTP

    def write(self, smtps: Sequence[ExportedSmtp]) -> ProgramExport:
        """Returns the one file."""
        servers, left_out = servers_of(smtps, has_fingerprint=True)
        lines: list[str] = []
        for one in servers:
            lines += [f"account {one.name}", *_commands(one), ""]
            if one.password is not None and not _fits(one.password):
                left_out.append(_no_password(one))
        default = next((one for one in servers if one.is_default), servers[0] if servers else None)
        if default:
            lines.append(f"account default : {default.name}")
        text = "".join(f"{line}\n" for line in lines)
        return ProgramExport(files=(ProgramFile(name="msmtprc", text=text),), left_out=left_out)


def _commands(server: WrittenServer) -> Iterator[str]:
    yield f"host {server.host}"
    yield f"port {server.port}"
    yield f"tls {'off' if server.tls is Tls.NONE else 'on'}"
    if server.tls is not Tls.NONE:
        yield f"tls_starttls {'on' if server.tls is Tls.STARTTLS else 'off'}"
        if server.fingerprint:
            yield f"tls_fingerprint {server.fingerprint}"
    yield f"auth {'on' if server.user else 'off'}"
    if server.user:
        yield f"user {_argument(server.user)}"
        if server.password is not None and _fits(server.password):
            yield f"password {_argument(server.password)}"
    if server.sender:
        yield f"from {_argument(server.sender)}"
    if server.ehlo_name:
        yield f"domain {_argument(server.ehlo_name)}"


def _argument(value: str) -> str:
    """Returns a value as msmtp reads it: spaces around it are trimmed, and then quotes around it."""
    quoted = len(value) > 1 and value[0] == value[-1] == '"'
    return f'"{value}"' if quoted or value != value.strip() else value


def _fits(password: str) -> bool:
    return password.isprintable()


def _no_password(server: WrittenServer) -> LeftOut:
    return LeftOut(name=server.name, reason=msg("Its password does not fit into a line of the file."), whole=False)
