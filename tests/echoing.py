"""Secrets, and the ways in which a server may repeat them: strategies for hypothesis."""

import base64
import html
import json
import quopri
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from hypothesis import strategies as st

USER = "boss@example.com"
"""Who signs in."""

# Of real servers; no part of a made-up secret.
WORDS = (
    "Username and Password not accepted. For more information, go to",
    "https://support.google.com/mail/?p=BadCredentials 5b1f17b1804b1-47add0c1",
    "Error: authentication failed: UGFzc3dvcmQ6",
    "Authentication unsuccessful, the user credentials were incorrect.",
    "Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.",
    "Client host rejected: cannot find your hostname, [192.0.2.25]",
    "Your message exceeded the quota. Try again in 1 hour or visit page 2 of 3",
)

# Without what nobody can type, and what a mask is made of.
_ANY = st.characters(codec="utf-8", exclude_characters="•", exclude_categories=["Cc", "Cs", "Zl", "Zp"])
_TYPED = st.sampled_from(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789!#$%&'*+-/=?^_`{|}~.,;:@\\\"<>()[]"
)
_LETTERS = st.sampled_from("bcdfghjkmnpqrstvwxz23456789BCDFGHJKLMNPQRSTVWXZäöüßéñ")

SECRETS = st.one_of(
    st.text(_ANY, min_size=1, max_size=24),
    st.text(_TYPED, min_size=1, max_size=40),
    st.text(_LETTERS, min_size=6, max_size=24),
    st.sampled_from(
        ["password", "auth", "PLAIN", "hunter2", "Summer 2024!", r"(a+)+$", r"\d.*[x]{3}", "ä" * 9, "5.7.8"]
    ),
    st.binary(min_size=3, max_size=18).map(lambda octets: base64.b64encode(octets).decode()),
)
"""Any text that a password field takes: of one character and of many, of words, of Base64, of signs."""

LONG_SECRETS = st.one_of(
    st.text(_LETTERS, min_size=6, max_size=24),
    st.text(_TYPED, min_size=8, max_size=40).filter(lambda text: sum(c.isalnum() for c in text) >= 6),
)
"""Secrets that can be given in pieces."""


def _octets(text: str, pattern: str) -> str:
    return "".join(pattern.format(octet) for octet in text.encode())


ENCODINGS: dict[str, Callable[[str], str]] = {
    "plain": str,
    "upper case": str.upper,
    "lower case": str.lower,
    "composed": lambda text: unicodedata.normalize("NFC", text),
    "decomposed": lambda text: unicodedata.normalize("NFD", text),
    "percent": lambda text: quote(text, safe=""),
    "every octet as percent": lambda text: _octets(text, "%{:02x}"),
    "form": quote_plus,
    "percent twice": lambda text: quote(quote(text, safe=""), safe=""),
    "HTML": html.escape,
    "character references": lambda text: "".join(f"&#{ord(character)};" for character in text),
    "hexadecimal references": lambda text: "".join(f"&#x{ord(character):X};" for character in text),
    "quoted-printable": lambda text: quopri.encodestring(text.encode(), quotetabs=True).decode().replace("=\n", ""),
    "JSON": lambda text: json.dumps(text)[1:-1],
    "JSON with its letters": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "octets as \\x": lambda text: _octets(text, "\\x{:02x}"),
    "octets as octal": lambda text: _octets(text, "\\{:03o}"),
    "repr": lambda text: repr(text)[1:-1],
    "mistaken for Latin-1": lambda text: text.encode().decode("latin-1"),
}
"""Ways to write a text that a server's programs have."""


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


CODES: dict[str, Callable[[str], str]] = {
    "Base64": base64_of,
    "Base64 without padding": lambda text: base64_of(text).rstrip("="),
    "Base64 for addresses": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "Base64 in small letters": lambda text: base64_of(text).lower(),
    "Base64 behind one": lambda text: base64_of(f'"{text}"'),
    "Base64 behind two": lambda text: base64_of(f'p"{text}"'),
    "Base64 behind three": lambda text: base64_of(f'is"{text}".'),
    "hexadecimal": lambda text: text.encode().hex(),
    "HEXADECIMAL": lambda text: text.encode().hex().upper(),
    "hexadecimal with colons": lambda text: text.encode().hex(":"),
    "hexadecimal of C": lambda text: _octets(text, "0x{:02x} ").strip(),
}
"""Ways to write a text in which nobody reads it."""

