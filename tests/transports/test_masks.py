"""What is blotted out of a server's words, and what is left of them."""

import random

import pytest
from echoing import (
    LONG_SECRETS,
    SECRETS,
    USER,
    WAYS,
    WORDS,
    Echo,
    base64_of,
    broken_echoes,
    echoes,
    given_away,
    scattered_echoes,
)
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from smtp_desktop.domain.secret import Secret
from smtp_desktop.transports.redaction.redactor import SecretRedactor
from smtp_desktop.transports.smtp.auth import encoded_credentials

# Random, but the same on every run.
repeatable = settings(derandomize=True, database=None, deadline=None, max_examples=60)


def masks_for(password: str, *, user: str = USER) -> SecretRedactor:
    redactor = SecretRedactor()
    redactor.hide((password,), encoded=encoded_credentials(user, Secret(password)))
    return redactor


def shown(secret: str, echo: Echo) -> str:
    return "\n".join(masks_for(secret).clean_all(echo.lines))


def test_nothing_is_hidden_before_it_must_be() -> None:
    assert SecretRedactor().clean("AUTH PLAIN geheim") == "AUTH PLAIN geheim"


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
def test_what_a_server_repeats_is_hidden(said: str, shown: str) -> None:
    assert masks_for("geheim==", user="tim").clean(said) == shown


@pytest.mark.parametrize("way", WAYS)
@settings(repeatable, max_examples=12)
@given(data=st.data(), secret=SECRETS)
def test_no_secret_is_shown_however_it_is_written(way: str, data: st.DataObject, secret: str) -> None:
    for one in (secret, 'Grüße & <2> "%41\\x" 🔑'):
        echo = data.draw(echoes(one, (way,)))
        assume(not given_away(echo, " ".join(WORDS)))
        assert not given_away(echo, shown(one, echo))


@repeatable
@given(data=st.data(), secret=LONG_SECRETS)
def test_no_secret_is_shown_that_is_broken(data: st.DataObject, secret: str) -> None:
    echo = data.draw(broken_echoes(secret))
    assume(not given_away(echo, " ".join(WORDS)))
    assert not given_away(echo, shown(secret, echo))


@repeatable
@given(data=st.data(), secret=LONG_SECRETS)
def test_no_secret_is_shown_in_pieces(data: st.DataObject, secret: str) -> None:
    echo = data.draw(scattered_echoes(secret))
    assume(not given_away(echo, " ".join(WORDS)))
    assert not given_away(echo, shown(secret, echo))


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
    redactor = masks_for("hunter2")
    told = " ".join(redactor.clean_all(lines))
    assert not {"hunt", "hunter", "er2", "h", "2"} & set(told.replace("-", " ").split())
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
def test_the_second_half_in_another_reply_is_hidden(first: str, second: str, shown: str) -> None:
    redactor = masks_for("hunter2")
    assert redactor.clean(first) == first  # which by itself says nothing
    assert redactor.clean(second) == shown
    assert "hunt" not in redactor.again(first)
    assert "aHVud" not in redactor.again(first)


def test_what_another_transcript_holds_is_no_half() -> None:
    redactor = masks_for("hunter2")
    redactor.clean("it begins with hunt")
    redactor.forget_words()
    assert redactor.clean("it ends with er2") == "it ends with er2"


@pytest.mark.parametrize(
    ("secret", "said", "shown"),
    [
        # What a server cut off after so many characters.
        ("correct horse battery", 'no user has "correct horse ba"...', 'no user has "••••"...'),
        # Letters that a program knew no better than to spoil.
        ("pässwörter", "pÃ¤sswÃ¶rter", "••••"),
        ("pässwörter", "p?ssw?rter", "••••"),
        ("pässwörter", "p\ufffdssw\ufffdrter", "••••"),
        ("pässwörter", "PASSWORTER", "••••"),
        # Signs on both ends.
        ("!geheim!", "(! g-e-h-e-i-m !)", "••••"),
        # A form of it that could be an escape itself.
        ("a%41b<c", "no 'a%41b&lt;c'", "no '••••'"),
        ("a&#65;b c", "no 'a&#65;b+c'", "no '••••'"),
        # In a longer code: a short one, and one that nobody can decode.
        ("x7", f"no {b'a x7 b'.hex()}", "no 6120••••2062"),
        ("geheimnis", f"no {base64_of('is geheimnis.').lower()}", "no axm••••=="),
        ("geheim", f"you sent {base64_of('user=tim&pass=geheim&go=1')}", "you sent dXNlcj10aW0mcGFzcz••••mZ289MQ=="),
    ],
)
def test_odd_echoes(secret: str, said: str, shown: str) -> None:
    assert masks_for(secret).clean(said) == shown


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
def test_a_very_short_secret_is_hidden_as_a_word(secret: str, said: str, shown: str) -> None:
    assert masks_for(secret).clean(said) == shown


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("AUTH PLAIN AGJvYgBzZWNyZXQ= failed", "AUTH PLAIN •••• failed"),
        ("auth login Ym9i failed", "auth login •••• failed"),
        ("AUTH PLAIN not supported", "AUTH PLAIN not supported"),
        ("AUTH LOGIN PLAIN CRAM-MD5", "AUTH LOGIN PLAIN CRAM-MD5"),
    ],
)
def test_what_follows_auth_is_hidden_whosever_it_is(said: str, shown: str) -> None:
    assert masks_for("geheim").clean(said) == shown


def test_a_very_short_secret_is_hidden_as_a_code_too() -> None:
    redactor = SecretRedactor()
    redactor.hide(("a7",))
    assert redactor.clean("no YTc, YTc=, 6137 but XYTc") == "no ••••, ••••, •••• but XYTc"


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
    assert [masks_for(secret).clean_all(("5.7.8", words)) for words in WORDS] == [("5.7.8", words) for words in WORDS]


def test_a_random_secret_takes_nothing_away() -> None:
    # Of a generator of its own: hypothesis looks into the code for words to try.
    chance = random.Random(4711)
    for length in range(6, 30):
        for _ in range(4):
            secret = "".join(chance.choices("abcdefghijklmnopqrstuvwxyz0123456789", k=length))
            assert masks_for(secret).clean_all(WORDS) == WORDS


@pytest.mark.parametrize("secret", ["a" * 999 + "b", "!a-b" * 250, "".join(map(chr, range(192, 1192)))])
def test_a_long_secret_in_a_long_reply_is_hidden(secret: str) -> None:
    # 32 KiB that nearly hold it, again and again: a search that tries every way does not come to its end.
    part, filler = secret[:-1] + " ", "so it goes "
    said = (part * 16, filler * 1400, f"'{secret}'", part)
    shown = masks_for(secret).clean_all(said)
    assert secret[:-1] not in "".join(shown)
    assert "".join(shown).count("so it goes") == 1400


@repeatable
@given(
    secret=st.text(max_size=30), said=st.lists(st.text(max_size=60), max_size=4), other=st.lists(st.text(max_size=9))
)
def test_lines_stay_lines(secret: str, said: list[str], other: list[str]) -> None:
    redactor = masks_for(secret)
    redactor.clean_all(tuple(other))
    assert len(redactor.clean_all(tuple(said))) == len(said)
