"""Values of a text in YAML, JSON, PHP or Ruby: leaves, branches and rows, each with its line."""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from smtp_desktop.domain.message_text import MessageText

DEPTH_LIMIT = 60
LONGEST_TEXT = 20_000_000


class LeafKind(StrEnum):
    """How a leaf stands in its text."""

    TEXT = "text"  # in quotes
    PLAIN = "plain"  # without: a number, true, null, a word
    CODE = "code"  # what its program would compute; it is never run


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """One value: `text` is as the program would have it, and for code as it is written. `line` counts from 1."""

    text: str
    line: int
    kind: LeafKind = LeafKind.TEXT

    @property
    def is_code(self) -> bool:
        """Whether only its program could say the value."""
        return self.kind is LeafKind.CODE

    @property
    def is_null(self) -> bool:
        """Whether it says that there is no value."""
        return self.kind is LeafKind.PLAIN and self.text.lower() in {"null", "~", "nil", "none", ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """Values by name, in the order of the text. Of a name that stands there twice the last value counts."""

    items: "tuple[tuple[str, Tree], ...]"
    line: int

    def __iter__(self) -> "Iterator[tuple[str, Tree]]":
        return iter(self.items)

    def get(self, name: str) -> "Tree | None":
        """Returns the value of that name; None where there is none."""
        return next((value for key, value in reversed(self.items) if key == name), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Values in a row."""

    items: "tuple[Tree, ...]"
    line: int


Tree = Leaf | Branch | Row


class BadSyntax(Exception):
    """The text can't be read as what it seems to be. The reason repeats nothing of the text."""

    def __init__(self, reason: MessageText, line: int | None = None) -> None:
        super().__init__(str(reason))
        self.reason = reason
        self.line = line


def branch_at(tree: Tree | None, *names: str) -> Branch | None:
    """Returns the branch that the names lead to; None where there is none."""
    for name in names:
        if not isinstance(tree, Branch):
            return None
        tree = tree.get(name)
    return tree if isinstance(tree, Branch) else None


def row_at(tree: Tree | None, *names: str) -> tuple[Tree, ...]:
    """Returns the values of the row that the names lead to; none where it is no row."""
    *way, last = names
    branch = branch_at(tree, *way)
    row = branch.get(last) if branch else None
    return row.items if isinstance(row, Row) else ()


def leaf_at(tree: Tree | None, *names: str) -> Leaf | None:
    """Returns the leaf that the names lead to; None where there is none, or it says that there is no value."""
    *way, last = names
    branch = branch_at(tree, *way)
    leaf = branch.get(last) if branch else None
    return leaf if isinstance(leaf, Leaf) and not leaf.is_null else None


def branches(tree: Tree) -> Iterator[Branch]:
    """Returns every branch in the tree, the outer before the inner, each once however often it is referred to."""
    waiting: list[Tree] = [tree]
    seen: set[int] = set()
    while waiting:
        one = waiting.pop()
        if isinstance(one, Leaf) or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, Branch):
            yield one
            waiting.extend(value for _, value in reversed(one.items))
        else:
            waiting.extend(reversed(one.items))
