"""Header fields of mails that are composed here: what may stand in one, and how it is written.

Not by `email`: when it folds a line it loses the blank between two encoded words, and the quotes of a display name.
"""

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache

from smtp_desktop.domain.mail.address import CONTROL, Address
from smtp_desktop.domain.mail.encoded_words import encoded_words

_LINE = 78  # characters; RFC 5322 2.1.1
_LONGEST_WORD = 900  # bytes that are never split: a line has 998 at most
_WORD = re.compile(r" *[^ ]+")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(?: [A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_TO_ESCAPE = re.compile(r'(["\\])')


class BadMail(ValueError):
    """The mail can't be written so that a server may get it."""


class BadHeader(BadMail):
    """A value must not be in a header: it would end the header, or hide something in it."""


def checked(value: str) -> str:
    """Returns `value`. Raises BadHeader."""
    if CONTROL.search(value):
        raise BadHeader("a control character")
    # A reader would decode it, and take what is hidden in it for a line end.
    if "=?" in value:
        raise BadHeader("an encoded word")
    return value


@lru_cache(maxsize=512)  # From and subject of an activity repeat
def header_line(name: str, value: str | tuple[Address, ...], *, smtputf8: bool) -> bytes:
    """Returns one field with its line end, folded where it is long: ASCII, or UTF-8 with `smtputf8`. Raises
    BadHeader."""
    if isinstance(value, str):
        return text_line(name, checked(value), smtputf8=smtputf8)
    for address in value:
        checked(address.display_name)
    return address_line(name, value, smtputf8=smtputf8)


def address_line(name: str, addresses: tuple[Address, ...], *, smtputf8: bool) -> bytes:
    """Returns a field of addresses, as `header_line` does, whatever their names hold but line ends."""
    return folded(name, _address_tokens(addresses, smtputf8=smtputf8))


def text_line(name: str, text: str, *, smtputf8: bool) -> bytes:
    """Returns a field that is nothing but text, as `header_line` does, whatever it holds but line ends."""
    return folded(name, _text_tokens(text, smtputf8=smtputf8, first_room=_LINE - len(name) - 2))


def folded(name: str, tokens: Iterable[str]) -> bytes:
    """Returns a field of `tokens`, each with the blanks ahead of it; lines end between them (RFC 5322 2.2.3)."""
    lines, line = [], f"{name}:"
    is_first = True
    for token in tokens:
        if is_first or len(line) + len(token.encode()) <= _LINE:
            line += token
        else:
            lines.append(line)
            line = token
        is_first = False
    return "".join(f"{each}\r\n" for each in (*lines, line if not is_first else f"{line} ")).encode()


def _text_tokens(text: str, *, smtputf8: bool, first_room: int) -> Iterator[str]:
    """Yields the words of `text`; from the first to the last that can't stand as it is, all of it in encoded words."""
    words = _WORD.findall(text)
    trailing = len(text) - len(text.rstrip(" "))
    odd = [number for number, word in enumerate(words) if not _is_plain(word.lstrip(" "), smtputf8=smtputf8)]
    if text.startswith(" "):
        odd.insert(0, 0)  # readers drop it, as blanks at the end
    if trailing:
        odd.append(len(words) - 1)
    if not odd or not words:
        yield from (word if number else f" {word}" for number, word in enumerate(words))
        return
    first, last = odd[0], odd[-1]
    yield from (word if number else f" {word}" for number, word in enumerate(words[:first]))
    run = "".join(words[first : last + 1]) + " " * (trailing if last == len(words) - 1 else 0)
    if first:  # the blanks ahead of it are outside, all but one
        run = run.lstrip(" ")
        yield from _encoded(" " * (len(words[first]) - len(words[first].lstrip(" "))), run, _LINE)
    else:
        yield from _encoded(" ", run, first_room)
    yield from words[last + 1 :]


def _encoded(blanks: str, run: str, first_room: int) -> Iterator[str]:
    for number, word in enumerate(encoded_words(run, first_room=min(first_room, 75))):
        yield f" {word}" if number else f"{blanks}{word}"


def _is_plain(word: str, *, smtputf8: bool) -> bool:
    # What looks like an end of an encoded word could be taken for one.
    if "=?" in word or "?=" in word or not word.isprintable() or len(word.encode()) > _LONGEST_WORD:
        return False
    return smtputf8 or word.isascii()


def _address_tokens(addresses: tuple[Address, ...], *, smtputf8: bool) -> Iterator[str]:
    for number, address in enumerate(addresses, start=1):
        comma = "," if number < len(addresses) else ""
        if address.needs_smtputf8 and not smtputf8:
            raise BadHeader("an address that requires SMTPUTF8")
        spec = f"{checked(address.local)}@{checked(address.domain)}"
        if address.display_name:
            yield from _phrase_tokens(address.display_name, smtputf8=smtputf8)
            spec = f"<{spec}>"
        yield f" {spec}{comma}"


def _phrase_tokens(name: str, *, smtputf8: bool) -> Iterator[str]:
    """Yields a display name (RFC 5322 3.2.5)."""
    if not _is_plain(name, smtputf8=smtputf8):
        yield from _encoded(" ", name, 60)
    elif _ATOMS.fullmatch(name):
        yield from (f" {word}" for word in name.split(" "))
    else:
        quoted = _TO_ESCAPE.sub(r"\\\1", name)
        yield f' "{quoted}"'
