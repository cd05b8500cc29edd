"""Django: settings modules, of which only values that are written out are taken."""

import ast
import re
import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.applications.setting import Setting
from smtp_desktop.formats.applications.setting_groups import has_mail_settings
from smtp_desktop.formats.applications.settings_smtp import results_of_settings
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import Result, source_of
from smtp_desktop.formats.values import SMTP_PORT

_RECOGNIZED = re.compile(
    r"^[ \t]*(?:EMAIL_(?:HOST|PORT|URL|USE_TLS|HOST_USER)|MAILERS)[ \t]*(?::[^=\n]+)?=", re.MULTILINE
)
_LARGEST = 2_000_000
_LONGEST = 1000  # of a value that a name may stand for
_MAILERS = "MAILERS"
_OPTIONS = {"username": "EMAIL_HOST_USER", "password": "EMAIL_HOST_PASSWORD"}
_Known = dict[str, str | None]
_SENDERS = {"DEFAULT_FROM_EMAIL": "EMAIL_FROM", "SERVER_EMAIL": ""}
"""Names that say something else here than they would elsewhere: SERVER_EMAIL is for messages to administrators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Source:
    path: str
    lines: list[str]


class DjangoReader:
    """Reads settings modules. Of a name that is assigned several times, as in an `if`, the last one counts."""

    format = ImportFormat.DJANGO

    def recognizes(self, file: TextFile) -> bool:
        """Whether it is Python that sets what Django sends by."""
        return _RECOGNIZED.search(file.text) is not None and not file.name.endswith((".php", ".rb"))

    def read(self, files: Sequence[TextFile]) -> Sequence[Source]:
        """Returns a source for each file."""
        return [self._read(file) for file in files]

    def _read(self, file: TextFile) -> Source:
        tree = _parsed(file.text)
        if isinstance(tree, int | None):
            reason = msg("This is not valid Python.")
            problem = Unreadable(format=self.format, file=file.path, line=tree, reason=reason)
            return source_of(self.format, (file.path,), [problem])
        source = _Source(path=file.path, lines=file.lines)
        results: list[Result] = []
        for settings in (list(_settings(tree, source)), *_mailers(tree, source)):
            if has_mail_settings((one.name, one.value) for one in settings):
                results += results_of_settings(
                    settings, source_format=self.format, names=("Django",), usual_port=SMTP_PORT
                )
        return source_of(self.format, (file.path,), results)


def _parsed(text: str) -> ast.Module | int | None:
    """Returns the module, else the line that is no Python."""
    if len(text) > _LARGEST:
        return None
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of the file's own, as for invalid escapes
            return ast.parse(text)
    except SyntaxError as error:
        return error.lineno
    except (ValueError, RecursionError, MemoryError):
        return None


def _assignments(tree: ast.Module) -> Iterator[tuple[str, ast.expr]]:
    for node in ast.walk(tree):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                yield name, value
            case _:
                pass


def _settings(tree: ast.Module, file: _Source) -> Iterator[Setting]:
    known: _Known = {}
    for name, value in _assignments(tree):
        literal = _literal(value, known)
        known[name] = literal if literal is None or len(literal) <= _LONGEST else None
        if name != _MAILERS:
            yield from _named(_SENDERS.get(name, name), value, file, known)


def _mailers(tree: ast.Module, file: _Source) -> Iterator[list[Setting]]:
    """Yields the settings of each mailer, under the names that a single one has."""
    known = {name: _literal(value, {}) for name, value in _assignments(tree)}
    for name, value in _assignments(tree):
        if name == _MAILERS and isinstance(value, ast.Dict):
            for mailer in value.values:
                options = dict(_entries(mailer)).get("OPTIONS") if isinstance(mailer, ast.Dict) else None
                yield [
                    setting
                    for key, one in (_entries(options) if isinstance(options, ast.Dict) else ())
                    for setting in _named(_OPTIONS.get(key, f"EMAIL_{key.upper()}"), one, file, known)
                ]


def _entries(value: ast.Dict) -> Iterator[tuple[str, ast.expr]]:
    for key, one in zip(value.keys, value.values, strict=True):
        if isinstance(key, ast.Constant) and isinstance(key.value, str):
            yield key.value, one


def _named(name: str, value: ast.expr, file: _Source, known: _Known) -> Iterator[Setting]:
    if not name:
        return
    if isinstance(value, ast.Dict):
        for key, one in _entries(value):
            yield from _named(f"{name}_{key}", one, file, known)
        return
    literal = _literal(value, known)
    if literal is None and not isinstance(value, ast.Constant):
        code = _beginning(value, file.lines) or "…"
        yield Setting(name=name, value=code, file=file.path, line=value.lineno, is_code=True)
    elif literal is not None:
        yield Setting(name=name, value=literal, file=file.path, line=value.lineno, is_literal=True)


def _beginning(value: ast.expr, lines: list[str]) -> str:
    """Returns the code as far as it stands in its first line. Columns count bytes."""
    line = lines[value.lineno - 1][: value.col_offset + _LONGEST].encode()
    end = value.end_col_offset if value.end_lineno == value.lineno else None
    return line[value.col_offset : end].decode(errors="replace")


def _literal(value: ast.expr, known: _Known) -> str | None:
    """Returns what is written out, if need be where a name that it uses was assigned: a text, a number, yes or no; None
    for anything else, and for None."""
    match value:
        case ast.Name(id=name):
            return known.get(name)
        case ast.Constant(value=str() | int() as found):
            return str(found)
        case ast.BinOp(op=ast.Add()):
            parts: list[str | None] = []
            left: ast.expr = value
            while isinstance(left, ast.BinOp) and isinstance(left.op, ast.Add):
                parts.append(_literal(left.right, known) if isinstance(left.right, ast.Constant | ast.Name) else None)
                left = left.left
            parts.append(None if isinstance(left, ast.BinOp) else _literal(left, known))
            return "".join(one for one in reversed(parts) if one) if None not in parts else None
        case _:
            return None
