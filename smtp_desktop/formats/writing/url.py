"""URLs: one for each SMTP, with the options that Symfony's DSNs have."""

from collections.abc import Mapping, Sequence
from urllib.parse import quote

from smtp_desktop.domain.declared.other_programs import ExportedSmtp, ProgramExport, ProgramFile, ProgramFormat
from smtp_desktop.formats.writing.servers import WrittenServer, servers_of


class UrlWriter:
    """Writes a text file of URLs, the name of each SMTP above its own."""

    format = ProgramFormat.URL

    def write(self, smtps: Sequence[ExportedSmtp]) -> ProgramExport:
        """Returns the file smtp-urls.txt."""
        servers, left_out = servers_of(smtps)
        text = "\n".join(f"# {server.name}\n{_url(server)}\n" for server in servers)
        return ProgramExport(
            files=(ProgramFile(name="smtp-urls.txt", text=text),) if servers else (), left_out=left_out
        )


def _url(server: WrittenServer) -> str:
    credentials = quote(server.user, safe="") if server.needs_password else ""
    if server.password:
        credentials += f":{quote(server.password, safe='')}"
    scheme = "smtps" if server.is_implicit else "smtp"
    address = f"{scheme}://{credentials}{'@' if credentials else ''}{server.literal_host}:{server.port}"
    query = "&".join(f"{name}={quote(value, safe='@')}" for name, value in _options(server).items())
    return f"{address}?{query}" if query else address


def _options(server: WrittenServer) -> Mapping[str, str]:
    options: dict[str, str] = {}
    if not server.tls:
        options["auto_tls"] = "false"
    elif not server.is_implicit:
        options["require_tls"] = "true"
    if server.tls and server.fingerprint:
        options["peer_fingerprint"] = server.fingerprint
    if server.ehlo_name:
        options["local_domain"] = server.ehlo_name
    if server.sender and (server.sender.spec != server.user or server.sender.display_name):
        options["from"] = str(server.sender)
    return options
