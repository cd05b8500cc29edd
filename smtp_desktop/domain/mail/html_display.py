"""HTML from strangers as the window may show it: sanitized, without pictures, and bounded in what its layout costs.

Qt lays out a table in time that grows exponentially with its nesting, and a list or a word quadratically with its
length; both on the GUI thread, where nothing can stop it. `benchmarks/strangers.py` measures the bounds.
"""

import re
from dataclasses import dataclass
from html import escape

import nh3

from smtp_desktop.domain.mail.html_style import PAPER, readable, style_of
from smtp_desktop.domain.mail.html_text import plain_text
from smtp_desktop.domain.mail.html_tokens import tokens, unescaped
from smtp_desktop.domain.mail.html_tree import BLOCKS, SHOWN, Element, tree_of
from smtp_desktop.domain.message_text import MessageText, msg

MAX_HTML = 2_000_000
"""Characters that are looked at."""
MAX_CELLS = 300
LONGEST_WORD = 200
_MAX_LONG_WORDS = 10_000  # characters
_MAX_INDENT = 6
_MAX_LINK = 2_000

_PARAGRAPHS = BLOCKS | {"td", "th", "tr"}
_INDENTED = frozenset({"blockquote", "dd", "ol", "ul"})
# Ideographs and syllables can be broken anywhere, so that no word of them is long.
_WORD = re.compile(r"[^\s\u200b\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]++")
_LONE_SURROGATE = re.compile(r"[\ud800-\udfff]")  # Graph's JSON may hold them
_LAST_WORD = re.compile(r"[^\s\u200b\u2e80-\u9fff\uac00-\ud7af\uff00-\uffef]++\Z")
_SOFT_BREAK = "\u200b"
_SIZE = re.compile(r"[+-]?[1-7]")
_WIDTH = re.compile(r"\d{1,3}%?")
_SMALL = re.compile(r"[0-9]|1\d")
_SPAN = re.compile(r"[1-9]\d?")
# RFC 2392 and RFC 2397: what cid: and data: name is part of the mail itself.
_OUTSIDE = re.compile(r"\s*+(?!cid:|data:)[a-z/\\]", re.IGNORECASE)
_OUTSIDE_STYLE = re.compile(r"url\(\s*+[\"']?\s*+(?!cid:|data:)[a-z/\\]", re.IGNORECASE)
_PICTURES = ("src", "srcset", "background", "poster")

