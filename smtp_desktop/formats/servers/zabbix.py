"""Zabbix: media types of type email, as exported (YAML, JSON, XML) or as its API gives them.

An export leaves out what is the default. Exports have names where the API has numbers.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from smtp_desktop.domain.imports.found import ImportFormat, Source
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.servers.oauth_words import signed_in_by_person
from smtp_desktop.formats.servers.tree_files import trees_of
from smtp_desktop.formats.servers.words import Findings, Words, findings_of, has_any, leaf, text_of
from smtp_desktop.formats.syntax.tree import BadSyntax, Leaf, branches
from smtp_desktop.formats.syntax.xml_tree import Element, xml_root
from smtp_desktop.formats.values import IMPLICIT_PORT, SMTP_PORT, SUBMISSION_PORT, Encryption

_EXPORT = re.compile(r"<zabbix_export>|[\"']?zabbix_export[\"']?\s*:")
_MEDIA_TYPE = re.compile(r"<media_types?>|[\"']?\b(?:media_types|mediatypeid)[\"']?\s*:")
_SMTP_KEY = re.compile(r"\bsmtp_(?:server|email)\b")
_NOTHING = msg("No media type in the file sends mail.")
_EMAIL = frozenset({"EMAIL", "0", ""})
_SECURITY = {
    "": Encryption.NONE, "NONE": Encryption.NONE, "0": Encryption.NONE,
    "STARTTLS": Encryption.STARTTLS, "1": Encryption.STARTTLS,
    "SSL_OR_TLS": Encryption.IMPLICIT, "2": Encryption.IMPLICIT,
}  # fmt: skip
_PASSWORD, _OAUTH = frozenset({"PASSWORD", "1"}), frozenset({"OAUTH", "2"})
# Zabbix' own defaults by provider: server, port, security, sign-in. Its form does not show them.
_PROVIDERS = {
    "GMAIL": ("smtp.gmail.com", SUBMISSION_PORT, "STARTTLS", "PASSWORD"),
    "GMAIL_RELAY": ("smtp-relay.gmail.com", SUBMISSION_PORT, "STARTTLS", ""),
    "OFFICE365": ("smtp.office365.com", SUBMISSION_PORT, "STARTTLS", "PASSWORD"),
    "OFFICE365_RELAY": ("", SMTP_PORT, "STARTTLS", ""),
}
_PROVIDER_NUMBERS = {"1": "GMAIL", "2": "GMAIL_RELAY", "3": "OFFICE365", "4": "OFFICE365_RELAY"}
_PLACEHOLDER = "example.com"  # of smtp_helo, in every new media type

_Values = Mapping[str, Leaf]


class ZabbixReader:
    """Reads what Zabbix sends mail through."""

    format = ImportFormat.ZABBIX

    def recognizes(self, file: TextFile) -> bool:
        """Whether it is an export, or an answer of the API, with media types."""
        text = file.text
        if not has_any(text, "media_type", "mediatypeid"):
            return False
        if _EXPORT.search(text):
            return bool(_MEDIA_TYPE.search(text))
        return bool(_MEDIA_TYPE.search(text) and _SMTP_KEY.search(text))

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [self._read(file) for file in files]

    def _read(self, file: TextFile) -> Source:
        findings = findings_of(self.format, [file])
        for values in _media_types(file, findings):
            if text_of(values.get("type")).strip().upper() in _EMAIL:
                _add(findings, file.path, values)
        return findings.source(_NOTHING)


def _media_types(file: TextFile, findings: Findings) -> Iterator[_Values]:
    if file.text.lstrip().startswith("<"):
        yield from _of_xml(file, findings)
        return
    for one in (branch for tree in trees_of(file, findings) for branch in branches(tree)):
        values = {key: value for key, value in one if isinstance(value, Leaf)}
        if "smtp_server" in values or "smtp_email" in values:
            yield values


def _of_xml(file: TextFile, findings: Findings) -> Iterator[_Values]:
    try:
        waiting = [xml_root(file.text)]
    except BadSyntax as error:
        findings.cannot_read(error.reason, file.path, error.line)
        return
    while waiting:
        element = waiting.pop()
        if element.name == "media_type":
            yield {child.name: _leaf_of(child) for child in element.children if not child.children}
        else:
            waiting.extend(reversed(element.children))


def _leaf_of(element: Element) -> Leaf:
    return leaf(element.text, element.line)


def _add(findings: Findings, path: str, values: _Values) -> None:
    provider = text_of(values.get("provider")).strip().upper()
    provider = _PROVIDER_NUMBERS.get(provider, provider)
    host, port, security, sign_in = _PROVIDERS.get(provider, ("", SMTP_PORT, "", ""))
    sender, user = values.get("smtp_email"), values.get("username")
    method = text_of(values.get("smtp_authentication")).strip().upper() or sign_in
    encryption = _SECURITY.get(text_of(values.get("smtp_security")).strip().upper() or security, Encryption.UNSAID)
    helo = values.get("smtp_helo")
    added = findings.add(
        Words(
            names=(text_of(values.get("name")) or text_of(values.get("description")), "Zabbix"),
            host=values.get("smtp_server"),
            default_host=host,
            port=values.get("smtp_port"),
            default_port=IMPLICIT_PORT if encryption is Encryption.IMPLICIT else port,
            encryption=encryption,
            sign_in=method in _PASSWORD | _OAUTH,
            user=user,
            default_user=_address_in(sender) if method in _OAUTH or provider in _PROVIDERS else "",
            password=values.get("client_secret")
            if method in _OAUTH
            else values.get("password") or values.get("passwd"),
            from_address=sender,
            ehlo_name=None if text_of(helo) == _PLACEHOLDER else helo,
            unverified=_unverified(values, encryption),
            notes=(msg("The media type is disabled."),) if text_of(values.get("status")) in {"DISABLED", "1"} else (),
        ),
        path,
        (values.get("name") or next(iter(values.values()))).line,
    )
    if added and method in _OAUTH:
        findings.change_last(
            partial(
                signed_in_by_person,
                authorize_url=text_of(values.get("authorization_url")),
                token_url=text_of(values.get("token_url")),
                client_id=text_of(values.get("client_id")),
            )
        )


def _unverified(values: _Values, encryption: Encryption) -> bool:
    """Whether Zabbix does not check the certificate: unless it is told to, it does not."""
    return encryption in {Encryption.STARTTLS, Encryption.IMPLICIT} and any(
        text_of(values.get(key)).strip().upper() not in {"YES", "1"} for key in ("smtp_verify_peer", "smtp_verify_host")
    )


def _address_in(sender: Leaf | None) -> str:
    found = re.search(r"[^<>\s]+@[^<>\s]+", text_of(sender))
    return found[0] if found else ""
