"""PHP of other programs: PHPMailer's properties, and settings by the names that they have in most (`smtp_host`,
`SMTPHost`, `$CFG->smtphosts`, `define('SMTP_HOST', …)`), as far as they are written out."""

import re
from collections.abc import Iterator, Mapping, Sequence

from smtp_desktop.domain.imports.found import ImportFormat, Source
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.servers.words import (
    Findings,
    Words,
    findings_of,
    has_any,
    is_yes,
    leaf,
    reference_of,
    text_of,
)
from smtp_desktop.formats.syntax.php_code import Assigned, php_assignments
from smtp_desktop.formats.syntax.tree import Branch, Leaf, LeafKind, Tree, leaf_at
from smtp_desktop.formats.values import IMPLICIT_PORT, Encryption

_NAME = re.compile(
    r"smtp_?(?:hosts?|server)['\"\]\s]{0,9}(?:=(?!=)|,)"
    r"|\$wgSMTP\b|->\s*Host\s*=|['\"](?:mail|smtp)['\"]\s*=>\s*(?:array|\[)",
    re.IGNORECASE,
)
_FIELDS = {
    "host": "host", "hosts": "host", "server": "host", "hostname": "host", "port": "port",
    "user": "user", "username": "user", "name": "user", "login": "user",
    "pass": "password", "password": "password", "passwd": "password", "pwd": "password",
    "secure": "security", "security": "security", "encryption": "security", "crypto": "security",
    "protocol": "security", "auth": "auth", "authentication": "auth",
    "from": "from", "fromemail": "from", "fromaddress": "from", "sender": "from", "fromname": "from_name",
}  # fmt: skip
_ALONE = {"mailfrom": "from", "noreplyaddress": "from", "fromemail": "from", "fromname": "from_name"}
_PREFIX = re.compile(r"(?:smtp|mailer|mail|email)_?(?=.)", re.IGNORECASE)
_OF_MAIL = re.compile(r"smtp|mail", re.IGNORECASE)
_SET_FROM = re.compile(r"->\s*setFrom\(\s*(?:'([^'\\\n]{1,200})'|\"([^\"\\\n$]{1,200})\")\s*[,)]")
_SCHEME = re.compile(r"(ssl|tls|smtps?)://", re.IGNORECASE)
_SECURITY = {
    "ssl": Encryption.IMPLICIT, "smtps": Encryption.IMPLICIT, "encryption_smtps": Encryption.IMPLICIT,
    "tls": Encryption.STARTTLS, "starttls": Encryption.STARTTLS, "encryption_starttls": Encryption.STARTTLS,
    "none": Encryption.NONE, "false": Encryption.NONE, "": Encryption.NONE,
}  # fmt: skip
_NOTHING = msg("No mail server is set in the file.")

_Values = dict[str, Leaf]


class PhpReader:
    """Reads settings for mail out of PHP source, which is never run."""

    format = ImportFormat.PHP

    def recognizes(self, file: TextFile) -> bool:
        """Whether it is PHP that assigns a mail server's name. Laravel's config/mail.php has a reader of its own."""
        if not has_any(file.text, "<?php", "<?\n") or has_any(file.text, "env('MAIL_", "'mailers'", '"mailers"'):
            return False
        return bool(_NAME.search(file.text))

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [self._read(file) for file in files]

    def _read(self, file: TextFile) -> Source:
        findings = findings_of(self.format, [file])
        assigned = php_assignments(file.text)
        constants = {one.target[0]: one.value for one in assigned if len(one.target) == 1}
        for values in (*_groups(assigned), *(group for one in assigned for group in _in_tree(one.target, one.value))):
            if "host" in values:
                _add(findings, file, {key: _filled_in(value, constants) for key, value in values.items()})
        return findings.source(_NOTHING)


