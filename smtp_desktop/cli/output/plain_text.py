"""HTML as plain text."""

import re
from html.parser import HTMLParser

_UNSEEN = frozenset({"script", "style", "title", "template"})
_PARAGRAPHS = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"})
_LINES = _PARAGRAPHS | {"article", "center", "dd", "div", "dt", "footer", "form", "header", "hr", "li", "section", "tr"}
_CELLS = frozenset({"td", "th"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
# Comments and declarations. The parser stumbles over unknown ones; what Outlook shows other programs in
# `<![if !mso]>` stays.
_DECLARATIONS = re.compile(r"<!--.*?(?:-->|\Z)|<![^>]*(?:>|\Z)", re.DOTALL)


def plain_text(html: str) -> str:
    """Returns the words of `html` in lines, links with their targets; nothing is loaded."""
    reader = _Reader()
    reader.feed(_DECLARATIONS.sub("", html))
    reader.close()
    lines = [line.rstrip(" ") for line in "".join(reader.pieces).replace("\xa0", " ").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


class _Reader(HTMLParser):
    """Collects `pieces` of text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.pieces: list[str] = []
        self._unseen: str | None = None
        self._preformatted = 0
        self._link = ""
        self._link_begins = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _UNSEEN:
            self._unseen = self._unseen or tag
        self._break(tag)
        if tag == "pre":
            self._preformatted += 1
        elif tag == "li":
            self._add("- ")
        elif tag == "img":
            self._add(dict(attrs).get("alt") or "")
        elif tag == "a":
            self._link, self._link_begins = dict(attrs).get("href") or "", len(self.pieces)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._unseen:
            self._unseen = None
        if tag == "pre":
            self._preformatted = max(0, self._preformatted - 1)
        elif tag == "a":
            self._end_link()
        self._break(tag)

    def handle_data(self, data: str) -> None:
        if self._preformatted:
            self._add(data.replace("\r\n", "\n"))
            return
        words = _SPACE.sub(" ", data)
        self._add(words.lstrip(" ") if self._ends_with("\n", " ") else words)

    def _end_link(self) -> None:
        link, self._link = self._link, ""
        # An anchor inside the mail leads nowhere.
        if not link.lower().startswith(("http:", "https:", "mailto:")):
            return
        # Where a link leads is what gives a forged one away.
        if link.removeprefix("mailto:") != "".join(self.pieces[self._link_begins :]).strip():
            self._add(f" <{link}>")

    def _break(self, tag: str) -> None:
        if tag in _CELLS:
            self._add("" if self._ends_with("\n", " ") else " ")
        elif tag == "br":
            self._add("\n")
        elif tag in _LINES and self.pieces:
            self._add("" if self._ends_with("\n") else "\n")
            self._add("\n" if tag in _PARAGRAPHS else "")

    def _ends_with(self, *characters: str) -> bool:
        return not self.pieces or self.pieces[-1].endswith(characters)

    def _add(self, piece: str) -> None:
        if piece and self._unseen is None:
            self.pieces.append(piece)
