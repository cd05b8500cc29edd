"""Gitea, Forgejo and Gogs: [mailer] of app.ini, and variables GITEA__mailer__…."""

import re
from collections.abc import Mapping, Sequence

from smtp_desktop.domain.imports.found import ImportFormat, Source
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.servers.env_words import env_words, is_env_of
from smtp_desktop.formats.servers.words import Findings, Words, findings_of, has_any, is_yes, text_of
from smtp_desktop.formats.syntax.ini_file import ini_file
from smtp_desktop.formats.syntax.tree import Leaf
from smtp_desktop.formats.values import IMPLICIT_PORT, SUBMISSION_PORT, Encryption

_SECTION = re.compile(r"^[ \t]*\[\s*(?:mailer|email)\s*\]", re.MULTILINE)
_KEY = re.compile(
    r"^[ \t]*(?:SMTP_ADDR|PROTOCOL|MAILER_TYPE|IS_TLS_ENABLED|PASSWD|HOST|ENABLED|SENDMAIL_PATH)[ \t]*=", re.MULTILINE
)
_PREFIX = re.compile(r"(?:GITEA|FORGEJO)__(?:mailer|MAILER)__")
_SERVER_PROTOCOLS = {
    "smtp": Encryption.NONE,
    "smtps": Encryption.IMPLICIT,
    "smtp+starttls": Encryption.STARTTLS,
    "smtp+startls": Encryption.STARTTLS,  # as Gitea spelled it for a while
}
_DEFAULT_PORTS = {Encryption.NONE: 25, Encryption.IMPLICIT: IMPLICIT_PORT, Encryption.STARTTLS: SUBMISSION_PORT}
_NOTHING = msg("No mail server is set: [mailer] has none.")

_Values = Mapping[str, Leaf]


class GiteaReader:
    """Reads what Gitea and its relatives send mail through."""

    format = ImportFormat.GITEA

    def recognizes(self, file: TextFile) -> bool:
        """Whether it has a section [mailer] with Gitea's keys, or variables of Gitea's."""
        if not has_any(file.text, "mailer", "email", "MAILER"):
            return False
        in_ini = _SECTION.search(file.text) and _KEY.search(file.text)
        return bool(in_ini) or (has_any(file.text, "__mailer__", "__MAILER__") and is_env_of(file, _PREFIX))

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [self._read(file) for file in files]

    def _read(self, file: TextFile) -> Source:
        findings = findings_of(self.format, [file])
        if _SECTION.search(file.text):
            ini = ini_file(file.text, continued=False)
            for line, reason in ini.bad_in("mailer", "email"):
                findings.cannot_read(reason, file.path, line)
            sections = [ini.section("mailer"), ini.section("email")]
        else:
            sections = [env_words(file, _PREFIX)]
        for values in sections:
            if values:
                _add(findings, file.path, values)
        return findings.source(_NOTHING)


def _add(findings: Findings, path: str, values: _Values) -> None:
    protocol = text_of(values.get("PROTOCOL") or values.get("MAILER_TYPE")).strip().lower()
    host, line = values.get("SMTP_ADDR") or values.get("HOST"), next(iter(values.values())).line
    if protocol in {"sendmail", "dummy", "smtp+unix"}:
        reason = msg("Mail goes out by {way}, not through a mail server.", way=protocol)
        findings.cannot_read(reason, path, line)
        return
    if not text_of(host) and host is not None and not host.is_code:
        host = None
    if host is None and is_yes(values.get("ENABLED")) is not True:
        return
    encryption = _encryption(values, protocol, host)
    user = values.get("USER")
    findings.add(
        Words(
            names=("Gitea",),
            host=host,
            default_host="127.0.0.1",
            port=values.get("SMTP_PORT"),
            default_port=_DEFAULT_PORTS[encryption],
            encryption=encryption,
            user=user,
            password=values.get("PASSWD") or values.get("PASSWORD"),
            secret_at=text_of(values.get("PASSWD__FILE")),
            from_address=values.get("FROM") or (user if "@" in text_of(user) else None),
            ehlo_name=values.get("HELO_HOSTNAME"),
            unverified=is_yes(values.get("FORCE_TRUST_SERVER_CERT") or values.get("SKIP_VERIFY")) is True,
            notes=(msg("Sending is switched off in the file."),) if is_yes(values.get("ENABLED")) is False else (),
        ),
        path,
        line if host is None else None,
    )


def _encryption(values: _Values, protocol: str, host: Leaf | None) -> Encryption:
    """Returns what Gitea does: by its protocol, in older files by IS_TLS_ENABLED, else by the port."""
    if protocol in _SERVER_PROTOCOLS and "PROTOCOL" in values:
        return _SERVER_PROTOCOLS[protocol]
    port = text_of(values.get("SMTP_PORT")) or text_of(host).rpartition(":")[2]
    if is_yes(values.get("IS_TLS_ENABLED")) or port == str(IMPLICIT_PORT):
        return Encryption.IMPLICIT
    if port == "25" and "IS_TLS_ENABLED" not in values:
        return Encryption.NONE
    return Encryption.IMPLICIT if not port.isdigit() and "IS_TLS_ENABLED" not in values else Encryption.STARTTLS
