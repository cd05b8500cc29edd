"""Lookup tables of Postfix: the text files that postmap(1) reads, and tables within main.cf."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from smtp_desktop.formats.mail_programs.postfix.logical_lines import logical_lines
from smtp_desktop.formats.mail_programs.postfix.main_cf import words_of

# Types whose text file has keys and values.
_TEXT_TYPES = frozenset({"hash", "btree", "texthash", "lmdb", "cdb", "dbm", "sdbm", "default"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line of a table. The value is as postmap stores it, which may be a secret."""

    key: str
    value: str = field(repr=False)
    file: str
    line: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class TableFile:
    """A table in a file of its own. `broken` are the lines without a value."""

    path: str
    entries: Sequence[Entry]
    broken: Sequence[int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reference:
    """A table as a parameter of main.cf names it: `kind`:`place`."""

    kind: str
    place: str

    @property
    def text(self) -> str:
        """The table as it is named, without what it holds itself, which may be passwords."""
        place = self.place if re.fullmatch(r"[\w./$@~-]*", self.place) else "…"
        return f"{self.kind}:{place}" if self.kind else place

    @property
    def is_text_file(self) -> bool:
        """Whether the table is made of a text file of keys and values, as `place` names it."""
        return self.kind in _TEXT_TYPES or not self.kind


def table_file(path: str, lines: list[str]) -> TableFile:
    """Returns the entries of a text file: key, white space, value. Keys are stored in lower case."""
    entries: list[Entry] = []
    broken: list[int] = []
    for number, line in logical_lines(lines):
        key, _, value = line.replace("\t", " ").partition(" ") if not line[0].isspace() else ("", "", "")
        value = line[len(key) :].strip() if key else ""
        if value:
            entries.append(Entry(key=key.lower(), value=value, file=path, line=number))
        else:
            broken.append(number)
    return TableFile(path=path, entries=entries, broken=broken)


def references_in(value: str) -> list[Reference]:
    """Returns the tables that a parameter names. proxy: before a table does not change what is in it."""
    references = []
    for word in words_of(value):
        kind, colon, place = word.removeprefix("proxy:").partition(":")
        references.append(Reference(kind=kind.lower(), place=place) if colon else Reference(kind="", place=kind))
    return references


def inline_entries(reference: Reference, file: str, line: int | None) -> list[Entry] | None:
    """Returns the entries of a table that stands in main.cf itself: `inline:{…}`, or `static:value`, which has every
    key; None of any other table."""
    if reference.kind == "static":
        return [Entry(key="*", value=_unbraced(reference.place), file=file, line=line)]
    if reference.kind != "inline":
        return None
    pairs = (_unbraced(word).partition("=") for word in words_of(_unbraced(reference.place)))
    return [Entry(key=key.strip().lower(), value=value.strip(), file=file, line=line) for key, _, value in pairs]


def by_key(entries: Sequence[Entry]) -> Mapping[str, Entry]:
    """Returns the entries by their keys. Of several with one key, the first counts: postmap warns of the others."""
    return {entry.key: entry for entry in reversed(entries)}


def lookup(entries: Mapping[str, Entry], *keys: str) -> Entry | None:
    """Returns the entry of the first of these keys that has one."""
    found = (entries.get(key.lower()) for key in keys if key)
    return next((entry for entry in found if entry), entries.get("*"))


def same_file(reference: Reference, path: str) -> bool:
    """Whether a parameter that names a table may mean the file at this path: both have the same name."""
    place = PurePosixPath(reference.place).name.lower()
    name = re.split(r"[\\/]", path)[-1].lower()
    return reference.is_text_file and bool(place) and name.removesuffix(".txt") == place


def _unbraced(text: str) -> str:
    text = text.strip()
    return text[1:-1].strip() if text.startswith("{") and text.endswith("}") else text
