"""SMTP servers as other programs know them: with a host, a port, a way to encrypt, a user and a password."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from smtp_desktop.domain.declared.other_programs import ExportedSmtp, LeftOut
from smtp_desktop.domain.mail.address import BadHost, address_or_none, ascii_host
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.profile import GenericServer, SecretField, SignIn, SmtpProfile

_IMPLICIT_PORT = 465  # RFC 8314 3.3


class Tls(Enum):
    """How the connection is encrypted."""

    NONE = auto()
    STARTTLS = auto()
    IMPLICIT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenServer:
    """An SMTP server to write. `host` is in ASCII, an IPv6 address without brackets. `user` is empty where it does not
    sign in, and `password` is None where it is not to be written. `sender` is the address that its mail is from, empty
    where that is not known."""

    name: str
    is_default: bool
    host: str
    port: int
    tls: Tls
    user: str = ""
    password: str | None = field(default=None, repr=False)
    sender: str = ""
    fingerprint: str = ""
    ehlo_name: str = ""

    @property
    def bracketed(self) -> str:
        """The host, an IPv6 address in brackets."""
        return f"[{self.host}]" if ":" in self.host else self.host


def servers_of(
    smtps: Sequence[ExportedSmtp], *, has_fingerprint: bool = False
) -> tuple[list[WrittenServer], list[LeftOut]]:
    """Returns the SMTP servers that sign in with a password or not at all, and what other programs can't be told of:
    others, and certificates that are trusted, but for fingerprints where the format has them."""
    servers: list[WrittenServer] = []
    left_out: list[LeftOut] = []
    for one in smtps:
        server = one.profile.server
        reason = _reason(one.profile)
        if reason or not isinstance(server, GenericServer):
            left_out.append(LeftOut(name=one.profile.name, reason=reason or _MAILBOX))
            continue
        servers.append(_written(one, server))
        if server.trusted_ca_pem:
            reason = msg("The CA that it trusts is not in the file.")
            left_out.append(LeftOut(name=one.profile.name, reason=reason, whole=False))
        if server.trusted_fingerprint and not has_fingerprint:
            reason = msg("The certificate that it trusts is not in the file.")
            left_out.append(LeftOut(name=one.profile.name, reason=reason, whole=False))
    return servers, left_out


_MAILBOX = msg("It is a Microsoft 365 mailbox, not an SMTP server.")


def _reason(profile: SmtpProfile) -> MessageText | None:
    server = profile.server
    if isinstance(server, GenericServer) and server.auth_required and server.sign_in is not SignIn.PASSWORD:
        return msg("It signs in without a password.")
    return None


def _written(one: ExportedSmtp, server: GenericServer) -> WrittenServer:
    password = one.secrets.get(SecretField.PASSWORD)
    tls = Tls.IMPLICIT if server.smtp_port == _IMPLICIT_PORT else Tls.STARTTLS
    return WrittenServer(
        name=one.profile.name,
        is_default=one.profile.is_default,
        host=_ascii(server.host_name),
        port=server.smtp_port,
        tls=tls if server.tls else Tls.NONE,
        user=server.user_name if server.auth_required else "",
        password=password.reveal() if password and server.auth_required else None,
        sender=_sender(one.profile),
        fingerprint=server.trusted_fingerprint,
        ehlo_name=server.ehlo_name,
    )


def _sender(profile: SmtpProfile) -> str:
    address = address_or_none(profile.from_address) or address_or_none(profile.server.user_name)
    return address.spec if address else ""


def _ascii(host: str) -> str:
    try:
        return ascii_host(host).strip("[]")
    except BadHost:
        return host.strip("[]")
