"""INI files by the rules of go-ini, which Grafana, Gitea and Forgejo read theirs with.

Nothing is interpolated. `#` and `;` begin a comment anywhere but within three quotes or backticks. Of two equal keys
the last counts.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.formats.syntax.tree import Leaf

_FENCES = ('"""', "`")


@dataclass(slots=True)
class IniFile:
    """Values by section and key; a value before the first section is in the section "". `bad` has what can't be read
    in each section, with its line."""

    sections: dict[str, dict[str, Leaf]] = field(default_factory=dict)
    bad: dict[str, list[tuple[int, MessageText]]] = field(default_factory=dict)

    def section(self, name: str) -> Mapping[str, Leaf]:
        """Returns the values of a section, by key; empty where there is none."""
        return self.sections.get(name, {})

    def bad_in(self, *names: str) -> Sequence[tuple[int, MessageText]]:
        """Returns what can't be read in these sections."""
        return [one for name in names for one in self.bad.get(name, ())]


def ini_file(text: str, *, continued: bool = True) -> IniFile:
    """Returns what the text holds. A value goes on in the next line where it ends in a backslash and `continued`."""
    return _IniReader(text.split("\n"), continued=continued).read()


class _IniReader:
    def __init__(self, lines: list[str], *, continued: bool) -> None:
        self._lines = iter(enumerate(lines, 1))
        self._continued = continued
        self._found = IniFile()
        self._section = ""

    def read(self) -> IniFile:
        for number, line in self._lines:
            stripped = line.strip()
            if stripped and stripped[0] not in "#;":
                self._line(number, stripped, line)
        return self._found

    def _line(self, number: int, stripped: str, line: str) -> None:
        if stripped[0] == "[":
            self._begin(number, stripped)
            return
        key, rest = _key(line.lstrip())
        if key is None:
            self._refuse(number, msg("The line has neither = nor :."))
            return
        value = self._value(rest.lstrip())
        if value is None:
            self._refuse(number, msg("The quotes around the value of {key} are not closed.", key=key[:40]))
            return
        self._found.sections.setdefault(self._section, {})[key] = Leaf(text=value, line=number)

    def _refuse(self, number: int, reason: MessageText) -> None:
        self._found.bad.setdefault(self._section, []).append((number, reason))

    def _begin(self, number: int, stripped: str) -> None:
        name, closed, _ = stripped[1:].rpartition("]")
        if not closed:
            self._refuse(number, msg("The name of the section is not closed by ]."))
            return
        self._section = name.strip()

    def _value(self, rest: str) -> str | None:
        """Returns the value that begins with `rest`, with its further lines; None where its quotes are not closed."""
        for fence in _FENCES:
            if rest.startswith(fence):
                return self._fenced(rest[len(fence) :], fence)
        value = rest.strip()
        if self._continued and value.endswith("\\"):
            return value[:-1] + "".join(self._further())
        return _unquoted(_without_comment(value))

    def _fenced(self, rest: str, fence: str) -> str | None:
        found = []
        while fence not in rest:
            found.append(rest)
            following = next(self._lines, None)
            if following is None:
                return None
            rest = following[1]
        return "\n".join((*found, rest.rpartition(fence)[0]))

    def _further(self) -> Iterator[str]:
        for _, line in self._lines:
            more = line.strip()
            yield more.removesuffix("\\")
            if not more.endswith("\\"):
                return


def _key(line: str) -> tuple[str | None, str]:
    quote = next((fence for fence in ('"""', '"', "`") if line.startswith(fence)), "")
    after = line.find(quote, len(quote)) + len(quote) if quote else 0
    if quote and after < len(quote) * 2:
        return None, ""
    places = [place for place in (line.find("=", after), line.find(":", after)) if place >= 0]
    if not places:
        return None, ""
    place = min(places)
    return line[len(quote) : after - len(quote)] if quote else line[:place].strip(), line[place + 1 :]


def _without_comment(value: str) -> str:
    places = [place for place in (value.find("#"), value.find(";")) if place >= 0]
    return value[: min(places)].strip() if places else value


def _unquoted(value: str) -> str:
    for quote in "'\"":
        if len(value) > 1 and value[0] == value[-1] == quote and value.count(quote) == 2:  # noqa: PLR2004 - the pair
            return value[1:-1]
    return value
