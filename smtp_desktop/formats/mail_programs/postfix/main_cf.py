"""main.cf: parameters, and what $name in them stands for (postconf(5))."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from smtp_desktop.formats.mail_programs.postfix.logical_lines import logical_lines

_PARAMETER = re.compile(r"\s*([A-Za-z0-9_.-]+)\s*=(.*)", re.DOTALL)
_NAME = re.compile(r"[A-Za-z0-9_]+")
_MOST_DEPTH = 20
_LONGEST = 20_000  # of an expanded value: more is a trap


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """The value of a parameter as it stands in the file, and its line."""

    text: str
    line: int


class Unresolved(Exception):
    """A value names a parameter that the file does not set; `name` with its $."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class MainCf:
    """The parameters of a main.cf. A later line overrides an earlier one of the same parameter."""

    def __init__(self, path: str, lines: list[str]) -> None:
        self.path = path
        self.broken: list[int] = []
        """Lines that are no parameters."""
        self._parameters: dict[str, Parameter] = {}
        self._expansions: dict[str, str] = {}
        for number, line in logical_lines(lines):
            found = _PARAMETER.fullmatch(line)
            if found:
                self._parameters[found[1]] = Parameter(text=" ".join(found[2].split()), line=number)
            else:
                self.broken.append(number)

    def line_of(self, name: str) -> int | None:
        """Returns the line of a parameter; None where the file does not set it."""
        parameter = self._parameters.get(name)
        return parameter.line if parameter else None

    def value(self, name: str) -> str | None:
        """Returns a parameter's value, with what it names filled in; None where the file does not set it. Raises
        Unresolved."""
        parameter = self._parameters.get(name)
        return None if parameter is None else self._expanded(parameter.text, 0).strip()

    def yes(self, name: str) -> bool | None:
        """Returns whether a parameter is on; None where the file does not set it, or to neither yes nor no."""
        try:
            word = (self.value(name) or "").lower()
        except Unresolved:
            return None
        return {"yes": True, "no": False}.get(word)

    def _expanded(self, text: str, depth: int) -> str:
        if depth > _MOST_DEPTH:
            raise Unresolved("$…")
        parts: list[str] = []
        place, length = 0, 0
        while place < len(text):
            dollar = text.find("$", place)
            if dollar < 0:
                parts.append(text[place:])
                break
            parts.append(text[place:dollar])
            value, place = self._macro(text, dollar, depth)
            parts.append(value)
            length += len(value)
            if length > _LONGEST:
                raise Unresolved("$…")
        return "".join(parts)

    def _macro(self, text: str, dollar: int, depth: int) -> tuple[str, int]:
        """Returns what stands for the macro at this $, and the place behind it."""
        sign = text[dollar + 1 : dollar + 2]
        if sign == "$":
            return "$", dollar + 2
        if sign in {"{", "("}:
            end = _closing(text, dollar + 1)
            inner = text[dollar + 2 : end]
            name = _NAME.match(inner)
            if name is None or end == len(text):
                raise Unresolved(text[dollar : end + 1])
            rest = inner[name.end() :].strip()
            if not rest:
                return self._named(name[0], depth), end + 1
            return self._conditional(name[0], rest, depth), end + 1
        name = _NAME.match(text, dollar + 1)
        return ("$", dollar + 1) if name is None else (self._named(name[0], depth), name.end())

    def _conditional(self, name: str, rest: str, depth: int) -> str:
        """Returns what `${name?value}`, `${name:value}` or `${name?{value}:{other}}` stands for."""
        is_set = bool(self._is_set(name, depth))
        sign, branch = rest[0], rest[1:].strip()
        if sign not in {"?", ":"}:
            raise Unresolved(f"${{{name}{rest}}}")
        other = ""
        if branch.startswith("{"):
            end = _closing(branch, 0)
            branch, other = branch[1:end], branch[end + 1 :].strip().removeprefix(":").strip()
            other = other[1:-1] if other.startswith("{") and other.endswith("}") else other
        chosen = branch if is_set == (sign == "?") else other
        return self._expanded(chosen.strip(), depth + 1)

    def _is_set(self, name: str, depth: int) -> str:
        try:
            return self._named(name, depth)
        except Unresolved:
            return ""

    def _named(self, name: str, depth: int) -> str:
        if name in self._parameters:
            if name not in self._expansions:
                self._expansions[name] = self._expanded(self._parameters[name].text, depth + 1)
            return self._expansions[name]
        if name == "mydomain" and "myhostname" in self._parameters:
            host = self._named("myhostname", depth + 1)
            return host.partition(".")[2] or host
        if name in {"config_directory", "meta_directory"}:
            return str(PurePosixPath(self.path.replace("\\", "/")).parent)
        if name == "default_database_type":
            return "hash"
        if name == "myorigin" and "myhostname" in self._parameters:
            return self._named("myhostname", depth + 1)
        raise Unresolved(f"${name}")


def _closing(text: str, opening: int) -> int:
    """Returns the place of the bracket that closes the one at this place; the end of the text where none does."""
    opens, closes = text[opening], {"{": "}", "(": ")"}[text[opening]]
    depth = 0
    for place in range(opening, len(text)):
        depth += (text[place] == opens) - (text[place] == closes)
        if depth == 0:
            return place
    return len(text)


def words_of(value: str) -> Sequence[str]:
    """Returns the words of a list, between commas or blanks; `{…}` is one."""
    words: list[str] = []
    place, start = 0, 0
    while place < len(value):
        if value[place] == "{":
            place = _closing(value, place)
        elif value[place] == "," or value[place].isspace():
            words.append(value[start:place])
            start = place + 1
        place += 1
    words.append(value[start:])
    return [word for word in words if word]
