"""Values of the kinds that a file declares, read from nodes; what is wrong with them is gathered."""

from collections.abc import Mapping, Sequence
from typing import Any

from smtp_desktop.domain.declared.document import SecretSource
from smtp_desktop.domain.declared.errors import DOCUMENT, Problem
from smtp_desktop.domain.declared.node import Node
from smtp_desktop.domain.message_text import MessageText, msg

_WANTED = {
    str: msg("Expected text. Put text that looks like a number, or like yes or no, in quotes."),
    int: msg("Expected a whole number, without quotes."),
    bool: msg("Expected true or false, without quotes."),
}


class NodeReader:
    """Reads values of nodes. `problems` is what is wrong with them, and `lines` says where each place is."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.lines: dict[str, int] = {}

    def mapping(self, place: str, node: Node, known: set[str] | set[SecretSource]) -> Mapping[str, Node]:
        """Returns the keys that are known; others are refused."""
        if not isinstance(node.value, dict):
            self.refuse(place, node.line, msg("Expected keys and values here."))
            return {}
        within = "" if place == DOCUMENT else f"{place}."
        for key, value in node.value.items():
            self.note(f"{within}{key}", value.line)
            if key not in known:
                words = msg("Unknown key. Known keys: {names}.", names=", ".join(sorted(map(str, known))))
                self.refuse(f"{within}{key}", value.line, words)
        return {key: value for key, value in node.value.items() if key in known}

    def typed(self, place: str, node: Node | None, kind: type[Any], default: Any) -> Any:
        """Returns a value of that type; `default` for none, and for one that is refused."""
        if node is None or node.value is None:
            return default
        if type(node.value) is kind:
            return node.value
        self.refuse(place, node.line, _WANTED[kind])
        return default

    def choice(self, place: str, node: Node | None, kind: type[Any], default: Any) -> Any:
        """Returns a value of that enumeration, as `typed` does."""
        if node is None or node.value is None:
            return default
        words = [one.value for one in kind]
        if node.value not in words:
            self.refuse(place, node.line, msg("Enter one of these: {words}.", words=", ".join(words)))
            return default
        return kind(node.value)

    def texts(self, place: str, node: Node | None) -> list[str]:
        """Returns a list of texts; an empty one for none, and for one that is refused."""
        if node is None or node.value is None:
            return []
        items: Sequence[Node] = node.value if isinstance(node.value, list) else ()
        if not isinstance(node.value, list) or any(not isinstance(item.value, str) for item in items):
            self.refuse(place, node.line, msg("Expected a list of strings."))
            return []
        return [item.value for item in items if isinstance(item.value, str)]

    def note(self, place: str, line: int | None) -> None:
        """Remembers the line of a place."""
        if line is not None:
            self.lines[place] = line

    def refuse(self, place: str, line: int | None, message: MessageText) -> None:
        """Adds a problem."""
        self.problems.append(Problem(place=place, message=message, line=line))
