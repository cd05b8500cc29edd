"""Names for imported SMTPs: of what a file calls them to what an SMTP may be called."""

import re
import unicodedata
from collections.abc import Container

from smtp_desktop.domain.smtp.profile import NAME_LIMIT

_OTHERS = re.compile(r"[^A-Za-z0-9]+")
_FALLBACK = "SMTP"
_ONE_BY_ONE = 100  # numbers are tried this far; beyond that, a gap may stay


def smtp_name(*words: str) -> str:
    """Returns the first of the words that a name can be made of, as one: "shop orders" becomes Shop_orders, and
    smtp.contoso.example Smtp_contoso_example."""
    return next((name for name in map(_name_of, words) if name), _FALLBACK)


def free_name(name: str, taken: Container[str]) -> str:
    """Returns the name, else NAME_2, NAME_3 and so on, shortened to fit. `taken` are names in lower case. Of thousands
    alike, one by one, it takes little longer than of few; a gap among them may then stay."""
    if name.lower() not in taken:
        return name
    low, high = 1, 2
    while _numbered(name, high).lower() in taken:
        low, high = high, high + 1 if high < _ONE_BY_ONE else high * 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _numbered(name, middle).lower() in taken else (low, middle)
    return _numbered(name, high)


def _numbered(name: str, number: int) -> str:
    suffix = f"_{number}"
    return name[: NAME_LIMIT - len(suffix)] + suffix


def _name_of(text: str) -> str:
    """Returns the text in the letters and digits that a name may have. Accents are dropped: é becomes e."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    name = _OTHERS.sub("_", plain).strip("_")[:NAME_LIMIT].rstrip("_")
    return name[:1].upper() + name[1:]
