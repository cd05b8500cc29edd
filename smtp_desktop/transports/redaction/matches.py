"""Where a server's words hold a secret."""

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from smtp_desktop.domain.secret import MASK
from smtp_desktop.transports.redaction.decodings import Decoding, decodings
from smtp_desktop.transports.redaction.encodings import SURE_LENGTH, Bared, Remains, SecretEncoding, Stretch, bared
from smtp_desktop.transports.redaction.fragments import fragments

_SHOWN_BY_WORDS = 3  # shorter secrets stand in almost every sentence
_PADDING = 2  # RFC 4648 4

_Way = tuple[Bared, list[SecretEncoding]]
"""A reading, and the forms that may stand in it."""


def matches(said: str, encodings: Sequence[SecretEncoding]) -> list[Stretch]:
    """Returns where `said` gives away what has these forms, in order and apart from each other.

    Whole, wherever it is from 3 characters on (6 of an encoded form), and from 6 on also with anything but letters and
    digits between its characters, a line's end above all. What is shorter counts as a word of its own: the two letters
    of such a password stand in almost every sentence, where blotting them out would tell them.

    Then in pieces: see `fragments`.
    """
    ways = _ways(said, encodings)
    whole = merged(
        _said(stretch, one.exact.base) for one, likely in ways for form in likely for stretch in _whole(form, one)
    )
    if whole:
        # What was found whole lends no pieces to what was not.
        ways = _ways(_blotted(said, whole), encodings)
    return merged([*whole, *_in_pieces(ways)])


def merged(stretches: Iterable[Stretch]) -> list[Stretch]:
    """Returns the same stretches in order, those that touch each other as one."""
    found: list[Stretch] = []
    for start, end in sorted(stretches):
        if found and start <= found[-1][1]:
            found[-1] = found[-1][0], max(found[-1][1], end)
        else:
            found.append((start, end))
    return found


def _ways(said: str, encodings: Sequence[SecretEncoding]) -> list[_Way]:
    ways = [bared(reading) for reading in decodings(said)]
    return [(one, likely) for one in ways if (likely := _likely(encodings, one))]


def _likely(encodings: Sequence[SecretEncoding], one: Bared) -> list[SecretEncoding]:
    """Returns the forms of which anything may stand in this reading: none of most, and cheap to see."""
    letters = frozenset(one.squeezed.text)
    return [
        form
        for form in encodings
        if form.letters <= letters or any(landmark in _remains_for(form, one).text for landmark in form.landmarks)
    ]


def _remains_for(form: SecretEncoding, one: Bared) -> Remains:
    return one.squeezed if form.punctuated else one.reduced


def _in_pieces(ways: Sequence[_Way]) -> Iterator[Stretch]:
    for one, likely in ways:
        for form in likely:
            remains = _remains_for(form, one)
            for stretch in fragments(form, remains):
                yield _said(remains.in_base(stretch), one.exact.base)


def _whole(form: SecretEncoding, one: Bared) -> Iterator[Stretch]:
    """Yields where all of `form` stands in one reading."""
    enough = SURE_LENGTH if form.encoded else _SHOWN_BY_WORDS
    for part, remains in ((form.exact, one.exact), (form.folded, one.folded)):
        for stretch in remains.stretches(part):
            if len(part) >= enough or remains.alone(stretch):
                yield _to_its_end(remains.in_base(stretch), form, one.exact.base)
    for part, remains in ((form.squeezed, one.squeezed), (form.reduced, one.reduced)):
        if len(part) >= _SHOWN_BY_WORDS:
            within = one.squeezed if form.punctuated and part == form.reduced else None
            for stretch in _spread_out(part, form.squeezed, remains, within):
                yield _to_its_end(stretch, form, one.exact.base)


def _spread_out(part: str, wanted: str, remains: Remains, within: Remains | None) -> Iterator[Stretch]:
    """Yields where `part` stands with other characters between its own; all of `wanted` has to stand there `within`."""
    done = 0
    for stretch in remains.stretches(part):
        if len(part) < SURE_LENGTH and not remains.alone(stretch):
            continue
        start, end = remains.in_base(stretch)
        if within is None:
            yield start, end
        elif start >= done:
            start, end = _with_signs(remains.base.text, start, end, wanted)
            if _holds_in_order(within, start, end, wanted):
                yield start, end
                done = end


def _with_signs(text: str, start: int, end: int, wanted: str) -> Stretch:
    """Returns the stretch with the signs around it, where `wanted` begins or ends with some."""
    while not wanted[0].isalnum() and start and not text[start - 1].isalnum():
        start -= 1
    while not wanted[-1].isalnum() and end < len(text) and not text[end].isalnum():
        end += 1
    return start, end


def _holds_in_order(remains: Remains, start: int, end: int, wanted: str) -> bool:
    there = iter(remains.text[bisect_left(remains.at, start) : bisect_left(remains.at, end)])
    return all(character in there for character in wanted)


def _to_its_end(stretch: Stretch, form: SecretEncoding, base: Decoding) -> Stretch:
    """Returns the stretch with the characters on both sides that hold some bits of an encoded form."""
    start, end = stretch
    if not form.encoded:
        return stretch
    start -= base.text[start - 1 : start].isalnum()
    end += base.text[end : end + 1].isalnum()
    return start, end + sum(character == "=" for character in base.text[end : end + _PADDING])


def _said(stretch: Stretch, reading: Decoding) -> Stretch:
    start, end = stretch
    return reading.starts[start], reading.ends[end - 1]


def _blotted(said: str, stretches: list[Stretch]) -> str:
    """Returns `said`, as long as before, with the stretches blotted out."""
    bounds = [0, *(bound for stretch in stretches for bound in stretch), len(said)]
    return "".join(
        MASK[0] * (end - start) if number % 2 else said[start:end]
        for number, (start, end) in enumerate(pairwise(bounds))
    )
