"""msmtprc: an account for each SMTP."""

from collections.abc import Iterator, Sequence

from smtp_desktop.domain.declared.other_programs import ExportedSmtp, ProgramExport, ProgramFile, ProgramFormat
from smtp_desktop.formats.writing.servers import WrittenServer, servers_of, without_password

_LONGEST = 450  # msmtp refuses lines of 500 bytes


class MsmtpWriter:
    """Writes an msmtprc. Without passwords, msmtp asks for them, or takes them from the keyring."""

    format = ProgramFormat.MSMTP

    def write(self, smtps: Sequence[ExportedSmtp]) -> ProgramExport:
        """Returns the file msmtprc."""
        servers, left_out = servers_of(smtps)
        lines = ["# msmtprc, written by SMTP Desktop. Only you may read it: chmod 600."]
        for server in servers:
            lines += ["", *_account(server)]
            if server.password and not _fits(server.password):
                left_out.append(without_password(server))
        default = next((server for server in servers if server.is_default), None)
        if default:
            lines += ["", f"account default : {default.name}"]
        return ProgramExport(
            files=(ProgramFile(name="msmtprc", text="\n".join([*lines, ""])),) if servers else (), left_out=left_out
        )


def _account(server: WrittenServer) -> Iterator[str]:
    yield f"account {server.name}"
    yield f"host {server.host}"
    yield f"port {server.port}"
    yield f"tls {'on' if server.tls else 'off'}"
    if server.tls:
        yield f"tls_starttls {'off' if server.is_implicit else 'on'}"
    if server.tls and server.fingerprint:
        pairs = [server.fingerprint[at : at + 2].upper() for at in range(0, len(server.fingerprint), 2)]
        yield f"tls_fingerprint {':'.join(pairs)}"
    yield f"auth {'on' if server.needs_password else 'off'}"
    if server.needs_password:
        yield f'user "{server.user}"'
        if server.password and _fits(server.password):
            yield f'password "{server.password}"'
        else:
            yield "# password …"
    if server.envelope_sender:
        yield f"from {server.envelope_sender.spec}"
    if server.ehlo_name:
        yield f"domain {server.ehlo_name}"


def _fits(password: str) -> bool:
    return not {"\n", "\r", "\0"} & set(password) and len(password.encode()) <= _LONGEST
