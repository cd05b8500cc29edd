"""The forms that a secret may be given in, and what is left of a text without all that does not matter for them."""

import base64
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from smtp_desktop.transports.redaction.decodings import Decoding

SURE_LENGTH = 6
"""So many characters stand together by no chance, whatever is between them and around them."""
LONG_PART = 12
"""So many characters in a row, at least half of a secret, tell it even without the rest."""
_QUOTES = frozenset("'\"`()[]{}<>«»„“”‘’‚")
_MARKS = frozenset({"Mn", "Me"})
_NOTHING_SEEN = frozenset({"Cc", "Cf"})

Stretch = tuple[int, int]
"""From where, and to before where."""


@dataclass(frozen=True, slots=True)
class SecretEncoding:
    """One form of a secret: `exact`, and what is left of it. An `encoded` one is no word that a server might use.

    `whole` is what its pieces are pieces of. Wherever it stands whole, or all its pieces, all of `letters` stand; and
    wherever a part of it stands that is long enough to tell it, one of `landmarks` stands whole.
    """

    exact: str
    folded: str
    squeezed: str
    reduced: str
    encoded: bool
    whole: str
    letters: frozenset[str]
    landmarks: tuple[str, ...]

    @property
    def punctuated(self) -> bool:
        """Whether it is told from a server's word only by what is neither letter nor digit, as `Password!` is."""
        return not self.encoded and self.reduced != self.squeezed


@dataclass(frozen=True)
class Remains:
    """What is left of a reading: the n-th character of `text` was made of the one at `at[n]` in `base`."""

    text: str
    base: Decoding
    _find_places: Callable[[], Sequence[int]]
    _words: dict[str, bool] = field(default_factory=dict)

    @cached_property
    def at(self) -> Sequence[int]:
        # Found when something is: which is almost never.
        return self._find_places()

    def stretches(self, part: str) -> Iterator[Stretch]:
        """Yields from where to where `part` stands in `text`, overlapping places too."""
        start = self.text.find(part) if part else -1
        while start >= 0:
            yield start, start + len(part)
            start = self.text.find(part, start + 1)

    def in_base(self, stretch: Stretch) -> Stretch:
        """Returns the stretch of the reading that this one of `text` was made of."""
        start, end = stretch
        return self.at[start], self.at[end - 1] + 1

    def alone(self, stretch: Stretch) -> bool:
        """Whether the stretch is a word of its own: no letter or digit beside one, no part of a number with dots, and
        punctuation only where blanks or quotes are around it."""
        start, end = self.in_base(stretch)
        text = self.base.text
        before, after = text[max(start - 2, 0) : start][::-1], text[end : end + 2]
        return _parted(text[start], before) and _parted(text[end - 1], after)

    def has_word(self, word: str) -> bool:
        """Whether `word` stands somewhere as a word of its own."""
        if word not in self._words:
            self._words[word] = any(map(self.alone, self.stretches(word)))
        return self._words[word]


@dataclass(frozen=True, slots=True)
class Bared:
    """One reading laid bare, step by step.

    `folded`: one case, one spelling (é, also in two characters, is e). `squeezed`: also without white space and what
    can't be seen. `reduced`: nothing but letters and digits.
    """

    exact: Remains
    folded: Remains
    squeezed: Remains
    reduced: Remains


def encoding_of(exact: str, *, encoded: bool = False) -> SecretEncoding:
    """Returns `exact` with what is left of it."""
    folded = exact.lower() if exact.isascii() else "".join(map(_fold, exact))
    without_gaps = folded.translate(_NOT_SEEN) if exact.isascii() else "".join(filter(_seen, folded))
    reduced = "".join(filter(str.isalnum, without_gaps))
    whole = reduced if encoded else without_gaps
    return SecretEncoding(
        exact=exact,
        folded=folded,
        squeezed=without_gaps,
        reduced=reduced,
        encoded=encoded,
        whole=whole,
        letters=frozenset(reduced or without_gaps),
        landmarks=_landmarks(whole),
    )


def _landmarks(whole: str) -> tuple[str, ...]:
    if len(whole) < LONG_PART:
        return ()
    return tuple(whole[at : at + SURE_LENGTH] for at in range(0, len(whole) - SURE_LENGTH + 1, SURE_LENGTH))


