"""OpenSMTPD: relay actions of an smtpd.conf, and the tables of credentials that it names."""

import re
from collections.abc import Iterator, Sequence

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.domain.mail.address import address_or_none
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.formats.mail_programs.opensmtpd_words import Statement, statements_in
from smtp_desktop.formats.mail_programs.siblings import siblings
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import CLIENT_CERTIFICATE_NOTE, Result, noted, source_of
from smtp_desktop.formats.values import IMPLICIT_PORT, SMTP_PORT, Encryption, SmtpParts, smtp_of

_NAMES = re.compile(r"(?:.*[._-])?smtpd\.conf(?:[._-].*)?")
_RELAY = re.compile(r"^[ \t]*(?:action|accept|match|listen on|table)\b.*$", re.MULTILINE)
_RELAY_HOST = re.compile(r"\brelay\s+(?:host|via)\s", re.IGNORECASE)
_CREDENTIAL = re.compile(r"(?P<label>[A-Za-z0-9_.@-]+):?[ \t]+(?P<user>[^\s:]+):(?P<password>.*)")
_URL = re.compile(
    r"(?:(?P<scheme>[a-z+]+)://)?(?:(?P<label>[^@/]*)@)?"
    r"(?P<host>\[[^\[\]]*\]|[^:/\[\]]*)(?::(?P<port>[^/]*))?/?",
    re.IGNORECASE,
)
_SCHEMES = {
    "smtp": Encryption.IF_OFFERED,
    "smtp+tls": Encryption.STARTTLS,
    "tls": Encryption.STARTTLS,  # as before version 6.4
    "tls+auth": Encryption.STARTTLS,
    "smtps": Encryption.IMPLICIT,
    "smtps+auth": Encryption.IMPLICIT,
    "secure": Encryption.STARTTLS,
    "secure+auth": Encryption.STARTTLS,
    "smtp+notls": Encryption.NONE,
}


