"""Grafana: [smtp] of grafana.ini, the same in the values of its Helm chart, and variables GF_SMTP_…."""

import re
from collections.abc import Mapping, Sequence

from smtp_desktop.domain.imports.found import ImportFormat, Source
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.servers.alertmanager import AlertmanagerReader
from smtp_desktop.formats.servers.env_words import env_words, is_env_of
from smtp_desktop.formats.servers.words import (
    Findings,
    Words,
    encryption_by_chance,
    findings_of,
    has_any,
    is_yes,
    joined,
    reference_of,
    text_of,
)
from smtp_desktop.formats.syntax.ini_file import ini_file
from smtp_desktop.formats.syntax.tree import BadSyntax, Branch, Leaf, Tree, branches
from smtp_desktop.formats.syntax.yaml_tree import yaml_trees
from smtp_desktop.formats.values import IMPLICIT_PORT, Encryption

_SECTION = re.compile(r"^[ \t]*\[\s*smtp\s*\]", re.MULTILINE)
_KEY = re.compile(r"^[ \t]*[;#]?[ \t]*(?:host|from_address|startTLS_policy|ehlo_identity)[ \t]*[=:]", re.MULTILINE)
_HELM = re.compile(r"^[ \t]*[\"']?grafana\.ini[\"']?:", re.MULTILINE)
_PREFIX = re.compile(r"GF_SMTP_")
_CHART_VARIABLE = re.compile(r"^[ \t]*[\"']?GF_SMTP_HOST[\"']?:", re.MULTILINE)
_OTHER_YAML = re.compile(r"^(?:services|kind|version):", re.MULTILINE)
_DEFAULT_HOST = "localhost:25"  # conf/defaults.ini
_EXPANDED = re.compile(r"\$(?:__\w+)?\{[^}]+\}|%\([^)]+\)s")
_NOTHING = msg("No mail server is set: [smtp] has no host.")

_Values = Mapping[str, Leaf]


class GrafanaReader:
    """Reads what Grafana sends mail through. Variables override the file that is read with them."""

    format = ImportFormat.GRAFANA

    def recognizes(self, file: TextFile) -> bool:
        """Whether it has a section [smtp] with Grafana's keys, or variables of Grafana's."""
        if not has_any(file.text, "smtp", "GF_SMTP_"):
            return False
        if _SECTION.search(file.text) and _KEY.search(file.text) and not file.name.endswith((".yaml", ".yml")):
            return True
        return _is_env(file) or _is_chart(file)

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file; one ini file and one of variables are one source."""
        variables = [file for file in files if _is_env(file)]
        others = [file for file in files if file not in variables]
        if len(variables) == len(others) == 1:
            return [self._read(others[0], variables[0])]
        return [_with_alertmanager(file, self._read(file, None)) for file in others] + [
            self._read(None, file) for file in variables
        ]

    def _read(self, file: TextFile | None, variables: TextFile | None) -> Source:
        findings = findings_of(self.format, [one for one in (file, variables) if one])
        overriding = env_words(variables, _PREFIX) if variables else {}
        for values in _sections(file, findings) if file else [{}]:
            path = next(one.path for one in (file if "host" in values else None, variables, file) if one)
            _add(findings, path, {**{key.upper(): leaf for key, leaf in values.items()}, **overriding})
        return findings.source(_NOTHING)


def _with_alertmanager(file: TextFile, source: Source) -> Source:
    """Returns the source with Alertmanager's servers, where a file has both, as the values of kube-prometheus-stack."""
    alertmanager = AlertmanagerReader()
    if not _HELM.search(file.text) or not alertmanager.recognizes(file):
        return source
    (other,) = alertmanager.read([file])
    return joined(source, other) if other.found else source


def _is_chart(file: TextFile) -> bool:
    """Whether it is YAML with Grafana's settings or variables. Those of Compose and Kubernetes have readers of their
    own."""
    if _HELM.search(file.text):
        return "smtp" in file.text
    return bool(_CHART_VARIABLE.search(file.text)) and not _OTHER_YAML.search(file.text)


