"""A few lines of a file around one that can't be read, without the passwords in them."""

import re

_AROUND = 2
_LONGEST = 300
_HIDDEN = "••••••"
# All bounded, since lines are cut before: linear in what is left.
_IN_URL = re.compile(r"(?<=://)([^\s/@:]*):[^\s@]*@")
_VALUE = re.compile(
    r"(?i)((?:pass|pwd|secret|token|credential|api_?key|private_?key|auth_?data|--?ap)[\w.\]\[-]*[\"']?(?:\s*(?:[:=>,]|=>)\s*|\s+))(\S.*)"
)
_MAPPED = re.compile(r"^(\s*\S+\s+[^\s:]+):\S+\s*$")  # of Postfix: host user:password


_DELIMITERS = ",;\t|"
_FEWEST_FIELDS = 4
_SECRET_COLUMN = re.compile(r"(?i)pass|pwd|secret|token|credential|key")
# In a table without titles, what is certainly none: a port, a host, a mail address.
_PLAIN_FIELD = re.compile(r"\d{1,5}|[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}|[^@\s]{1,64}@[\w.-]{1,200}|")


def excerpt(text: str, line: int) -> str:
    """Returns the line, from 1, with two before and behind it, each with its number; `>` marks it."""
    lines = text.split("\n")
    first = max(0, line - 1 - _AROUND)
    numbered = enumerate(lines[first : line + _AROUND], start=first + 1)
    width = len(str(line + _AROUND))
    title = next((one for one in lines if one.strip()), "")[:_LONGEST]
    return "\n".join(
        f"{'>' if number == line else ' '} {number:>{width}}  {_hidden(_without_columns(one, title))}"
        for number, one in numbered
    )


def _without_columns(line: str, title: str) -> str:
    """Returns a line of a table without what stands in columns for secrets."""
    delimiter = max(_DELIMITERS, key=line.count)
    titles, fields = title.split(delimiter), line.split(delimiter)
    columns = {number for number, one in enumerate(titles) if _SECRET_COLUMN.search(one)}
    if (columns and line == title) or len(fields) < _FEWEST_FIELDS or len(line) > _LONGEST:
        return line
    if columns and len(fields) == len(titles):
        hidden = columns
    else:  # no titles, or a field with a delimiter in it
        hidden = {number for number, one in enumerate(fields) if number and not _PLAIN_FIELD.fullmatch(one.strip(' "'))}
    return delimiter.join(_HIDDEN if number in hidden else one for number, one in enumerate(fields))


def _hidden(line: str) -> str:
    short = line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
    without = _IN_URL.sub(rf"\1:{_HIDDEN}@", short)
    without = _VALUE.sub(rf"\1{_HIDDEN}", without)
    return _MAPPED.sub(rf"\1:{_HIDDEN}", without)
