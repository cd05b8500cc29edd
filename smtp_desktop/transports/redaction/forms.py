"""The forms in which a server may repeat a secret."""

import base64
import binascii
import codecs
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from smtp_desktop.transports.redaction.reading import alphanumeric, compacted, folded

LONG = 6
"""This many characters of a secret do not occur together by chance, whatever is between and around them."""
_LEAST = 3  # shorter secrets stand in almost every sentence

PROTOCOL_WORDS = frozenset(
    """
    8bitmime abuse accept accepted access account action active address admin after again allow allowed answer app
    attempt auth authenticate authenticated authentication authorization available bad banner base basic bearer
    binary blocked body box busy bytes case cert certificate change character check chunking client closed closing
    code command company complete connect connected connection contact content correct create credential credentials
    data default delivery denied deny detail digest disable disabled domain dsn ehlo email enable enabled encrypt
    encryption end enhanced enter error esmtp exceeded exchange exim exist expired external fail failed failure file
    final find for forbidden found free full gmail go google greeting group has header hello helo help here host
    hostname hotmail hour id in incorrect info internal internet invalid is key known letter limit line link list
    local locked login mail mailbox mailer main many maximum message method microsoft minute missing mode more must
    my name net network new no none not notice now off office ok on open option or order out outlook owner page
    parameter pass passphrase password passwort permission phone pipelining plain please policy port post postfix
    postmaster private problem protected protocol proxy public queue queued quit rate ready receive recipient
    recover refused reject rejected relay reply report request require required reset restricted return root route
    rset rules safe secret secure security select send sender sending sent server service session set sign site size
    smart smtp space spam start starttls state status storage store submission success support suspended syntax
    system tag temporary test text ticket time timeout tls to token too transfer transport try unknown update
    upgrade use used user username users utf8 valid value verify version view virus visit wait web welcome word
    write wrong yahoo year you your zone
    """.split()  # noqa: SIM905 - one on each line would fill this file
)
"""Words of SMTP, of HTTP, and of what servers say about a sign-in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretForms:
    """What to look for: `words` in folded text, as words of their own; `texts` in folded text; `compact` in one without
    white space; `codes` and `secrets` in letters and digits alone. Of `secrets` parts count too."""

    words: frozenset[str] = frozenset()
    texts: frozenset[str] = frozenset()
    compact: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    secrets: frozenset[str] = frozenset()

    def __or__(self, other: "SecretForms") -> "SecretForms":
        return SecretForms(
            words=self.words | other.words,
            texts=self.texts | other.texts,
            compact=self.compact | other.compact,
            codes=self.codes | other.codes,
            secrets=self.secrets | other.secrets,
        )

    def __bool__(self) -> bool:
        return bool(self.words or self.texts or self.compact or self.codes or self.secrets)


def forms_of(secrets: Iterable[str], *, encoded: Iterable[str] = ()) -> SecretForms:
    """Returns the forms of `secrets`, and those of `encoded`, which are encodings of secrets already."""
    forms = SecretForms()
    plain_ones = tuple(filter(None, secrets))
    for secret in plain_ones:
        forms |= _spelled(secret) | _codes(_encodings(secret))
    for code in (*encoded, *(base64.b64encode(secret.encode()).decode() for secret in plain_ones)):
        plain = alphanumeric(folded(code))
        if len(plain) >= LONG:
            forms |= SecretForms(secrets=frozenset({plain}), codes=frozenset({plain[::-1]}))
        elif plain:
            forms |= SecretForms(words=frozenset({plain}))
    return forms


def _spelled(secret: str) -> SecretForms:
    """Returns the forms that can be read as they are."""
    if folded(secret) in PROTOCOL_WORDS:
        return SecretForms()
    forms = SecretForms()
    for spelling in {secret, *_garbled(secret)}:
        text = folded(spelling)
        compact, plain = compacted(text), alphanumeric(text)
        if len(plain) >= LONG and not _only_protocol_words(plain):
            rot13 = codecs.encode(plain, "rot13")
            forms |= SecretForms(secrets=frozenset({plain}), codes=frozenset({plain[::-1], rot13}))
        elif len(compact) >= LONG:
            forms |= SecretForms(compact=frozenset({compact, compact[::-1]}))
        elif len(text.strip()) >= _LEAST:
            forms |= SecretForms(texts=frozenset({text.strip()}))
        elif text.strip():
            forms |= SecretForms(words=frozenset({text.strip()}))
    return forms


def _garbled(secret: str) -> Iterator[str]:
    """Yields what becomes of a secret that is not ASCII in a program that takes it for something else."""
    if secret.isascii():
        return
    yield secret.encode().decode("latin-1")
    yield secret.encode().decode("cp1252", "replace")
    if len(alphanumeric(kept := secret.encode("ascii", "ignore").decode())) >= LONG:
        yield kept


def _only_protocol_words(plain: str) -> bool:
    """Whether only punctuation sets a secret apart from a server's own words, as in `Password!` and `not-now`."""
    ends = {0}
    for end in range(1, len(plain) + 1):
        if any(start in ends and plain[start:end] in PROTOCOL_WORDS for start in range(max(end - 16, 0), end)):
            ends.add(end)
    return len(plain) in ends


def _codes(encodings: Iterable[str]) -> SecretForms:
    words, codes = set[str](), set[str]()
    for encoding in filter(None, encodings):
        plain = alphanumeric(text := folded(encoding))
        if len(plain) >= LONG:
            codes.add(plain)
        else:
            words.add(text.rstrip("="))  # RFC 4648 3.2: padding may be missing
    return SecretForms(codes=frozenset(codes), words=frozenset(words))


def _encodings(secret: str) -> Iterator[str]:
    """Yields every encoding of `secret` that nobody can read as it is. What separates numbers does not count."""
    octets = secret.encode()
    for each in (octets, secret.encode("utf-16-le"), secret.encode("utf-16-be")):
        yield from (each.hex(), each.hex(":"))
        yield base64.b64encode(each).decode()
        for before in range(3):
            yield _within(base64.b64encode(bytes(before) + each).decode(), before, len(each), bits=6)
    for before in range(5):
        yield _within(base64.b32encode(bytes(before) + octets).decode(), before, len(octets), bits=5)
    for form in ("{:d}", "{:03d}", "{:o}", "{:03o}", "{:b}", "{:08b}", "0x{:02x}", "0x{:x}", "x{:02x}"):
        yield "".join(map(form.format, octets))
    for form in ("{:d}", "u{:04x}", "x{:x}"):
        yield "".join(form.format(ord(character)) for character in secret)
    yield f"0x{octets.hex()}"
    yield from (base64.b85encode(octets).decode(), base64.a85encode(octets).decode())
    yield from (binascii.b2a_uu(octets[at : at + 45]).decode()[1:] for at in range(0, len(octets), 45))


def _within(encoded: str, before: int, length: int, *, bits: int) -> str:
    """Returns what every encoding has in common that holds `length` bytes at a place like this: `encoded` holds them
    after `before` others. Empty where that is too little to be known by."""
    run = encoded[-(-before * 8 // bits) : (before + length) * 8 // bits]
    return run if len(run) >= LONG else ""
