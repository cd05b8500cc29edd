"""SMTPs as all formats for other programs have them: a server, with a user and a password."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from smtp_desktop.domain.declared.other_programs import ExportedSmtp, LeftOut
from smtp_desktop.domain.mail.address import Address, BadAddress, ascii_host
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.identity import identity_of
from smtp_desktop.domain.smtp.profile import GenericServer, GraphMailbox, SecretField
from smtp_desktop.formats.values import IMPLICIT_PORT


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenServer:
    """An SMTP server to write. `password` is None where it is not asked for, or not there; `needs_password` says
    whether one belongs in its place. `sender` is the From, `envelope_sender` the address in MAIL FROM; both are None
    where the SMTP has no address yet."""

    name: str
    is_default: bool
    host: str
    port: int
    tls: bool
    user: str
    needs_password: bool
    sender: Address | None
    envelope_sender: Address | None
    fingerprint: str
    ehlo_name: str
    password: str | None = field(repr=False)

    @property
    def is_implicit(self) -> bool:
        """Whether TLS begins at once, as far as the port tells."""
        return self.tls and self.port == IMPLICIT_PORT

    @property
    def literal_host(self) -> str:
        """The host as URLs want it: in ASCII, an IPv6 address in brackets."""
        return f"[{self.host}]" if ":" in self.host else self.host


def servers_of(smtps: Iterable[ExportedSmtp]) -> tuple[Sequence[WrittenServer], list[LeftOut]]:
    """Returns the SMTPs that are servers with a password or without sign-in, and why the others are left out."""
    servers: list[WrittenServer] = []
    left_out: list[LeftOut] = []
    for smtp in smtps:
        name, server = smtp.profile.name, smtp.profile.server
        if isinstance(server, GraphMailbox):
            left_out.append(LeftOut(name=name, reason=msg("It sends through Microsoft Graph, not SMTP.")))
        elif smtp.profile.needs_token:
            reason = msg("It signs in with OAuth 2.0, whose tokens can't be written into a file.")
            left_out.append(LeftOut(name=name, reason=reason))
        else:
            servers.append(_written(smtp, server))
            if server.trusted_ca_pem:
                left_out.append(part(name, msg("The CA that it trusts is not in the file.")))
    return servers, left_out


def part(name: str, reason: MessageText) -> LeftOut:
    """Returns that a part of an SMTP is left out."""
    return LeftOut(name=name, reason=reason, whole=False)


def without_password(server: WrittenServer) -> LeftOut:
    """Returns that the password of an SMTP is left out because the format can't hold it."""
    return part(server.name, msg("Its password has characters that the file can't hold. It is left out."))


def _written(smtp: ExportedSmtp, server: GenericServer) -> WrittenServer:
    try:
        identity = identity_of(smtp.profile)
    except BadAddress:
        identity = None
    secret = smtp.secrets.get(SecretField.PASSWORD) if server.auth_required else None
    return WrittenServer(
        name=smtp.profile.name,
        is_default=smtp.profile.is_default,
        host=ascii_host(server.host_name),
        port=server.smtp_port,
        tls=server.tls,
        user=server.user_name if server.auth_required else "",
        needs_password=server.auth_required,
        sender=identity.header_from if identity else None,
        envelope_sender=identity.envelope_sender if identity else None,
        fingerprint=server.trusted_fingerprint,
        ehlo_name=server.ehlo_name,
        password=secret.reveal() if secret else None,
    )
