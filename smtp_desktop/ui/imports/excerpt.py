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


def excerpt(text: str, line: int) -> str:
    """Returns the line, from 1, with two before and behind it, each with its number; `>` marks it."""
    lines = text.split("\n")
    first = max(0, line - 1 - _AROUND)
    numbered = enumerate(lines[first : line + _AROUND], start=first + 1)
    width = len(str(line + _AROUND))
    return "\n".join(f"{'>' if number == line else ' '} {number:>{width}}  {_hidden(one)}" for number, one in numbered)


def _hidden(line: str) -> str:
    short = line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…"
    without = _IN_URL.sub(rf"\1:{_HIDDEN}@", short)
    without = _VALUE.sub(rf"\1{_HIDDEN}", without)
    return _MAPPED.sub(rf"\1:{_HIDDEN}", without)
