"""Variables of an environment file that belong to one program, as in GF_SMTP_HOST=smtp.contoso.example:587."""

import re
from collections.abc import Mapping

from smtp_desktop.formats.reader import TextFile
from smtp_desktop.formats.syntax.tree import Leaf

_VARIABLE = re.compile(r"\s*(?:export\s+|Environment=)?[\"']?(?P<name>[A-Za-z_]\w*)=(?P<value>.*)")
_OTHER_SERVER = re.compile(r"(?:SMTP|MAIL|EMAIL)\w*(?:HOST|SERVER|ADDR|URL|DSN)\w*", re.IGNORECASE)
_COMMENT = re.compile(r"(?:^|\s)#.*")
_ESCAPE = re.compile(r"\\([\\\"$`nrt])")
_NAMED = {"n": "\n", "r": "\r", "t": "\t"}


def is_env_of(file: TextFile, prefix: re.Pattern[str]) -> bool:
    """Whether the file sets variables of that prefix, and no other program's mail server."""
    names = [found["name"] for line in file.lines if (found := _VARIABLE.match(line))]
    others = [name for name in names if not prefix.match(name) and _OTHER_SERVER.search(name)]
    return any(prefix.match(name) for name in names) and not others


def env_words(file: TextFile, prefix: re.Pattern[str]) -> Mapping[str, Leaf]:
    """Returns the values of the variables by what follows the prefix in their names, in upper case."""
    found: dict[str, Leaf] = {}
    for number, line in enumerate(file.lines, 1):
        variable = _VARIABLE.match(line)
        begin = prefix.match(variable["name"]) if variable else None
        if variable and begin:
            found[variable["name"][begin.end() :].upper()] = Leaf(text=_value(variable["value"]), line=number)
    return found


def _value(written: str) -> str:
    """Returns a value as a shell, systemd and Docker agree on it."""
    written = written.strip()
    for quote in "'\"":
        end = written.rfind(quote)
        if written.startswith(quote) and end > 0:
            inner = written[1:end]
            return inner if quote == "'" else _ESCAPE.sub(lambda found: _NAMED.get(found[1], found[1]), inner)
    return _COMMENT.sub("", written)
