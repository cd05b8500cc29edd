"""`SecretRedactor`: no secret stays in a server's text, and the server's own words do."""

import base64
import random

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from leaks import (
    ENCODINGS,
    LONG_SECRETS,
    SECRETS,
    SERVER_TEXTS,
    USER,
    Leak,
    base64_of,
    broken_leaks,
    is_withheld,
    leaked,
    leaks,
    redactor_for,
    scattered_leaks,
)

from smtp_desktop.domain.secret import Secret
from smtp_desktop.transports.redaction.forms import PROTOCOL_WORDS
from smtp_desktop.transports.redaction.redactor import SecretRedactor
from smtp_desktop.transports.smtp.sasl.password import plain_response

# Random, but the same on every run.
repeatable = settings(derandomize=True, database=None, deadline=None, max_examples=60)


def shown(secret: str, leak: Leak) -> str:
    """Returns what is shown of `leak`, without the words that stand in place of it."""
    return "\n".join(line for line in redactor_for(secret).redact_all(leak.lines) if not is_withheld(line))


@pytest.mark.parametrize(
    "said",
    [
        "no geheim== here",
        "GEHEIM==",
        "you sent AUTH PLAIN AHRpbQBnZWhlaW09PQ==",
        "you sent AUTH PLAIN AHRpbQBnZWhlaW",
        "AHRpbQBnZWhlaW09PQ is wrong",
        "Z2VoZWltPT0=",
    ],
)
def test_a_line_that_repeats_a_secret_is_withheld(said: str) -> None:
    shown = redactor_for("geheim==", user="tim").redact_all(("Hello", said, "Bye"))
    assert shown == ("Hello", f"[{len(said)} characters withheld: they contain a secret]", "Bye")


def test_other_lines_are_shown() -> None:
    assert redactor_for("geheim==", user="tim").redact("nothing secret") == "nothing secret"
    assert SecretRedactor().redact("AUTH PLAIN geheim") == "AUTH PLAIN geheim"


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(repeatable, max_examples=12)
@given(data=st.data(), secret=SECRETS)
def test_no_secret_is_shown_in_any_encoding(encoding: str, data: st.DataObject, secret: str) -> None:
    for one in (secret, 'Grüße & <2> "%41\\x" 🔑'):
        assume(one.lower() not in PROTOCOL_WORDS)
        leak = data.draw(leaks(one, (encoding,)))
        assume(not leaked(leak, " ".join(SERVER_TEXTS)))
        assert not leaked(leak, shown(one, leak))


@repeatable
@given(data=st.data(), secret=LONG_SECRETS)
def test_no_secret_is_shown_that_is_broken(data: st.DataObject, secret: str) -> None:
    leak = data.draw(broken_leaks(secret))
    assume(not leaked(leak, " ".join(SERVER_TEXTS)))
    assert not leaked(leak, shown(secret, leak))


@repeatable
@given(data=st.data(), secret=LONG_SECRETS)
def test_no_secret_is_shown_in_fragments(data: st.DataObject, secret: str) -> None:
    leak = data.draw(scattered_leaks(secret))
    assume(not leaked(leak, " ".join(SERVER_TEXTS)))
    assert not leaked(leak, shown(secret, leak))


@pytest.mark.parametrize(
    "lines",
    [
        ("first half: hunt", "second half: er2"),
        ("you said hunt", "er2"),
        ("h-u-n-t-e-r-2",),
        ("h", "u", "n", "t", "e", "r", "2"),
        ("it ends with er2", "and begins with hunt"),
        ("your password aHVud", "GVyMg== is old"),
    ],
)
def test_a_reader_can_not_put_it_together(lines: tuple[str, ...]) -> None:
    assert all(map(is_withheld, redactor_for("hunter2").redact_all(lines)))


@pytest.mark.parametrize(
    ("first", "second"),
    [("it begins with hunt", "it ends with er2"), ("hunt", "er2"), ("your password aHVud", "GVyMg== is old")],
)
def test_a_piece_in_an_earlier_reply_is_withheld_with_the_rest(first: str, second: str) -> None:
    redactor = redactor_for("hunter2")
    assert redactor.redact(first) == first  # by itself it gives nothing away
    assert is_withheld(redactor.redact(second))
    assert redactor.redact_again(f"250 {first}") == f"250 [{len(first)} characters withheld: they contain a secret]"


