"""Prometheus Alertmanager: smtp_… under `global`, and receivers with a server of their own."""

import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice

from smtp_desktop.domain.imports.found import ImportFormat, Source
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.servers.tree_files import trees_of
from smtp_desktop.formats.servers.words import Findings, Words, findings_of, is_yes, text_of
from smtp_desktop.formats.syntax.tree import Branch, Leaf, branch_at, branches, leaf_at, row_at
from smtp_desktop.formats.values import IMPLICIT_PORT, Encryption

_KEY = re.compile(r"^[ \t]*+(?:-[ \t]*+)?[\"']?(?:smtp_smarthost|email_configs)[\"']?[ \t]*+:", re.MULTILINE)
_PREFIX, _INSECURE = "smtp_", "insecure_skip_verify"
_MOST_WITHIN = 20
_SECRETS = frozenset({"auth_password", "auth_password_file", "auth_secret", "auth_secret_file"})
_OWN_KEYS = frozenset({"smarthost", "auth_username", "auth_password", "from"})
_NOTHING = msg("No mail server is set: smtp_smarthost has no value.")

_Values = Mapping[str, Leaf]


class AlertmanagerReader:
    """Reads what Alertmanager sends mail through."""

    format = ImportFormat.ALERTMANAGER

    def recognizes(self, file: TextFile) -> bool:
        """Whether it has Alertmanager's keys."""
        return "smarthost" in file.text and bool(_KEY.search(file.text))

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [self._read(file) for file in files]

    def _read(self, file: TextFile) -> Source:
        findings = findings_of(self.format, [file])
        every = [branch for tree in trees_of(file, findings) for branch in branches(tree)]
        for one in (*every, *_within(every, file, findings)):
            if one.get("global") or one.get("receivers"):
                _read_config(findings, file.path, one)
        return findings.source(_NOTHING)


def _within(every: Sequence[Branch], file: TextFile, findings: Findings) -> Iterator[Branch]:
    """Yields what stands in configurations that are texts of a Secret or ConfigMap, with the lines of the file."""
    values = (value for branch in every for _, value in branch if isinstance(value, Leaf))
    for value in islice((one for one in values if "\n" in one.text and _KEY.search(one.text)), _MOST_WITHIN):
        moved = TextFile(path=file.path, text="\n" * value.line + value.text)
        for tree in trees_of(moved, findings):
            yield from branches(tree)


def _read_config(findings: Findings, path: str, config: Branch) -> None:
    common = {
        key.removeprefix(_PREFIX): value
        for key, value in branch_at(config, "global") or ()
        if key.startswith(_PREFIX) and isinstance(value, Leaf)
    }
    if insecure := leaf_at(config, "global", "smtp_tls_config", _INSECURE):
        common[_INSECURE] = insecure
    if "smarthost" in common:
        _add(findings, path, "Alertmanager", common, common["smarthost"].line)
    for receiver in row_at(config, "receivers"):
        name = text_of(leaf_at(receiver, "name"))
        for mail in row_at(receiver, "email_configs"):
            own = {key: value for key, value in mail if isinstance(value, Leaf)} if isinstance(mail, Branch) else {}
            # A secret of its own, or a file that has it, takes the place of the common ones.
            has_secret = own.keys() & _SECRETS
            values = {key: value for key, value in common.items() if not has_secret or key not in _SECRETS} | own
            if own.keys() & _OWN_KEYS and "smarthost" in values:
                if insecure := leaf_at(mail, "tls_config", _INSECURE):
                    values[_INSECURE] = insecure
                _add(findings, path, f"Alertmanager {name}", values, mail.line)


def _add(findings: Findings, path: str, name: str, values: _Values, line: int) -> None:
    port = text_of(values.get("smarthost")).rpartition(":")[2]
    implicit = port == str(IMPLICIT_PORT) or is_yes(values.get("force_implicit_tls")) is True
    required = is_yes(values.get("require_tls")) is not False
    secret_file = text_of(values.get("auth_password_file") or values.get("auth_secret_file"))
    findings.add(
        Words(
            names=(name,),
            host=values.get("smarthost"),
            encryption=Encryption.IMPLICIT if implicit else Encryption.STARTTLS if required else Encryption.NONE,
            user=values.get("auth_username"),
            password=values.get("auth_password") or values.get("auth_secret"),
            secret_at=secret_file if not text_of(values.get("auth_password")) else "",
            from_address=values.get("from"),
            ehlo_name=values.get("hello"),
            unverified=is_yes(values.get(_INSECURE)) is True,
        ),
        path,
        line,
    )
