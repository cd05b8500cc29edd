"""One WordPress site, as the chosen files show it."""

from dataclasses import dataclass, field, replace

from smtp_desktop.formats.syntax.tree import Leaf, LeafKind, Tree

# What WordPress' plugins take where a site has no keys of its own.
_SAMPLE = "put your unique phrase here"


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """An option of the database, with its file."""

    name: str
    tree: Tree
    file: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Constant:
    """A constant of wp-config.php, with its file; `nested` where it is defined in a block, as of an `if`."""

    value: Leaf
    file: str
    nested: bool = False


@dataclass(slots=True)
class WordPressSite:
    """Options, constants, and the keys that are stored as options."""

    options: list[Option] = field(default_factory=list)
    constants: dict[str, Constant] = field(default_factory=dict)
    keys: list[str] = field(default_factory=list)

    def define(self, name: str, constant: Constant) -> None:
        """Adds a constant: in PHP the first definition counts. Of several in blocks only PHP could say which: it is
        code then."""
        known = self.constants.get(name)
        if known is None:
            self.constants[name] = constant
        elif known.nested and known.value.text != constant.value.text:
            self.constants[name] = replace(known, value=replace(known.value, kind=LeafKind.CODE))

    def constant(self, name: str) -> Leaf | None:
        """Returns the value of a constant; None where the files do not define it."""
        found = self.constants.get(name)
        return found.value if found else None

    def text(self, name: str) -> str:
        """Returns the text of a constant; empty where the files do not say it."""
        found = self.constant(name)
        return "" if found is None or found.is_code or found.text == _SAMPLE else found.text