class OpenSmtpdReader:
    """Reads smtpd.conf with the tables of credentials of the same folder. Others' tables are named as missing."""

    format = ImportFormat.OPENSMTPD

    def recognizes(self, file: TextFile) -> bool:
        """Whether it is named so, has actions that relay, or is a table of label and user:password."""
        if _NAMES.fullmatch(file.name):
            return True
        if _RELAY.search(file.text) and _RELAY_HOST.search(file.text):
            return True
        return _is_table(file)

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each smtpd.conf."""
        tables = [file for file in files if not _NAMES.fullmatch(file.name) and _is_table(file)]
        groups, left = siblings([file for file in files if file not in tables], tables)
        sources = [
            source_of(self.format, [one.path for one in (conf, *own)], _Relays(conf, own).results())
            for conf, own in groups
        ]
        reason = msg("It belongs to an smtpd.conf, which is not among the files.")
        alone = [Unreadable(format=self.format, file=file.path, line=None, reason=reason) for file in left]
        return sources + [source_of(self.format, (one.file,), (one,)) for one in alone]


class _Relays:
    """The relays of one smtpd.conf."""

    def __init__(self, conf: TextFile, files: Sequence[TextFile]) -> None:
        self._file = conf.path
        self._statements = list(statements_in(conf.text))
        self._tables = [(file.name.removesuffix(".txt"), _labels_in(file)) for file in files]
        self._places: dict[str, str] = {}
        self._inline: dict[str, dict[str, str]] = {}

    def results(self) -> Iterator[Result]:
        """Yields the SMTPs that mail is relayed to, and what can't be read."""
        problems: list[Result] = []
        found = False
        for statement in self._statements:
            if statement.words[0] == "table" and len(statement.words) > 1:
                self._add_table(statement)
            elif statement.words[0] == "include":
                reason = msg("It includes another file, which is not read from here.")
                problems.append(self._refused(statement.line, reason))
            elif (url := _relay_url(statement)) is not None:
                found = True
                yield self._smtp(statement, url)
        if not found and not problems:
            reason = msg("It relays to no host: mail goes straight to the servers of the recipients.")
            problems.append(self._refused(None, reason))
        yield from problems

    def _add_table(self, statement: Statement) -> None:
        name = statement.words[1]
        rest = statement.words[2:]
        if "{" in rest:
            self._inline[name] = dict(statement.pairs)
        elif rest:
            self._places[name] = re.sub(r"^(?:file|db|proc-exec|sqlite|ldap):", "", rest[0])

    def _smtp(self, statement: Statement, url: str) -> Result:
        found = _URL.fullmatch(url)
        scheme = (found["scheme"] or "smtp").lower() if found else ""
        if found is None or scheme not in _SCHEMES:
            return self._refused(statement.line, msg("A relay host such as smtps://host is expected here."))
        encryption = _SCHEMES[scheme]
        if encryption is Encryption.IF_OFFERED and "tls" in statement.words:
            encryption = Encryption.STARTTLS
        label = found["label"] or ""
        table = statement.after("auth").strip("<>")
        credentials = self._credentials(table, label) if label and table else None
        user, _, password = credentials.partition(":") if credentials else ("", "", "")
        sender = statement.after("mail-from") or statement.after("as")
        parts = SmtpParts(
            names=(statement.words[1],) if statement.words[0] == "action" and len(statement.words) > 1 else (),
            host=found["host"],
            port=found["port"] or "",
            default_port=IMPLICIT_PORT if encryption is Encryption.IMPLICIT else SMTP_PORT,
            encryption=encryption,
            sign_in=bool(label and table),
            user=user,
            password=password or None,
            password_elsewhere="" if credentials else f"{self._places.get(table, table)} ({label})",
            from_address=sender if address_or_none(sender) else "",
            ehlo_name="" if statement.after("helo").startswith("<") else statement.after("helo"),
            unverified="no-verify" in statement.words,
        )
        result = smtp_of(parts, source_format=ImportFormat.OPENSMTPD, file=self._file, line=statement.line)
        return noted(result, CLIENT_CERTIFICATE_NOTE if "pki" in statement.words else None)

    def _credentials(self, table: str, label: str) -> str | None:
        """Returns user:password of a label; None where its table is not among the files."""
        if label in self._inline.get(table, {}):
            return self._inline[table][label]
        place = self._places.get(table, "").rpartition("/")[2].lower().removesuffix(".db")
        for name, labels in self._tables:
            if label in labels and (name == place or len(self._tables) == 1):
                return labels[label]
        return None

    def _refused(self, line: int | None, reason: MessageText) -> Unreadable:
        return Unreadable(format=ImportFormat.OPENSMTPD, file=self._file, line=line, reason=reason)


def _relay_url(statement: Statement) -> str | None:
    """Returns the URL of the host that a statement relays to; None where it relays to none."""
    for at, word in enumerate(statement.words[:-1]):
        if word == "relay" and statement.words[at + 1] in {"host", "via"}:
            return statement.words[at + 2] if at + 2 < len(statement.words) else None
    return None


def _labels_in(file: TextFile) -> dict[str, str]:
    """Returns user:password by label; of several with one label, the first."""
    found = [one for line in reversed(file.lines) if (one := _CREDENTIAL.fullmatch(line.strip()))]
    return {one["label"]: f"{one['user']}:{one['password']}" for one in found}


def _is_table(file: TextFile) -> bool:
    """Whether every line is a label with user and password. A file that is not named so has to have addresses as
    users."""
    lines = [line for line in file.lines if line.strip() and not line.lstrip().startswith("#")]
    found = [one for line in lines if (one := _CREDENTIAL.fullmatch(line.strip()))]
    is_named = "secret" in file.name or "cred" in file.name
    return 0 < len(lines) == len(found) and (is_named or all("@" in one["user"] for one in found))
