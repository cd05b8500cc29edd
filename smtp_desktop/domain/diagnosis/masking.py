"""The text of a reply for advice rules: without accents, and with what a server only quotes masked, so that no rule
matches inside a web address, a mail address, a host name or an id. The SMTP's own addresses and their domains get a
mask of their own: what is said of them is said of the sender or the account, and not of the recipient."""

import re
import unicodedata
from collections.abc import Set
from itertools import pairwise

_PAGE = re.compile(r"https?://[!-~]+", re.IGNORECASE)
_AROUND_A_PAGE = ".,;:!?)]}>'\""
_HEX = r"[0-9a-f]"
_IP_V6 = rf"(?<![\w:])(?:{_HEX}{{0,4}}:){{2,7}}(?:{_HEX}{{0,4}}|\d+(?:\.\d+){{3}})(?![\w:])"
_PROTOCOLS = r"(?:pop3?|imap4?|smtp)s?(?:/(?:pop3?|imap4?|smtp)s?)+(?![\w/])"  # no id, though it has a digit
_QUOTED = re.compile(
    rf"""
      (?P<mail>[^\s<>()\[\],;:"'@]+@[^\s<>()\[\],;:"'@]+[^\s<>()\[\],;:"'@.])
    | (?P<ip>(?<![\w.])\d{{1,3}}(?:\.\d{{1,3}}){{3}}(?![\w.]*\w) | {_IP_V6})
    | (?P<host>(?<![\w.-])(?:[a-z0-9_][a-z0-9_-]*\.)+[a-z][a-z0-9-]*[a-z0-9](?![\w-]))
    | (?P<id>(?<![\w])(?!{_PROTOCOLS})[a-z0-9](?:[a-z0-9+/=-]|_(?=\w)){{7,}}(?![\w]))
    """,
    re.IGNORECASE | re.VERBOSE | re.ASCII,
)
_MASKS = {"mail": "@", "ip": "#", "host": "~", "id": "#"}
_OWN_MASKS = {"mail": "@@", "host": "~~"}
_MANY_LABELS = 3
# Ends of names of two labels that are no words with which a sentence begins after a missing blank ("failed.Please").
_TOP = frozenset(
    [
        "com",
        "net",
        "org",
        "edu",
        "gov",
        "info",
        "biz",
        "io",
        "co",
        "eu",
        "de",
        "fr",
        "es",
        "it",
        "nl",
        "pl",
        "pt",
        "ru",
        "br",
        "cn",
        "jp",
        "kr",
        "uk",
        "ua",
        "cz",
        "ch",
        "se",
        "fi",
        "dk",
        "ie",
        "gr",
        "ro",
        "hu",
        "tr",
        "in",
        "au",
        "nz",
        "ca",
        "mx",
        "ar",
        "cl",
        "za",
        "tw",
        "hk",
        "sg",
        "my",
        "id",
        "vn",
        "th",
        "local",
        "localdomain",
        "lan",
        "internal",
        "example",
        "test",
        "invalid",
    ]
)
_LETTERS_THAT_STAY = {"ß": "ss", "ł": "l", "ø": "o", "đ": "d", "ı": "i", "æ": "ae", "œ": "oe", "ё": "е"}
_FOLDED = str.maketrans(_LETTERS_THAT_STAY | {"’": "'", "‘": "'", "\u00a0": " "})
_LATIN_WITH_MARKS = re.compile("[\u00c0-\u024f\u1e00-\u1eff]")
_CHANGES_OF_AN_ID = 2


def folded(text: str) -> str:
    """Returns `text` in lower case and without accents."""
    return without_accents(text.lower())


def without_accents(text: str) -> str:
    """Returns `text` with its Latin letters without their accents: servers often leave them out."""
    plain = text.translate(_FOLDED)
    return _LATIN_WITH_MARKS.sub(lambda letter: unicodedata.normalize("NFD", letter[0])[0], plain)


def pages_in(text: str) -> tuple[str, ...]:
    """Returns the web addresses in `text`."""
    return tuple(match[0].rstrip(_AROUND_A_PAGE) for match in _PAGE.finditer(text))


def masked(text: str, own: Set[str] = frozenset()) -> str:
    """Returns `text` with what a server only quotes masked, and twice so what is the SMTP's `own`: addresses and
    domains, casefolded. Enhanced status codes stay."""

    def mask(match: re.Match[str]) -> str:
        kind, found = str(match.lastgroup), match[0]
        if (kind == "host" and not _is_host(found)) or (kind == "id" and not _is_id(found)):
            return found
        return _OWN_MASKS.get(kind, "#") if found.casefold() in own else _MASKS[kind]

    return _QUOTED.sub(mask, _PAGE.sub("//", text))


def hosts_in(text: str) -> tuple[str, ...]:
    """Returns the host names in `text`, in lower case, but not those of web and mail addresses."""
    found = _QUOTED.finditer(_PAGE.sub("//", text))
    return tuple(match["host"].lower() for match in found if match["host"] and _is_host(match["host"]))


def addresses_in(text: str) -> tuple[tuple[int, str], ...]:
    """Returns the mail addresses in `text`, each after the place where it begins."""
    return tuple((match.start(), match["mail"]) for match in _QUOTED.finditer(text) if match["mail"])


def _is_host(name: str) -> bool:
    labels = name.split(".")
    if labels[-1].istitle():
        return False  # a sentence that begins without a blank before it
    return len(labels) >= _MANY_LABELS or labels[-1].lower() in _TOP


def _is_id(word: str) -> bool:
    """Whether `word` mixes letters and digits as no word does: OFR006_102, SMTPUTF8 and CRAM-MD5 are words."""
    kinds = [character.isdigit() for character in word if character.isalnum()]
    changes = sum(1 for one, next_one in pairwise(kinds) if one is not next_one)
    return changes >= _CHANGES_OF_AN_ID
