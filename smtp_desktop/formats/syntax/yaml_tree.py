"""YAML as a tree: every value is the text that stands there. `012345`, `yes` and `22:30` stay what they are."""

from dataclasses import dataclass, field
from typing import Any

import yaml

from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.syntax.tree import DEPTH_LIMIT, LONGEST_TEXT, BadSyntax, Branch, Leaf, LeafKind, Row, Tree

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # libyaml's is 20 times as fast
_MERGE = "<<"
_ITEM_LIMIT = 200_000
_CORE = "tag:yaml.org,2002:"


def yaml_trees(text: str) -> tuple[Tree, ...]:
    """Returns the value of each document of the text. Raises BadSyntax. An alias is the very value that its anchor
    names: nothing is copied. A value with a tag of its program's own (`!secret x`) is code."""
    if len(text) > LONGEST_TEXT:
        raise BadSyntax(msg("The file is longer than {limit} characters.", limit=f"{LONGEST_TEXT:,}"))
    try:
        return _YamlReader(_LOADER(text.encode("utf-8", "replace"))).read()
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise BadSyntax(msg("This is not valid YAML."), mark.line + 1 if mark else None) from error


@dataclass(slots=True)
class _YamlReader:
    loader: Any
    anchors: dict[str, Tree] = field(default_factory=dict)

    def read(self) -> tuple[Tree, ...]:
        found: list[Tree] = []
        while not isinstance(event := self.loader.get_event(), yaml.StreamEndEvent):
            if isinstance(event, yaml.DocumentStartEvent):
                self.anchors = {}
                found.append(self._tree(self.loader.get_event(), DEPTH_LIMIT))
        return tuple(found)

    def _tree(self, event: Any, depth: int) -> Tree:
        line = event.start_mark.line + 1
        if depth == 0:
            raise BadSyntax(msg("This is nested too deeply."), line)
        if isinstance(event, yaml.AliasEvent):
            if event.anchor not in self.anchors:
                raise BadSyntax(msg("An alias (*) names an anchor (&) that is not above it."), line)
            return self.anchors[event.anchor]
        tree = self._new(event, depth, line)
        if event.anchor is not None:
            self.anchors[event.anchor] = tree
        return tree

    def _new(self, event: Any, depth: int, line: int) -> Tree:
        if isinstance(event, yaml.ScalarEvent):
            return _leaf(event, line)
        if isinstance(event, yaml.SequenceStartEvent):
            items = []
            while not isinstance(one := self.loader.get_event(), yaml.SequenceEndEvent):
                items.append(self._tree(one, depth - 1))
            return Row(items=tuple(items), line=line)
        return Branch(items=self._pairs(depth), line=line)

    def _pairs(self, depth: int) -> tuple[tuple[str, Tree], ...]:
        own: list[tuple[str, Tree]] = []
        merged: list[tuple[str, Tree]] = []
        while not isinstance(event := self.loader.get_event(), yaml.MappingEndEvent):
            key = self._tree(event, depth - 1)
            value = self._tree(self.loader.get_event(), depth - 1)
            if not isinstance(key, Leaf):
                continue  # no program writes settings so
            if key.text == _MERGE and key.kind is LeafKind.PLAIN:
                merged.extend(_merged(value))
            else:
                own.append((key.text, value))
            if len(merged) + len(own) > _ITEM_LIMIT:
                raise BadSyntax(msg("This is too large."), event.start_mark.line + 1)
        return (*merged, *own)  # of a name that stands there twice the last value counts


def _merged(value: Tree) -> list[tuple[str, Tree]]:
    """Returns what `<<` brings in: of several mappings the first has precedence."""
    if isinstance(value, Branch):
        return list(value.items)
    if isinstance(value, Row):
        return [pair for one in reversed(value.items) if isinstance(one, Branch) for pair in one.items]
    return []


def _leaf(event: Any, line: int) -> Leaf:
    text: str = event.value
    if event.tag not in (None, "!") and not event.tag.startswith(_CORE):
        return Leaf(text=f"{event.tag} {text}".strip(), line=line, kind=LeafKind.CODE)
    return Leaf(text=text, line=line, kind=LeafKind.TEXT if event.style else LeafKind.PLAIN)
