"""Kubernetes: variables of containers, of ConfigMaps, and of Secrets."""

import base64
import binascii
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.applications.setting import Setting
from smtp_desktop.formats.applications.setting_groups import has_mail_settings, setting_groups
from smtp_desktop.formats.applications.setting_words import MAIL_WORDS
from smtp_desktop.formats.applications.settings_smtp import results_of_settings
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import Result, source_of
from smtp_desktop.formats.syntax.tree import BadSyntax, Branch, Leaf, Tree, branch_at, branches, leaf_at, row_at
from smtp_desktop.formats.syntax.yaml_tree import yaml_trees

_API = re.compile(r"(?:^|[{,])[ \t]*+[\"']?apiVersion[\"']?:", re.MULTILINE)
_KIND = re.compile(r"(?:^|[{,])[ \t]*+[\"']?kind[\"']?:[ \t]*+[\"']?[A-Z]\w++", re.MULTILINE)
_WORD = re.compile(r"[a-z]+")
_SECRET, _MAP = "Secret", "ConfigMap"


class KubernetesReader:
    """Reads manifests. A Secret or ConfigMap that is among the files gives its values; any other one is named."""

    format = ImportFormat.KUBERNETES

    def recognizes(self, file: TextFile) -> bool:
        """Whether it has objects of Kubernetes."""
        return _API.search(file.text) is not None and _KIND.search(file.text) is not None

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns one source: what a container needs may stand in several files."""
        manifests = _Manifests()
        results: list[Result] = []
        for file in files:
            try:
                for tree in yaml_trees(file.text):
                    manifests.add(tree, file.path)
            except BadSyntax as error:
                problem = Unreadable(format=self.format, file=file.path, line=error.line, reason=error.reason)
                results.append(problem)
        return [source_of(self.format, (file.path for file in files), [*manifests.results(), *results])]


@dataclass(slots=True)
class _Manifests:
    """The objects of all files: the settings of each map and secret by its name, and the containers."""

    maps: dict[tuple[str, str, str], list[Setting]] = field(default_factory=dict)
    containers: list[tuple[str, str, Branch, str]] = field(default_factory=list)
    problems: list[Result] = field(default_factory=list)

    def add(self, tree: Tree, file: str) -> None:
        """Adds the object, or those of a List."""
        for one in row_at(tree, "items") or (tree,):
            kind, name = leaf_at(one, "kind"), leaf_at(one, "metadata", "name")
            if kind is None or not isinstance(one, Branch):
                continue
            space = leaf_at(one, "metadata", "namespace")
            namespace = space.text if space else ""
            if kind.text in {_SECRET, _MAP}:
                settings = self.maps.setdefault((namespace, kind.text, name.text if name else ""), [])
                settings += self._settings(one, kind.text, file)
                continue
            for branch in branches(one):
                if row_at(branch, "env") or row_at(branch, "envFrom"):
                    own = leaf_at(branch, "name")
                    self.containers.append((namespace, (own or name or kind).text, branch, file))

    def _settings(self, one: Branch, kind: str, file: str) -> Iterator[Setting]:
        for part in ("data", "stringData"):
            for key, value in branch_at(one, part) or ():
                if not isinstance(value, Leaf) or value.is_null:
                    continue
                text: str | None = value.text
                if kind == _SECRET and part == "data":
                    text = _decoded(value.text)
                if text is None:
                    reason = msg("{key} is not valid Base64.", key=key)
                    self.problems.append(
                        Unreadable(format=ImportFormat.KUBERNETES, file=file, line=value.line, reason=reason)
                    )
                else:
                    yield Setting(name=key, value=text, file=file, line=value.line, is_literal=text != value.text)

    def results(self) -> Iterator[Result]:
        """Yields what the containers send by; where none does, what the maps and secrets say together."""
        found = False
        for namespace, name, container, file in self.containers:
            settings = list(self._of_container(namespace, container, file))
            if has_mail_settings((one.name, one.value) for one in settings):
                found = True
                yield from results_of_settings(settings, source_format=ImportFormat.KUBERNETES, names=(name,))
        if not found:
            yield from self._of_maps()
        yield from self.problems

    def _of_maps(self) -> Iterator[Result]:
        """Yields what each map or secret with a server says. Those without one belong to it where their names begin
        alike, as shop-config and shop-secret do: a password must not go to another application's server."""
        maps = {key: _of_mail(key[2], settings) for key, settings in self.maps.items()}
        servers = {key: settings for key, settings in maps.items() if setting_groups(settings)[0]}
        for key, settings in servers.items():
            others = [
                one for other, each in maps.items() if other not in servers and _belong(key, other) for one in each
            ]
            names = (key[2],)
            yield from results_of_settings([*settings, *others], source_format=ImportFormat.KUBERNETES, names=names)

    def _of_container(self, namespace: str, container: Branch, file: str) -> Iterator[Setting]:
        for one in row_at(container, "envFrom"):
            prefix = leaf_at(one, "prefix")
            for kind, key in ((_SECRET, "secretRef"), (_MAP, "configMapRef")):
                name = leaf_at(one, key, "name")
                for setting in self.maps.get((namespace, kind, name.text), ()) if name else ():
                    yield replace(setting, name=f"{prefix.text if prefix else ''}{setting.name}")
        for one in row_at(container, "env"):
            name, value = leaf_at(one, "name"), leaf_at(one, "value")
            if name and value:
                yield Setting(name=name.text, value=value.text, file=file, line=value.line)
            elif name:
                yield from self._referred(namespace, name, one, file)

    def _referred(self, namespace: str, name: Leaf, one: Tree, file: str) -> Iterator[Setting]:
        for kind, key in ((_SECRET, "secretKeyRef"), (_MAP, "configMapKeyRef")):
            place = branch_at(one, "valueFrom", key)
            where, entry = leaf_at(place, "name"), leaf_at(place, "key")
            if where is None or entry is None:
                continue
            stored = next(
                (each for each in self.maps.get((namespace, kind, where.text), ()) if each.name == entry.text), None
            )
            if stored:
                yield replace(stored, name=name.text)
            else:
                words = f"{kind} {where.text}: {entry.text}"
                yield Setting(name=name.text, value=words, file=file, line=name.line, is_code=True, place=words)


def _belong(one: tuple[str, str, str], other: tuple[str, str, str]) -> bool:
    return one[0] == other[0] and one[2].partition("-")[0] == other[2].partition("-")[0]


def _of_mail(name: str, settings: list[Setting]) -> list[Setting]:
    """Returns the settings; where the name alone says that they are of mail, their own names say it, too."""
    if setting_groups(settings)[0] or not MAIL_WORDS.intersection(_WORD.findall(name.lower())):
        return settings
    return [replace(one, name=f"smtp.{one.name}") for one in settings]


def _decoded(text: str) -> str | None:
    try:
        return base64.b64decode("".join(text.split()), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return None
