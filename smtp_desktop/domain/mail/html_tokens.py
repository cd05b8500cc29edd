"""The tokens of HTML from strangers: tags and the text between them, in time that grows with the length alone."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import unescape

# HTML Standard 13.2.5: what browsers take for the beginning of a tag. Possessive repeats keep every search linear.
_TAG = re.compile(r"<(/?)([A-Za-z][^\s/>]*+)")
_ATTRIBUTE = re.compile(
    r"""[\s/]*+([^\s/>][^\s/>=]*+)(?:\s*+=\s*+(?:"([^"]*+)"|'([^']*+)'|(?=["'])|([^\s>]*+)))?""", re.DOTALL
)
_TAG_END = re.compile(r"[\s/]*+>")
# HTML Standard 13.2.6.2: up to their end tag all of it is text.
_RAW_TEXT = frozenset({"iframe", "noembed", "noframes", "script", "style", "textarea", "title", "xmp"})
# `int()` refuses numbers of thousands of digits, and no character has one of more than seven.
_NUMBER_TOO_LONG = re.compile(r"&#(?:[0-9]{8,}|[xX][0-9A-Fa-f]{8,});?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A start tag, or an end tag where `closes`. Names are in lower case; values are as they stand, with entities."""

    name: str
    closes: bool = False
    attributes: dict[str, str] = field(default_factory=dict)


def tokens(html: str) -> Iterator[Tag | str]:
    """Yields tags and text, with entities, in the order of `html`; leaves out comments and declarations.

    A tag that never ends is text, so that nothing is lost.
    """
    at, length = 0, len(html)
    while at < length:
        begins = html.find("<", at)
        if begins < 0:
            yield html[at:]
            return
        if begins > at:
            yield html[at:begins]
        found = _TAG.match(html, begins)
        if found:
            tag, at = _tag(html, found)
            if tag is None:
                yield html[begins:]
                return
            yield tag
            if tag.name in _RAW_TEXT and not tag.closes:
                ends = _end_of_raw_text(html, tag.name, at)
                yield html[at:ends]
                at = ends
        elif html.startswith(("<!", "<?", "</"), begins):
            at = _end_of_comment(html, begins)
        else:
            yield "<"
            at = begins + 1


def unescaped(text: str) -> str:
    """Returns `text` with its entities as characters."""
    return unescape(_NUMBER_TOO_LONG.sub("\ufffd", text)) if "&" in text else text


def _tag(html: str, found: re.Match[str]) -> tuple[Tag | None, int]:
    """Returns the tag that begins at `found`, None where it never ends, and where it ends."""
    attributes: dict[str, str] = {}
    at = found.end()
    while not (end := _TAG_END.match(html, at)):
        attribute = _ATTRIBUTE.match(html, at)
        if not attribute:
            return None, len(html)
        name, double, single, bare = attribute.groups()
        attributes.setdefault(name.lower(), double or single or bare or "")
        at = attribute.end()
    return Tag(name=found[2].lower(), closes=bool(found[1]), attributes=attributes), end.end()


def _end_of_raw_text(html: str, name: str, at: int) -> int:
    end = re.compile(rf"</{name}(?=[\s/>])", re.IGNORECASE).search(html, at)
    return end.start() if end else len(html)


def _end_of_comment(html: str, begins: int) -> int:
    mark = "-->" if html.startswith("<!--", begins) else ">"
    end = html.find(mark, begins + 2)
    return end + len(mark) if end >= 0 else len(html)
