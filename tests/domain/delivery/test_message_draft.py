"""Messages that were typed on a command line."""

from datetime import UTC, datetime

import pytest

from smtp_desktop.domain.delivery.message_draft import MessageDraft, message_of
from smtp_desktop.domain.errors import FieldErrors

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


def made(**fields):
    return message_of(MessageDraft(**fields), (), message_id="<1@x.example>", date=NOW)


def refused(**fields):
    """The refused fields, with the words for each."""
    with pytest.raises(FieldErrors) as raised:
        made(**fields)
    return {error.field: str(error.message) for error in raised.value.errors}


def test_each_address_is_there_once_and_lists_are_taken_apart():
    message = made(to=["a@x.example, B <b@x.example>", "A@x.example"], bcc=["c@x.example"], text="Hi")
    assert [one.spec.lower() for one in message.to] == ["a@x.example", "b@x.example"]
    assert [one.spec for one in message.bcc] == ["c@x.example"]


def test_line_ends_are_the_programs_own():
    message = made(to=["a@x.example"], text="a\r\nb\rc\n", html="<p>\r\n")
    assert (message.text, message.html) == ("a\nb\nc\n", "<p>\n")


def test_a_subject_is_one_line():
    assert made(to=["a@x.example"], subject=" a\r\n b\tc ").subject == "a b c"


def test_every_refused_field_is_named():
    wrong = {"to": ["a@x.example b"], "cc": ["x y"], "subject": "\udc80", "text": "\0", "html": "\ud800"}
    assert refused(**wrong).keys() == wrong.keys()
    assert refused(text="Hi") == {"to": "No recipients. Name at least one with --to."}
