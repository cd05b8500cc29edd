"""SASLprep (RFC 4013): one spelling for user names and passwords that look the same."""

import stringprep
from unicodedata import ucd_3_2_0

_PROHIBITED = (
    stringprep.in_table_c12,
    stringprep.in_table_c21_c22,
    stringprep.in_table_c3,
    stringprep.in_table_c4,
    stringprep.in_table_c5,
    stringprep.in_table_c6,
    stringprep.in_table_c7,
    stringprep.in_table_c8,
    stringprep.in_table_c9,
)


class Prohibited(ValueError):
    """The text has a character, or an order of them, that SASLprep forbids."""


def saslprep(text: str) -> str:
    """Returns `text` prepared as a query: characters that Unicode 3.2 did not have are left alone (RFC 3454 7). Raises
    Prohibited."""
    if text.isascii() and text.isprintable():
        return text
    mapped = "".join(
        " " if stringprep.in_table_c12(character) else character
        for character in text
        if not stringprep.in_table_b1(character)
    )
    prepared = ucd_3_2_0.normalize("NFKC", mapped)
    if any(prohibits(character) for character in prepared for prohibits in _PROHIBITED):
        raise Prohibited("a character that SASLprep forbids")
    _check_directions(prepared)
    return prepared


def _check_directions(text: str) -> None:
    """Ensures that text from right to left stands alone (RFC 3454 6)."""
    from_right = [stringprep.in_table_d1(character) for character in text]
    if not any(from_right):
        return
    if any(map(stringprep.in_table_d2, text)) or not (from_right[0] and from_right[-1]):
        raise Prohibited("an order of characters that SASLprep forbids")
