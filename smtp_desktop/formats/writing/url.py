"""URLs of mail servers, one a line, each below a comment with the SMTP's name."""

from collections.abc import Sequence
from urllib.parse import quote

from smtp_desktop.domain.declared.other_programs import ExportedSmtp, ProgramExport, ProgramFile, ProgramFormat
from smtp_desktop.formats.writing.server import Tls, WrittenServer, servers_of

# As Nodemailer and Symfony name them.
_OPTIONS = {Tls.NONE: "ignoreTLS=true", Tls.STARTTLS: "requireTLS=true", Tls.IMPLICIT: ""}


class UrlWriter:
    """Writes lines of smtp:// and smtps://."""

    format = ProgramFormat.URL

    def write(self, smtps: Sequence[ExportedSmtp]) -> ProgramExport:
        """Returns the one file."""
        servers, left_out = servers_of(smtps)
        text = "".join(f"# {one.name}\n{url_of(one)}\n" for one in servers)
        return ProgramExport(files=(ProgramFile(name="smtps.txt", text=text),), left_out=left_out)


def url_of(server: WrittenServer) -> str:
    """Returns the URL of a server."""
    scheme = "smtps" if server.tls is Tls.IMPLICIT else "smtp"
    user = quote(server.user, safe="")
    if server.user and server.password is not None:
        user += f":{quote(server.password, safe='')}"
    options = [_OPTIONS[server.tls]] if _OPTIONS[server.tls] else []
    if server.sender and server.sender != server.user:
        options.append(f"from={quote(server.sender, safe='@')}")
    query = f"/?{'&'.join(options)}" if options else ""
    return f"{scheme}://{f'{user}@' if user else ''}{server.bracketed}:{server.port}{query}"
