"""Rows of a table of options, of an SQL dump: `INSERT INTO wp_options VALUES (1,'name','value','yes'),…`, or of CSV."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from smtp_desktop.formats.syntax.lines import LineCount

_MYSQL = re.compile(r"\\(.)|''", re.DOTALL)
_FIELD = re.compile(r'[,;\t]"((?:[^"]++|"")*+)"')
_NAMED = {"n": "\n", "r": "\r", "t": "\t", "0": "\0", "Z": "\x1a", "b": "\b"}
_VALUE = re.compile(r"\s*,\s*(?:_[a-z0-9]+\s*)?'")
_END = re.compile(r"(?:[^'\\]++|\\.|'')*+'", re.DOTALL)
_SQLITE_END = re.compile(r"(?:[^']++|'')*+'")
_SQLITE_HEAD = "PRAGMA foreign_keys"  # by SQLite's .dump, which knows no backslash
_REPLACED = re.compile(r"\s*,\s*replace\(\s*'")


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionRow:
    """An option with its value, and the line in which it begins."""

    name: str
    value: str
    line: int


def option_rows(text: str, names: tuple[str, ...]) -> Iterator[OptionRow]:
    """Yields the rows whose names are among `names`, in the order of the text."""
    sqlite = _SQLITE_HEAD in text[:2000]
    lines = LineCount(text)
    wanted = re.compile("(['\"])(" + "|".join(map(re.escape, names)) + ")\\1")
    for found in wanted.finditer(text):
        value = _field_after(text, found.end()) if found[1] == '"' else _value_after(text, found.end(), sqlite=sqlite)
        if value is not None:
            yield OptionRow(name=found[2], value=value, line=lines.at(found.start()))


def _field_after(text: str, at: int) -> str | None:
    """Returns the text of the next field, as CSV has it."""
    field = _FIELD.match(text, at)
    return field[1].replace('""', '"') if field else None


def _value_after(text: str, at: int, *, sqlite: bool) -> str | None:
    """Returns the text in quotes that follows as the next value of the row."""
    begin = _VALUE.match(text, at) or _REPLACED.match(text, at)
    end = (_SQLITE_END if sqlite else _END).match(text, begin.end()) if begin else None
    if begin is None or end is None:
        return None
    inner = text[begin.end() : end.end() - 1]
    if sqlite:
        return inner.replace("''", "'")
    return _MYSQL.sub(lambda found: _NAMED.get(found[1], found[1]) if found[1] else "'", inner)