def test_fragments_in_different_transcripts_stay() -> None:
    redactor = redactor_for("hunter2")
    redactor.redact("it begins with hunt")
    redactor.forget_context()
    assert redactor.redact("it ends with er2") == "it ends with er2"


@pytest.mark.parametrize(
    ("secret", "said"),
    [
        # A server cuts off what it repeats.
        ("correct horse battery", 'no user has "correct horse ba"...'),
        ("Tr0ub4dor&3", "no user has Tr0ub4..."),
        ("Tr0ub4dor&3", "r0ub4dor&3"),
        # A program garbles letters that are not ASCII.
        ("pässwörter", "pÃ¤sswÃ¶rter"),
        ("pässwörter", "p?ssw?rter"),
        ("pässwörter", "p\ufffdssw\ufffdrter"),
        ("pässwörter", "PASSWORTER"),
        ("pässwörter", base64.b64encode("pässwörter".encode("utf-16-le")).decode()),
        # Punctuation on both ends, and none of it.
        ("!geheim!", "(! g-e-h-e-i-m !)"),
        ("Tr0ub4dor&3", "Tr0ub4dor3"),
        # A secret that could be an escape itself.
        ("a%41b<c", "no 'a%41b&lt;c'"),
        ("a&#65;b c", "no 'a&#65;b+c'"),
        # Inside a longer code: a short secret, one that no font can print, and a code that can't be decoded.
        ("\ufada\ufada", f"no {base64_of(chr(0xFADA) * 2)}"),
        ("x7q", f"no {base64_of('a x7q b')}"),
        ("geheimnis", f"no {base64_of('is geheimnis.').lower()}"),
        ("geheim", f"you sent {base64_of('user=tim&pass=geheim&go=1')}"),
        # What only somebody does who means to.
        ("hunter2!", "!2retnuh"),
        ("hunter2!", "".join(f"{each}x" for each in "hunter2!")),
        ("hunter2!", "".join(each * 2 for each in "hunter2!")),
        ("hunter2!", "uhagre2!"),
        ("hunter2!", "&#104&#117&#110&#116&#101&#114&#50&#33"),
        ("hunter2!", r"\u{68}\u{75}\u{6e}\u{74}\u{65}\u{72}\u{32}\u{21}"),
        ("hunter2!", "%u0068%u0075%u006e%u0074%u0065%u0072%u0032%u0021"),
        ("hunter2!", "104 117 110 116 101 114 50 33"),
        ("hunter2!", "150,165,156,164,145,162,62,41"),
        ("hunter2!", " ".join(f"{octet:08b}" for octet in b"hunter2!")),
        ("hunter2!", base64.b32encode(b"hunter2!").decode()),
        ("hunter2!", base64.b32encode(b"x hunter2! y").decode()),
        ("hunter2!", base64.b85encode(b"hunter2!").decode()),
        ("hunter2!", base64.a85encode(b"hunter2!").decode()),
        ("hunter2!", base64_of(base64_of("your hunter2!"))),
        ("scorpion", "ѕсоrріоn"),  # Cyrillic but for r and n
    ],
)
def test_unusual_leaks(secret: str, said: str) -> None:
    assert is_withheld(redactor_for(secret).redact(said))


@pytest.mark.parametrize(
    ("secret", "lines"),
    [
        ("a", ('a name, "A", is a word', "any ape")),
        ("x7", ("x7 is it", "no 0x7f, nor 0-x7")),
        ("8", ("and 8", "5.7.8 and 192.0.2.8")),
        ("!", ("And '!'", "Stop!")),
        ("ate", ("every gate", "at every")),
    ],
)
def test_a_very_short_secret_is_looked_for_as_a_word(secret: str, lines: tuple[str, str]) -> None:
    assert list(map(is_withheld, redactor_for(secret).redact_all(lines))) == [True, False]


@pytest.mark.parametrize(
    ("said", "withheld"),
    [
        ("AUTH PLAIN AGJvYgBzZWNyZXQ= failed", True),
        ("auth login Ym9i failed", True),
        ("AUTH PLAIN not supported", False),
        ("AUTH LOGIN PLAIN CRAM-MD5", False),
    ],
)
def test_the_argument_of_auth_is_withheld_whosever_it_is(said: str, withheld: bool) -> None:
    assert is_withheld(redactor_for("geheim").redact(said)) is withheld


