"""Texts without what does not matter for a comparison: case, accents, white space, punctuation."""

import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

from smtp_desktop.transports.redaction.decoded_text import DecodedText

Span = tuple[int, int]
"""The first character's index, and the index behind the last one."""

_QUOTES = frozenset("'\"`()[]{}<>«»„“”‘’‚")
_COMBINING_MARKS = frozenset({"Mn", "Me"})
_INVISIBLE = frozenset({"Cc", "Cf"})


@dataclass(frozen=True, kw_only=True)
class NormalizedText:
    """One normalization of a decoded text: the n-th character of `text` comes from `positions[n]` in `source.text`."""

    text: str
    source: DecodedText
    _find_positions: Callable[[], Sequence[int]]
    _words: dict[str, bool] = field(default_factory=dict)

    @cached_property
    def positions(self) -> Sequence[int]:
        # Computed for a match only, and almost no text has one.
        return self._find_positions()

    def spans(self, part: str) -> Iterator[Span]:
        """Yields the spans of `part` in `text`, overlapping ones too."""
        start = self.text.find(part) if part else -1
        while start >= 0:
            yield start, start + len(part)
            start = self.text.find(part, start + 1)

    def source_span(self, span: Span) -> Span:
        """Returns the span of `source.text` that `span` of `text` comes from."""
        start, end = span
        return self.positions[start], self.positions[end - 1] + 1

    def is_word(self, span: Span) -> bool:
        """Whether the span is a word of its own: no letter or digit next to one, not part of a number with dots, and
        punctuation at its ends only next to white space or quotes."""
        start, end = self.source_span(span)
        text = self.source.text
        before, after = text[max(start - 2, 0) : start][::-1], text[end : end + 2]
        return _is_boundary(text[start], before) and _is_boundary(text[end - 1], after)

    def has_word(self, word: str) -> bool:
        """Whether `word` occurs as a word of its own."""
        if word not in self._words:
            self._words[word] = any(map(self.is_word, self.spans(word)))
        return self._words[word]


@dataclass(frozen=True, slots=True, kw_only=True)
class Normalizations:
    """One decoded text in the four normalizations, each of which leaves out more than the one before.

    `folded`: one case, one spelling (é, also as two characters, is e). `compact`: also without white space and
    invisible characters. `alphanumeric`: letters and digits alone.
    """

    exact: NormalizedText
    folded: NormalizedText
    compact: NormalizedText
    alphanumeric: NormalizedText


def normalizations_of(source: DecodedText) -> Normalizations:
    """Returns `source` in its four normalizations."""
    return _normalizations_of_ascii(source) if source.text.isascii() else _normalizations(source)


def folded(text: str) -> str:
    """Returns `text` in one case and without accents."""
    return text.lower() if text.isascii() else "".join(map(_fold, text))


def compacted(folded_text: str) -> str:
    """Returns a folded text without white space and invisible characters."""
    return folded_text.translate(_ASCII_INVISIBLE) if folded_text.isascii() else "".join(filter(_visible, folded_text))


def _normalizations_of_ascii(source: DecodedText) -> Normalizations:
    # The same as `_normalizations`, without a look at each character: almost every server's text is ASCII.
    text, everywhere = source.text.lower(), range(len(source.text))

    def without(left_out: dict[int, None]) -> NormalizedText:
        return NormalizedText(
            text=text.translate(left_out),
            source=source,
            _find_positions=lambda: [at for at, character in enumerate(text) if ord(character) not in left_out],
        )

    return Normalizations(
        exact=NormalizedText(text=source.text, source=source, _find_positions=lambda: everywhere),
        folded=NormalizedText(text=text, source=source, _find_positions=lambda: everywhere),
        compact=without(_ASCII_INVISIBLE),
        alphanumeric=without(_ASCII_PUNCTUATION),
    )


def _normalizations(source: DecodedText) -> Normalizations:
    pairs = [(character, at) for at, one in enumerate(source.text) for character in _fold(one)]
    visible = [pair for pair in pairs if _visible(pair[0])]
    return Normalizations(
        exact=NormalizedText(text=source.text, source=source, _find_positions=lambda: range(len(source.text))),
        folded=_from_pairs(pairs, source),
        compact=_from_pairs(visible, source),
        alphanumeric=_from_pairs([pair for pair in visible if pair[0].isalnum()], source),
    )


def _from_pairs(pairs: list[tuple[str, int]], source: DecodedText) -> NormalizedText:
    return NormalizedText(
        text="".join(character for character, _ in pairs),
        source=source,
        _find_positions=lambda: [at for _, at in pairs],
    )


def _is_boundary(edge: str, beyond: str) -> bool:
    """Whether a word may end with `edge`; `beyond` are the next two characters, as far as there are any."""
    outer = beyond[:1]
    if not outer or outer.isspace() or outer in _QUOTES:
        return True
    in_number = edge.isdigit() and outer == "." and beyond[1:].isdigit()  # 5.7.8, 192.0.2.1
    return edge.isalnum() and not outer.isalnum() and not in_number


@lru_cache(maxsize=4096)
def _fold(character: str) -> str:
    # Upper case first: ß, ı and ſ have no way back from theirs.
    folded = unicodedata.normalize("NFKD", character).upper().casefold()
    return "".join(
        one for one in unicodedata.normalize("NFKD", folded) if unicodedata.category(one) not in _COMBINING_MARKS
    )


@lru_cache(maxsize=4096)
def _visible(character: str) -> bool:
    return not character.isspace() and unicodedata.category(character) not in _INVISIBLE


_ASCII_INVISIBLE = dict.fromkeys(number for number in range(128) if not _visible(chr(number)))
_ASCII_PUNCTUATION = dict.fromkeys(number for number in range(128) if not chr(number).isalnum())
