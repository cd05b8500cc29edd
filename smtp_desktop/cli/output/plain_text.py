"""HTML as plain text."""

import re
from html.parser import HTMLParser

_UNSEEN = frozenset({"script", "style", "title", "template"})
_PARAGRAPHS = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"})
_LINES = _PARAGRAPHS | {"article", "center", "dd", "div", "dt", "footer", "form", "header", "hr", "li", "section", "tr"}
_CELLS = frozenset({"td", "th"})
_SPACE = re.compile(r"[ \t\r\n\f]+")
# Comments and declarations, since the parser stumbles over unknown ones. The content of Outlook's `<![if !mso]>` stays.
_DECLARATIONS = re.compile(r"<!--.*?(?:-->|\Z)|<![^>]*(?:>|\Z)", re.DOTALL)


def plain_text(html: str) -> str:
    """Returns the text of `html` in lines, links with their targets. Loads nothing."""
    reader = _Reader()
    reader.feed(_DECLARATIONS.sub("", html))
    reader.close()
    lines = [line.rstrip(" ") for line in "".join(reader.parts).replace("\xa0", " ").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


class _Reader(HTMLParser):
    """Collects the text of an HTML document in `parts`."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
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
            self._link, self._link_begins = dict(attrs).get("href") or "", len(self.parts)

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
        text = _SPACE.sub(" ", data)
        self._add(text.lstrip(" ") if self._ends_with("\n", " ") else text)

    def _end_link(self) -> None:
        link, self._link = self._link, ""
        # An anchor inside the mail leads nowhere.
        if not link.lower().startswith(("http:", "https:", "mailto:")):
            return
        # The target gives a forged link away.
        if link.removeprefix("mailto:") != "".join(self.parts[self._link_begins :]).strip():
            self._add(f" <{link}>")

    def _break(self, tag: str) -> None:
        if tag in _CELLS:
            self._add("" if self._ends_with("\n", " ") else " ")
        elif tag == "br":
            self._add("\n")
        elif tag in _LINES and self.parts:
            self._add("" if self._ends_with("\n") else "\n")
            self._add("\n" if tag in _PARAGRAPHS else "")

    def _ends_with(self, *characters: str) -> bool:
        return not self.parts or self.parts[-1].endswith(characters)

    def _add(self, text: str) -> None:
        if text and self._unseen is None:
            self.parts.append(text)