def test_a_very_short_secret_is_withheld_encoded_too() -> None:
    redactor = SecretRedactor()
    redactor.add_secrets(("a7",))
    assert list(map(is_withheld, redactor.redact_all(("no YTc", "YTc=", "6137", "XYTc", "0x61 0x37")))) == [
        True,
        True,
        True,
        False,
        True,
    ]


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("secret", ["0", "a7", "00", "é", "€!", "🔑", "+=", "%4"])
def test_a_very_short_secret_is_withheld_in_every_encoding(encoding: str, secret: str) -> None:
    assert is_withheld(redactor_for(secret).redact(f'no "{ENCODINGS[encoding](secret)}" here'))


@pytest.mark.parametrize("word", ["password", "AUTH", "plain", "Login", "STARTTLS", "secret", "size"])
def test_a_word_of_the_protocol_is_shown_and_its_encodings_are_not(word: str) -> None:
    redactor = redactor_for(word)
    offer = ("AUTH PLAIN LOGIN", "SIZE 35882577", "STARTTLS", "your password is no secret", "334 UGFzc3dvcmQ6")
    assert redactor.redact_all(offer) == offer
    assert is_withheld(redactor.redact(f"no {base64_of(word)}"))
    assert is_withheld(redactor.redact(f"no {plain_response(USER, Secret(word))}"))


WEAK = [
    "password123",
    "Password1!",
    "Password!",
    "username1",
    "passwort",
    "mail2024",
    "server01",
    "smtp-user",
    "Summer2024!",
    "account-1",
    "authenticated",
    "incorrect1",
    "letmein",
    "admin123",
    "changeme",
    "123456",
    "qwertz",
    "googlemail1",
    "disabled?",
    "not-now",
    "mailbox7",
    "useword",
    "sending1",
]


@pytest.mark.parametrize("secret", WEAK)
def test_a_servers_own_words_stay(secret: str) -> None:
    assert [redactor_for(secret).redact_all(("5.7.8", words)) for words in SERVER_TEXTS] == [
        ("5.7.8", words) for words in SERVER_TEXTS
    ]


def test_a_random_secret_redacts_nothing() -> None:
    # From a generator of its own: hypothesis takes words from the code as examples.
    chance = random.Random(4711)
    for length in range(6, 30):
        for _ in range(4):
            secret = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=length))
            assert redactor_for(secret).redact_all(SERVER_TEXTS) == SERVER_TEXTS


@pytest.mark.parametrize("secret", ["a" * 999 + "b", "!a-b" * 250, "".join(map(chr, range(192, 1192)))])
def test_a_long_secret_in_a_long_reply_is_withheld(secret: str) -> None:
    # 32 KiB that nearly hold it, again and again: a search that tries all ways to cut it would not end.
    part, filler = secret[:-1] + " ", "so it goes "
    said = (part * 16, filler * 1400, f"'{secret}'", part)
    assert list(map(is_withheld, redactor_for(secret).redact_all(said))) == [True, False, True, True]


@pytest.mark.parametrize(
    "part",
    ["kan4rien-Vögel!7 ", "kan4", "QUFB", "%41", "&amp", r"\x41", r"\u0041", "&#6", "=", "é", "104,", "6b", "k k a a"],
)
def test_a_line_without_an_end_is_searched(part: str) -> None:
    # A search whose cost grows with the square of the length would not end.
    assert redactor_for("kan4rien-Vögel!77").gives_away((part * (2**19 // len(part)) + "kan4rien-Vögel!77",))


@repeatable
@given(
    secret=st.text(max_size=30), said=st.lists(st.text(max_size=60), max_size=4), other=st.lists(st.text(max_size=9))
)
def test_lines_stay_lines(secret: str, said: list[str], other: list[str]) -> None:
    redactor = redactor_for(secret)
    redactor.redact_all(tuple(other))
    assert len(redactor.redact_all(tuple(said))) == len(said)


def test_each_line_is_searched_though_another_one_holds_the_secret_whole() -> None:
    lines = ("it is hunter2!", "hhuunntteerr22!!", "it begins with hunt", "it ends with er2")
    assert all(map(is_withheld, redactor_for("hunter2!").redact_all(lines)))
