"""From the values of a tree to an SMTP: what is code or refers to elsewhere is named, and not taken for the value."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace

from smtp_desktop.domain.imports.found import FoundSmtp, ImportFormat, Source, Unreadable
from smtp_desktop.domain.mail.address import address_or_none
from smtp_desktop.domain.message_text import MessageText, msg, one_line
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.syntax.tree import Leaf, LeafKind
from smtp_desktop.formats.values import Encryption, SmtpParts, plain_bool, reference_in, smtp_of

_CODE_REFERENCE = re.compile(
    r"!\S+ \S+"  # !secret smtp_password
    r"|ENV(?:\[\s*['\"]\w+['\"]\s*\]|\.fetch\(\s*['\"]\w+['\"]\s*\)?)"
    r"|(?:\\?(?:getenv|env|getenv_docker)\(\s*|\$_(?:ENV|SERVER)\[\s*)['\"]\w+['\"]\s*[\])]?"
    r"|(?:File\.read|IO\.read|file_get_contents)\(\s*['\"][^'\"\n]{1,100}['\"]\s*\)?"
)
_TEXT_REFERENCE = re.compile(
    r"\$\(env:[^()]{1,100}\)"  # keycloak-config-cli
    r"|\{\$[A-Z0-9_.]+(?::[^{}]{1,100})?\}"  # a macro of Zabbix
    r"|\*{3}REMOVED SENSITIVE VALUE\*{3}"  # Nextcloud
)
# As the whole of a value alone: a password may have them within.
_PLACEHOLDER = re.compile(r"##[A-Z_]+:[^#]{1,100}##|@@?[A-Z_]{3,60}@@?|__[A-Z_]{3,60}__|<[A-Z_]{3,60}>")
_LONGEST = 60
_MOST_PROBLEMS = 200  # of one source: what is no file of that program has thousands
_LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1", "[::1]", "ip6-localhost"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """What a file says of one SMTP, as it stands there; None for what it does not say. See `SmtpParts`.

    `secret_at` says where the password is, if not in the file. `default_user` is the user name where the file has none.
    """

    names: tuple[str, ...] = ()
    host: Leaf | None = None
    default_host: str = ""
    port: Leaf | None = None
    default_port: int | None = None
    encryption: Encryption = Encryption.UNSAID
    sign_in: bool | None = None
    user: Leaf | None = None
    default_user: str = ""
    password: Leaf | None = None
    password_is_literal: bool = False
    secret_at: str = ""
    from_address: Leaf | None = None
    from_name: Leaf | None = None
    ehlo_name: Leaf | None = None
    unverified: bool = False
    notes: tuple[MessageText, ...] = ()


@dataclass(slots=True)
class Findings:
    """What is found in the files of one source, as a reader goes along."""

    format: ImportFormat
    files: tuple[str, ...]
    found: list[FoundSmtp] = field(default_factory=list)
    unreadable: list[Unreadable] = field(default_factory=list)

    def add(self, words: Words, file: str, line: int | None = None) -> FoundSmtp | None:
        """Adds the SMTP that the words describe, and returns it; None where it can't be read, which is added then."""
        line = line or next((leaf.line for leaf in (words.host, words.user, words.port) if leaf), None)
        result = _smtp_of(words, self.format, file, line)
        if isinstance(result, FoundSmtp):
            self.found.append(result)
            return result
        self.cannot_read(result.reason, result.file, result.line)
        return None

    def change_last(self, change: Callable[[FoundSmtp], FoundSmtp]) -> None:
        """Replaces the SMTP that was added last."""
        self.found[-1] = change(self.found[-1])

    def cannot_read(self, reason: MessageText, file: str, line: int | None = None) -> None:
        """Adds what can't be read, once."""
        if len(self.unreadable) < _MOST_PROBLEMS:
            problem = Unreadable(format=self.format, file=file, line=line, reason=reason)
            if problem not in self.unreadable:
                self.unreadable.append(problem)

    def source(self, nothing: MessageText) -> Source:
        """Returns the source; where there is nothing in it, `nothing` says so."""
        if not self.found and not self.unreadable:
            self.cannot_read(nothing, self.files[0])
        return Source(format=self.format, files=self.files, found=tuple(self.found), unreadable=tuple(self.unreadable))


def findings_of(source_format: ImportFormat, files: Iterable[TextFile]) -> Findings:
    """Returns empty findings for these files."""
    return Findings(source_format, tuple(file.path for file in files))