_TAGS = {*SHOWN, "br", "hr", "tbody"}
_ATTRIBUTES = {
    "a": {"href"},
    "font": {"size"},
    "table": {"border", "cellpadding", "cellspacing", "width"},
    "td": {"colspan", "rowspan", "width", "valign"},
    "th": {"colspan", "rowspan", "width", "valign"},
    "*": {"style"},
}
_STYLES = {"background-color", "color", "display", "font-size", "font-style", "font-weight"} | {
    "text-align",
    "text-decoration",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class DisplayHtml:
    """HTML that a widget may lay out. Where it is empty, the mail's HTML is beyond a bound, and `text` is what it says.

    `notes` say what is not as the sender made it.
    """

    html: str = ""
    text: str = ""
    notes: tuple[MessageText, ...] = ()
    has_outside_pictures: bool = False


def display_html(html: str) -> DisplayHtml:
    """Returns `html` as it may be shown. Takes up to a second: for a worker."""
    html = _LONE_SURROGATE.sub("\ufffd", html[:MAX_HTML])
    outside = _has_outside_pictures(html)
    tree = tree_of(html)
    if tree is not None:
        writer = _Writer()
        writer.write(tree)
        if not writer.is_beyond:
            notes = (msg("The layout is simplified."),) if writer.simplified else ()
            return DisplayHtml(html=_sanitized("".join(writer.parts)), notes=notes, has_outside_pictures=outside)
    note = msg("The HTML is too large to display. This is its text.")
    return DisplayHtml(text=plain_text(html), notes=(note,), has_outside_pictures=outside)


def _sanitized(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        url_schemes={"http", "https", "mailto"},
        filter_style_properties=_STYLES,
        link_rel=None,
    )


def _has_outside_pictures(html: str) -> bool:
    """Returns whether `html` refers to pictures that are not part of the mail."""
    for token in tokens(html):
        if isinstance(token, str):
            # The content of a style element, above all.
            if "url(" in token and _OUTSIDE_STYLE.search(token):
                return True
        elif any(_OUTSIDE.match(unescaped(token.attributes.get(name, ""))) for name in _PICTURES) or (
            "url(" in token.attributes.get("style", "") and _OUTSIDE_STYLE.search(unescaped(token.attributes["style"]))
        ):
            return True
    return False


class _Writer:
    """Writes a tree as HTML: tables of one column, those around other tables and those that are too large as blocks,
    since they are there for the layout; pictures as their words."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self.simplified = False
        self._cells = 0
        self._long_words = 0
        self._word = 0
        self._indent = 0

    @property
    def is_beyond(self) -> bool:
        return self._long_words > _MAX_LONG_WORDS

    def write(self, element: Element) -> None:
        """Writes the whole tree."""
        self._children(element, PAPER)

    def _children(self, element: Element, background: str) -> None:
        for child in element.children:
            if isinstance(child, str):
                self.parts.append(escape(self._with_breaks(child), quote=False))
            else:
                self._element(child, background)

    def _element(self, element: Element, background: str) -> None:
        name = element.name
        if name in {"br", "hr"}:
            self._word = 0
            self.parts.append(f"<{name}>")
        elif name == "img":
            words = unescaped(element.attributes.get("alt", ""))[:LONGEST_WORD]
            self.parts.append(escape(self._with_breaks(words), quote=False))
        elif name == "table" and self._is_kept(element):
            self._table(element, background)
        elif name in {"table", "tr", "td", "th"}:
            self._tagged("div", element, background)
        elif name in _INDENTED:
            self._indented(element, background)
        else:
            self._tagged(name, element, background)

    def _indented(self, element: Element, background: str) -> None:
        self._indent += 1
        self._tagged(element.name if self._indent <= _MAX_INDENT else "div", element, background)
        self._indent -= 1

    def _tagged(self, name: str, element: Element, background: str) -> None:
        style = readable(style_of(element.attributes), background)
        background = style.get("background-color", background)
        if name in _PARAGRAPHS and background != PAPER:
            # Qt gives a background to the paragraphs of an element, not to those of the elements in it.
            style.setdefault("background-color", background)
        css = ";".join(f"{key}:{value}" for key, value in style.items())
        self._word = 0 if name in _PARAGRAPHS else self._word
        self.parts.append(f"<{name}{_attributes(element)}" + (f' style="{css}">' if css else ">"))
        self._children(element, background)
        self.parts.append(f"</{name}>")
        self._word = 0 if name in _PARAGRAPHS else self._word

    def _is_kept(self, table: Element) -> bool:
        rows = _rows(table)
        columns = _columns(rows)
        if columns < 2:  # noqa: PLR2004 - one column is a stack of blocks
            return False
        # As many as the grid has: rows may be ragged.
        height = sum(max((_span(cell, "rowspan") for cell in row), default=1) for row in rows)
        if _has_columns(table) or self._cells + columns * height > MAX_CELLS:
            self.simplified = True
            return False
        self._cells += columns * height
        return True

    def _table(self, table: Element, background: str) -> None:
        style = style_of(table.attributes)
        background = style.get("background-color", background)
        css = f' style="background-color:{background}"' if background != PAPER else ""
        rows = _rows_of(table)
        for parent in (table, *rows):
            # As browsers do with what is in a table, and in none of its cells.
            if outside := _outside_cells(parent):
                self._tagged("div", Element(name="div", children=outside), background)
        self.parts.append(f"<table{_attributes(table)}{css}>")
        for row in rows:
            inner = style_of(row.attributes).get("background-color", background)
            self.parts.append("<tr>")
            for cell in _cells(row):
                self._tagged(cell.name, cell, inner)
            self.parts.append("</tr>")
        self.parts.append("</table>")

    def _with_breaks(self, text: str) -> str:
        """Returns `text` with places to break its long words, which may have begun in the text before."""
        first = _WORD.match(text)
        if first and self._word + len(first[0]) > LONGEST_WORD and self._word:
            self._long_words += self._word + len(first[0])
            self._word = 0
            text = _SOFT_BREAK + text
        last = text[-LONGEST_WORD:]
        tail = _LAST_WORD.search(last)
        self._word = len(tail[0]) + (self._word if len(tail[0]) == len(text) else 0) if tail else 0
        return _WORD.sub(self._broken, text) if len(text) > LONGEST_WORD else text

    def _broken(self, word: re.Match[str]) -> str:
        if len(word[0]) <= LONGEST_WORD:
            return word[0]
        self._long_words += len(word[0])
        return _SOFT_BREAK.join(word[0][at : at + LONGEST_WORD] for at in range(0, len(word[0]), LONGEST_WORD))


def _attributes(element: Element) -> str:
    given = element.attributes
    link = unescaped(given.get("href", "")).strip()
    pairs = {
        "href": link if element.name == "a" and len(link) <= _MAX_LINK else "",
        "size": _matching(given.get("size", ""), _SIZE) if element.name == "font" else "",
        "border": _matching(given.get("border", ""), _SMALL) if element.name == "table" else "",
        "cellpadding": _matching(given.get("cellpadding", ""), _SMALL) if element.name == "table" else "",
        "width": _matching(given.get("width", ""), _WIDTH) if element.name in {"table", "td", "th"} else "",
        "colspan": _matching(given.get("colspan", ""), _SPAN) if element.name in {"td", "th"} else "",
        "rowspan": _matching(given.get("rowspan", ""), _SPAN) if element.name in {"td", "th"} else "",
    }
    return "".join(f' {name}="{escape(value)}"' for name, value in pairs.items() if value)


def _matching(value: str, pattern: re.Pattern[str]) -> str:
    return value if pattern.fullmatch(value) else ""


def _span(cell: Element, name: str) -> int:
    return int(_matching(cell.attributes.get(name, ""), _SPAN) or 1)


def _rows_of(table: Element) -> list[Element]:
    return [child for child in table.children if isinstance(child, Element) and child.name == "tr"]


def _cells(row: Element) -> list[Element]:
    return [child for child in row.children if isinstance(child, Element) and child.name in {"td", "th"}]


def _rows(table: Element) -> list[list[Element]]:
    return [_cells(row) for row in _rows_of(table)]


def _columns(rows: list[list[Element]]) -> int:
    return max((sum(_span(cell, "colspan") for cell in row) for row in rows), default=0)


def _outside_cells(parent: Element) -> list[Element | str]:
    within = {"tr"} if parent.name == "table" else {"td", "th"}
    return [
        child for child in parent.children if (child.strip() if isinstance(child, str) else child.name not in within)
    ]


def _has_columns(element: Element) -> bool:
    """Returns whether a table with columns is inside."""
    for child in element.children:
        if isinstance(child, Element):
            if child.name == "table" and _columns(_rows(child)) > 1:
                return True
            if _has_columns(child):
                return True
    return False
