"""The encodings that a server may repeat a secret in."""

import base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from smtp_desktop.transports.redaction.normalized_text import compacted, folded

DISTINCTIVE_LENGTH = 6
"""This many characters of a secret do not occur together by chance, whatever is between and around them."""
LONG_PART_LENGTH = 12
"""This many characters in a row, if they are at least half of a secret, give it away without the rest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretEncoding:
    """One encoding of a secret: `exact`, and its normalizations.

    `encoded` is true for Base64 and hexadecimal, which are never a server's own words. `source` is what fragments are
    cut from. Two quick tests rule out most texts: where `source` stands whole, or in fragments, all of `characters` do;
    and where a long part of it stands, one of `anchors` stands whole.
    """

    exact: str
    folded: str
    compact: str
    alphanumeric: str
    encoded: bool
    source: str
    characters: frozenset[str]
    anchors: tuple[str, ...]

    @property
    def needs_punctuation(self) -> bool:
        """Whether only punctuation sets it apart from a server's own word, as in `Password!`."""
        return not self.encoded and self.alphanumeric != self.compact


def encodings_by_text(secrets: Iterable[str], *, encoded: Iterable[str] = ()) -> dict[str, SecretEncoding]:
    """Returns every encoding of `secrets`, and `encoded`, which are encodings already; by their exact text."""
    found = {one.exact: one for secret in filter(None, secrets) for one in _encodings_of(secret)}
    bare = (token.rstrip("=") for token in encoded)
    return {**{token: _encoding_of(token, encoded=True) for token in bare if token not in found}, **found}


def _encoding_of(exact: str, *, encoded: bool = False) -> SecretEncoding:
    compact = compacted(folded(exact))
    alphanumeric = "".join(filter(str.isalnum, compact))
    source = alphanumeric if encoded else compact
    return SecretEncoding(
        exact=exact,
        folded=folded(exact),
        compact=compact,
        alphanumeric=alphanumeric,
        encoded=encoded,
        source=source,
        characters=frozenset(alphanumeric or compact),
        anchors=_anchors(source),
    )


def _anchors(source: str) -> tuple[str, ...]:
    if len(source) < LONG_PART_LENGTH:
        return ()
    starts = range(0, len(source) - DISTINCTIVE_LENGTH + 1, DISTINCTIVE_LENGTH)
    return tuple(source[at : at + DISTINCTIVE_LENGTH] for at in starts)


def _encodings_of(secret: str) -> Iterator[SecretEncoding]:
    # Escapes are not among them: `decoded_texts` undoes those.
    yield _encoding_of(secret)
    if not secret.isascii():
        yield from map(_encoding_of, _garbled(secret))
    octets = secret.encode()
    yield _encoding_of(octets.hex(), encoded=True)
    yield _encoding_of(base64.b64encode(octets).decode().rstrip("="), encoded=True)
    for before in range(3):
        run = _base64_within(octets, before)
        if len(run) >= DISTINCTIVE_LENGTH:
            yield _encoding_of(run, encoded=True)


def _base64_within(octets: bytes, before: int) -> str:
    """Returns what all Base64 (RFC 4648 4) has in common that holds `octets` after `before` bytes, or after three
    more, and so on."""
    run = base64.b64encode(bytes(before) + octets).decode()
    return run[-(-before * 8 // 6) : (before + len(octets)) * 8 // 6]


def _garbled(secret: str) -> Iterator[str]:
    yield secret.encode().decode("latin-1")
    yield secret.encode().decode("cp1252", "replace")
    if sum(character.isascii() and character.isalnum() for character in secret) >= DISTINCTIVE_LENGTH:
        yield secret.encode("ascii", "replace").decode()
        yield "".join(character if character.isascii() else "\ufffd" for character in secret)