def _groups(assigned: Sequence[Assigned]) -> Iterator[_Values]:
    """Yields the settings of each object and array, and those without one, as they are assigned one by one. Plain names
    such as `host` count where the object is called so, not those of a database. A second host of the same object begins
    another group."""
    groups: dict[tuple[str, ...], _Values] = {}
    for one in assigned:
        *scope, name = one.target or ("",)
        key = _field(name, in_mail=any(_OF_MAIL.search(part) for part in scope))
        if key and isinstance(one.value, Leaf):
            group = groups.setdefault(tuple(scope), {})
            if key == "host" and key in group:
                yield group
                group = groups[tuple(scope)] = {}
            group[key] = one.value
    yield from groups.values()


def _in_tree(way: tuple[str, ...], tree: Tree) -> Iterator[_Values]:
    """Yields the settings of each array in a value. Plain names count where an array around is called so."""
    if not isinstance(tree, Branch):
        return
    in_mail = any(_OF_MAIL.search(name) for name in way)
    values = {
        key: value
        for name, value in tree
        if isinstance(value, Leaf) and (key := _field(name, in_mail=in_mail)) is not None
    }
    for key, name in (("from", "address"), ("from_name", "name")):
        if inner := leaf_at(tree, "from", name):
            values[key] = inner
    yield values
    for name, value in tree:
        if name != "from":
            yield from _in_tree((*way, name), value)


def _field(name: str, *, in_mail: bool) -> str | None:
    """Returns what a setting of that name says of a mail server; None where it says nothing of one."""
    plain = name.replace("_", "").replace("-", "").lower()
    prefix = _PREFIX.match(name)
    rest = plain[len(prefix[0].rstrip("_")) :] if prefix else plain
    if prefix and rest in _FIELDS:
        return _ALONE.get(plain, _FIELDS[rest])
    return _ALONE.get(plain) or (_FIELDS.get(plain) if in_mail else None)


def _filled_in(value: Leaf, constants: Mapping[str, Tree]) -> Leaf:
    """Returns the value of a constant of the same file for its name."""
    known = constants.get(value.text.strip()) if value.is_code else None
    return known if isinstance(known, Leaf) else value


def _add(findings: Findings, file: TextFile, values: _Values) -> None:
    host = values["host"]
    if _is_program(host):
        return
    scheme = _SCHEME.match(text_of(host))
    server = text_of(host).split(";")[0].strip()
    name = leaf(_SCHEME.sub("", server), host.line) if scheme or ";" in host.text else host
    user = values.get("user")
    encryption = _encryption(values, scheme[1].lower() if scheme else "")
    findings.add(
        Words(
            host=host if host.is_code else name,
            port=values.get("port"),
            encryption=encryption,
            sign_in=None if "auth" not in values else is_yes(values["auth"]),
            user=None if text_of(user).startswith("%") else user,  # Roundcube's %u: whoever is signed in there
            password=values.get("password"),
            password_is_literal=_is_literal(values.get("password")),
            from_address=values.get("from") or _set_from(file, host.line),
            from_name=values.get("from_name"),
        ),
        file.path,
    )


def _is_program(host: Leaf) -> bool:
    """Whether the name of the server is none: computed, or the name of a setting, as in code that reads settings."""
    return (
        not reference_of(host)
        if host.is_code
        else not host.text.strip() or _field(host.text, in_mail=False) is not None
    )


def _encryption(values: _Values, scheme: str) -> Encryption:
    said = values.get("security")
    word = said.text.rpartition("::")[2].lower() if said else scheme
    if said is None and not scheme:
        port = text_of(values.get("port")).strip() or text_of(values.get("host")).rpartition(":")[2]
        return Encryption.IMPLICIT if port == str(IMPLICIT_PORT) else Encryption.UNSAID
    return _SECURITY.get(word, _SECURITY.get(scheme, Encryption.UNSAID))


def _is_literal(password: Leaf | None) -> bool:
    """Whether a password in quotes is one, whatever it looks like: PHP would have put a variable in."""
    return password is not None and password.kind is LeafKind.TEXT and "{" not in password.text


def _set_from(file: TextFile, line: int) -> Leaf | None:
    """Returns the address of the first `setFrom('…')` after that line."""
    for number, text in enumerate(file.lines[line - 1 :], line):
        if found := _SET_FROM.search(text):
            return leaf(found[1] or found[2], number)
    return None
