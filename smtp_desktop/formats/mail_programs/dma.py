"""dma, the DragonFly Mail Agent: dma.conf, and auth.conf with its passwords."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.domain.mail.address import address_or_none
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.mail_programs.siblings import siblings
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import CLIENT_CERTIFICATE_NOTE, Result, noted, source_of, with_values
from smtp_desktop.formats.values import IMPLICIT_PORT, SMTP_PORT, Encryption, SmtpParts, smtp_of

_SETTINGS = """SMARTHOST PORT ALIASES SPOOLDIR AUTHPATH SECURETRANSFER STARTTLS OPPORTUNISTIC_TLS FINGERPRINT CERTFILE
    DEFER INSECURE FULLBOUNCE MAILNAME MAILNAMEFILE MASQUERADE NULLCLIENT VERBOSE DEBUGLOG"""
_WORDS = frozenset(_SETTINGS.split())
_TELLING = frozenset({"SMARTHOST", "SECURETRANSFER", "AUTHPATH", "NULLCLIENT", "MASQUERADE"})
_CONF_NAMES = re.compile(r"(?:.*[._-])?dma\.conf(?:[._-].*)?")
_CREDENTIALS = re.compile(r"(?P<user>[^|]*)\|(?P<host>[^: \t]*)[: \t](?P<password>.*)", re.DOTALL)
_SHA256 = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Login:
    """A line of auth.conf."""

    user: str
    host: str
    password: str = field(repr=False)
    file: str
    line: int


class DmaReader:
    """Reads dma.conf with the auth.conf of the same folder."""

    format = ImportFormat.DMA

    def recognizes(self, file: TextFile) -> bool:
        """Whether it is named so, has dma's settings alone, or is an auth.conf of lines such as user|host:password."""
        if _CONF_NAMES.fullmatch(file.name):
            return True
        if _is_auth(file):
            return True
        words = [word for _, word, _ in _settings(file)]
        return bool(words) and not _TELLING.isdisjoint(words) and _WORDS.issuperset(words)

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each dma.conf. Where there is only one, every auth.conf is its own."""
        auths = [file for file in files if _is_auth(file)]
        groups, left = siblings([file for file in files if file not in auths], auths)
        sources = [
            source_of(self.format, [one.path for one in (conf, *own)], _Dma(conf, own).results())
            for conf, own in groups
        ]
        return sources + [source_of(self.format, (file.path,), _Dma(None, [file]).results()) for file in left]


class _Dma:
    """The files of one dma."""

    def __init__(self, conf: TextFile | None, auths: Sequence[TextFile]) -> None:
        self._file = conf.path if conf else ""
        self._problems: list[Result] = []
        self._values: dict[str, str] = {}
        self._host_line = 1
        for line, word, value in _settings(conf) if conf else ():
            if word not in _WORDS:
                self._refuse(self._file, line)
                continue
            self._values[word] = value
            if word == "SMARTHOST":
                self._host_line = line
        self._logins = [login for file in auths for login in self._read(file)]

    def results(self) -> Iterator[Result]:
        """Yields the SMTP of the smart host, those of other passwords, and what can't be read."""
        host = self._values.get("SMARTHOST", "")
        # dma takes the last line of its host.
        login = next((one for one in reversed(self._logins) if host and one.host == host), None)
        if host:
            yield self._smart_host(host, login)
        elif self._file and not self._logins:
            reason = msg("It names no smart host: mail goes straight to the servers of the recipients.")
            yield Unreadable(format=ImportFormat.DMA, file=self._file, line=None, reason=reason)
        for other in self._logins:
            if other.host != host:
                parts = SmtpParts(host=other.host, sign_in=True, user=other.user, password=other.password)
                yield smtp_of(parts, source_format=ImportFormat.DMA, file=other.file, line=other.line)
        yield from self._problems

    def _smart_host(self, host: str, login: _Login | None) -> Result:
        values = self._values
        encryption = _encryption(values)
        sender = values.get("MASQUERADE", "")
        parts = SmtpParts(
            host=host,
            port=values.get("PORT", ""),
            default_port=IMPLICIT_PORT if encryption is Encryption.IMPLICIT else SMTP_PORT,
            encryption=encryption,
            sign_in=login is not None or ("AUTHPATH" in values and not self._logins),
            user=login.user if login else "",
            password=login.password if login else None,
            password_elsewhere="" if login else values.get("AUTHPATH", ""),
            from_address=sender if address_or_none(sender) else "",
        )
        result = smtp_of(parts, source_format=ImportFormat.DMA, file=self._file, line=self._host_line)
        fingerprint = values.get("FINGERPRINT", "").replace(":", "").lower()
        if _SHA256.fullmatch(fingerprint):
            result = with_values(result, trusted_fingerprint=fingerprint, fingerprint_host=host)
        return noted(result, CLIENT_CERTIFICATE_NOTE if "CERTFILE" in values else None)

    def _read(self, file: TextFile) -> Iterator[_Login]:
        for number, line in enumerate(file.lines, 1):
            if not line.strip() or line.startswith("#"):
                continue
            found = _CREDENTIALS.fullmatch(line)
            if found is None:
                reason = msg("A line such as user|host:password is expected here.")
                self._problems.append(Unreadable(format=ImportFormat.DMA, file=file.path, line=number, reason=reason))
                continue
            yield _Login(
                user=found["user"], host=found["host"], password=found["password"], file=file.path, line=number
            )

    def _refuse(self, file: str, line: int) -> None:
        reason = msg("This line is not a setting of dma.")
        self._problems.append(Unreadable(format=ImportFormat.DMA, file=file, line=line, reason=reason))


def _encryption(values: dict[str, str]) -> Encryption:
    if "SECURETRANSFER" not in values:
        return Encryption.NONE
    if "STARTTLS" not in values:
        return Encryption.IMPLICIT
    return Encryption.IF_OFFERED if "OPPORTUNISTIC_TLS" in values else Encryption.STARTTLS


def _settings(file: TextFile) -> Iterator[tuple[int, str, str]]:
    """Yields line, word and value; # begins a comment anywhere."""
    for number, line in enumerate(file.lines, 1):
        words = line.partition("#")[0].split(None, 1)
        if words:
            yield number, words[0], words[1].strip() if len(words) > 1 else ""


def _is_auth(file: TextFile) -> bool:
    """Whether it is named as dma's passwords are, or every line is one: user|host:password."""
    lines = [line for line in file.lines if line.strip() and not line.startswith("#")]
    found = [one for line in lines if (one := _CREDENTIALS.fullmatch(line))]
    if file.name.endswith("auth.conf"):
        return bool(found)
    return 0 < len(lines) == len(found) and all("." in one["host"] and " " not in one["user"] for one in found)
