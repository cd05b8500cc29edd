"""The search for pieces that make up a secret, with other words between them."""

from collections.abc import Set

PIECE = 4
"""Three letters of most secrets stand somewhere in a page of English, four do not: a shorter piece counts only as a
word of its own."""
_SHORTEST = 2  # `a` and `I` are words


def pieces_of(secret: str, text: str, words: Set[str]) -> set[str]:
    """Returns the pieces in `text`, in letters and digits alone, or in its `words` that make up all of `secret`, in any
    order; none where they do not. So `password123` makes nothing of "Username and Password": no 123 is there."""
    size = len(secret)
    if all(secret[at : at + _SHORTEST] not in text for at in range(0, size - 1, _SHORTEST)):
        return set()
    found: set[str] = set()
    reached, furthest, last_end = {0}, 0, 0
    for at in range(size):
        if at not in reached:
            if at > furthest:
                return set()
            continue
        # No further than it is needed: of most texts the first piece is missing, and a token has thousands.
        end = _end(secret, text, at, known=last_end)
        if end > last_end:
            last_end = end
            reached.update(range(at + PIECE, last_end + 1))
            found |= {secret[start : start + PIECE] for start in range(at, last_end - PIECE + 1)}
        short = {secret[at:end] for end in range(at + _SHORTEST, min(at + PIECE, size + 1))} & words
        reached.update(at + len(word) for word in short)
        found |= short
        furthest = max(furthest, last_end, *(at + len(word) for word in short))
    return found if size in reached else set()


def _end(secret: str, text: str, at: int, *, known: int) -> int:
    """Returns where the longest piece from `at` ends that `text` holds in pieces of four; 0 where there is none. All
    pieces before `known` are known to be there."""
    if known >= at + PIECE:
        return known
    end = at
    while end + PIECE <= len(secret) and secret[end : end + PIECE] in text:
        end += 1
    return end - 1 + PIECE if end > at else 0
