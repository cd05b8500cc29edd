"""`SecretRedactor`: no secret stays in a server's text, and the server's own words do."""

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
    leaked,
    leaks,
    scattered_leaks,
)

from smtp_desktop.domain.secret import Secret
from smtp_desktop.transports.redaction.redactor import SecretRedactor
from smtp_desktop.transports.smtp.auth import encoded_credentials

# Random, but the same on every run.
repeatable = settings(derandomize=True, database=None, deadline=None, max_examples=60)


def redactor_for(password: str, *, user: str = USER) -> SecretRedactor:
    redactor = SecretRedactor()
    redactor.add_secrets((password,), encoded=encoded_credentials(user, Secret(password)))
    return redactor


def shown(secret: str, leak: Leak) -> str:
    return "\n".join(redactor_for(secret).redact_all(leak.lines))


def test_nothing_is_redacted_before_a_secret_is_added() -> None:
    assert SecretRedactor().redact("AUTH PLAIN geheim") == "AUTH PLAIN geheim"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("no geheim== here", "no •••• here"),
        ("GEHEIM==", "••••"),
        ("you sent AUTH PLAIN AHRpbQBnZWhlaW09PQ==", "you sent AUTH PLAIN ••••"),
        ("you sent AUTH PLAIN AHRpbQBnZWhlaW", "you sent AUTH PLAIN ••••"),
        ("AHRpbQBnZWhlaW09PQ is wrong", "•••• is wrong"),
        ("Z2VoZWltPT0=", "••••"),
        ("nothing secret", "nothing secret"),
    ],
)
def test_what_a_server_repeats_is_redacted(said: str, shown: str) -> None:
    assert redactor_for("geheim==", user="tim").redact(said) == shown


@pytest.mark.parametrize("encoding", ENCODINGS)
@settings(repeatable, max_examples=12)
@given(data=st.data(), secret=SECRETS)
def test_no_secret_is_shown_in_any_encoding(encoding: str, data: st.DataObject, secret: str) -> None:
    for one in (secret, 'Grüße & <2> "%41\\x" 🔑'):
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
        ("six of seven are hunter, then comes a 2",),
    ],
)
def test_a_reader_can_not_put_it_together(lines: tuple[str, ...]) -> None:
    redactor = redactor_for("hunter2")
    redacted = " ".join(redactor.redact_all(lines))
    assert not {"hunt", "hunter", "er2", "h", "2"} & set(redacted.replace("-", " ").split())
    assert [line.split()[0] for line in lines if len(line) > 3] == [
        line.split()[0] if "-" not in lines[0] else lines[0] for line in lines if len(line) > 3
    ]


@pytest.mark.parametrize(
    ("first", "second", "shown"),
    [
        ("it begins with hunt", "it ends with er2", "it ends with ••••"),
        ("hunt", "er2", "••••"),
        ("your password aHVud", "GVyMg== is old", "•••• is old"),
    ],
)
def test_a_fragment_in_another_reply_is_redacted(first: str, second: str, shown: str) -> None:
    redactor = redactor_for("hunter2")
    assert redactor.redact(first) == first  # by itself it gives nothing away
    assert redactor.redact(second) == shown
    assert "hunt" not in redactor.redact_again(first)
    assert "aHVud" not in redactor.redact_again(first)


def test_fragments_in_different_transcripts_stay() -> None:
    redactor = redactor_for("hunter2")
    redactor.redact("it begins with hunt")
    redactor.forget_context()
    assert redactor.redact("it ends with er2") == "it ends with er2"


