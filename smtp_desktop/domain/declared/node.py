"""Values of a YAML or JSON text with the lines that they are in, read within bounds.

Of YAML only plain data is read: no anchors and aliases, by which a few lines stand for gigabytes, and no tags, by which
a text can name a type of Python.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import yaml

from smtp_desktop.domain.declared.errors import refused
from smtp_desktop.domain.message_text import MessageText, msg

LONGEST_TEXT = 20_000_000
_DEPTH_LIMIT = 20
_TAG = "tag:yaml.org,2002:"
_DECIMAL = re.compile(r"0|-?[1-9][0-9]{0,17}")
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is 20 times as fast


class TextFormat(StrEnum):
    """The formats of a file that declares."""

    YAML = "yaml"
    JSON = "json"


@dataclass(frozen=True, slots=True)
class Node:
    """A value: text, a number, true or false, None, a sequence of nodes, or a mapping with texts as keys. `line`
    counts from 1; None in JSON."""

    value: "str | int | bool | Sequence[Node] | Mapping[str, Node] | None"
    line: int | None = None


def format_of(name: str, text: str) -> TextFormat:
    """Returns the format of a file by the ending of its name, or else by how its text begins."""
    ending = name.rpartition(".")[2].lower()
    if ending in {"yaml", "yml"}:
        return TextFormat.YAML
    return TextFormat.JSON if ending == "json" or text.lstrip().startswith("{") else TextFormat.YAML


def parsed(text: str, text_format: TextFormat) -> Node:
    """Returns the one value that the text holds. Raises DocumentErrors."""
    if len(text) > LONGEST_TEXT:
        raise refused(msg("The file is longer than {limit} characters.", limit=f"{LONGEST_TEXT:,}"))
    return _parsed_json(text) if text_format is TextFormat.JSON else _YamlReader(text).read()


def _parsed_json(text: str) -> Node:
    def mapping(pairs: list[tuple[str, Node]]) -> Node:
        found = {key: _json_node(value) for key, value in pairs}
        if len(found) < len(pairs):
            twice = next(key for key, _ in pairs if sum(key == other for other, _ in pairs) > 1)
            raise refused(_twice(twice))
        return Node(found)

    try:
        return _json_node(json.loads(text, object_pairs_hook=mapping, parse_constant=_json_constant))
    except json.JSONDecodeError as error:
        raise refused(msg("This is not valid JSON: {reason}.", reason=error.msg), line=error.lineno) from error
    except (ValueError, RecursionError) as error:  # RecursionError: brackets nested too deeply
        raise refused(msg("This is not valid JSON: {reason}.", reason=str(error))) from error


def _json_constant(name: str) -> None:
    raise ValueError(name)


def _json_node(value: Any) -> Node:
    if isinstance(value, Node):
        return value
    if isinstance(value, list):
        return Node([_json_node(one) for one in value])
    if isinstance(value, float):
        raise refused(msg("The file contains a number that is not a whole number."))
    return Node(value)


class _YamlReader:
    """Reads one YAML document from its events, which need no recursion until the depth is known."""

    def __init__(self, text: str) -> None:
        self._text = text

    def read(self) -> Node:
        """Returns the document's value. Raises DocumentErrors."""
        try:
            self._loader = _LOADER(self._text)
            return self._document()
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None)
            reason = getattr(error, "problem", None) or str(error).splitlines()[0]
            raise refused(
                msg("This is not valid YAML: {reason}.", reason=reason), mark.line + 1 if mark else None
            ) from error

    def _document(self) -> Node:
        self._next()  # the stream begins
        if isinstance(self._next(), yaml.StreamEndEvent):
            raise refused(msg("The file is empty."))
        node = self._node(self._next(), _DEPTH_LIMIT)
        self._next()  # the document ends
        more = self._next()
        if not isinstance(more, yaml.StreamEndEvent):
            raise refused(msg("The file contains more than one document."), _line(more))
        return node

    def _next(self) -> Any:
        return self._loader.get_event()

    def _node(self, event: Any, depth: int) -> Node:
        line = _line(event)
        if depth == 0:
            raise refused(msg("This is nested too deeply."), line)
        if isinstance(event, yaml.AliasEvent) or event.anchor is not None:
            raise refused(msg("Anchors and aliases (& and *) can't be used here. Write the value out."), line)
        match event:
            case yaml.ScalarEvent():
                return Node(self._scalar(event, line), line)
            case yaml.SequenceStartEvent():
                _refuse_tag(event, "seq", line)
                return Node(self._sequence(depth), line)
            case _:
                _refuse_tag(event, "map", line)
                return Node(self._mapping(depth), line)

    def _sequence(self, depth: int) -> list[Node]:
        found = []
        while not isinstance(event := self._next(), yaml.SequenceEndEvent):
            found.append(self._node(event, depth - 1))
        return found

    def _mapping(self, depth: int) -> dict[str, Node]:
        found: dict[str, Node] = {}
        while not isinstance(event := self._next(), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent) or event.anchor is not None:
                raise refused(msg("A key must be plain text."), _line(event))
            if event.value in found:
                raise refused(_twice(event.value), _line(event))
            found[event.value] = self._node(self._next(), depth - 1)
        return found

    def _scalar(self, event: Any, line: int) -> str | int | bool | None:
        text: str = event.value
        tag = event.tag
        if tag is None or tag == "!":
            tag = self._loader.resolve(yaml.ScalarNode, text, event.implicit)
        match tag.removeprefix(_TAG):
            case "null":
                return None
            case "bool":
                return text.lower() in {"yes", "true", "on"}
            case "int" if _DECIMAL.fullmatch(text):
                return int(text)
            case "str" | "timestamp" | "merge" | "value":
                return text
            case "int" | "float":
                # Not repeated, here and below: it may be a secret that was written into the file.
                raise refused(msg("Expected a whole number. Put text that looks like a number in quotes."), line)
            case _:
                raise _no_tag(line)


def _refuse_tag(event: Any, kind: str, line: int) -> None:
    if event.tag not in (None, "!", _TAG + kind):
        raise _no_tag(line)


def _no_tag(line: int) -> Exception:
    return refused(msg("Tags can't be used here. Put text that begins with ! in quotes."), line)


def _line(event: Any) -> int:
    line: int = event.start_mark.line
    return line + 1


def _twice(key: str) -> MessageText:
    return msg("{key} appears twice.", key=key)
