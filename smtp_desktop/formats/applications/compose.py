"""Compose files: the variables of each service, with those of its `env_file` where that is among the files."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from smtp_desktop.domain.imports.found import FoundSmtp, ImportFormat, Source, Unreadable
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.draft import ProfileDraft
from smtp_desktop.formats.applications.dotenv import DotenvText
from smtp_desktop.formats.applications.setting import Setting
from smtp_desktop.formats.applications.settings_smtp import results_of_settings, shown
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import Result, noted, source_of
from smtp_desktop.formats.syntax.tree import BadSyntax, Branch, Leaf, LeafKind, Row, Tree, branch_at, leaf_at
from smtp_desktop.formats.syntax.yaml_tree import yaml_trees

_SERVICES = re.compile(r"^[\"']?services[\"']?:[ \t]*(?:#.*|&\w+)?$", re.MULTILINE)
_OF_A_SERVICE = re.compile(
    r"^[ \t]++[\"']?(?:image|build|environment|env_file|extends|container_name)[\"']?:", re.MULTILINE
)
_TYPED = re.compile(r"0[0-9]+|[0-9]+(?::[0-9]{1,2})+|yes|no|on|off|y|n|[0-9]+_[0-9_]*|[0-9.]+e[0-9]+", re.IGNORECASE)
_VARIABLE = re.compile(
    r"\$(?:(?P<dollar>\$)|(?P<bare>[A-Za-z_]\w*+)|\{(?P<name>[A-Za-z_]\w*+)(?P<sign>:?[-?+])?(?P<word>[^{}]*+)\})"
)
_OVERRIDE = ".override"
_EXTENDS_LIMIT = 10


def is_compose(file: TextFile) -> bool:
    """Whether the file has services such as those of Docker Compose."""
    return _SERVICES.search(file.text) is not None and _OF_A_SERVICE.search(file.text) is not None


def compose_sources(composes: Sequence[TextFile], env_files: Mapping[str, TextFile]) -> list[Source]:
    """Returns a source for each compose file with what belongs to it: its override, and those of the other files that
    it names or, as `.env`, fills its variables from. `env_files` are by path."""
    by_base: dict[str, list[TextFile]] = {}
    for file in sorted(composes, key=lambda one: _OVERRIDE in one.name):
        by_base.setdefault(file.path.replace(_OVERRIDE, ""), []).append(file)
    return [_Project(files, env_files).source() for files in by_base.values()]


@dataclass(slots=True)
class _Variables:
    """The variables of one service by name, and the problems on the way to them."""

    settings: dict[str, Setting] = field(default_factory=dict)
    problems: list[Unreadable] = field(default_factory=list)


class _Project:
    def __init__(self, files: Sequence[TextFile], env_files: Mapping[str, TextFile]) -> None:
        self._files = files
        self._env_files = env_files
        self._used: dict[str, None] = dict.fromkeys(file.path for file in files)
        self._known = self._dotenv()

    def source(self) -> Source:
        results: list[Result] = []
        services: dict[str, _Variables] = {}
        for file in self._files:
            try:
                tree = next(iter(yaml_trees(file.text)), None)
            except BadSyntax as error:
                results.append(self._unreadable(file.path, error.line, error.reason))
                continue
            every = branch_at(tree, "services")
            for name, service in every or ():
                self._read(service, every, file, services.setdefault(name, _Variables()), _EXTENDS_LIMIT)
        results += self._results(services)
        if not results:
            results.append(
                self._unreadable(self._files[0].path, None, msg("No service has settings of a mail server."))
            )
        return source_of(ImportFormat.COMPOSE, self._used, results)

    def _results(self, services: Mapping[str, _Variables]) -> list[Result]:
        """Returns the SMTPs of the services; one that several have in common only once."""
        results: list[Result] = []
        seen: dict[tuple[ProfileDraft, str], list[str]] = {}
        for name, variables in services.items():
            found = results_of_settings(variables.settings.values(), source_format=ImportFormat.COMPOSE, names=(name,))
            for one in found:
                names = seen.setdefault(_content(one), []) if isinstance(one, FoundSmtp) else []
                names.append(name)
                if not names[1:]:
                    results.append(one)
            results += (problem for problem in variables.problems if problem not in results)
        return [noted(one, _shared_note(seen[_content(one)])) if isinstance(one, FoundSmtp) else one for one in results]

    def _read(self, service: Tree, every: Branch | None, file: TextFile, into: _Variables, depth: int) -> None:
        extended = _extended(service)
        if extended is not None and depth:
            name, path, line = extended
            if path:
                reason = msg("A part of the service is in {path}, which was not read.", path=shown(path))
                into.problems.append(self._unreadable(file.path, line, reason))
            elif base := branch_at(every, name):
                self._read(base, every, file, into, depth - 1)
        for leaf in _env_files(service):
            self._read_env_file(leaf, file, into)
        for setting in _environment(service, file.path):
            into.settings[setting.name] = self._filled(setting)

    def _read_env_file(self, leaf: Leaf, file: TextFile, into: _Variables) -> None:
        found = self._env_files.get(_beside(file.path, leaf.text))
        if found is None:
            reason = msg("Variables of the service are in {path}, which is not among the files.", path=shown(leaf.text))
            into.problems.append(self._unreadable(file.path, leaf.line, reason))
            return
        self._used[found.path] = None
        for one in DotenvText(found.path, found.text, expands_dollars=True, known=dict(self._known)).read():
            if isinstance(one, Setting):
                into.settings[one.name] = one

    def _dotenv(self) -> dict[str, str]:
        found = self._env_files.get(_beside(self._files[0].path, ".env"))
        if found is None:
            return {}
        self._used[found.path] = None
        read = DotenvText(found.path, found.text, expands_dollars=True).read()
        return {one.name: one.value for one in read if isinstance(one, Setting)}

    def _filled(self, setting: Setting) -> Setting:
        if setting.is_code:
            return setting
        values = {found[0]: _value(found, self._known) for found in _VARIABLE.finditer(setting.value)}
        texts = {variable: _open(variable) if value is None else value for variable, value in values.items()}
        text = _VARIABLE.sub(lambda found: texts[found[0]], setting.value)
        return replace(setting, value=text, is_literal=None not in values.values())

    def _unreadable(self, path: str, line: int | None, reason: MessageText) -> Unreadable:
        return Unreadable(format=ImportFormat.COMPOSE, file=path, line=line, reason=reason)


def _value(found: re.Match[str], known: Mapping[str, str]) -> str | None:
    """Returns what the variable is; None where the files do not have it."""
    if found["dollar"]:
        return "$"
    value = known.get(found["bare"] or found["name"])
    sign = found["sign"] or ""
    if sign.endswith("+"):
        return found["word"] if value or (value is not None and sign == "+") else ""
    return value if value or (value is not None and not sign.startswith(":")) else None


def _open(variable: str) -> str:
    """Returns a variable that the files do not have, with its default if it has one."""
    found = _VARIABLE.fullmatch(variable)
    if found is None:
        return variable
    default = f"{found['sign']}{found['word']}" if (found["sign"] or "").endswith("-") else ""
    return f"${{{found['bare'] or found['name']}{default}}}"


def _environment(service: Tree, path: str) -> Iterator[Setting]:
    """Yields the variables of `environment:`, which is a mapping or a list of NAME=value. A name without a value is
    that of a variable outside."""
    tree = service.get("environment") if isinstance(service, Branch) else None
    if isinstance(tree, Branch):
        for name, value in tree:
            if isinstance(value, Leaf):
                text = f"${{{name}}}" if value.is_null else value.text
                # Unquoted, programs that know types make other numbers of some: 012345 becomes 5349, and 22:30 1350.
                typed = value.kind is LeafKind.PLAIN and _TYPED.fullmatch(value.text) is not None
                yield Setting(
                    name=name,
                    value=text,
                    file=path,
                    line=value.line,
                    is_ambiguous=typed,
                    is_code=value.is_code,
                )
    for one in tree.items if isinstance(tree, Row) else ():
        if isinstance(one, Leaf):
            name, equals, text = one.text.partition("=")
            yield Setting(name=name.strip(), value=text if equals else f"${{{name}}}", file=path, line=one.line)


def _env_files(service: Tree) -> Iterator[Leaf]:
    tree = service.get("env_file") if isinstance(service, Branch) else None
    for one in tree.items if isinstance(tree, Row) else (tree,):
        leaf = leaf_at(one, "path") if isinstance(one, Branch) else one
        if isinstance(leaf, Leaf) and not leaf.is_null:
            yield leaf


def _extended(service: Tree) -> tuple[str, str, int] | None:
    """Returns the service that this one is made from, the file that it is in (empty for this one), and the line."""
    tree = service.get("extends") if isinstance(service, Branch) else None
    if isinstance(tree, Leaf):
        return tree.text, "", tree.line
    name, path = leaf_at(tree, "service"), leaf_at(tree, "file")
    return (name.text, path.text if path else "", name.line) if name else None


def plain_path(path: str) -> str:
    """Returns the path with forward slashes, and without `.` and `..` where that is possible."""
    parts: list[str] = []
    for part in PurePosixPath(path.replace("\\", "/")).parts:
        if part == ".." and parts and parts[-1] != "..":
            parts.pop()
        else:
            parts.append(part)
    return str(PurePosixPath(*parts))


def _beside(path: str, other: str) -> str:
    """Returns the path of the other file, which is named relative to the first one."""
    return plain_path(str(PurePosixPath(path.replace("\\", "/")).parent / other))


def _content(smtp: FoundSmtp) -> tuple[ProfileDraft, str]:
    """Returns what two services have in common that send by the same account."""
    return replace(smtp.draft, name=""), str(smtp.missing)


def _shared_note(names: Sequence[str]) -> MessageText | None:
    others = ", ".join(names[1:])
    return msg("Also of the services {names}.", names=shown(others)) if others else None
