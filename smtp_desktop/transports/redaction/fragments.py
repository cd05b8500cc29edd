"""Finding a secret that is given in pieces, with other words between them."""

from collections.abc import Iterator

from smtp_desktop.transports.redaction.encodings import LONG_PART, SURE_LENGTH, Remains, SecretEncoding, Stretch

_LEAST_CHARACTERS = {False: 4, True: 8}  # of a secret, and of an encoded one
PIECE_LENGTH = 4
"""A shorter piece counts as a word of its own only."""


def fragments(form: SecretEncoding, remains: Remains) -> Iterator[Stretch]:
    """Yields where in `remains.text` pieces of `form` stand that make up all of it, in any order, and parts of it that
    are too long to be a server's own words.

    A piece has at least 4 characters; or it is a word of its own, and a single character (but of an encoded one) begins
    or ends the secret.
    Three letters of most secrets stand somewhere in a page of English, and four of them do not. So `password123` hides
    nothing of "Username and Password not accepted": no 123 is there. A part that is at least half of the secret and has
    12 characters tells it even without the rest, as where a server cuts off what it repeats.
    """
    if len(form.whole) < _LEAST_CHARACTERS[form.encoded]:
        return
    found = _Cuts(form, remains)
    yield from found.long_parts()
    yield from found.fragments()


class _Cuts:
    """Where `whole` can be cut so that every piece is there."""

    def __init__(self, form: SecretEncoding, remains: Remains) -> None:
        self._whole = form.whole
        self._landmarks = form.landmarks
        self._encoded = form.encoded
        self._remains = remains
        self._last = (0, 0)

    def long_parts(self) -> Iterator[Stretch]:
        length = max(LONG_PART, -(-len(self._whole) // 2))
        # Each part that long holds one of these whole: most secrets are done with here.
        if not any(landmark in self._remains.text for landmark in self._landmarks):
            return
        self._last = (0, 0)
        starts = [at for at in range(len(self._whole) - length + 1) if self._longest(at) >= length]
        for part in {self._whole[at : at + length] for at in starts}:
            yield from self._remains.stretches(part)

    def fragments(self) -> Iterator[Stretch]:
        if any(character not in self._remains.text for character in frozenset(self._whole)):
            return  # as with most replies, and cheap to see
        lengths = self._lengths()
        cuts = self._cuts(lengths) if lengths else set()
        found: set[str] = set()
        for at, longest in lengths.items():
            if at in cuts:
                # Longer pieces are made of these.
                found |= {self._whole[at:end] for end in cuts & set(range(at + PIECE_LENGTH, at + min(longest, 7) + 1))}
                found |= {self._whole[at:end] for end in cuts & self._word_ends(at)}
        for piece in found:
            for stretch in self._remains.stretches(piece):
                if len(piece) >= PIECE_LENGTH or self._remains.alone(stretch):
                    yield stretch

    def _lengths(self) -> dict[int, int]:
        """Returns how long the longest piece is from each place that pieces lead to from the beginning; nothing where
        they do not lead to the end."""
        self._last = (0, 0)
        size = len(self._whole)
        lengths: dict[int, int] = {}
        word_ends = {0}
        furthest = led_to = 0
        for at in range(size):
            earlier = at - PIECE_LENGTH
            furthest = max(furthest, earlier + lengths.get(earlier, 0))  # where pieces end that end behind this place
            if at in word_ends or furthest >= at:
                lengths[at] = self._longest(at)
                ends = self._word_ends(at)
                word_ends |= ends
                led_to = max(led_to, at + lengths[at], *ends)
            elif led_to <= at:
                return {}
        return lengths if led_to == size else {}

    def _cuts(self, lengths: dict[int, int]) -> set[int]:
        """Returns the places that pieces lead to from the beginning and from the end."""
        size = len(self._whole)
        cuts = {size}
        nearest = [size] * (size + 1)  # the first of them at or behind each place
        for at in range(size - 1, -1, -1):
            nearest[at] = nearest[at + 1]
            if at in lengths and (self._leads_on(at, lengths[at], nearest) or cuts & self._word_ends(at)):
                cuts.add(at)
                nearest[at] = at
        return cuts if 0 in cuts else set()

    def _leads_on(self, at: int, length: int, nearest: list[int]) -> bool:
        return length >= PIECE_LENGTH and nearest[at + PIECE_LENGTH] <= at + length

    def _longest(self, at: int) -> int:
        """Returns how long the longest piece from `at` is that stands anywhere; asked in ascending order."""
        text, size = self._remains.text, len(self._whole)
        before, length = self._last
        # What stands there without its first character stands there too.
        length = max(length - (at - before), 0)
        while at + length < size and self._whole[at : at + length + 1] in text:
            length += 1
        self._last = (at, length)
        # All of a short one that runs over the borders of words is none: `ate` of "at every".
        return length if length >= PIECE_LENGTH and (length < size or size >= SURE_LENGTH) else 0

    def _word_ends(self, at: int) -> set[int]:
        """Returns where pieces from `at` end that are words of their own."""
        size = len(self._whole)
        # In English, `a` and `I` are words; in Base64, + and / are left out.
        shortest = 1 if self._encoded or at in (0, size - 1) else 2
        ends = range(at + shortest, min(at + PIECE_LENGTH - 1, size) + 1)
        return {end for end in ends if self._remains.has_word(self._whole[at:end])}
