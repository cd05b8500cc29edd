"""The fast composer gives what `email` gives, byte for byte, or leaves the mail to `email`."""

import random
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from smtp_desktop.domain.mail.address import Address, parse_address
from smtp_desktop.domain.mail.message import Attachment, Message
from smtp_desktop.transports.mime.compose import compose_by_email
from smtp_desktop.transports.mime.fast_compose import compose_fast
from smtp_desktop.transports.mime.header_values import BadMail

BOSS = parse_address("The Boss <boss@example.com>")


def message(**changes) -> Message:
    given_ = {
        "header_from": BOSS,
        "to": (parse_address("a.b+c@mail.example.com"),),
        "subject": "Quarterly numbers",
        "text": "All is well.\n",
        "message_id": "<20261124.1-a@example.com>",
        "date": datetime(2026, 11, 24, 9, 5, 3, 17, tzinfo=UTC),
        **changes,
    }
    return Message(**given_)


def both(mail: Message, *, seven_bit: bool = False, smtputf8: bool = False) -> tuple[object, object]:
    """Returns what the fast composer and `email` give; both draw the same boundary."""
    results: list[object] = []
    for composer in (compose_fast, compose_by_email):
        random.seed(20261124)
        try:
            results.append(composer(mail, seven_bit=seven_bit, smtputf8=smtputf8))
        except (BadMail, UnicodeEncodeError) as error:
            results.append((type(error), str(error)))
    return results[0], results[1]


# What texts are made of: what stands there often, and what has tripped up composers before.
_PIECES = st.one_of(
    st.sampled_from(["\n", "\n", "\n", "\r\n", "\r", " \n", "x" * 77, "x" * 79, "ü" * 39]),
    st.sampled_from(
        [" ", "\t", ".", "..", "=", "=20", "From ", "--", "-- ", "\0", "\x0c", "\x85", "\u2028", "é", "word"]
    ),
    st.text(max_size=8),
)
_TEXTS = st.lists(_PIECES, max_size=40).map("".join)
_WORDS = st.one_of(
    st.lists(st.sampled_from(["Report", "42", "a,b", "Größe", "=?", "is", "very_long_" * 6, "", '"x"'])).map(" ".join),
    st.text(max_size=90),
    st.integers(60, 75).map("y".__mul__),
)
_NAMES = st.one_of(st.just(""), st.sampled_from(["The Boss", "Jörg", "B. Oss", "a" * 49, "b " * 25]), _WORDS)
_ADDRESSES = st.builds(
    Address,
    local=st.sampled_from(["a", "first.last", "x+y", "o'neil", '"a b"', "jörg", "l" * 60]),
    domain=st.sampled_from(["example.com", "xn--fa-hia.de", "[192.0.2.1]", "localhost", f"{'d' * 60}.example"]),
    display_name=_NAMES,
)
_PEOPLE = st.lists(_ADDRESSES, max_size=3).map(tuple)


@given(
    st.builds(
        message,
        header_from=st.one_of(st.just(BOSS), _ADDRESSES),
        to=_PEOPLE,
        cc=st.one_of(st.just(()), _PEOPLE),
        reply_to=st.one_of(st.just(()), _PEOPLE),
        headers=st.sampled_from([(), (("X-Job", "7"),), (("X-Size", "größe " * 20), ("X-Job", "8"))]),
        subject=_WORDS,
        text=_TEXTS,
        html=st.one_of(st.just(""), _TEXTS),
        message_id=st.one_of(st.just("<1@example.com>"), st.sampled_from(["<é@x>", "1@x", "<a@" + "b" * 70 + ">"])),
        date=st.datetimes(timezones=st.sampled_from([UTC, timezone(timedelta(hours=-9, minutes=-30))])),
        auto_submitted=st.booleans(),
    ),
    st.booleans(),
    st.booleans(),
)
@settings(max_examples=60, deadline=None)
@example(message(subject="x" * 69, text="ü" * 39, html="x" * 78), False, False)
@example(message(subject="x" * 70, text="ü" * 40, html="x" * 79), False, True)
@example(message(text="\udcff"), False, False)
def test_the_fast_composer_writes_what_email_writes(mail: Message, seven_bit: bool, smtputf8: bool) -> None:
    fast, known = both(mail, seven_bit=seven_bit, smtputf8=smtputf8)
    assert fast in (None, known)


@pytest.mark.parametrize("seven_bit", [False, True])
@pytest.mark.parametrize(
    "mail",
    [
        message(),
        message(text=""),
        message(text="", html="<p>Hi</p>"),
        message(text="Grüße\n.\n..\n \nlast "),
        message(html="<p>Grüße</p>\r\n" + "long " * 100),
        message(text="Long lines of words. " * 40 + "\n" + "x \n" * 20),
        message(subject="Größe " * 30, header_from=parse_address('"Müller, Jörg" <j@example.com>')),
        message(to=tuple(parse_address(f"number.{number}@example.com") for number in range(9)), cc=(BOSS,)),
    ],
)
def test_a_common_mail_is_not_left_to_email(mail: Message, seven_bit: bool) -> None:
    fast, known = both(mail, seven_bit=seven_bit)
    assert fast == known != None  # noqa: E711 - equal, and not None


def test_what_is_not_certain_is_left_to_email() -> None:
    file = Attachment(name="a.pdf", content=b"%PDF")
    for mail in (message(attachments=(file,)), message(text="Всё хорошо. " * 20), message(message_id="no id")):
        assert compose_fast(mail, seven_bit=False, smtputf8=False) is None


def test_every_mail_has_its_own_boundary() -> None:
    mail = message(html="<p>Hi</p>")
    assert compose_fast(mail, seven_bit=False, smtputf8=False) != compose_fast(mail, seven_bit=False, smtputf8=False)


def test_a_boundary_that_is_in_the_text_is_not_used() -> None:
    random.seed(1)
    boundary = f"{'=' * 15}{random.randrange(2**63 - 1):019d}=="
    random.seed(1)
    assert compose_fast(message(text=f"--{boundary}\n", html="x"), seven_bit=False, smtputf8=False) is None
