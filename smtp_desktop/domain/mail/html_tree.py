"""The tree of a mail's HTML: well nested, bounded in size and depth, of the elements that can be shown."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from smtp_desktop.domain.mail.html_tokens import Tag, tokens, unescaped

MAX_ELEMENTS = 3_000
MAX_CHARACTERS = 100_000
MAX_DEPTH = 60
MAX_ITEMS = 600
_MAX_HTML = 1_000_000

# Pictures in the mail itself are long, and never shown; without them a mail is far from every bound.
_DATA = re.compile(r"(?<=data:)[^\"'\s<>()]*+", re.IGNORECASE)


def _names(words: str) -> frozenset[str]:
    return frozenset(words.split())


_INLINE = _names(
    "a abbr b big cite code del dfn em font i ins kbd mark q s samp small span strike strong sub sup tt u var"
)
BLOCKS = _names(
    "address article aside blockquote body center caption dd details div dl dt fieldset figcaption figure footer form "
    "h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section summary table ul"
)
_TABLE_PARTS = _names("tr td th")
SHOWN = _INLINE | BLOCKS | _TABLE_PARTS
_VOID = _names("br hr img")
_DROPPED = _names("iframe noembed noframes script style title")
_AS_DIV = BLOCKS - _names("blockquote center dd dl dt h1 h2 h3 h4 h5 h6 hr li ol p pre table ul")

# HTML Standard 13.2.6.4: a start tag ends elements of its kind, within the list or table that it belongs to.
_ENDS: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "li": (frozenset({"li"}), frozenset({"ul", "ol", "table", "td", "th"})),
    "dt": (frozenset({"dt", "dd"}), frozenset({"dl", "table", "td", "th"})),
    "dd": (frozenset({"dt", "dd"}), frozenset({"dl", "table", "td", "th"})),
    "td": (frozenset({"td", "th"}), frozenset({"table"})),
    "th": (frozenset({"td", "th"}), frozenset({"table"})),
    "tr": (frozenset({"tr"}), frozenset({"table"})),
}
_CELL_BOUNDS = frozenset({"table", "td", "th"})


@dataclass(slots=True, kw_only=True)
class Element:
    """An element with its attributes as they stand, and its children: elements, and text without entities."""

    name: str
    attributes: Mapping[str, str] = field(default_factory=dict)
    children: "list[Element | str]" = field(default_factory=list)


def tree_of(html: str) -> Element | None:
    """Returns the tree of `html`; None where it is beyond a bound. Elements that are nested too deep are left out, but
    for what they contain."""
    html = _DATA.sub("", html)
    if len(html) > _MAX_HTML:
        return None
    builder = _Builder()
    for token in tokens(html):
        if isinstance(token, str):
            builder.text(unescaped(token))
        elif token.closes:
            builder.end(token.name)
        else:
            builder.start(token)
        if builder.is_beyond:
            return None
    return builder.root


class _Builder:
    def __init__(self) -> None:
        self.root = Element(name="div")
        self._open = [self.root]
        self._too_deep = 0
        self._dropped = False
        self._elements = self._items = self._characters = self._lines = 0

    @property
    def is_beyond(self) -> bool:
        return (
            self._elements + self._lines > MAX_ELEMENTS or self._items > MAX_ITEMS or self._characters > MAX_CHARACTERS
        )

    def text(self, text: str) -> None:
        if self._dropped or not text:
            return
        # Fonts for other letters than ASCII are slower, and a line of ideographs is longest.
        self._characters += len(text) if text.isascii() else 3 * len(text)
        if any(element.name == "pre" for element in self._open):
            self._lines += text.count("\n")  # a block each
        self._open[-1].children.append(text)

    def start(self, tag: Tag) -> None:
        name = tag.name
        self._dropped = name in _DROPPED
        if name not in SHOWN | _VOID:
            return
        self._end_what_it_ends(name)
        if name in {"td", "th"} and self._innermost(frozenset({"tr", "table"})) == "table":
            self.start(Tag(name="tr"))
        self._elements += 1
        self._items += name == "li"
        element = Element(name="div" if name in _AS_DIV else name, attributes=tag.attributes)
        if name in _VOID:
            self._open[-1].children.append(element)
        elif len(self._open) > MAX_DEPTH:
            self._too_deep += 1
        else:
            self._open[-1].children.append(element)
            self._open.append(element)

    def end(self, name: str) -> None:
        self._dropped = False
        if name == "br":  # HTML Standard 13.2.6.4.7: browsers take it for a line break
            self.start(Tag(name="br"))
            return
        name = "div" if name in _AS_DIV else name
        if self._too_deep and name in SHOWN:
            self._too_deep -= 1
            return
        bounds = frozenset() if name == "table" else frozenset({"table"}) if name in _TABLE_PARTS else _CELL_BOUNDS
        self._pop(frozenset({name}), bounds - {name})

    def _end_what_it_ends(self, name: str) -> None:
        if name in BLOCKS:
            self._pop(frozenset({"p"}), _CELL_BOUNDS)
        if name in _ENDS:
            self._pop(*_ENDS[name])

    def _innermost(self, names: frozenset[str]) -> str:
        return next((element.name for element in reversed(self._open) if element.name in names), "")

    def _pop(self, names: frozenset[str], bounds: frozenset[str]) -> None:
        """Ends the innermost open element of `names`, with what is in it, unless one of `bounds` is around it first."""
        for at in range(len(self._open) - 1, 0, -1):
            if self._open[at].name in names:
                del self._open[at:]
                return
            if self._open[at].name in bounds:
                return
