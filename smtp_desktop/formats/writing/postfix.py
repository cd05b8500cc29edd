"""Postfix: relays by sender, with their passwords and how each of them is encrypted."""

from collections.abc import Iterator, Sequence

from smtp_desktop.domain.declared.other_programs import (
    ExportedSmtp,
    LeftOut,
    ProgramExport,
    ProgramFile,
    ProgramFormat,
)
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.formats.writing.server import Tls, WrittenServer, servers_of

_FOLDER = "/etc/postfix"
_SERVICE = "smtp-implicit-tls"
_MASTER = f"""\
# Add to master.cf: port 465 expects TLS from the first byte.
{_SERVICE} unix - - n - - smtp
  -o smtp_tls_wrappermode=yes
  -o smtp_tls_security_level=encrypt
"""
_NO_PASSWORDS = "# Add each password after its user name: user:password\n"


class PostfixWriter:
    """Writes what is to be added to main.cf and master.cf, and the tables that they name. The default SMTP is the relay
    of all other senders."""

    format = ProgramFormat.POSTFIX

    def write(self, smtps: Sequence[ExportedSmtp]) -> ProgramExport:
        """Returns the files, those that would be empty left out."""
        servers, left_out = servers_of(smtps, has_fingerprint=True)
        default = next((one for one in servers if one.is_default), servers[0] if len(servers) == 1 else None)
        relays: list[WrittenServer] = []
        for one in servers:
            reason = _reason(one, relays, is_default=one is default)
            if reason:
                left_out.append(LeftOut(name=one.name, reason=reason))
            else:
                relays.append(one)
        left_out += [
            LeftOut(name=one.name, reason=msg("Its password does not fit into sasl_passwd."), whole=False)
            for one in relays
            if one.user and one.password is not None and not _fits(one.password)
        ]
        if default not in relays:
            default = None
        tables = {
            "sasl_passwd": _passwords(relays, default),
            "sender_relay": _lines(f"{one.sender} {_hop(one)}" for one in relays if _by_sender(one, default)),
            "sender_transport": _lines(
                f"{one.sender} {_SERVICE}:{_hop(one)}" for one in relays if _wrapped(one, default)
            ),
            "tls_policy": _lines(dict.fromkeys(f"{_hop(one)} {_policy(one)}" for one in relays)),
        }
        main = _main(default, {name for name, text in tables.items() if text}, relays)
        files = [ProgramFile(name="main.cf", text=main)]
        files += [ProgramFile(name=name, text=text) for name, text in tables.items() if text]
        if any(one.tls is Tls.IMPLICIT for one in relays):
            files.append(ProgramFile(name="master.cf", text=_MASTER))
        return ProgramExport(files=files, left_out=left_out)


def _reason(server: WrittenServer, before: Sequence[WrittenServer], *, is_default: bool) -> MessageText | None:
    """Returns why Postfix can't be told of a server beside those before it."""
    if not is_default and not server.sender:
        return msg("Postfix chooses it by the sender, and it has none.")
    if ":" in server.user or server.user != server.user.strip():
        return msg("Its user name does not fit into sasl_passwd.")
    if any(one.sender.lower() == server.sender.lower() and one.sender for one in before) and not is_default:
        return msg("Another SMTP has the same sender.")
    return None


def _main(default: WrittenServer | None, tables: set[str], relays: Sequence[WrittenServer]) -> str:
    lines = ["# Add to main.cf. The tables are read as they are: they need no postmap."]
    if default:
        wrapped = default.tls is Tls.IMPLICIT
        lines.append(f"default_transport = {_SERVICE}:{_hop(default)}" if wrapped else f"relayhost = {_hop(default)}")
    if "sender_relay" in tables:
        lines.append(f"sender_dependent_relayhost_maps = texthash:{_FOLDER}/sender_relay")
    if "sender_transport" in tables:
        lines.append(f"sender_dependent_default_transport_maps = texthash:{_FOLDER}/sender_transport")
    if "sasl_passwd" in tables:
        lines += [
            "smtp_sasl_auth_enable = yes",
            f"smtp_sasl_password_maps = texthash:{_FOLDER}/sasl_passwd",
            "smtp_sasl_security_options = noanonymous",
            "smtp_sender_dependent_authentication = yes",
        ]
    lines += ["smtp_tls_security_level = may", f"smtp_tls_policy_maps = texthash:{_FOLDER}/tls_policy"]
    if any(one.fingerprint for one in relays):
        lines.append("smtp_tls_fingerprint_digest = sha256")
    lines += ["# The CAs of your system may be elsewhere.", "smtp_tls_CAfile = /etc/ssl/certs/ca-certificates.crt"]
    return _lines(lines)


def _passwords(relays: Sequence[WrittenServer], default: WrittenServer | None) -> str:
    lines = []
    for one in relays:
        if not one.user:
            continue
        credentials = f"{one.user}:{one.password}" if one.password is not None and _fits(one.password) else one.user
        lines.append(f"{_hop(one) if one is default or not one.sender else one.sender} {credentials}")
    missing = any(one.user and (one.password is None or not _fits(one.password)) for one in relays)
    return (_NO_PASSWORDS if missing else "") + _lines(lines) if lines else ""


def _by_sender(server: WrittenServer, default: WrittenServer | None) -> bool:
    return server is not default and server.tls is not Tls.IMPLICIT


def _wrapped(server: WrittenServer, default: WrittenServer | None) -> bool:
    return server is not default and server.tls is Tls.IMPLICIT


def _hop(server: WrittenServer) -> str:
    return f"[{server.host}]:{server.port}"


def _policy(server: WrittenServer) -> str:
    if server.tls is Tls.NONE:
        return "none"
    if server.fingerprint:
        digits = server.fingerprint.upper()
        return f"fingerprint match={':'.join(digits[at : at + 2] for at in range(0, len(digits), 2))}"
    return "secure match=hostname"


def _fits(password: str) -> bool:
    return password.isprintable() and password == password.strip()


def _lines(lines: Iterator[str] | Sequence[str] | dict[str, None]) -> str:
    return "".join(f"{line}\n" for line in lines)
