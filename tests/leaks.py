"""Strategies for hypothesis: secrets, and server replies that leak them."""

import base64
import html
import json
import quopri
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import quote, quote_plus

from hypothesis import assume
from hypothesis import strategies as st

from smtp_desktop.domain.secret import Secret
from smtp_desktop.transports.redaction.redactor import SecretRedactor
from smtp_desktop.transports.smtp.sasl.password import encoded_credentials

USER = "boss@example.com"
"""The user name that signs in."""

# Replies of real servers, which hold no part of a generated secret.
SERVER_TEXTS = (
    "Username and Password not accepted. For more information, go to",
    "https://support.google.com/mail/?p=BadCredentials 5b1f17b1804b1-47add0c1",
    "Error: authentication failed: UGFzc3dvcmQ6",
    "Authentication unsuccessful, the user credentials were incorrect.",
    "Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox.",
    "Client host rejected: cannot find your hostname, [192.0.2.25]",
    "Your message exceeded the quota. Try again in 1 hour or visit page 2 of 3",
)

# Without what nobody can type, and without the character of REDACTED.
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
"""Any text that a password field takes: of one character and of many, words, Base64, punctuation."""

LONG_SECRETS = st.one_of(
    st.text(_LETTERS, min_size=6, max_size=24),
    st.text(_TYPED, min_size=8, max_size=40).filter(lambda text: sum(c.isalnum() for c in text) >= 6),
)
"""Secrets that can be leaked in fragments."""


def _octets(text: str, pattern: str) -> str:
    return "".join(pattern.format(octet) for octet in text.encode())


ESCAPES: dict[str, Callable[[str], str]] = {
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
"""Ways in which a server's software escapes a text, by name."""


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
    "array of C": lambda text: _octets(text, "0x{:02X}, ").removesuffix(", "),
    "one number of C": lambda text: f"0x{text.encode().hex()}",
}
"""Ways in which a text is encoded so that nobody can read it, by name."""

ENCODINGS = {**ESCAPES, **CODES}


def redactor_for(password: str, *, user: str = USER) -> SecretRedactor:
    """Returns the redactor of a conversation in which `user` may sign in."""
    redactor = SecretRedactor()
    redactor.add_secrets((password,), encoded=encoded_credentials(user, Secret(password)))
    return redactor


def is_withheld(line: str) -> bool:
    """Whether `line` is the words in place of one that gives a secret away."""
    return re.fullmatch(r"\[\d+ characters withheld: they contain a secret\]", line) is not None


@dataclass(frozen=True, slots=True)
class Leak:
    """A server's reply, and what of it must not be shown: none of `secrets`, and not all of `fragments`."""

    lines: tuple[str, ...]
    secrets: tuple[str, ...] = ()
    fragments: tuple[str, ...] = ()


@st.composite
def leaks(draw: st.DrawFn, secret: str, encodings: tuple[str, ...] = tuple(ENCODINGS)) -> Leak:
    """Draws a reply that repeats `secret` whole, in quotes as servers do."""
    repeated = ENCODINGS[draw(st.sampled_from(encodings))](secret)
    before, after = draw(st.sampled_from(SERVER_TEXTS)), draw(st.sampled_from(SERVER_TEXTS))
    return Leak((f'{before} "{repeated}" {after}',), _secrets(secret, repeated))


@st.composite
def broken_leaks(draw: st.DrawFn, secret: str) -> Leak:
    """Draws a reply that repeats a long `secret` with ends of lines or punctuation between its characters."""
    repeated = draw(st.sampled_from([secret, secret.upper(), base64_of(secret), base64_of(f"\0u\0{secret}")]))
    between = draw(st.sampled_from(["\n", "\n", "\n", " ", " - ", ", ", "...", "' '"]))
    at = draw(st.lists(st.integers(1, len(repeated) - 1), min_size=1, max_size=6, unique=True).map(sorted))
    cuts = [repeated[start:end] for start, end in zip([0, *at], [*at, len(repeated)], strict=True)]
    before, after = draw(st.sampled_from(SERVER_TEXTS)), draw(st.sampled_from(SERVER_TEXTS))
    return Leak(tuple(f"{before} '{between.join(cuts)}' {after}".split("\n")), _secrets(secret, repeated), tuple(cuts))


@st.composite
def scattered_leaks(draw: st.DrawFn, secret: str) -> Leak:
    """Draws a reply that leaks a long `secret` in fragments, each a word of its own, among a server's own words."""
    # Of the line that was sent, not of any text that holds the secret: its fragments need not be those of the secret.
    sent = base64_of(f"\0{USER}\0{secret}").rstrip("=")
    repeated = draw(st.sampled_from([secret, secret.upper(), base64_of(secret).rstrip("="), sent]))
    at = draw(st.lists(st.integers(2, len(repeated) - 2), min_size=1, max_size=3, unique=True).map(sorted))
    at = [cut for number, cut in enumerate(at) if number == 0 or cut - at[number - 1] >= 2]
    cuts = [repeated[start:end] for start, end in zip([0, *at], [*at, len(repeated)], strict=True)]
    assume(all(sum(map(str.isalnum, cut)) > 1 for cut in cuts))  # single letters are words
    order = draw(st.permutations(cuts))
    lines = [f"{draw(st.sampled_from(SERVER_TEXTS))} '{fragment}'" for fragment in order]
    return Leak(tuple(lines), (), tuple(f"'{fragment}'" for fragment in cuts))


SECRETS_WITH_LEAKS = st.one_of(
    SECRETS.flatmap(lambda secret: st.tuples(st.just(secret), leaks(secret))),
    LONG_SECRETS.flatmap(lambda secret: st.tuples(st.just(secret), broken_leaks(secret))),
    LONG_SECRETS.flatmap(lambda secret: st.tuples(st.just(secret), scattered_leaks(secret))),
)
"""A secret, and the reply of a server that knows it."""


def _secrets(secret: str, repeated: str) -> tuple[str, ...]:
    """Returns what must not be shown: a secret of one or two characters only where it stands as a word of its own."""
    return tuple(word if len(word) > 2 else f'"{word}"' for word in (repeated, secret))


def leaked(leak: Leak, shown: str) -> list[str]:
    """Returns what of `leak` can be read in `shown`, whatever the case and white space."""
    found = _bare(shown)
    readable = [secret for secret in leak.secrets if _bare(secret) and _bare(secret) in found]
    if leak.fragments and all(_bare(fragment) in found for fragment in leak.fragments):
        readable.append(" + ".join(leak.fragments))
    return readable


def _bare(text: str) -> str:
    return "".join(text.casefold().split())
