"""The search for secrets in a server's text: whole, then in fragments."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from smtp_desktop.domain.secret import REDACTED
from smtp_desktop.transports.redaction.decoded_text import DecodedText, decoded_texts
from smtp_desktop.transports.redaction.encodings import DISTINCTIVE_LENGTH, SecretEncoding
from smtp_desktop.transports.redaction.fragments import fragments
from smtp_desktop.transports.redaction.normalized_text import Normalizations, NormalizedText, Span, normalizations_of

_LEAST_CHARACTERS = 3  # shorter secrets stand in almost every sentence
_PADDING = 2  # RFC 4648 4

_Candidates = tuple[Normalizations, list[SecretEncoding]]
"""A decoded text, and the encodings that may occur in it."""


def matches(original: str, encodings: Sequence[SecretEncoding]) -> list[Span]:
    """Returns the spans of `original` that give a secret in one of `encodings` away, in order and apart from each
    other.

    A secret of 3 characters or more (6 of an encoded one) matches wherever it stands whole, and from 6 on also with
    anything but letters and digits between its characters, ends of lines above all. A shorter one matches as a word of
    its own only: two letters stand in almost every sentence, where redacting them would tell them.

    Then fragments are looked for in what is left; see `fragments`.
    """
    candidates = _candidates(original, encodings)
    whole = merged(
        _original_span(span, text.exact.source)
        for text, likely in candidates
        for encoding in likely
        for span in _whole(encoding, text)
    )
    if whole:
        # What is part of a whole match is no fragment of another secret.
        candidates = _candidates(_blanked(original, whole), encodings)
    return merged([*whole, *_in_fragments(candidates)])


def merged(spans: Iterable[Span]) -> list[Span]:
    """Returns the spans in order, those that touch each other as one."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def _candidates(original: str, encodings: Sequence[SecretEncoding]) -> list[_Candidates]:
    texts = [normalizations_of(decoded) for decoded in decoded_texts(original)]
    return [(text, likely) for text in texts if (likely := _likely(encodings, text))]


def _likely(encodings: Sequence[SecretEncoding], text: Normalizations) -> list[SecretEncoding]:
    """Returns the encodings of which anything may occur in `text`: for most texts none, and cheap to test."""
    characters = frozenset(text.compact.text)
    return [
        encoding
        for encoding in encodings
        if encoding.characters <= characters
        or any(anchor in _fragmented(encoding, text).text for anchor in encoding.anchors)
    ]


def _fragmented(encoding: SecretEncoding, text: Normalizations) -> NormalizedText:
    """Returns the normalization in which fragments of `encoding` are looked for."""
    return text.compact if encoding.needs_punctuation else text.alphanumeric


def _in_fragments(candidates: Sequence[_Candidates]) -> Iterator[Span]:
    for text, likely in candidates:
        for encoding in likely:
            normalized = _fragmented(encoding, text)
            for span in fragments(encoding, normalized):
                yield _original_span(normalized.source_span(span), text.exact.source)


def _whole(encoding: SecretEncoding, text: Normalizations) -> Iterator[Span]:
    """Yields the spans of one decoded text in which all of `encoding` stands."""
    enough = DISTINCTIVE_LENGTH if encoding.encoded else _LEAST_CHARACTERS
    for part, normalized in ((encoding.exact, text.exact), (encoding.folded, text.folded)):
        for span in normalized.spans(part):
            if len(part) >= enough or normalized.is_word(span):
                yield _with_rest_of_code(normalized.source_span(span), encoding, text.exact.source)
    for part, normalized in ((encoding.compact, text.compact), (encoding.alphanumeric, text.alphanumeric)):
        if len(part) >= _LEAST_CHARACTERS:
            within = text.compact if encoding.needs_punctuation and part == encoding.alphanumeric else None
            for span in _spread_out(part, encoding.compact, normalized, within):
                yield _with_rest_of_code(span, encoding, text.exact.source)


def _spread_out(part: str, wanted: str, text: NormalizedText, within: NormalizedText | None) -> Iterator[Span]:
    """Yields where `part` stands with other characters between its own; all of `wanted` has to stand there `within`."""
    done = 0
    for span in text.spans(part):
        if len(part) < DISTINCTIVE_LENGTH and not text.is_word(span):
            continue
        start, end = text.source_span(span)
        if within is None:
            yield start, end
        elif start >= done:
            start, end = _with_punctuation(text.source.text, start, end, wanted)
            if _holds_in_order(within, start, end, wanted):
                yield start, end
                done = end


def _with_punctuation(text: str, start: int, end: int, wanted: str) -> Span:
    """Returns the span with the punctuation around it, on the sides where `wanted` has some."""
    while not wanted[0].isalnum() and start and not text[start - 1].isalnum():
        start -= 1
    while not wanted[-1].isalnum() and end < len(text) and not text[end].isalnum():
        end += 1
    return start, end


def _holds_in_order(text: NormalizedText, start: int, end: int, wanted: str) -> bool:
    there = iter(text.text[bisect_left(text.positions, start) : bisect_left(text.positions, end)])
    return all(character in there for character in wanted)


def _with_rest_of_code(span: Span, encoding: SecretEncoding, source: DecodedText) -> Span:
    """Returns the span with the characters on both sides that hold some bits of an encoded secret, and its padding."""
    start, end = span
    if not encoding.encoded:
        return span
    start -= source.text[start - 1 : start].isalnum()
    end += source.text[end : end + 1].isalnum()
    return start, end + sum(character == "=" for character in source.text[end : end + _PADDING])


def _original_span(span: Span, source: DecodedText) -> Span:
    start, end = span
    return source.starts[start], source.ends[end - 1]


def _blanked(original: str, spans: list[Span]) -> str:
    """Returns `original`, as long as before, with the spans blanked out."""
    bounds = [0, *(bound for span in spans for bound in span), len(original)]
    return "".join(
        REDACTED[0] * (end - start) if number % 2 else original[start:end]
        for number, (start, end) in enumerate(pairwise(bounds))
    )
