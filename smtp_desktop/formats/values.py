"""From the words of a file to an SMTP: hosts, ports, encryption, and secrets that are there, masked, or elsewhere."""

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Any

from smtp_desktop.domain.imports.found import FoundSmtp, ImportFormat, Unreadable
from smtp_desktop.domain.imports.naming import smtp_name
from smtp_desktop.domain.mail.address import BadHost, ascii_host
from smtp_desktop.domain.message_text import MessageText, msg, one_line
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.domain.smtp.pasted_server import pasted_server

IMPLICIT_PORT, SUBMISSION_PORT, SMTP_PORT = 465, 587, 25
_LARGEST_PORT = 65535
_SERVICES = {  # as /etc/services has them
    "smtp": SMTP_PORT,
    "mail": SMTP_PORT,
    "submission": SUBMISSION_PORT,
    "submissions": IMPLICIT_PORT,
    "smtps": IMPLICIT_PORT,
    "urd": IMPLICIT_PORT,
    "ssmtp": IMPLICIT_PORT,
}
_YES = frozenset({"true", "yes", "on", "1", "y", "t", "enable", "enabled"})
_NO = frozenset({"false", "no", "off", "0", "n", "f", "disable", "disabled", "none", "null", ""})
_MASK = re.compile(
    r"[*\u2022\u25cf\u2217x\u00d7.]{3,}|(?:[<\[({_%-]{1,2}|)(?:redacted|filtered|hidden|masked|secret|removed|omitted|censored|scrubbed)"
    r"(?:[>\])}_%-]{1,2}|)|\*+",
    re.IGNORECASE,
)
_REFERENCE = re.compile(
    r"\$\{[^{}]{1,200}\}"  # ${NAME}, ${NAME:-default}, ${vault.x}
    r"|\$__[a-z]+\{[^{}]{0,200}\}"  # Grafana: $__file{…}
    r"|%env\([^()]{1,200}\)%"  # Symfony
    r"|\{\{[^{}]{1,200}\}\}"  # templates
    r"|<%=?[^%]{1,200}%>"  # ERB
)
_WHOLE_REFERENCE = re.compile(
    r"\$[A-Z_][A-Z0-9_]{1,100}|%[A-Z_][A-Z0-9_]{1,100}%|ENC\(.*\)|\{AQA[A-Za-z0-9+/=]*\}|\{cipher\}.*|!vault.*|\$ANSIBLE_VAULT.*"
    r"|vault:\S+|op://\S+",
    re.DOTALL,
)
_LONGEST_REFERENCE = 60
_LONGEST_MASK = 8


class Encryption(Enum):
    """What a file says of encryption, by its meaning."""

    UNSAID = auto()
    NONE = auto()
    IF_OFFERED = auto()  # STARTTLS where the server has it
    STARTTLS = auto()
    IMPLICIT = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class SmtpParts:
    """What a file says of one SMTP, in the file's words but for `encryption`. Empty and None stand for what it does not
    say.

    `names` are what the SMTP may be called, the best first. `port` may be a service's name. `sign_in` is None where a
    user name decides it. `password` is as it stands in the file; with `password_is_literal` it is taken as it is, even
    where it looks like a reference. `password_elsewhere` says where the password is, if not in the file. With
    `unverified`, the file turns the check of certificates off.
    """

    names: tuple[str, ...] = ()
    host: str = ""
    port: str = ""
    default_port: int | None = None
    encryption: Encryption = Encryption.UNSAID
    sign_in: bool | None = None
    user: str = ""
    password: str | None = None
    password_is_literal: bool = False
    password_elsewhere: str = ""
    from_address: str = ""
    ehlo_name: str = ""
    unverified: bool = False


def smtp_of(parts: SmtpParts, *, source_format: ImportFormat, file: str, line: int | None) -> FoundSmtp | Unreadable:
    """Returns the SMTP that the parts describe, or why there is none."""
    host, port, encryption, user, pasted = _server(parts)
    number = port_of(port) if port else (parts.default_port or _usual_port(encryption))
    problem = _host_problem(host) or (_port_problem(port) if number is None else None)
    if problem or number is None:
        return Unreadable(format=source_format, file=file, line=line, reason=problem or _port_problem(port))
    signs_in = bool(user) if parts.sign_in is None else parts.sign_in
    password, missing = _password(parts, pasted) if signs_in else (None, None)
    tls, note = _tls(encryption, number, signs_in=signs_in)
    notes = [note] if note else []
    if parts.unverified:
        notes.append(msg("The file turns the check of the server's certificate off. Here it stays on."))
    values: dict[str, Any] = {
        "host_name": host,
        "smtp_port": str(number),
        "tls": tls,
        "auth_required": signs_in,
        "user_name": user if signs_in else "",
        "from_address": parts.from_address.strip(),
        "ehlo_name": parts.ehlo_name.strip(),
        "password": password,
    }
    said = {key for key, value in values.items() if value not in ("", None)}
    if encryption is Encryption.UNSAID:
        said.discard("tls")
    return FoundSmtp(
        format=source_format,
        file=file,
        line=line,
        draft=ProfileDraft(name=smtp_name(*parts.names, host), **values),
        said=frozenset(said),
        missing=missing,
        notes=tuple(notes),
    )


