"""nullmailer: the remotes that it sends through, with the files beside them."""

import re
from collections.abc import Iterator, Sequence

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.domain.mail.address import address_or_none
from smtp_desktop.domain.message_text import MessageText, msg, one_line
from smtp_desktop.formats.mail_programs.siblings import siblings
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import CLIENT_CERTIFICATE_NOTE, Result, noted, source_of
from smtp_desktop.formats.values import IMPLICIT_PORT, SMTP_PORT, Encryption, SmtpParts, smtp_of

_REMOTE = re.compile(r"\s*[^\s#:@=]+[ \t]+smtp(?:[ \t].*)?")
_OWN_NAMES = frozenset({"remotes", "nullmailer-remotes", "remotes.conf"})
_BESIDE = frozenset({"allmailfrom", "helohost"})  # those that say something of an SMTP
_PARTS = re.compile(r"""(?:'([^']*)'?|"((?:[^"\\]|\\.)*+)"?|\\(.)|([^\s'"\\]+))""", re.DOTALL)
_LONGEST = 40


class NullmailerReader:
    """Reads the file `remotes`; allmailfrom and helohost of the same folder belong to it."""

    format = ImportFormat.NULLMAILER

    def recognizes(self, file: TextFile) -> bool:
        """Whether it is named so, or has lines such as `host smtp --port=587`."""
        if file.name in _OWN_NAMES:
            return any(_words(line) for line in file.lines)
        if file.name in _BESIDE:
            return "nullmailer" in file.path.lower() or len(file.text.split()) == 1
        lines = [line for line in file.lines if line.strip() and not line.startswith("#")]
        return bool(lines) and all(_REMOTE.fullmatch(line) for line in lines)

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file of remotes."""
        beside = [file for file in files if file.name in _BESIDE]
        groups, left = siblings([file for file in files if file not in beside], beside)
        sources = [
            source_of(
                self.format,
                [one.path for one in (remotes, *own)],
                self._results(remotes, {file.name: file.text.strip() for file in own}),
            )
            for remotes, own in groups
        ]
        reason = msg("It belongs to nullmailer's file remotes, which is not among the files.")
        alone = [Unreadable(format=self.format, file=file.path, line=None, reason=reason) for file in left]
        return sources + [source_of(self.format, (one.file,), (one,)) for one in alone]

    def _results(self, file: TextFile, beside: dict[str, str]) -> Iterator[Result]:
        for number, line in enumerate(file.lines, 1):
            words = [] if line.startswith("#") else _words(line)
            if words:
                yield _smtp(file.path, number, words, beside)


def _smtp(file: str, line: int, words: Sequence[str], beside: dict[str, str]) -> Result:
    host, protocol = words[0], words[1] if len(words) > 1 else "smtp"
    if protocol.lower() != "smtp":
        reason = msg("It speaks {protocol}, not SMTP.", protocol=one_line(protocol)[:_LONGEST])
        return Unreadable(format=ImportFormat.NULLMAILER, file=file, line=line, reason=reason)
    options = _options(words[2:])
    encryption = _encryption(options)
    sender = beside.get("allmailfrom", "")
    parts = SmtpParts(
        host=host,
        port=options.get("port", ""),
        default_port=IMPLICIT_PORT if encryption is Encryption.IMPLICIT else SMTP_PORT,
        encryption=encryption,
        sign_in="user" in options,
        user=options.get("user", ""),
        password=options.get("pass"),
        from_address=sender if address_or_none(sender) else "",
        ehlo_name=beside.get("helohost", ""),
        unverified="insecure" in options,
    )
    result = smtp_of(parts, source_format=ImportFormat.NULLMAILER, file=file, line=line)
    return noted(result, _trust_note(options), CLIENT_CERTIFICATE_NOTE if "x509certfile" in options else None)


def _trust_note(options: dict[str, str]) -> MessageText | None:
    trusted = options.get("x509cafile", "")
    if not trusted or trusted.endswith(("ca-certificates.crt", "ca-bundle.crt")):
        return None
    return msg("It trusts the CAs in {file}. Add the CA in the SMTP's form.", file=one_line(trusted)[:_LONGEST])


def _encryption(options: dict[str, str]) -> Encryption:
    if "starttls" in options:
        return Encryption.STARTTLS
    return Encryption.IMPLICIT if "ssl" in options or "tls" in options else Encryption.NONE


def _options(words: Sequence[str]) -> dict[str, str]:
    """Returns the options by name; those of one letter have their value in the same word, or in the next one."""
    options: dict[str, str] = {}
    at = 0
    while at < len(words):
        word = words[at]
        at += 1
        if word.startswith("-p") and not word.startswith("--"):
            options["port"] = word[2:].lstrip("=") or (words[at] if at < len(words) else "")
            at += 0 if word[2:] else 1
            continue
        name, sign, value = word.lstrip("-").partition("=")
        options[name.lower()] = value if sign else ""
    return options


def _words(line: str) -> list[str]:
    """Returns the words of a line, which may be quoted as in a shell."""
    words: list[str] = []
    place = 0
    is_open = False
    while place < len(line):
        if line[place].isspace():
            is_open = False
            place += 1
            continue
        found = _PARTS.match(line, place)
        if found is None:  # a lone backslash at the end
            break
        double = re.sub(r"\\(.)", r"\1", found[2]) if found[2] is not None else None
        part = next(text for text in (found[1], double, found[3], found[4]) if text is not None)
        words[len(words) - is_open :] = [(words[-1] if is_open else "") + part]
        is_open = True
        place = found.end()
    return words
