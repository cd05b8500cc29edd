"""What must not be shown of a server's words, and blotting it out."""

import re
from collections.abc import Iterable, Mapping
from itertools import islice

from smtp_desktop.domain.secret import MASK
from smtp_desktop.transports.redaction.encodings import SecretEncoding, Stretch, encoding_of, encodings_of
from smtp_desktop.transports.redaction.fragments import PIECE_LENGTH
from smtp_desktop.transports.redaction.matches import matches, merged

# What follows is Base64, even where it was cut off or is somebody else's, unless it is a word.
_AUTH_ECHO = re.compile(
    r"\b(?i:AUTH[ \t]+(?:PLAIN|LOGIN|CRAM-MD5))[ \t]+(?![A-Z]?[a-z]+\b|[A-Z]+\b)([A-Za-z0-9+/=_-]{4,})"
)
_REMEMBERED_CHARACTERS = 2000


def encodings_by_secret(secrets: Iterable[str], *, encoded: Iterable[str] = ()) -> dict[str, SecretEncoding]:
    """Returns every form of `secrets`, and `encoded`, which are such forms; by what they look like."""
    found = {one.exact: one for secret in filter(None, secrets) for one in encodings_of(secret)}
    bare = (token.rstrip("=") for token in encoded)
    return {**{token: encoding_of(token, encoded=True) for token in bare if token not in found}, **found}


class SecretRedactor:
    """Blots out what must not be shown. Empty until the first secret is about to go out: before that no server can
    repeat it, and a password such as `auth` must not blot out what the server offers.

    What is found, and what is left as a server's own words, is told at `matches` and `pieces`. The numbers by which a
    protocol works (an SMTP reply's code, an HTTP status) are not for masks.
    """

    def __init__(self) -> None:
        self._encodings: dict[str, SecretEncoding] = {}
        self._before = ""
        self._pieces: set[str] = set()

    def hide(self, secrets: Iterable[str], *, encoded: Iterable[str] = ()) -> None:
        """From now on none of `secrets` is shown, in whatever form, nor are `encoded`, which are such forms."""
        self.hide_forms(encodings_by_secret(secrets, encoded=encoded))

    def hide_forms(self, hidden: Mapping[str, SecretEncoding]) -> None:
        """From now on nothing is shown that has one of these forms, which `encodings_by_secret` gave."""
        self._encodings = {**hidden, **self._encodings}

    def forget_words(self) -> None:
        """What was said so far stands in another transcript than what comes."""
        self._before = ""
        self._pieces.clear()

    def clean(self, said: str) -> str:
        """Returns `said` with •••• in place of every hidden word; see `clean_all`."""
        return self.clean_all((said,))[0]

    def clean_all(self, said: tuple[str, ...]) -> tuple[str, ...]:
        """Returns the texts, which are shown one below the other, with •••• in place of every hidden word.

        A word may be broken over several of them, or over them and what was cleaned before, of which the last 2,000
        characters count.
        """
        if not self._encodings:
            return said
        joined = "\n".join((self._before, *said))
        found = merged(
            [*matches(joined, list(self._encodings.values())), *(m.span(1) for m in _AUTH_ECHO.finditer(joined))]
        )
        if not found:  # as almost always
            self._remember(self._before, *said)
            return said
        hidden = [joined[start : min(end, len(self._before))] for start, end in found if start < len(self._before)]
        self._pieces |= {piece.strip() for stretch in hidden for piece in stretch.splitlines()} - {""}
        lines = iter(_masked(joined, found).split("\n"))
        before, *cleaned = ("\n".join(islice(lines, text.count("\n") + 1)) for text in (self._before, *said))
        self._remember(before, *cleaned)
        return tuple(cleaned)

    def _remember(self, *shown: str) -> None:
        self._before = "\n".join(filter(None, shown))[-_REMEMBERED_CHARACTERS:]

    @property
    def has_pieces(self) -> bool:
        """Whether `again` may find something."""
        return bool(self._pieces)

    def again(self, shown: str) -> str:
        """Returns what was cleaned before, with •••• also for what turned out later to be a piece of a hidden word."""
        for piece in sorted(self._pieces, key=len, reverse=True):
            around = ("", "") if len(piece) >= PIECE_LENGTH else (r"(?<!\w)", r"(?!\w)")
            shown = re.sub(re.escape(piece).join(around), MASK, shown)
        return shown


def _masked(text: str, stretches: list[Stretch]) -> str:
    """Returns `text` with •••• in place of the stretches, once in each line that they touch."""
    parts: list[str] = []
    done = 0
    for start, end in stretches:
        parts += text[done:start], "\n".join(map(_mask, text[start:end].split("\n")))
        done = end
    return "".join((*parts, text[done:]))


def _mask(hidden: str) -> str:
    """Returns •••• between the white space at both ends of what is hidden."""
    if not hidden or hidden.isspace():
        return hidden and MASK
    return hidden[: len(hidden) - len(hidden.lstrip())] + MASK + hidden[len(hidden.rstrip()) :]