def plain_bool(text: str) -> bool | None:
    """Returns what a word such as `yes`, `on` or `0` means; None where it is none of them."""
    word = text.strip().lower()
    return True if word in _YES else False if word in _NO else None


def port_of(text: str) -> int | None:
    """Returns the number of a port, or of a service such as `submission`; None where it is neither."""
    word = text.strip().lower()
    if word in _SERVICES:
        return _SERVICES[word]
    if not word.isascii() or not word.isdigit() or len(word) > len(str(_LARGEST_PORT)):
        return None
    return int(word) if 1 <= int(word) <= _LARGEST_PORT else None


def is_mask(text: str) -> bool:
    """Whether the text only stands for a secret that somebody has removed: stars, dots, `[FILTERED]`."""
    word = text.strip()
    return _MASK.fullmatch(word) is not None and word.lower() != "secret"  # which people do use


def reference_in(text: str) -> str:
    """Returns what in the text names a variable, a file or a vault in place of a value; empty where nothing does."""
    found = _REFERENCE.search(text) or _WHOLE_REFERENCE.fullmatch(text.strip())
    return _shortened(found.group()) if found else ""


def _server(parts: SmtpParts) -> tuple[str, str, Encryption, str, Secret | None]:
    """Returns host, port, encryption, user and password, with what a host such as `smtps://user@host:465` says of
    them."""
    host, port, encryption, user = parts.host.strip(), parts.port.strip(), parts.encryption, parts.user.strip()
    pasted = pasted_server(host)
    if pasted is None:
        return host.strip("[]") if host.startswith("[") else host, port, encryption, user, None
    if encryption is Encryption.UNSAID and pasted.tls:
        encryption = Encryption.IMPLICIT
    return pasted.host_name, port or pasted.smtp_port, encryption, user or pasted.user_name, pasted.password


def _usual_port(encryption: Encryption) -> int:
    match encryption:
        case Encryption.IMPLICIT:
            return IMPLICIT_PORT
        case Encryption.NONE:
            return SMTP_PORT
        case _:
            return SUBMISSION_PORT


def _host_problem(host: str) -> MessageText | None:
    if not host:
        return msg("It names no server.")
    if reference := reference_in(host):
        return msg("The server is {reference}, which is not filled in.", reference=reference)
    try:
        ascii_host(host)
    except BadHost:
        return msg(
            "“{host}” is not a host name.", host=_shortened(one_line(host.rpartition("@")[2]))
        )  # never user:password@
    return None


def _port_problem(port: str) -> MessageText:
    if reference := reference_in(port):
        return msg("The port is {reference}, which is not filled in.", reference=reference)
    return msg("“{port}” is not a port number.", port=_shortened(one_line(port)))


def _tls(encryption: Encryption, port: int, *, signs_in: bool) -> tuple[bool, MessageText | None]:
    match encryption:
        case Encryption.NONE:
            return False, None
        case Encryption.STARTTLS | Encryption.IMPLICIT:
            return True, None
        case Encryption.IF_OFFERED:
            return True, msg("The file encrypts only where the server offers it. Here encryption is required.")
        case Encryption.UNSAID:
            # A password never goes out in clear because a file says nothing.
            return signs_in or port in {IMPLICIT_PORT, SUBMISSION_PORT}, None


def _password(parts: SmtpParts, pasted: Secret | None) -> tuple[Secret | None, MessageText | None]:
    written = parts.password if parts.password is not None else ""
    if parts.password_elsewhere:
        return None, msg("The file says {reference}", reference=_shortened(one_line(parts.password_elsewhere)))
    if not written:
        return (pasted, None) if pasted else (None, msg("The file has no password"))
    if is_mask(written):
        return None, msg("The file shows only {mask}", mask=one_line(written)[:_LONGEST_MASK])
    reference = "" if parts.password_is_literal else reference_in(written)
    if reference:
        return None, msg("The file says {reference}", reference=reference)
    return Secret(written), None


def _shortened(text: str) -> str:
    return text if len(text) <= _LONGEST_REFERENCE else f"{text[: _LONGEST_REFERENCE - 1]}…"
