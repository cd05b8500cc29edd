"""Headers of composed mails, read as RFC 2047 and RFC 5322 say: they mean exactly what was given."""

import os
import random
import re
from binascii import a2b_base64
from email import message_from_bytes, policy
from quopri import decodestring

import pytest

from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.mail.encoded_words import decoded
from smtp_desktop.transports.mime.header_values import header_line

HEADERS, PARTS = int(os.environ.get("SMTP_DESKTOP_TEST_HEADERS", "100000")), 4  # of the long run
WORD = re.compile(r"=\?utf-8\?([qb])\?([^? ]*)\?=")
PIECES = [
    *(
        "Report",
        "42",
        "a,b",
        "Größe",
        "Ж",
        "日本語の件名",
        "é",
        "is",
        "x" * 70,
        "y" * 75,
        "ü" * 30,
        "very_long_" * 9,
        "🙂",
    ),
    *(
        " ",
        " ",
        " ",
        "  ",
        "=",
        "?",
        "=?",
        "_",
        '"',
        "(",
        "<",
        "@",
        ".",
        "e\u0301",
        "\u200d",
        "z" * 1200,
        "ß" * 700,
        "\xa0",
    ),
]


def some_text(chance: random.Random) -> str:
    pieces = chance.choices(
        PIECES, weights=[0.02 if len(piece) > 500 else 1 for piece in PIECES], k=chance.randint(1, 12)
    )
    return " ".join(pieces) if chance.random() < 0.6 else "".join(pieces)


def read(line: bytes) -> str:
    """Returns the value of a field: unfolded, and with its encoded words decoded."""
    name, value = re.sub(r"\r\n(?=[ \t])", "", line.decode().removesuffix("\r\n")).split(":", 1)
    assert name.isalpha()
    value = re.sub(r"(\?=)[ \t]+(?==\?utf-8\?[qb]\?)", r"\1", value.removeprefix(" "))
    return WORD.sub(lambda word: decoded_word(word[1], word[2]), value)


def decoded_word(encoding: str, payload: str) -> str:
    raw = a2b_base64(payload) if encoding == "b" else decodestring(payload.replace("_", " "))
    return raw.decode()


def is_well_formed(line: bytes, *, smtputf8: bool) -> bool:
    lines = line.removesuffix(b"\r\n").split(b"\r\n")
    words = re.findall(rb"=\?[^ ]*\?[qb]\?[^ ]*\?=", line)
    return (
        all(len(each) <= 998 and each.strip() for each in lines)
        and all(each.startswith(b" ") for each in lines[1:])
        and all(len(word) <= 75 for word in words)
        and (smtputf8 or line.isascii())
    )


def check(seed: int) -> None:
    chance = random.Random(seed)
    text = some_text(chance).replace("=?", "= ?")
    text = text if text.strip(" ") else ""
    smtputf8 = chance.random() < 0.2
    line = header_line("Subject", text, smtputf8=smtputf8)
    assert is_well_formed(line, smtputf8=smtputf8), (seed, line)
    assert read(line) == text, (seed, line)
    if not smtputf8:
        assert decoded(re.sub(r"\r\n(?=[ \t])", "", line.decode())[9:-2]) == text, (seed, line)
    people = tuple(
        Address(local=f"a{number}", domain="x.example", display_name=some_text(chance).strip().replace("=?", "= ?"))
        for number in range(chance.randint(1, 4))
    )
    line = header_line("To", people, smtputf8=False)
    assert is_well_formed(line, smtputf8=False), (seed, line)
    addresses = message_from_bytes(line + b"\r\n", policy=policy.default)["To"].addresses
    assert [each.addr_spec for each in addresses] == [each.spec for each in people], (seed, line)


def test_they_say_what_was_given() -> None:
    for seed in range(250):
        check(seed)


@pytest.mark.long
@pytest.mark.parametrize("part", range(PARTS))
def test_many_of_them_say_what_was_given(part: int) -> None:
    for seed in range(1000 + part, 1000 + HEADERS, PARTS):
        check(seed)


@pytest.mark.parametrize(
    "name", ["The Boss", "B. Oss", 'a "b" \\ c', "Müller, Jörg", "a" * 90 + ", evil@example.com", "Größe; <x@y>"]
)
def test_display_names_are_read_as_they_were(name: str) -> None:
    line = header_line("From", (Address(local="a", domain="x.example", display_name=name),), smtputf8=False)
    (address,) = message_from_bytes(line + b"\r\n", policy=policy.default)["From"].addresses
    assert (address.display_name, address.addr_spec) == (name, "a@x.example")


@pytest.mark.parametrize("name", ["ü" * 200, "x" * 1500, "日本 " * 60 + "x"])
def test_a_long_display_name_is_in_several_words(name: str) -> None:
    """Python's `email` (3.11) reads a blank between such words, which RFC 2047 6.2 forbids."""
    line = header_line("From", (Address(local="a", domain="x.example", display_name=name),), smtputf8=False)
    assert read(line) == f"{name} <a@x.example>"
    (address,) = message_from_bytes(line + b"\r\n", policy=policy.default)["From"].addresses
    assert address.addr_spec == "a@x.example"


def test_a_blank_between_words_that_are_encoded_stays() -> None:
    word = "ä" * 40
    assert read(header_line("Subject", f"{word} {word}  {word} end", smtputf8=False)) == f"{word} {word}  {word} end"
