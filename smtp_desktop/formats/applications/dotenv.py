"""The lines of .env files. Programs read them in different ways: where those differ, this is python-dotenv's, and the
value is marked as ambiguous."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.formats.applications.setting import Setting, expanded

_SKIPPED = re.compile(r"(?:[ \t\f\v]*+(?:#[^\n]*+)?+(?:\n|\Z))")
_NAME = re.compile(
    r"[ \t]*+(?:export[ \t]++)?+(?:'(?P<quoted>[^'\n]++)'|(?P<name>[^\s=#'\":]++))[ \t]*+(?:=|:[ \t])[ \t]*+"
)
_QUOTED = {
    "'": re.compile(r"'((?:[^'\\]++|\\.)*+)'", re.DOTALL),
    '"': re.compile(r'"((?:[^"\\]++|\\.)*+)"', re.DOTALL),
}
_AFTER_QUOTES = re.compile(r"[ \t]*+(?:#[^\n]*+)?+(?:\n|\Z)")
_COMMENT = re.compile(r"(?<=\s)#.*")
_COMMENT_ALONE = re.compile(r"(?<!\S)#.*")
_BARE_REFERENCE = re.compile(r"(?<!\\)\$[A-Za-z_]")
_BARE = re.compile(r"(?<!\\)\$(?P<name>[A-Za-z_]\w*+)")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_ESCAPES = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


@dataclass(frozen=True, slots=True, kw_only=True)
class BadLine:
    """A line that is no setting, with the name that it begins with, if any."""

    name: str
    line: int
    reason: MessageText


@dataclass(slots=True)
class DotenvText:
    """Reads one text. `expands_dollars` is true of the programs that take `$NAME` for `${NAME}` and `\\$` for a dollar,
    as Docker Compose, Laravel and Symfony do in part. `known` is what can be referred to; it grows by what is read."""

    path: str
    text: str = field(repr=False)
    expands_dollars: bool = False
    known: dict[str, str] = field(default_factory=dict, repr=False)

    def read(self) -> Iterator[Setting | BadLine]:
        """Yields the settings in their order."""
        at, line = 0, 1
        while at < len(self.text):
            if skipped := _SKIPPED.match(self.text, at):
                after = skipped.end()
            else:
                result, after = self._statement(at, line)
                yield result
                if isinstance(result, Setting):
                    self.known[result.name] = result.value
            line += self.text.count("\n", at, after)
            at = max(after, at + 1)

    def _statement(self, at: int, line: int) -> tuple[Setting | BadLine, int]:
        found = _NAME.match(self.text, at)
        if found is None:
            return BadLine(name="", line=line, reason=msg("This line is not a setting such as NAME=value.")), self._end(
                at
            )
        name = found["quoted"] or found["name"]
        sign = self.text[found.end() : found.end() + 1]
        if sign in _QUOTED:
            return self._quoted(name, sign, found.end(), line)
        end = self._end(found.end())
        raw = self.text[found.end() : end].removesuffix("\n")
        comment = _COMMENT_ALONE if found[0][-1] in " \t" else _COMMENT
        value = comment.sub("", raw).rstrip()
        unsure = "#" in raw or value.startswith("`") or _BARE_REFERENCE.search(value) is not None
        return self._setting(name, value, line, unsure=unsure), end

    def _quoted(self, name: str, quote: str, start: int, line: int) -> tuple[Setting | BadLine, int]:
        found = _QUOTED[quote].match(self.text, start)
        if found is None:
            reason = msg("The value of {name} has no closing quote.", name=name)
            return BadLine(name=name, line=line, reason=reason), self._end(start)
        rest = _AFTER_QUOTES.match(self.text, found.end())
        if rest is None:
            reason = msg("The value of {name} goes on after its closing quote.", name=name)
            return BadLine(name=name, line=line, reason=reason), self._end(start)
        inner = found[1]
        if quote == "'":
            value = re.sub(r"\\([\\'])", r"\1", inner)
            return self._setting(name, value, line, unsure="\\" in inner or "${" in inner, quote=quote), rest.end()
        unsure = "\\" in inner.replace("\\n", "") or _BARE_REFERENCE.search(inner) is not None
        return self._setting(name, inner, line, unsure=unsure, quote=quote), rest.end()

    def _setting(self, name: str, value: str, line: int, *, unsure: bool, quote: str = "") -> Setting:
        is_literal = quote == "'"
        if quote == '"':
            pieces = _ESCAPE.split(value)
            every = (self._unescaped(one) if place % 2 else self._expanded(one) for place, one in enumerate(pieces))
            value = "".join(every)
            is_literal = self.expands_dollars and "$" in pieces[1::2]
        elif not quote:
            value = self._expanded(value)
        return Setting(name=name, value=value, file=self.path, line=line, is_literal=is_literal, is_ambiguous=unsure)

    def _expanded(self, text: str) -> str:
        text = expanded(text, self.known)
        if not self.expands_dollars:
            return text
        return _BARE.sub(lambda found: self.known.get(found["name"], f"${{{found['name']}}}"), text)

    def _unescaped(self, sign: str) -> str:
        if sign in "\\\"'" or (sign == "$" and self.expands_dollars):
            return sign
        return _ESCAPES.get(sign, "\\" + sign)

    def _end(self, at: int) -> int:
        end = self.text.find("\n", at)
        return len(self.text) if end < 0 else end + 1
