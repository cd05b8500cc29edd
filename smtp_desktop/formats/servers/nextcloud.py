"""Nextcloud and ownCloud: config.php, and what `occ config:list` prints."""

import re
from collections.abc import Mapping, Sequence

from smtp_desktop.domain.imports.found import ImportFormat, Source
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.servers.tree_files import trees_of
from smtp_desktop.formats.servers.words import (
    Findings,
    Words,
    encryption_by_chance,
    findings_of,
    is_yes,
    leaf,
    reference_of,
    text_of,
)
from smtp_desktop.formats.syntax.php_code import php_assignments
from smtp_desktop.formats.syntax.tree import Branch, Leaf, Tree, branches, leaf_at
from smtp_desktop.formats.values import IMPLICIT_PORT, SMTP_PORT, Encryption

_KEY = re.compile(r"[\"']mail_smtp(?:host|mode|name|port|auth|secure)[\"']")
_DEFAULT_HOST = "127.0.0.1"
_NOT_SMTP = frozenset({"sendmail", "qmail", "php", "null"})
_NOTHING = msg("No mail server is set: mail_smtphost has no value.")

_Values = Mapping[str, Tree]


class NextcloudReader:
    """Reads what Nextcloud sends mail through."""

    format = ImportFormat.NEXTCLOUD

    def recognizes(self, file: TextFile) -> bool:
        """Whether it sets Nextcloud's keys."""
        return "mail_smtp" in file.text and bool(_KEY.search(file.text))

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file. Those of one folder whose names end in config.php are one source: Nextcloud
        merges them, and what comes later overrides."""
        sources: dict[str, list[TextFile]] = {}
        for file in files:
            is_merged = file.name.endswith("config.php")
            place = file.path[: len(file.path) - len(file.name)] + "*" if is_merged else file.path
            sources.setdefault(place, []).append(file)
        return [self._read(group) for group in sources.values()]

    def _read(self, files: Sequence[TextFile]) -> Source:
        findings = findings_of(self.format, files)
        values: dict[str, Tree] = {}
        path = files[0].path
        for file in files:
            found = _values(file, findings)
            if "mail_smtphost" in found or "mail_smtpmode" in found:
                path = file.path
            values.update(found)
        _add(findings, path, values)
        return findings.source(_NOTHING)


def _values(file: TextFile, findings: Findings) -> _Values:
    found: dict[str, Tree] = {}
    if file.text.lstrip().startswith("{"):
        for one in (branch for tree in trees_of(file, findings) for branch in branches(tree)):
            found.update({key: value for key, value in one if key.startswith("mail_")})
        return found
    for assigned in php_assignments(file.text):
        match assigned.target, assigned.value:
            case ("CONFIG" | "AUTOCONFIG",) | (), Branch() as branch:
                found.update(branch.items)
            case ("CONFIG" | "AUTOCONFIG", str(key)), value:
                found[key] = value
            case _:
                pass
    return found


def _add(findings: Findings, path: str, tree: _Values) -> None:
    values = {key: value for key, value in tree.items() if isinstance(value, Leaf)}
    host, mode = values.get("mail_smtphost"), values.get("mail_smtpmode")
    way = text_of(mode).strip().lower()
    if way in _NOT_SMTP and mode:
        reason = msg("Mail goes out by {way}, not through a mail server.", way=way)
        findings.cannot_read(reason, path, mode.line)
        return
    if host is None and mode is None:
        return
    encryption = _encryption(values, host)
    notes = []
    sender = _sender(values)
    if sender and "@" not in sender.text:
        notes.append(msg("From is “{name}” at a domain that the file does not say.", name=sender.text))
        sender = None
    findings.add(
        Words(
            names=("Nextcloud",),
            host=host,
            default_host=_DEFAULT_HOST,
            port=values.get("mail_smtpport"),
            default_port=IMPLICIT_PORT if encryption is Encryption.IMPLICIT else SMTP_PORT,
            encryption=encryption,
            sign_in=is_yes(values.get("mail_smtpauth")) is True,
            user=values.get("mail_smtpname"),
            password=values.get("mail_smtppassword"),
            from_address=sender,
            unverified=is_yes(leaf_at(tree.get("mail_smtpstreamoptions"), "ssl", "verify_peer")) is False
            or is_yes(leaf_at(tree.get("mail_smtpstreamoptions"), "ssl", "allow_self_signed")) is True,
            notes=tuple(notes),
        ),
        path,
        None if host else (mode.line if mode else None),
    )


def _encryption(values: Mapping[str, Leaf], host: Leaf | None) -> Encryption:
    match text_of(values.get("mail_smtpsecure")).strip().lower():
        case "ssl":
            return Encryption.IMPLICIT
        case "tls" | "starttls":
            return Encryption.STARTTLS
        case _ if text_of(values.get("mail_smtpport")).strip() == str(IMPLICIT_PORT):
            return Encryption.IMPLICIT  # Symfony's mailer, which it sends with, does so
        case _:
            return encryption_by_chance(host) if host else Encryption.UNSAID


def _sender(values: Mapping[str, Leaf]) -> Leaf | None:
    """Returns From, which is split in two: mail_from_address has what is before the @."""
    local, domain = values.get("mail_from_address"), values.get("mail_domain")
    if local is None or "@" in local.text or reference_of(local):
        return local
    if reference_of(domain):
        return domain
    if not text_of(local):
        return None
    return leaf(f"{text_of(local)}@{text_of(domain)}" if text_of(domain) else text_of(local), local.line)
