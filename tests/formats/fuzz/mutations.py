"""Files that nobody would write: those of the seeds, damaged in every way."""

import codecs
import os
from collections.abc import Iterator
from random import Random

from formats.fuzz.seeds import CANARY, SEEDS, Seed

from smtp_desktop.domain.imports.source_file import SourceFile

# What is odd to at least one of the formats.
_TOKENS = (
    "",
    " ",
    "\t",
    "\n",
    "\r",
    "\\\n",
    "\0",
    "\x0c",
    "\x85",
    "\u2028",
    "\ufeff",
    "\ud800",
    "ß" * 300,
    "x" * 70_000,
    "0",
    "-1",
    "65536",
    "9" * 5000,
    "1e999",
    "0x1F",
    "NaN",
    "null",
    "true",
    "~",
    "*" * 8,
    "${X}",
    "${X:-${Y}}",
    "$(rm x)",
    "`x`",
    "{{ x }}",
    "<%= x %>",
    "%env(X)%",
    "$__file{/etc/passwd}",
    "ENC(x)",
    "'",
    '"',
    '"""',
    "'''",
    "`",
    "\\",
    "\\u0000",
    "\\x",
    "&#0;",
    "&x;",
    "<!DOCTYPE x [<!ENTITY x 'y'>]>",
    "<![CDATA[",
    "]]>",
    "<?php",
    "?>",
    "/*",
    "#{x}",
    "=begin\n",
    "&a [*a, *a]",
    "*a",
    "<<: *x",
    "!!python/object:os.system x",
    "? ",
    "- ",
    ": ",
    "---\n",
    "[" * 3000,
    "{" * 3000,
    "(" * 3000,
    "<a>" * 3000,
    "a:\n " * 500,
    's:99:"x";',
    "a:1:{",
    "smtp://a:b@[::1]:25",
    "smtp://" + "@" * 200,
    "host:587",
    "[::1",
    "@",
    ":",
    ";",
    ",",
    "=",
    "|",
    "%",
    "%ZZ",
    "xn--",
    "a" * 64 + ".example",
    "ä@ö.example",
)

LARGE = int(os.environ.get("SMTP_DESKTOP_TEST_LARGE", "1000000"))
"""Of a large file, about, in characters."""


def damaged(random: Random) -> list[SourceFile]:
    """Returns the files of a seed, or of two, damaged."""
    seed = random.choice(SEEDS)
    files = [*seed.files, *(random.choice(SEEDS).files if random.random() < 0.1 else ())]
    return [SourceFile(path=_path(path, random), content=_content(text, random)) for path, text in dict(files).items()]


def noise(random: Random) -> list[SourceFile]:
    """Returns a file of random bytes under the name of a known one."""
    length = random.choice((0, 1, 2, 10, 100, 2000))
    content = random.randbytes(length)
    if random.random() < 0.5:
        alphabet = "abc=:;[]{}()<>'\"\\/#$%&*@!?.,-_ \n\t0123456789"
        content = "".join(random.choices(alphabet, k=length)).encode()
    return [SourceFile(path=_path(random.choice(SEEDS).files[0][0], random), content=content)]


def large(seed: Seed) -> Iterator[list[SourceFile]]:
    """Yields the files of a seed, made a megabyte long in several ways: what takes more than linear time never ends."""
    for path, text in seed.files:
        middle = len(text) // 2
        for content in (
            text * (LARGE // len(text)),
            text + " " * LARGE,
            text + "\n" * LARGE,
            text + "\\\n" * (LARGE // 2),
            text[:middle] + "(" * (LARGE // 2) + text[middle:],
            text + "${" * (LARGE // 2),
            text + "<!--" * (LARGE // 4),
            text + '"' * (LARGE // 2 + 1),
            text + "# x: y = z\n" * (LARGE // 11),
        ):
            yield [SourceFile(path=path, content=content.encode())]


def _path(path: str, random: Random) -> str:
    return random.choice(random.choice(SEEDS).files)[0] if random.random() < 0.05 else path


def _content(text: str, random: Random) -> bytes:
    for _ in range(random.randint(1, 4)):
        text = random.choice(_TEXT_MUTATIONS)(text, random)
    content = _encoded(text, random)
    if random.random() < 0.3:
        content = _with_bytes(content, random)
    return content


def _encoded(text: str, random: Random) -> bytes:
    match random.randint(0, 9):
        case 0:
            return codecs.BOM_UTF16_LE + text.encode("utf-16-le", "replace")
        case 1:
            return codecs.BOM_UTF8 + text.encode(errors="replace")
        case 2:
            return text.encode("cp1252", "replace")
        case 3:
            return text.replace("\n", "\r\n").encode(errors="replace")
        case _:
            return text.encode(errors="surrogatepass")


def _with_bytes(content: bytes, random: Random) -> bytes:
    damaged = bytearray(content or b"x")
    for _ in range(random.randint(1, 8)):
        damaged[random.randrange(len(damaged))] = random.randrange(256)
    return bytes(damaged)


def _with_token(text: str, random: Random) -> str:
    place = random.randint(0, len(text))
    return text[:place] + random.choice(_TOKENS) + text[place + random.choice((0, 0, 1, 5)) :]


def _with_value(text: str, random: Random) -> str:
    """Puts a token in the place of what follows a separator."""
    lines = text.split("\n")
    number = random.randrange(len(lines))
    separator = random.choice("=: |,>")
    head, found, _ = lines[number].partition(separator)
    lines[number] = head + found + random.choice(_TOKENS)
    return "\n".join(lines)


def _shortened(text: str, random: Random) -> str:
    return text[: random.randint(0, len(text))]


def _without_lines(text: str, random: Random) -> str:
    lines = text.split("\n")
    start = random.randrange(len(lines))
    del lines[start : start + random.randint(1, 3)]
    return "\n".join(lines)


def _with_lines_moved(text: str, random: Random) -> str:
    lines = text.split("\n")
    line = lines.pop(random.randrange(len(lines)))
    lines.insert(random.randint(0, len(lines)), line)
    return "\n".join(lines)


def _with_lines_again(text: str, random: Random) -> str:
    lines = text.split("\n")
    start = random.randrange(len(lines))
    part = lines[start : start + random.randint(1, 6)]
    return "\n".join([*lines[:start], *part * random.choice((1, 2, 50)), *lines[start:]])


def _with_other_blanks(text: str, random: Random) -> str:
    lines = text.split("\n")
    number = random.randrange(len(lines))
    lines[number] = random.choice((" ", "\t", "   ", "\u00a0", "#")) + lines[number] + random.choice(("", " ", "\\"))
    return "\n".join(lines)


def _with_another(text: str, random: Random) -> str:
    # Without its password: where no word says so, as in a CSV, nobody can know that it is one.
    other = random.choice(random.choice(SEEDS).files)[1].replace(CANARY, "other")
    return _shortened(text, random) + other[random.randint(0, len(other)) :]


def _in_other_case(text: str, random: Random) -> str:
    place = random.randint(0, len(text))
    return text[:place] + text[place : place + 20].swapcase() + text[place + 20 :]


_TEXT_MUTATIONS = (
    _with_token,
    _with_token,
    _with_value,
    _with_value,
    _shortened,
    _without_lines,
    _with_lines_moved,
    _with_lines_again,
    _with_other_blanks,
    _with_another,
    _in_other_case,
)