def has_any(text: str, *words: str) -> bool:
    """Whether one of the words is in the text: quick, also in a dump of many megabytes, where a pattern is not."""
    return any(word in text for word in words)


def joined(first: Source, second: Source) -> Source:
    """Returns what both sources have, of the files of the first: what two programs have in one file. A file is of one
    source, and what was found in it of its own format."""
    return replace(first, found=(*first.found, *second.found), unreadable=(*first.unreadable, *second.unreadable))


def text_of(leaf: Leaf | None) -> str:
    """Returns the text of a value; empty where there is none, or only its program could say it."""
    return "" if leaf is None or leaf.is_code or leaf.is_null else leaf.text


def is_yes(leaf: Leaf | None) -> bool | None:
    """Returns what a value means as yes or no; None where it says neither."""
    text = text_of(leaf)
    return plain_bool(text) if text else None


def reference_of(leaf: Leaf | None) -> str:
    """Returns what the value refers to in place of saying it; empty where it refers to nothing that can be named."""
    if leaf is None:
        return ""
    if leaf.is_code:
        found = _CODE_REFERENCE.search(leaf.text)
        return _short(found[0]) if found else ""
    found = _TEXT_REFERENCE.search(leaf.text) or _PLACEHOLDER.fullmatch(leaf.text.strip())
    return _short(found[0]) if found else reference_in(leaf.text)


def encryption_by_chance(host: Leaf | None) -> Encryption:
    """Returns what STARTTLS where it is offered means for a server: nothing is said of the own computer's."""
    name = text_of(host).strip().lower().partition(":")[0]
    return Encryption.UNSAID if name in _LOOPBACK else Encryption.IF_OFFERED


def leaf(text: str, line: int) -> Leaf:
    """Returns a value that stands in quotes."""
    return Leaf(text=text, line=line, kind=LeafKind.TEXT)


def _smtp_of(words: Words, source_format: ImportFormat, file: str, line: int | None) -> FoundSmtp | Unreadable:
    for value, template in ((words.host, _NO_HOST), (words.port, _NO_PORT)):
        reference = reference_of(value)
        if reference or (value and value.is_code):
            reason = msg(template, reference=reference or "…")
            return Unreadable(format=source_format, file=file, line=value.line if value else line, reason=reason)
    user, user_note = _user(words)
    sender, sender_note = _sender(words)
    parts = SmtpParts(
        names=words.names,
        host=text_of(words.host) or words.default_host,
        port=text_of(words.port),
        default_port=words.default_port,
        encryption=words.encryption,
        sign_in=words.sign_in,
        user=user,
        password=text_of(words.password) or None,
        password_is_literal=words.password_is_literal,
        password_elsewhere=words.secret_at or reference_of(words.password) * (not words.password_is_literal),
        from_address=sender,
        ehlo_name=text_of(words.ehlo_name) * (not reference_of(words.ehlo_name)),
        unverified=words.unverified,
    )
    result = smtp_of(parts, source_format=source_format, file=file, line=line)
    if isinstance(result, Unreadable):
        return result
    missing = result.missing
    if missing and words.password and words.password.is_code and not parts.password_elsewhere:
        missing = msg("The password is code, which is not run")
    more = [note for note in (user_note if result.draft.auth_required else None, sender_note, *words.notes) if note]
    return replace(result, missing=missing, notes=(*result.notes, *more))


_NO_HOST = "The server is {reference}, which is not filled in."
_NO_PORT = "The port is {reference}, which is not filled in."


def _user(words: Words) -> tuple[str, MessageText | None]:
    reference = reference_of(words.user)
    if reference or (words.user and words.user.is_code):
        return "", msg("The user name is {reference}, which is not filled in.", reference=reference or "…")
    return text_of(words.user) or words.default_user, None


def _sender(words: Words) -> tuple[str, MessageText | None]:
    """Returns From with the display name; nothing where it is no address."""
    reference = reference_of(words.from_address)
    if reference or (words.from_address and words.from_address.is_code):
        return "", msg("From is {reference}, which is not filled in.", reference=reference or "…")
    written = text_of(words.from_address).strip()
    address = address_or_none(written)
    if address is None:
        shown = _short(one_line(written))
        return "", msg("“{address}” is no From address.", address=shown) if written else None
    name = one_line(text_of(words.from_name))
    if not name or address.display_name or reference_of(words.from_name):
        return written, None
    return str(replace(address, display_name=name)), None


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
