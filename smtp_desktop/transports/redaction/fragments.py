"""The search for a secret that is spread over a text in fragments, with other words between them."""

from collections.abc import Iterator

from smtp_desktop.transports.redaction.encodings import DISTINCTIVE_LENGTH, LONG_PART_LENGTH, SecretEncoding
from smtp_desktop.transports.redaction.normalized_text import NormalizedText, Span

_LEAST_CHARACTERS = {False: 4, True: 8}  # of a secret, and of an encoded one
FRAGMENT_LENGTH = 4
"""A shorter fragment counts only as a word of its own."""


def fragments(encoding: SecretEncoding, text: NormalizedText) -> Iterator[Span]:
    """Yields the spans in `text.text` of fragments that make up all of the secret, in any order, and of parts of it
    that are too long to be a server's own words.

    A fragment has at least 4 characters; or it is a word of its own, which may be a single character only at the
    secret's beginning or end (anywhere in an encoded one). Three letters of most secrets stand somewhere in a page of
    English, four do not. So `password123` redacts nothing of "Username and Password not accepted": no 123 is there.

    A part that is at least half of the secret and has 12 characters gives it away without the rest, as where a server
    cuts off what it repeats.
    """
    if len(encoding.source) < _LEAST_CHARACTERS[encoding.encoded]:
        return
    search = _FragmentSearch(encoding, text)
    yield from search.long_parts()
    yield from search.fragments()


class _FragmentSearch:
    """One secret in one text.

    A cut is an index of `source` at which one fragment may end and the next begin. Linear in the length of the secret,
    but for the look-ups in the text: a search that tries all ways to cut would not end.
    """

    def __init__(self, encoding: SecretEncoding, text: NormalizedText) -> None:
        self._source = encoding.source
        self._anchors = encoding.anchors
        self._encoded = encoding.encoded
        self._text = text
        self._last = (0, 0)

    def long_parts(self) -> Iterator[Span]:
        length = max(LONG_PART_LENGTH, -(-len(self._source) // 2))
        # A part that long holds one of the anchors whole: most secrets are ruled out here.
        if not any(anchor in self._text.text for anchor in self._anchors):
            return
        self._last = (0, 0)
        starts = [at for at in range(len(self._source) - length + 1) if self._longest(at) >= length]
        for part in {self._source[at : at + length] for at in starts}:
            yield from self._text.spans(part)

    def fragments(self) -> Iterator[Span]:
        if any(character not in self._text.text for character in frozenset(self._source)):
            return  # so with most replies, and cheap to test
        lengths = self._lengths()
        cuts = self._cuts(lengths) if lengths else set()
        found: set[str] = set()
        for at, longest in lengths.items():
            if at in cuts:
                # Longer fragments are made of these.
                ends = cuts & set(range(at + FRAGMENT_LENGTH, at + min(longest, 7) + 1))
                found |= {self._source[at:end] for end in ends}
                found |= {self._source[at:end] for end in cuts & self._word_ends(at)}
        for fragment in found:
            for span in self._text.spans(fragment):
                if len(fragment) >= FRAGMENT_LENGTH or self._text.is_word(span):
                    yield span

    def _lengths(self) -> dict[int, int]:
        """Returns the length of the longest fragment from each index that fragments lead to from the beginning; empty
        where they do not lead to the end."""
        self._last = (0, 0)
        size = len(self._source)
        lengths: dict[int, int] = {}
        word_ends = {0}
        furthest = reached = 0
        for at in range(size):
            earlier = at - FRAGMENT_LENGTH
            furthest = max(furthest, earlier + lengths.get(earlier, 0))  # how far fragments reach beyond this index
            if at in word_ends or furthest >= at:
                lengths[at] = self._longest(at)
                ends = self._word_ends(at)
                word_ends |= ends
                reached = max(reached, at + lengths[at], *ends)
            elif reached <= at:
                return {}
        return lengths if reached == size else {}

    def _cuts(self, lengths: dict[int, int]) -> set[int]:
        """Returns the indices that fragments lead to both from the beginning and from the end."""
        size = len(self._source)
        cuts = {size}
        nearest = [size] * (size + 1)  # the first cut at or behind each index
        for at in range(size - 1, -1, -1):
            nearest[at] = nearest[at + 1]
            if at in lengths and (self._leads_on(at, lengths[at], nearest) or cuts & self._word_ends(at)):
                cuts.add(at)
                nearest[at] = at
        return cuts if 0 in cuts else set()

    def _leads_on(self, at: int, length: int, nearest: list[int]) -> bool:
        return length >= FRAGMENT_LENGTH and nearest[at + FRAGMENT_LENGTH] <= at + length

    def _longest(self, at: int) -> int:
        """Returns the length of the longest fragment from `at` that stands anywhere; to be called in ascending
        order."""
        text, size = self._text.text, len(self._source)
        before, length = self._last
        # A fragment that stands there does so without its first character too.
        length = max(length - (at - before), 0)
        while at + length < size and self._source[at : at + length + 1] in text:
            length += 1
        self._last = (at, length)
        # A short secret that runs across words is no fragment of itself: `ate` in "at every".
        return length if length >= FRAGMENT_LENGTH and (length < size or size >= DISTINCTIVE_LENGTH) else 0

    def _word_ends(self, at: int) -> set[int]:
        """Returns where the fragments from `at` end that are words of their own."""
        size = len(self._source)
        # In English, `a` and `I` are words; in Base64, + and / are left out.
        shortest = 1 if self._encoded or at in (0, size - 1) else 2
        ends = range(at + shortest, min(at + FRAGMENT_LENGTH - 1, size) + 1)
        return {end for end in ends if self._text.has_word(self._source[at:end])}
