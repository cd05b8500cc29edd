"""Access tokens are a hundred times as long as passwords: parts of them are secret too, and they are searched for as
fast."""

import random
import string

import pytest
from leaks import base64_of, is_withheld

from smtp_desktop.transports.redaction.pieces import pieces_of
from smtp_desktop.transports.redaction.redactor import SecretRedactor

TOKEN = "".join(random.Random(17).choices(string.ascii_letters + string.digits + "-_", k=2000))


def redactor() -> SecretRedactor:
    made = SecretRedactor()
    made.add_secrets((TOKEN,), encoded=(base64_of(f"user=boss@example.com\1auth=Bearer {TOKEN}\1\1"),))
    return made


@pytest.mark.parametrize("start", [0, 333, 1900])
@pytest.mark.parametrize("said", ["no such token: {}...", "{}", "token '{}' (cut off)"])
def test_a_part_of_a_token_is_withheld(start: int, said: str) -> None:
    assert is_withheld(redactor().redact(said.format(TOKEN[start : start + 100])))
    assert is_withheld(redactor().redact(said.format(base64_of(TOKEN[start : start + 100]))))


def test_a_line_that_was_cut_off_is_withheld() -> None:
    line = "AUTH XOAUTH2 " + base64_of(f"user=boss@example.com\1auth=Bearer {TOKEN}\1\1")
    for said in (line[:512], line[13:300], line[400:700]):
        assert is_withheld(redactor().redact(f"500 5.5.2 Line too long: {said}"))


@pytest.mark.parametrize("mechanism", ["XOAUTH2", "OAUTHBEARER", "SCRAM-SHA-256", "scram-sha-256-plus"])
def test_the_argument_of_auth_is_withheld_whosever_it_is(mechanism: str) -> None:
    assert is_withheld(redactor().redact(f"you sent AUTH {mechanism} dXNlcj1zb21lYm9keUBl"))
    assert redactor().redact(f"504 AUTH {mechanism} mechanism") == f"504 AUTH {mechanism} mechanism"


class CountingText(str):
    """A text that counts how often something is looked for in it."""

    looked_for = 0

    def __contains__(self, part: object) -> bool:
        type(self).looked_for += 1
        return super().__contains__(str(part))


def test_most_texts_are_done_with_after_the_first_pieces() -> None:
    text = CountingText("username and password not accepted for more information go to the page " * 9)
    assert pieces_of(TOKEN.lower(), text, {"username", "password", "accepted"}) == set()
    assert CountingText.looked_for < 50
