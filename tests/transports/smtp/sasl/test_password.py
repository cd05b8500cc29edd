import base64

import pytest

from smtp_desktop.domain.secret import REDACTED, Secret
from smtp_desktop.transports.smtp.sasl.exchange import BadChallenge
from smtp_desktop.transports.smtp.sasl.password import (
    CramMd5Exchange,
    LoginExchange,
    PlainExchange,
    encoded_credentials,
)

PASSWORD = Secret("tanstaaftanstaaf")


def test_plain_sends_all_at_once_in_utf8() -> None:
    exchange = PlainExchange("jörg", Secret("pässwörd"))
    verb, mechanism, response = exchange.command.split(" ")
    assert (verb, mechanism) == ("AUTH", "PLAIN")
    assert base64.b64decode(response) == "\0jörg\0pässwörd".encode()
    assert exchange.shown == f"AUTH PLAIN {REDACTED}"


def test_plain_holds_back_what_is_too_long_for_a_line() -> None:
    # AUTH PLAIN, a blank and CRLF take 13 of 512 octets; Base64 makes 496 of 372.
    fits = PlainExchange("u", Secret("p" * 369))
    assert len(fits.command) + 2 == 509
    longer = PlainExchange("u", Secret("p" * 373))
    assert longer.command == longer.shown == "AUTH PLAIN"
    answer = longer.respond("")
    assert answer is not None
    assert base64.b64decode(answer) == b"\0u\0" + b"p" * 373
    assert longer.respond("") is None


def test_plain_answers_a_server_that_overlooked_it_once() -> None:
    exchange = PlainExchange("u", Secret("p"))
    assert exchange.respond("Z28gb24=") == exchange.command.split(" ")[-1]
    assert exchange.respond("") is None


def test_login_sends_user_and_password_and_no_more() -> None:
    exchange = LoginExchange("jörg", PASSWORD)
    assert exchange.command == exchange.shown == "AUTH LOGIN"
    answers = [exchange.respond("VXNlcm5hbWU6"), exchange.respond("UGFzc3dvcmQ6"), exchange.respond("")]
    assert answers == [
        base64.b64encode("jörg".encode()).decode(),
        base64.b64encode(PASSWORD.reveal().encode()).decode(),
        None,
    ]


def test_cram_md5_responds_as_in_its_rfc() -> None:
    # The example of RFC 2195 2.
    exchange = CramMd5Exchange("tim", PASSWORD)
    challenge = "PDE4OTYuNjk3MTcwOTUyQHBvc3RvZmZpY2UucmVzdG9uLm1jaS5uZXQ+"
    assert exchange.respond(challenge) == "dGltIGI5MTNhNjAyYzdlZGE3YTQ5NWI0ZTZlNzMzNGQzODkw"
    assert "b913a602c7eda7a495b4e6e7334d3890" in exchange.forms.secrets
    assert exchange.respond(challenge) is None


def test_a_challenge_that_is_no_base64_is_refused() -> None:
    with pytest.raises(BadChallenge):
        CramMd5Exchange("tim", PASSWORD).respond("nonsense!")


def test_every_response_with_the_password_is_among_the_encoded_credentials() -> None:
    assert encoded_credentials("tim", Secret("geheim")) == {"Z2VoZWlt", "AHRpbQBnZWhlaW0="}


def test_nothing_of_an_exchange_is_shown() -> None:
    assert "tanstaaf" not in repr(vars(LoginExchange("tim", PASSWORD)))
