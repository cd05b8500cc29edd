"""Django: settings modules, of which only values that are written out are taken."""

import ast
import re
import warnings
from collections.abc import Iterator, Sequence

from smtp_desktop.domain.imports.found import ImportFormat, Source, Unreadable
from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.applications.setting import Setting
from smtp_desktop.formats.applications.setting_groups import has_mail_settings
from smtp_desktop.formats.applications.settings_smtp import results_of_settings
from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.results import Result, source_of

_RECOGNIZED = re.compile(
    r"^[ \t]*(?:EMAIL_(?:HOST|PORT|URL|USE_TLS|HOST_USER)|MAILERS)[ \t]*(?::[^=\n]+)?=", re.MULTILINE
)
_LARGEST = 2_000_000
_SENDERS = {"DEFAULT_FROM_EMAIL": "EMAIL_FROM", "SERVER_EMAIL": ""}
"""Names that say something else here than they would elsewhere: SERVER_EMAIL is for messages to administrators."""


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
        settings = list(_settings(tree, file))
        results: list[Result] = []
        if has_mail_settings((one.name, one.value) for one in settings):
            results = results_of_settings(settings, source_format=self.format, names=("Django",))
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


def _settings(tree: ast.Module, file: TextFile) -> Iterator[Setting]:
    for node in ast.walk(tree):
        match node:
            case (
                ast.Assign(targets=[ast.Name(id=name)], value=value)
                | ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value)
            ):
                yield from _named(_SENDERS.get(name, name), value, file)
            case _:
                pass


def _named(name: str, value: ast.expr, file: TextFile) -> Iterator[Setting]:
    if not name:
        return
    if isinstance(value, ast.Dict):
        for key, one in zip(value.keys, value.values, strict=True):
            if isinstance(key, ast.Constant) and isinstance(key.value, str):
                yield from _named(f"{name}_{key.value}".replace("MAILERS_default_OPTIONS", "EMAIL"), one, file)
        return
    literal = _literal(value)
    if literal is None and not isinstance(value, ast.Constant):
        code = ast.get_source_segment(file.text, value) or "…"
        yield Setting(name=name, value=code, file=file.path, line=value.lineno, is_code=True)
    elif literal is not None:
        yield Setting(name=name, value=literal, file=file.path, line=value.lineno, is_literal=True)


def _literal(value: ast.expr) -> str | None:
    """Returns what is written out: a text, a number, yes or no; None for anything else, and for None."""
    match value:
        case ast.Constant(value=str() | int() as found):
            return str(found)
        case ast.BinOp(left=left, op=ast.Add(), right=right):
            parts = _literal(left), _literal(right)
            return "".join(one for one in parts if one) if None not in parts else None
        case _:
            return None