WAYS = {**ENCODINGS, **CODES}


@dataclass(frozen=True, slots=True)
class Echo:
    """What a server says, and what of it must not be shown: none of `hidden`, and not all of `pieces`."""

    lines: tuple[str, ...]
    hidden: tuple[str, ...] = ()
    pieces: tuple[str, ...] = ()


@st.composite
def echoes(draw: st.DrawFn, secret: str, ways: tuple[str, ...] = tuple(WAYS)) -> Echo:
    """Draws how `secret` is repeated at once, in quotes as servers do."""
    told = WAYS[draw(st.sampled_from(ways))](secret)
    before, after = draw(st.sampled_from(WORDS)), draw(st.sampled_from(WORDS))
    return Echo((f'{before} "{told}" {after}',), _hidden(secret, told))


@st.composite
def broken_echoes(draw: st.DrawFn, secret: str) -> Echo:
    """Draws how a long `secret` is repeated with something between its characters: ends of lines, or signs."""
    told = draw(st.sampled_from([secret, secret.upper(), base64_of(secret), base64_of(f"\0u\0{secret}")]))
    between = draw(st.sampled_from(["\n", "\n", "\n", " ", " - ", ", ", "...", "' '"]))
    at = draw(st.lists(st.integers(1, len(told) - 1), min_size=1, max_size=6, unique=True).map(sorted))
    cuts = [told[start:end] for start, end in zip([0, *at], [*at, len(told)], strict=True)]
    before, after = draw(st.sampled_from(WORDS)), draw(st.sampled_from(WORDS))
    return Echo(tuple(f"{before} '{between.join(cuts)}' {after}".split("\n")), _hidden(secret, told), tuple(cuts))


@st.composite
def scattered_echoes(draw: st.DrawFn, secret: str) -> Echo:
    """Draws how a long `secret` is given in pieces, each a word of its own, with a server's words between them."""
    # Of the line that went out, not of any text that holds the secret: pieces of that need not be pieces of it.
    sent = base64_of(f"\0{USER}\0{secret}").rstrip("=")
    told = draw(st.sampled_from([secret, secret.upper(), base64_of(secret).rstrip("="), sent]))
    at = draw(st.lists(st.integers(2, len(told) - 2), min_size=1, max_size=3, unique=True).map(sorted))
    at = [cut for number, cut in enumerate(at) if number == 0 or cut - at[number - 1] >= 2]
    cuts = [told[start:end] for start, end in zip([0, *at], [*at, len(told)], strict=True)]
    order = draw(st.permutations(cuts))
    lines = [f"{draw(st.sampled_from(WORDS))} '{piece}'" for piece in order]
    return Echo(tuple(lines), (), tuple(f"'{piece}'" for piece in cuts))


SECRETS_WITH_ECHOES = st.one_of(
    SECRETS.flatmap(lambda secret: st.tuples(st.just(secret), echoes(secret))),
    LONG_SECRETS.flatmap(lambda secret: st.tuples(st.just(secret), broken_echoes(secret))),
    LONG_SECRETS.flatmap(lambda secret: st.tuples(st.just(secret), scattered_echoes(secret))),
)
"""A secret, and what a server says that knows it."""


def _hidden(secret: str, told: str) -> tuple[str, ...]:
    """Returns what must not be shown; of one or two characters that is only what stands as a word of its own."""
    return tuple(word if len(word) > 2 else f'"{word}"' for word in (told, secret))


def given_away(echo: Echo, shown: str) -> list[str]:
    """Returns what of `echo` can be read in `shown`, ignoring case and white space."""
    found = _bare(shown)
    away = [word for word in echo.hidden if _bare(word) and _bare(word) in found]
    if echo.pieces and all(_bare(piece) in found for piece in echo.pieces):
        away.append(" + ".join(echo.pieces))
    return away


def _bare(text: str) -> str:
    return "".join(text.casefold().split())