def bared(reading: Decoding) -> Bared:
    """Returns `reading` laid bare."""
    return _bared_ascii(reading) if reading.text.isascii() else _bared(reading)


def _bared_ascii(reading: Decoding) -> Bared:
    # The same as `_bared`, for what almost every server says, without looking at each character.
    text, everywhere = reading.text.lower(), range(len(reading.text))

    def remains(left_out: dict[int, None]) -> Remains:
        return Remains(
            text=text.translate(left_out),
            base=reading,
            _find_places=lambda: [at for at, character in enumerate(text) if ord(character) not in left_out],
        )

    return Bared(
        exact=Remains(text=reading.text, base=reading, _find_places=lambda: everywhere),
        folded=Remains(text=text, base=reading, _find_places=lambda: everywhere),
        squeezed=remains(_NOT_SEEN),
        reduced=remains(_NO_WORD),
    )


def _bared(reading: Decoding) -> Bared:
    pairs = [(character, at) for at, one in enumerate(reading.text) for character in _fold(one)]
    seen = [pair for pair in pairs if _seen(pair[0])]
    return Bared(
        exact=Remains(text=reading.text, base=reading, _find_places=lambda: range(len(reading.text))),
        folded=_remains(pairs, reading),
        squeezed=_remains(seen, reading),
        reduced=_remains([pair for pair in seen if pair[0].isalnum()], reading),
    )


def encodings_of(secret: str) -> Iterator[SecretEncoding]:
    """Yields the forms of `secret`: as it is, in Base64 and in hexadecimal, and as programs spoil letters that are not
    ASCII. Escapes are none of them: `readings` undoes those."""
    yield encoding_of(secret)
    if not secret.isascii():
        yield from map(encoding_of, _spoiled(secret))
    octets = secret.encode()
    yield encoding_of(octets.hex(), encoded=True)
    yield encoding_of(base64.b64encode(octets).decode().rstrip("="), encoded=True)
    for before in range(3):
        run = _base64_within(octets, before)
        if len(run) >= SURE_LENGTH:
            yield encoding_of(run, encoded=True)


def _base64_within(octets: bytes, before: int) -> str:
    """Returns what the Base64 (RFC 4648 4) of every text has in common that holds `octets` behind `before` bytes, or
    behind three more, and so on."""
    run = base64.b64encode(bytes(before) + octets).decode()
    return run[-(-before * 8 // 6) : (before + len(octets)) * 8 // 6]


def _spoiled(secret: str) -> Iterator[str]:
    yield secret.encode().decode("latin-1")
    yield secret.encode().decode("cp1252", "replace")
    if sum(character.isascii() and character.isalnum() for character in secret) >= SURE_LENGTH:
        yield secret.encode("ascii", "replace").decode()
        yield "".join(character if character.isascii() else "\ufffd" for character in secret)


def _parted(edge: str, beyond: str) -> bool:
    """Whether a word may end with `edge`; `beyond` are the next two characters, as far as there are any."""
    outer = beyond[:1]
    if not outer or outer.isspace() or outer in _QUOTES:
        return True
    in_number = edge.isdigit() and outer == "." and beyond[1:].isdigit()  # 5.7.8, 192.0.2.1
    return edge.isalnum() and not outer.isalnum() and not in_number


def _remains(pairs: list[tuple[str, int]], base: Decoding) -> Remains:
    return Remains(
        text="".join(character for character, _ in pairs), base=base, _find_places=lambda: [at for _, at in pairs]
    )


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    # Upper case first: ß, ı and ſ have no way back from theirs.
    told = unicodedata.normalize("NFKD", character).upper().casefold()
    return "".join(one for one in unicodedata.normalize("NFKD", told) if unicodedata.category(one) not in _MARKS)


@lru_cache(maxsize=4096)
def _seen(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) not in _NOTHING_SEEN


_NOT_SEEN = dict.fromkeys(number for number in range(128) if not _seen(chr(number)))
_NO_WORD = dict.fromkeys(number for number in range(128) if not chr(number).isalnum())
