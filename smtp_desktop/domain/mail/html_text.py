"""HTML as plain text."""

import re

from smtp_desktop.domain.mail.html_tokens import Tag, tokens, unescaped

_UNSEEN = frozenset({"script", "style", "title", "template"})
_PARAGRAPHS = frozenset({"blockquote", "h1", "h2", "h3", "h4", "h5", "h6", "ol", "p", "pre", "table", "ul"})
_LINES = _PARAGRAPHS | {"article", "center", "dd", "div", "dt", "footer", "form", "header", "hr", "li", "section", "tr"}
_CELLS = frozenset({"td", "th"})
_SPACE = re.compile(r"[ \t\r\n\f]+")


def plain_text(html: str) -> str:
    """Returns the text of `html` in lines, links with their targets. Loads nothing."""
    reader = _Reader()
    for token in tokens(html):
        if isinstance(token, str):
            reader.text(unescaped(token))
        elif token.closes:
            reader.end_tag(token.name)
        else:
            reader.start_tag(token)
    lines = [line.rstrip(" ") for line in "".join(reader.parts).replace("\xa0", " ").split("\n")]
    return re.sub(r"\n{3,}", "\n\n", "\n".join(lines)).strip("\n")


class _Reader:
    """Collects the text of an HTML document in `parts`."""

    def __init__(self) -> None:
        self.parts: list[str] = []
        self._unseen: str | None = None
        self._preformatted = 0
        self._link = ""
        self._link_begins = 0

    def start_tag(self, tag: Tag) -> None:
        if tag.name in _UNSEEN:
            self._unseen = self._unseen or tag.name
        self._break(tag.name)
        if tag.name == "pre":
            self._preformatted += 1
        elif tag.name == "li":
            self._add("- ")
        elif tag.name == "img":
            self._add(unescaped(tag.attributes.get("alt", "")))
        elif tag.name == "a":
            self._link, self._link_begins = unescaped(tag.attributes.get("href", "")), len(self.parts)

    def end_tag(self, name: str) -> None:
        if name == self._unseen:
            self._unseen = None
        if name == "pre":
            self._preformatted = max(0, self._preformatted - 1)
        elif name == "a":
            self._end_link()
        self._break(name)

    def text(self, text: str) -> None:
        if self._preformatted:
            self._add(text.replace("\r\n", "\n"))
            return
        text = _SPACE.sub(" ", text)
        self._add(text.lstrip(" ") if self._ends_with("\n", " ") else text)

    def _end_link(self) -> None:
        link, self._link = self._link, ""
        # An anchor inside the mail leads nowhere.
        if not link.lower().startswith(("http:", "https:", "mailto:")):
            return
        # The target gives a forged link away.
        if link.removeprefix("mailto:") != "".join(self.parts[self._link_begins :]).strip():
            self._add(f" <{link}>")

    def _break(self, name: str) -> None:
        if name in _CELLS:
            self._add("" if self._ends_with("\n", " ") else " ")
        elif name == "br":
            self._add("\n")
        elif name in _LINES and self.parts:
            self._add("" if self._ends_with("\n") else "\n")
            self._add("\n" if name in _PARAGRAPHS else "")

    def _ends_with(self, *characters: str) -> bool:
        return not self.parts or self.parts[-1].endswith(characters)

    def _add(self, text: str) -> None:
        if text and self._unseen is None:
            self.parts.append(text)
