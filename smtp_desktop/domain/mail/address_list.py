"""Lists of addresses as people and programs write them in a header or behind a command: all of them, or none.

RFC 5322 3.4, with groups, comments and what its section 4.4 calls obsolete, and with what is written all the same:
semicolons for commas, and blanks between plain addresses. What could be read in two ways is refused.
"""

import re
from dataclasses import dataclass, field, replace

from smtp_desktop.domain.mail.address import Address, BadAddress, address_or_none, parse_address

_TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|\[[^\[\]]*\]|\s+|[^\s"\[,;:<>()]+|.', re.DOTALL)
_IN_COMMENT = re.compile(r"\\.|[^()\\]+|.", re.DOTALL)
_AROUND_DOT_OR_AT = re.compile(r"\s*([.@])\s*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*)"')


@dataclass(slots=True)
class _Item:
    """What stands between two separators: the words ahead of an address in angle brackets, or the address itself."""

    words: list[str] = field(default_factory=list)
    angle: list[str] | None = None
    comments: list[str] = field(default_factory=list)
    in_angle: bool = False

    def add(self, text: str) -> None:
        if self.in_angle and self.angle is not None:
            self.angle.append(text)
        elif self.angle is None:
            self.words.append(text)
        elif text.strip():
            raise BadAddress(self.text)  # something behind the brackets: another address, perhaps

    @property
    def text(self) -> str:
        return "".join([*self.words, *(["<", *self.angle] if self.angle is not None else [])]).strip()


def addresses_in(text: str) -> list[Address]:
    """Returns all addresses of a list, in order; none where it is empty. Raises BadAddress with the first piece that
    is no address, or could be more than one."""
    return [address for item in _items(text) for address in _addresses_of(item)]


def names_in(text: str) -> list[str]:
    """Returns the display names in a list, a comment for want of one, also where there is no address. Raises
    BadAddress."""
    return [name for item in _items(text) if (name := _name_of(item))]


def _items(text: str) -> list[_Item]:
    items = [_Item()]
    position = 0
    while match := _TOKEN.match(text, position):
        token, position = match.group(), match.end()
        item = items[-1]
        match token:
            case "(":
                comment, position = _comment(text, position)
                item.comments.append(comment)
            case "<":
                if item.angle is not None:
                    raise BadAddress(text.strip())
                item.angle, item.in_angle = [], True
            case ">" if item.in_angle:
                item.in_angle = False
            case ">" | ")" | "[" | '"':
                raise BadAddress(text.strip())  # it was opened nowhere, or is closed nowhere
            case "," | ";" if not item.in_angle:
                items.append(_Item())
            case ":" if not item.in_angle:
                items[-1] = _group(item)
            case _:
                item.add(token)
    if items[-1].in_angle:
        raise BadAddress(items[-1].text)
    return items


def _group(item: _Item) -> _Item:
    """Returns the first item of a group of which `item` is the name. Raises BadAddress where that is an address."""
    name = "".join(item.words)
    if item.angle is not None or "@" in _QUOTED.sub("", name):
        raise BadAddress(item.text)
    return _Item()


def _comment(text: str, position: int) -> tuple[str, int]:
    """Returns the comment that begins at `position`, and where it ends. Raises BadAddress where it does not."""
    depth, start = 1, position
    while depth:
        match = _IN_COMMENT.match(text, position)
        if not match:
            raise BadAddress(text.strip())
        position = match.end()
        depth += {"(": 1, ")": -1}.get(match.group(), 0)
    return text[start : position - 1], position


def _addresses_of(item: _Item) -> list[Address]:
    if item.angle is not None:
        return [_in_angle_brackets(item)]
    words = _AROUND_DOT_OR_AT.sub(r"\1", "".join(item.words)).strip()
    if not words:
        return []
    found = [address_or_none(words)] if '"' in words else [address_or_none(word) for word in words.split()]
    addresses = [address for address in found if address]
    if len(addresses) < len(found):
        raise BadAddress(item.text)
    if len(addresses) == 1 and item.comments:
        return [replace(addresses[0], display_name=item.comments[-1].strip())]
    return addresses


def _in_angle_brackets(item: _Item) -> Address:
    spec = "".join(item.angle or ())
    if spec.lstrip().startswith("@"):
        spec = spec.rpartition(":")[2]  # RFC 5322 4.4: a route, which is to be ignored
    try:
        address = parse_address(_AROUND_DOT_OR_AT.sub(r"\1", spec).strip())
    except BadAddress as error:
        raise BadAddress(item.text) from error
    name = "".join(item.words)
    unquoted = _QUOTED.sub(" ", name)
    if "@" in unquoted and unquoted.strip().lower() != address.spec.lower():
        raise BadAddress(f"{item.text}>")  # two addresses without a comma, or one whose name is another one
    return replace(address, display_name=_unquoted(name))


def _name_of(item: _Item) -> str:
    name = _unquoted("".join(item.words))
    if item.angle is None and item.comments:
        return item.comments[-1].strip()
    return name


def _unquoted(name: str) -> str:
    plain = _QUOTED.sub(lambda quoted: re.sub(r"\\(.)", r"\1", quoted[1], flags=re.DOTALL), name)
    return " ".join(plain.split())
