"""Postfix: lines for main.cf, and the tables of passwords, senders and TLS policies that they name."""

from collections.abc import Iterator, Mapping, Sequence

from smtp_desktop.domain.declared.other_programs import (
    ExportedSmtp,
    LeftOut,
    ProgramExport,
    ProgramFile,
    ProgramFormat,
)
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.writing.servers import WrittenServer, part, servers_of, without_password

_HEADER = "# Written by SMTP Desktop."
_PASSWORDS_HEADER = f"{_HEADER} After changes: postmap /etc/postfix/sasl_passwd. Only root may read it: chmod 600."


class PostfixWriter:
    """Writes the default SMTP, or the first, as relayhost, and the others as relays of the senders that are their From
    Addresses."""

    format = ProgramFormat.POSTFIX

    def write(self, smtps: Sequence[ExportedSmtp]) -> ProgramExport:
        """Returns main.cf (lines to add to the one there), sasl_passwd, sender_relay and tls_policy."""
        servers, left_out = servers_of(smtps)
        relay = next((server for server in servers if server.is_default), servers[0] if servers else None)
        if relay is None:
            return ProgramExport(files=(), left_out=left_out)
        others = _by_sender([server for server in servers if server is not relay], relay, left_out)
        every = [relay, *others.values()]
        passwords = list(_passwords(relay, others, left_out))
        files = [
            ProgramFile(name="main.cf", text=_lines(_main_lines(relay, others))),
            ProgramFile(name="sasl_passwd", text=_lines([_PASSWORDS_HEADER, *passwords])) if passwords else None,
            ProgramFile(name="sender_relay", text=_lines([_HEADER, *_relays(others)])) if others else None,
            ProgramFile(name="tls_policy", text=_lines([_HEADER, *_policies(every)])),
        ]
        left_out += [
            part(one.name, msg("The only certificate that it trusts is not in the file."))
            for one in every
            if one.tls and one.fingerprint
        ]
        return ProgramExport(files=[file for file in files if file], left_out=left_out)


def _by_sender(
    servers: Sequence[WrittenServer], relay: WrittenServer, left_out: list[LeftOut]
) -> Mapping[str, WrittenServer]:
    """Returns the SMTPs by their senders. What Postfix can't choose is left out."""
    chosen: dict[str, WrittenServer] = {}
    for server in servers:
        sender = server.envelope_sender.spec.lower() if server.envelope_sender else ""
        reason = None
        if not sender:
            reason = msg("It has no From Address, by which Postfix chooses a relay.")
        elif sender in chosen:
            reason = msg("{name} has the same sender, by which Postfix chooses a relay.", name=chosen[sender].name)
        elif server.is_implicit != relay.is_implicit:
            reason = msg("Postfix speaks TLS at once with all relays or with none: this differs from the relay host.")
        if reason:
            left_out.append(LeftOut(name=server.name, reason=reason))
        else:
            chosen[sender] = server
    return chosen


def _main_lines(relay: WrittenServer, others: Mapping[str, WrittenServer]) -> Iterator[str]:
    yield f"{_HEADER} Add these lines to /etc/postfix/main.cf, and the tables to /etc/postfix."
    yield f"relayhost = {_hop(relay)}"
    if others:
        yield "sender_dependent_relayhost_maps = hash:/etc/postfix/sender_relay"
    every = [relay, *others.values()]
    if any(server.needs_password for server in every):
        yield "smtp_sasl_auth_enable = yes"
        yield "smtp_sasl_password_maps = hash:/etc/postfix/sasl_passwd"
        yield "smtp_sasl_security_options = noanonymous"
    if others:
        yield "smtp_sender_dependent_authentication = yes"
    yield f"smtp_tls_security_level = {_level(relay)}"
    yield "smtp_tls_policy_maps = hash:/etc/postfix/tls_policy"
    yield "tls_append_default_CA = yes"
    if relay.is_implicit:
        yield "smtp_tls_wrappermode = yes"


def _passwords(relay: WrittenServer, others: Mapping[str, WrittenServer], left_out: list[LeftOut]) -> Iterator[str]:
    entries = [(_hop(relay), relay), *others.items()]
    for key, server in entries:
        if not server.needs_password:
            continue
        fits = server.password is not None and _fits(server)
        if server.password and not fits:
            left_out.append(without_password(server))
        if fits:
            yield f"{key} {server.user}:{server.password}"
        else:
            yield "# Put the password after the colon, and remove the # before the line:"
            yield f"#{key} {server.user}:"


def _relays(others: Mapping[str, WrittenServer]) -> Iterator[str]:
    return (f"{sender} {_hop(server)}" for sender, server in others.items())


def _policies(servers: Sequence[WrittenServer]) -> Iterator[str]:
    yield from dict.fromkeys(f"{_hop(server)} {_level(server)}" for server in servers)


def _level(server: WrittenServer) -> str:
    return "secure" if server.tls else "none"


def _hop(server: WrittenServer) -> str:
    return f"[{server.host}]:{server.port}"


def _fits(server: WrittenServer) -> bool:
    password = server.password or ""
    return password == password.strip() and not {"\n", "\r", "\0"} & set(password) and ":" not in server.user


def _lines(lines: Sequence[str] | Iterator[str]) -> str:
    return "\n".join([*lines, ""])
