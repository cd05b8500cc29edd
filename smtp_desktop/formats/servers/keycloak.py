"""Keycloak: `smtpServer` of realms, in exports of one realm or of several, in JSON or YAML."""

import re
from collections.abc import Sequence
from functools import partial

from smtp_desktop.domain.imports.found import ImportFormat, Source
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.servers.oauth_words import signed_in_by_app
from smtp_desktop.formats.servers.tree_files import trees_of
from smtp_desktop.formats.servers.words import Findings, Words, findings_of, is_yes, text_of
from smtp_desktop.formats.syntax.tree import Branch, branch_at, branches, leaf_at
from smtp_desktop.formats.values import IMPLICIT_PORT, SMTP_PORT, Encryption

_KEY = re.compile(r"[\"']?\bsmtpServer[\"']?\s*:\s*(?:[{#]|$)", re.MULTILINE)
_REALM = re.compile(r"[\"']?\b(?:realm|realms|starttls|fromDisplayName|authTokenUrl)[\"']?\s*:")
_NOTHING = msg("No realm in the file has a mail server.")


class KeycloakReader:
    """Reads what Keycloak's realms send mail through."""

    format = ImportFormat.KEYCLOAK

    def recognizes(self, file: TextFile) -> bool:
        """Whether it has Keycloak's `smtpServer`."""
        return "smtpServer" in file.text and bool(_KEY.search(file.text) and _REALM.search(file.text))

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [self._read(file) for file in files]

    def _read(self, file: TextFile) -> Source:
        findings = findings_of(self.format, [file])
        for realm in (branch for tree in trees_of(file, findings) for branch in branches(tree)):
            if server := branch_at(realm, "smtpServer"):
                _add(findings, file.path, realm, server)
        return findings.source(_NOTHING)


def _add(findings: Findings, path: str, realm: Branch, server: Branch) -> None:
    name = text_of(leaf_at(realm, "realm") or leaf_at(realm, "id"))
    if not server.items or not (leaf_at(server, "host") or leaf_at(server, "from")):
        return
    with_token = text_of(leaf_at(server, "authType")).strip().lower() == "token"
    signs_in = is_yes(leaf_at(server, "auth")) is True
    encryption = _encryption(server)
    added = findings.add(
        Words(
            names=(f"Keycloak {name}" if name else "Keycloak",),
            host=leaf_at(server, "host"),
            port=leaf_at(server, "port"),
            default_port=IMPLICIT_PORT if encryption is Encryption.IMPLICIT else SMTP_PORT,
            encryption=encryption,
            sign_in=signs_in,
            user=leaf_at(server, "user"),
            password=leaf_at(server, "authTokenClientSecret" if with_token else "password"),
            from_address=leaf_at(server, "from"),
            from_name=leaf_at(server, "fromDisplayName"),
        ),
        path,
        server.line,
    )
    if added and with_token and signs_in:
        findings.change_last(
            partial(
                signed_in_by_app,
                token_url=text_of(leaf_at(server, "authTokenUrl")),
                client_id=text_of(leaf_at(server, "authTokenClientId")),
                scope=text_of(leaf_at(server, "authTokenScope")),
            )
        )


def _encryption(server: Branch) -> Encryption:
    if is_yes(leaf_at(server, "ssl")):
        return Encryption.IMPLICIT
    return Encryption.STARTTLS if is_yes(leaf_at(server, "starttls")) else Encryption.NONE
