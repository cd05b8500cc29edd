"""XML as elements with their lines: without a DOCTYPE, and so without entities of its own."""

from dataclasses import dataclass, field
from xml.parsers import expat

from smtp_desktop.domain.message_text import msg
from smtp_desktop.formats.syntax.tree import DEPTH_LIMIT, LONGEST_TEXT, BadSyntax


@dataclass(slots=True)
class Element:
    """An element. `text` is what stands directly in it, as it stands there; empty where it has elements in it."""

    name: str
    line: int
    attributes: dict[str, str]
    children: "list[Element]" = field(default_factory=list)
    text: str = ""

    def child(self, *names: str) -> "Element | None":
        """Returns the first element that the names lead to; None where there is none."""
        found: Element | None = self
        for name in names:
            found = next((one for one in found.children if one.name == name), None) if found else None
        return found


def xml_root(text: str) -> Element:
    """Returns the outermost element. The text is decoded already: the encoding that it names is ignored. Raises
    BadSyntax."""
    if len(text) > LONGEST_TEXT:
        raise BadSyntax(msg("The file is longer than {limit} characters.", limit=f"{LONGEST_TEXT:,}"))
    return _XmlReader().read(text)


class _XmlReader:
    def __init__(self) -> None:
        self._parser = expat.ParserCreate("utf-8")
        self._parser.buffer_text = True
        self._parser.StartElementHandler = self._begin
        self._parser.EndElementHandler = self._end
        self._parser.CharacterDataHandler = self._characters
        self._parser.StartDoctypeDeclHandler = self._refuse_doctype
        self._open: list[Element] = []
        self._root: Element | None = None

    def read(self, text: str) -> Element:
        try:
            self._parser.Parse(text.encode("utf-8", "replace"), True)
        except expat.ExpatError as error:
            raise BadSyntax(msg("This is not valid XML."), error.lineno) from error
        if self._root is None:
            raise BadSyntax(msg("This is not valid XML."))
        return self._root

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if len(self._open) >= DEPTH_LIMIT:
            raise BadSyntax(msg("This is nested too deeply."), self._parser.CurrentLineNumber)
        element = Element(name=name, line=self._parser.CurrentLineNumber, attributes=attributes)
        if self._open:
            self._open[-1].children.append(element)
        else:
            self._root = element
        self._open.append(element)

    def _end(self, _name: str) -> None:
        element = self._open.pop()
        element.text = "" if element.children else element.text

    def _characters(self, data: str) -> None:
        if self._open:
            self._open[-1].text += data

    def _refuse_doctype(self, *_: object) -> None:
        raise BadSyntax(msg("A DOCTYPE is not read."), self._parser.CurrentLineNumber)
