"""The character sets of replies: UTF-8, or else the one that the bytes and the server's country make most likely.

SMTP knows ASCII, and UTF-8 (RFC 6531 3.7.4.2); servers write what their admins type. A guess weighs how likely each
character is in text of that language: the few thousand common ideographs of each East Asian set, words of Cyrillic
letters that begin with a capital at most, single accented letters between Western ones.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from math import log

_ISO_2022_JP = "\x1b$"  # JIS X 0208 follows (RFC 1468)
_COUNTRY = log(1e5)  # what the server's country counts for
_RARE = log(1e-6)
_PUNCTUATION = log(1e-4)
_BLANK = log(1e-3)  # between words: neither Chinese nor Japanese has one there
_BETWEEN = re.compile(r"(?<=[^\x00-\x7f]) (?=[^\x00-\x7f])")
_OFTEN = "оеаинтсрвл"  # two thirds of the letters in Russian


def decoded(texts: tuple[str, ...], host: str) -> tuple[tuple[str, ...], bytes]:
    """Returns `texts`, which were decoded as UTF-8 with surrogate escapes, as they were meant, and their bytes where
    those are not UTF-8. Bytes without a meaning are shown as `\\\\xe7`: nothing gets lost."""
    if all(map(str.isascii, texts)):
        if not any(_ISO_2022_JP in text for text in texts):
            return texts, b""
    elif not any(map(_has_escapes, texts)):
        return texts, b""
    raw = "\n".join(texts).encode(errors="surrogateescape")
    charset = _charset_of(raw, host)
    # A line end is one byte in all of these character sets.
    return tuple(line.decode(charset, "backslashreplace") for line in raw.split(b"\n")), raw


def _has_escapes(text: str) -> bool:
    return any("\udc80" <= character <= "\udcff" for character in text)


def _charset_of(raw: bytes, host: str) -> str:
    if _ISO_2022_JP.encode() in raw:
        return "iso2022_jp"
    best = "cp1252"
    best_weight = _western(raw.decode(best, "surrogateescape"))
    for each in _KNOWN:
        try:
            text = raw.decode(each.name)
        except UnicodeDecodeError:
            continue
        weight = each.weight(text) + (_COUNTRY if each.hosts and each.hosts.search(host) else 0)
        if weight > best_weight:
            best, best_weight = each.name, weight
    return best


@dataclass(frozen=True, slots=True, kw_only=True)
class _Charset:
    """`weight` returns the logarithm of how likely a text is; `hosts` are where it is usual."""

    name: str
    weight: Callable[[str], float]
    hosts: re.Pattern[str] | None = None


def _east_asian(charset: str, leads: range, *, count: int, blank: float = _BLANK) -> Callable[[str], float]:
    """Returns the weight of text in which the `count` characters whose first byte is in `leads` are common."""
    common, rare = log(0.9 / count), log(0.01 / count)

    def of(character: str) -> float:
        if "\u3000" <= character <= "\u303f" or character in "！（），：；？":
            return _PUNCTUATION
        if not character.isalpha() or "\uff10" <= character <= "\uffef":  # wide Latin, narrow kana
            return _RARE + rare
        return common if character.encode(charset)[0] in leads else rare

    def weight(text: str) -> float:
        return sum(of(one) for one in text if not one.isascii()) + blank * len(_BETWEEN.findall(text))

    return weight


def _japanese(charset: str, leads: range) -> Callable[[str], float]:
    kanji, kana = _east_asian(charset, leads, count=2965), log(0.5 / 170)

    def of(text: str) -> float:
        ours = [character for character in text if "\u3041" <= character <= "\u30fe"]
        return kana * len(ours) + kanji("".join(one for one in text if one not in ours))

    return of


def _cyrillic(text: str) -> float:
    """Returns the weight of text whose words have their capitals at the beginning, or are capitals throughout."""
    weight = 0.0
    for word in re.findall(r"[^\x00-\x40\x5b-\x60\x7b-\x7f]+", text):
        weight += sum(map(_cyrillic_letter, word.lower()))
        weight += 0 if word.islower() else log(0.3 if word.istitle() else 0.1 if word.isupper() else 1e-6)
    return weight


def _cyrillic_letter(letter: str) -> float:
    if not "\u0430" <= letter <= "\u045f":
        return _RARE
    return log(0.65 / len(_OFTEN)) if letter in _OFTEN else log(0.25 / 23)


def _western(text: str) -> float:
    """Returns the weight of text in which accented letters stand among plain ones."""
    weight = 0.0
    for run in re.findall(r"[^\x00-\x7f]+", text):
        weight += sum(log(0.9 / 60) if one.isalpha() else _RARE if _has_escapes(one) else log(0.1 / 60) for one in run)
        weight += (len(run) - 1) * log(0.01)
    return weight


_KNOWN = (
    _Charset(
        name="gb18030",
        weight=_east_asian("gb18030", range(0xB0, 0xD8), count=3755),
        hosts=re.compile(r"\.cn$|(^|\.)(qq|foxmail|163|126|yeah|188|sina|sohu|aliyun|mxhichina)\.(com|net)$"),
    ),
    _Charset(name="big5", weight=_east_asian("big5", range(0xA4, 0xC7), count=5401), hosts=re.compile(r"\.(tw|hk)$")),
    _Charset(
        name="euc_kr",
        weight=_east_asian("euc_kr", range(0xB0, 0xC9), count=2350, blank=0.0),
        hosts=re.compile(r"\.kr$"),
    ),
    _Charset(name="euc_jp", weight=_japanese("euc_jp", range(0xB0, 0xD0)), hosts=re.compile(r"\.jp$")),
    _Charset(name="shift_jis", weight=_japanese("shift_jis", range(0x88, 0x99)), hosts=re.compile(r"\.jp$")),
    _Charset(name="koi8_r", weight=_cyrillic, hosts=re.compile(r"\.(ru|su|by|ua|kz)$")),
    _Charset(name="cp1251", weight=_cyrillic, hosts=re.compile(r"\.(ru|su|by|ua|kz|bg)$")),
)
CHARSETS = ("cp1252", *(each.name for each in _KNOWN))
"""The character sets of which one is guessed, by their names in Python."""