def _is_env(file: TextFile) -> bool:
    return "GF_SMTP_" in file.text and is_env_of(file, _PREFIX)


def _sections(file: TextFile, findings: Findings) -> list[_Values]:
    """Returns the values of each section [smtp] in the file."""
    if not _is_chart(file) or _SECTION.match(file.text):
        return [_of_ini(file.text, file, findings, 0)]
    try:
        trees = yaml_trees(file.text)
    except BadSyntax as error:
        findings.cannot_read(error.reason, file.path, error.line)
        return []
    every = [branch for tree in trees for branch in branches(tree)]
    found = [value for branch in every for key, value in branch if key == "grafana.ini"]
    settings = [values for tree in found if (values := _of_chart(tree, file, findings)) is not None]
    return settings + [_of_variables(branch) for branch in every if branch.get("GF_SMTP_HOST")]


def _of_variables(branch: Branch) -> _Values:
    return {
        key[len("GF_SMTP_") :].lower(): value
        for key, value in branch
        if key.startswith("GF_SMTP_") and isinstance(value, Leaf)
    }


def _of_chart(tree: Tree, file: TextFile, findings: Findings) -> _Values | None:
    if isinstance(tree, Leaf):
        return _of_ini(tree.text, file, findings, tree.line)
    smtp = tree.get("smtp") if isinstance(tree, Branch) else None
    if not isinstance(smtp, Branch):
        return None
    return {key: value for key, value in smtp if isinstance(value, Leaf)}


def _of_ini(text: str, file: TextFile, findings: Findings, lines_before: int) -> _Values:
    """Returns the section of a text that begins after that many lines of its file."""
    ini = ini_file(text)
    section = ini.section("smtp")
    for line, reason in ini.bad_in("smtp"):
        findings.cannot_read(reason, file.path, line + lines_before)
    return {key: Leaf(text=one.text, line=one.line + lines_before) for key, one in section.items()}


def _add(findings: Findings, path: str, values: _Values) -> None:
    host, enabled = values.get("HOST"), is_yes(values.get("ENABLED"))
    if not text_of(host) and not enabled:
        return
    password, password_file = values.get("PASSWORD"), values.get("PASSWORD__FILE")
    expanded = _EXPANDED.search(text_of(password))
    elsewhere = expanded[0] if expanded else ""
    notes = []
    if enabled is False:
        notes.append(msg("Sending is switched off in the file."))
    if text_of(values.get("CERT_FILE")):
        notes.append(msg("The file uses a certificate of its own to sign in, which is not taken over."))
    words = Words(
        names=("Grafana",),
        host=host,
        default_host=_DEFAULT_HOST,
        encryption=_encryption(values),
        user=values.get("USER"),
        password=password,
        password_is_literal=not elsewhere and not reference_of(password),
        secret_at=elsewhere or text_of(password_file),
        from_address=values.get("FROM_ADDRESS"),
        from_name=values.get("FROM_NAME"),
        ehlo_name=values.get("EHLO_IDENTITY"),
        unverified=is_yes(values.get("SKIP_VERIFY")) is True,
        notes=tuple(notes),
    )
    findings.add(words, path)


def _encryption(values: _Values) -> Encryption:
    """Returns what Grafana does: implicit TLS on port 465 alone, else STARTTLS by its policy."""
    host = values.get("HOST")
    if text_of(host).strip().endswith(f":{IMPLICIT_PORT}"):
        return Encryption.IMPLICIT
    match text_of(values.get("STARTTLS_POLICY")).strip():
        case "MandatoryStartTLS":
            return Encryption.STARTTLS
        case "NoStartTLS":
            return Encryption.NONE
        case _:
            return encryption_by_chance(host) if text_of(host) else Encryption.UNSAID