@pytest.mark.parametrize(
    ("secret", "said", "shown"),
    [
        # A server cuts off what it repeats.
        ("correct horse battery", 'no user has "correct horse ba"...', 'no user has "••••"...'),
        # A program garbles letters that are not ASCII.
        ("pässwörter", "pÃ¤sswÃ¶rter", "••••"),
        ("pässwörter", "p?ssw?rter", "••••"),
        ("pässwörter", "p\ufffdssw\ufffdrter", "••••"),
        ("pässwörter", "PASSWORTER", "••••"),
        # Punctuation on both ends.
        ("!geheim!", "(! g-e-h-e-i-m !)", "••••"),
        # A secret that could be an escape itself.
        ("a%41b<c", "no 'a%41b&lt;c'", "no '••••'"),
        ("a&#65;b c", "no 'a&#65;b+c'", "no '••••'"),
        # Inside a longer code: a short secret, one that no font can print, and a code that can't be decoded.
        ("\ufada", "no cCLvq5oi", "no cC••••i"),
        ("x7", f"no {b'a x7 b'.hex()}", "no 6120••••2062"),
        ("geheimnis", f"no {base64_of('is geheimnis.').lower()}", "no axm••••=="),
        ("geheim", f"you sent {base64_of('user=tim&pass=geheim&go=1')}", "you sent dXNlcj10aW0mcGFzcz••••mZ289MQ=="),
    ],
)
def test_unusual_leaks(secret: str, said: str, shown: str) -> None:
    assert redactor_for(secret).redact(said) == shown


@pytest.mark.parametrize(
    ("secret", "said", "shown"),
    [
        ("a", 'a name, "a", is a word', '•••• name, "••••", is •••• word'),
        ("x7", "x7 is no 0x7f, nor x-7", "•••• is no 0x7f, nor x-7"),
        ("8", "5.7.8 and 192.0.2.8 and 8", "5.7.8 and 192.0.2.8 and ••••"),
        ("!", "Stop! And '!'", "Stop! And '••••'"),
        ("ate", "at every gate at e", "at every g•••• ••••"),
    ],
)
def test_a_very_short_secret_is_redacted_as_a_word(secret: str, said: str, shown: str) -> None:
    assert redactor_for(secret).redact(said) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("AUTH PLAIN AGJvYgBzZWNyZXQ= failed", "AUTH PLAIN •••• failed"),
        ("auth login Ym9i failed", "auth login •••• failed"),
        ("AUTH PLAIN not supported", "AUTH PLAIN not supported"),
        ("AUTH LOGIN PLAIN CRAM-MD5", "AUTH LOGIN PLAIN CRAM-MD5"),
    ],
)
def test_the_argument_of_auth_is_redacted_whosever_it_is(said: str, shown: str) -> None:
    assert redactor_for("geheim").redact(said) == shown


def test_a_very_short_secret_is_redacted_encoded_too() -> None:
    redactor = SecretRedactor()
    redactor.add_secrets(("a7",))
    assert redactor.redact("no YTc, YTc=, 6137 but XYTc") == "no ••••, ••••, •••• but XYTc"


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("secret", ["0", "a7", "00", "é", "€!", "🔑", "+=", "%4"])
def test_a_very_short_secret_is_redacted_in_every_encoding(encoding: str, secret: str) -> None:
    repeated = ENCODINGS[encoding](secret)
    redacted = redactor_for(secret).redact(f'no "{repeated}" here')
    assert f'"{repeated}"' not in redacted
    assert "••••" in redacted


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("no 0x61 0x37 here", "no •••• here"),
        ("no {0x61, 0x37}", "no {••••}"),
        ("no 0X6137", "no ••••"),
        ("no 0x61\n0x37 here", "no ••••\n•••• here"),
        ("no 0x61 0x37 0x38, nor 0x613", "no 0x61 0x37 0x38, nor 0x613"),
    ],
)
def test_octets_of_c_are_read_as_one_text(said: str, shown: str) -> None:
    assert redactor_for("a7").redact(said) == shown


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
def test_a_long_secret_in_a_long_reply_is_redacted(secret: str) -> None:
    # 32 KiB that nearly hold it, again and again: a search that tries all ways to cut it would not end.
    part, filler = secret[:-1] + " ", "so it goes "
    said = (part * 16, filler * 1400, f"'{secret}'", part)
    shown = redactor_for(secret).redact_all(said)
    assert secret[:-1] not in "".join(shown)
    assert "".join(shown).count("so it goes") == 1400


@repeatable
@given(
    secret=st.text(max_size=30), said=st.lists(st.text(max_size=60), max_size=4), other=st.lists(st.text(max_size=9))
)
def test_lines_stay_lines(secret: str, said: list[str], other: list[str]) -> None:
    redactor = redactor_for(secret)
    redactor.redact_all(tuple(other))
    assert len(redactor.redact_all(tuple(said))) == len(said)
