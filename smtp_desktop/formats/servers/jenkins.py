"""Jenkins: the plugins Mailer and Extended Email, in their XML files and in Configuration as Code (YAML)."""

import re
from collections.abc import Sequence
from dataclasses import replace

from smtp_desktop.domain.imports.found import ImportFormat, Source
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.servers.jenkins_files import Account, JenkinsHome, look_at_code, look_at_xml
from smtp_desktop.formats.servers.words import Findings, Words, findings_of, has_any, is_yes, text_of
from smtp_desktop.formats.syntax.tree import Leaf
from smtp_desktop.formats.values import IMPLICIT_PORT, SMTP_PORT, Encryption

_XML = re.compile(
    r"<(?:hudson\.tasks\.Mailer_-DescriptorImpl|hudson\.plugins\.emailext\.ExtendedEmailPublisherDescriptor"
    r"|jenkins\.model\.JenkinsLocationConfiguration|com\.cloudbees\.plugins\.credentials\.SystemCredentialsProvider)\b"
)
_CODE = re.compile(r"^[ \t]*unclassified:", re.MULTILINE)
_CODE_MAIL = re.compile(r"^[ \t]*(?:mailer|email-ext|extendedEmailPublisher|location):", re.MULTILINE)
_NOTHING = msg("No mail server is set: there is no smtpHost.")
_SEALED = re.compile(r"\{AQA[A-Za-z0-9+/=]+\}")  # hudson.util.Secret since 2.44
_OLD_SEALED = re.compile(r"(?:[A-Za-z0-9+/]{4}){5,}(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?")
_NOBODY = "nobody@nowhere"  # what Jenkins has where no admin address was set


class JenkinsReader:
    """Reads what Jenkins sends mail through. XML files of one folder are one source: the admin's address and
    credentials have files of their own."""

    format = ImportFormat.JENKINS

    def recognizes(self, file: TextFile) -> bool:
        """Whether it is one of these files of Jenkins."""
        if not has_any(file.text, "hudson.", "jenkins.", "cloudbees.", "unclassified:"):
            return False
        return bool(_XML.search(file.text)) or bool(_CODE.search(file.text) and _CODE_MAIL.search(file.text))

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each folder with XML files, and for each other file."""
        groups: dict[str, list[TextFile]] = {}
        for file in files:
            folder = file.path[: len(file.path) - len(file.name)]
            groups.setdefault(f"{folder}*" if _XML.search(file.text) else file.path, []).append(file)
        return [self._read(group) for group in groups.values()]

    def _read(self, files: Sequence[TextFile]) -> Source:
        findings = findings_of(self.format, files)
        home = JenkinsHome()
        for file in files:
            if _XML.search(file.text):
                look_at_xml(file, home, findings)
            else:
                look_at_code(file, home, findings)
        for account in home.accounts:
            _add(findings, home, account)
        return findings.source(_NOTHING)


def _add(findings: Findings, home: JenkinsHome, account: Account) -> None:
    values = account.values
    host = values.get("smtpHost") or values.get("smtpServer")
    if host is None or (not text_of(host) and not host.is_code):
        return
    credential_id = text_of(values.get("credentialsId"))
    stored = home.credentials.get(credential_id, {})
    user = stored.get("username") or values.get("smtpUsername") or values.get("username")
    password = stored.get("password") or values.get("smtpPassword") or values.get("password")
    encryption = _encryption(values.get("useSsl"), values.get("useTls"))
    sealed = bool(password and _is_sealed(password, in_xml=account.in_xml))
    added = findings.add(
        Words(
            names=(account.name,),
            host=host,
            port=values.get("smtpPort"),
            default_port=IMPLICIT_PORT if encryption is Encryption.IMPLICIT else SMTP_PORT,
            encryption=encryption,
            sign_in=bool(user or credential_id),
            user=user,
            password=None if sealed else password,
            secret_at=f"credentials “{credential_id}”" if credential_id and not password else "",
            from_address=values.get("address") or _admin(values.get("adminAddress") or home.admin),
        ),
        account.file,
    )
    if added and sealed:
        missing = msg("The password is encrypted with Jenkins' own key")
        findings.change_last(lambda found: replace(found, missing=missing))


def _encryption(ssl: Leaf | None, starttls: Leaf | None) -> Encryption:
    if is_yes(ssl):
        return Encryption.IMPLICIT
    return Encryption.STARTTLS if is_yes(starttls) else Encryption.NONE


def _admin(address: Leaf | None) -> Leaf | None:
    return None if address is None or _NOBODY in address.text else address


def _is_sealed(password: Leaf, *, in_xml: bool) -> bool:
    """Whether it is encrypted. In XML files Jenkins writes no password in clear, in older ones without braces."""
    if _SEALED.fullmatch(password.text.strip()):
        return True
    return in_xml and _OLD_SEALED.fullmatch(password.text.strip()) is not None
