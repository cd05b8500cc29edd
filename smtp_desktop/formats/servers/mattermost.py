"""Mattermost: EmailSettings of config.json, and variables MM_EMAILSETTINGS_…."""

import re
from collections.abc import Mapping, Sequence

from smtp_desktop.domain.imports.found import ImportFormat, Source
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.servers.env_words import env_words, is_env_of
from smtp_desktop.formats.servers.tree_files import trees_of
from smtp_desktop.formats.servers.words import Findings, Words, findings_of, has_any, is_yes, text_of
from smtp_desktop.formats.syntax.tree import Leaf, branch_at, branches
from smtp_desktop.formats.values import IMPLICIT_PORT, SMTP_PORT, Encryption

_KEY = re.compile(r"[\"']?EmailSettings[\"']?\s*:")
_PREFIX = re.compile(r"MM_EMAILSETTINGS_")
_NOTHING = msg("No mail server is set: EmailSettings has no SMTPServer.")
_SECURITY = {"": Encryption.NONE, "TLS": Encryption.IMPLICIT, "STARTTLS": Encryption.STARTTLS}

_Values = Mapping[str, Leaf]


class MattermostReader:
    """Reads what Mattermost sends mail through."""

    format = ImportFormat.MATTERMOST

    def recognizes(self, file: TextFile) -> bool:
        """Whether it has Mattermost's EmailSettings, or sets its variables."""
        in_json = has_any(file.text, "EmailSettings") and has_any(file.text, "SMTPServer")
        return (in_json and bool(_KEY.search(file.text))) or _is_env(file)

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [self._read(file) for file in files]

    def _read(self, file: TextFile) -> Source:
        findings = findings_of(self.format, [file])
        if _is_env(file):
            _add(findings, file.path, env_words(file, _PREFIX))
            return findings.source(_NOTHING)
        for one in (branch for tree in trees_of(file, findings) for branch in branches(tree)):
            if settings := branch_at(one, "EmailSettings"):
                _add(
                    findings,
                    file.path,
                    {key.upper(): value for key, value in settings if isinstance(value, Leaf)},
                )
        return findings.source(_NOTHING)


def _is_env(file: TextFile) -> bool:
    return has_any(file.text, "MM_EMAILSETTINGS_") and is_env_of(file, _PREFIX)


def _add(findings: Findings, path: str, values: _Values) -> None:
    host = values.get("SMTPSERVER")
    if host is None or host.text == "":
        return
    encryption = _SECURITY.get(text_of(values.get("CONNECTIONSECURITY")).strip().upper(), Encryption.UNSAID)
    sends = is_yes(values.get("SENDEMAILNOTIFICATIONS"))
    findings.add(
        Words(
            names=("Mattermost",),
            host=host,
            port=values.get("SMTPPORT"),
            default_port=IMPLICIT_PORT if encryption is Encryption.IMPLICIT else SMTP_PORT,
            encryption=encryption,
            sign_in=is_yes(values.get("ENABLESMTPAUTH")),
            user=values.get("SMTPUSERNAME"),
            password=values.get("SMTPPASSWORD"),
            from_address=values.get("FEEDBACKEMAIL"),
            from_name=values.get("FEEDBACKNAME"),
            unverified=is_yes(values.get("SKIPSERVERCERTIFICATEVERIFICATION")) is True,
            notes=(msg("Sending is switched off in the file."),) if sends is False else (),
        ),
        path,
    )
