"""No request to the loopback address breaks the reader or is read in another way when it comes in pieces.

SMTP_DESKTOP_TEST_INPUTS is how many requests the long run has.
"""

import os
import random

import pytest

from smtp_desktop.transports.oauth.browser_request import BadRequest, BrowserRequest, RequestReader

INPUTS = int(os.environ.get("SMTP_DESKTOP_TEST_INPUTS", "100000"))
PARTS = (
    *(b"GET ", b"POST ", b"HEAD ", b"/", b"/?code=a&state=b", b"?", b"&", b"=", b"%", b"%zz", b"+", b";", b" HTTP/1.1"),
    *(
        b" HTTP/2",
        b"\r\n",
        b"\r\n\r\n",
        b"\n\n",
        b"\r",
        b"Host: 127.0.0.1:1",
        b"Content-Length: 7",
        b"Content-Length: -1",
    ),
    *(b"Content-Type: application/x-www-form-urlencoded", b"Transfer-Encoding: chunked", b":", b" ", b"\x00", b"\xff"),
    *(b"Content-Length: -1", b"code=a&state=b", b"a" * 70_000, b"&x=y" * 60),
)
WHOLE = (
    b"GET /?code=a&state=b HTTP/1.1\r\nHost: 127.0.0.1:1\r\n\r\n",
    b"POST / HTTP/1.1\r\nHost: localhost:1\r\nContent-Type: application/x-www-form-urlencoded\r\n"
    b"Content-Length: 14\r\n\r\ncode=a&state=b",
)


def a_request(chance: random.Random) -> bytes:
    if chance.random() < 0.5:
        return b"".join(chance.choice(PARTS) for _ in range(chance.randint(1, 12)))
    data = bytearray(chance.choice(WHOLE))
    for _ in range(chance.randint(0, 4)):
        at = chance.randrange(len(data))
        data[at : at + chance.randint(0, 3)] = chance.choice(PARTS)[:40]
    return bytes(data)


def outcome(pieces: list[bytes]) -> BrowserRequest | str | None:
    reader = RequestReader()
    try:
        for piece in pieces:
            if found := reader.feed(piece):
                return found
    except BadRequest as error:
        return error.status.phrase
    return None


def check(number: int) -> None:
    chance = random.Random(number)
    data = a_request(chance)
    cut = chance.randrange(len(data) + 1)
    whole = outcome([data])
    assert outcome([data[:cut], data[cut:]]) == whole, (number, data[:500])
    if isinstance(whole, BrowserRequest):
        assert whole.path.startswith("/")
        assert all(isinstance(text, str) for pair in whole.fields.items() for text in pair)


def test_every_request_is_read_or_refused() -> None:
    for number in range(2000):
        check(number)


@pytest.mark.long
def test_every_one_of_many_requests_is_read_or_refused() -> None:
    for number in range(2000, 2000 + INPUTS):
        check(number)
