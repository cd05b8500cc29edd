import base64
import json

import pytest

from smtp_desktop.domain.secret import REDACTED, Secret
from smtp_desktop.transports.smtp.sasl.bearer import Bearer, BearerExchange
from smtp_desktop.transports.smtp.sasl.mechanism import Mechanism

# The token of the examples in RFC 7628 4.
TOKEN = "vF9dft4qmTc2Nvb3RlckBhbHRhdmlzdGEuY29tCg=="


def bearer(token: str = TOKEN, user: str = "user@example.com") -> Bearer:
    return Bearer(user=user, token=Secret(token), host="server.example.com", port=587)


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def begun(mechanism: Mechanism = Mechanism.XOAUTH2, token: str = TOKEN, **options: bool) -> BearerExchange:
    return BearerExchange(mechanism, bearer(token), **options)


def test_oauthbearer_speaks_as_in_its_rfc() -> None:
    # RFC 7628 4.1 and 4.2, there with port 143 and 587.
    command = begun(Mechanism.OAUTHBEARER).command
    assert command == (
        "AUTH OAUTHBEARER bixhPXVzZXJAZXhhbXBsZS5jb20sAWhvc3Q9c2VydmVyLmV4YW1wbGUuY29tAXBvcnQ9NTg3AWF1dGg9"
        "QmVhcmVyIHZGOWRmdDRxbVRjMk52YjNSbGNrQmhiSFJoZG1semRHRXVZMjl0Q2c9PQEB"
    )


def test_xoauth2_speaks_as_google_documents_it() -> None:
    google = bearer("ya29.vF9dft4qmTc2Nvb3RlckBhdHRhdmlzdGEuY29tCg", "someuser@example.com")
    assert BearerExchange(Mechanism.XOAUTH2, google).command == (
        "AUTH XOAUTH2 dXNlcj1zb21ldXNlckBleGFtcGxlLmNvbQFhdXRoPUJlYXJlciB5YTI5LnZGOWRmdDRxbVRjMk52"
        "YjNSbGNrQmhkSFJoZG1semRHRXVZMjl0Q2cBAQ=="
    )


def test_a_name_with_signs_of_the_syntax_is_escaped() -> None:
    exchange = BearerExchange(Mechanism.OAUTHBEARER, bearer(user="a=b,c@example.com"))
    assert base64.b64decode(exchange.command.split(" ")[2]).startswith(b"n,a=a=3Db=2Cc@example.com,\x01")


def test_the_token_is_not_shown() -> None:
    assert begun().shown == f"AUTH XOAUTH2 {REDACTED}"
    assert TOKEN not in repr(bearer())


def test_one_line_has_500_octets_at_most() -> None:
    for length, is_one_line in ((327, True), (328, False)):
        exchange = begun(token="t" * length)
        assert exchange.is_one_line is is_one_line
        assert len(exchange.command) + 2 <= 500
    assert exchange.command == "AUTH XOAUTH2"
    assert exchange.respond("") == bearer("t" * 328).response(Mechanism.XOAUTH2)


def test_two_steps_can_be_asked_for() -> None:
    exchange = begun(in_two_steps=True)
    assert exchange.command == "AUTH XOAUTH2"
    assert exchange.respond("") == bearer().response(Mechanism.XOAUTH2)


def test_a_server_that_overlooked_the_token_gets_it_again() -> None:
    exchange = begun()
    assert exchange.respond("") == bearer().response(Mechanism.XOAUTH2)
    assert exchange.said == ""


@pytest.mark.parametrize(("mechanism", "answer"), [(Mechanism.XOAUTH2, ""), (Mechanism.OAUTHBEARER, "AQ==")])
@pytest.mark.parametrize("in_two_steps", [False, True])
def test_the_reason_for_a_refusal_is_read_and_acknowledged(
    mechanism: Mechanism, answer: str, *, in_two_steps: bool
) -> None:
    # RFC 7628 4.3.
    challenge = encoded(
        '{\n"status":"invalid_token",\n"scope":"example_scope",\n'
        '"openid-configuration":"https://example.com/.well-known/openid-configuration"\n}'
    )
    exchange = begun(mechanism, in_two_steps=in_two_steps)
    if in_two_steps:
        exchange.respond("")
    assert exchange.respond(challenge) == answer
    assert json.loads(exchange.said) == {
        "status": "invalid_token",
        "scope": "example_scope",
        "openid-configuration": "https://example.com/.well-known/openid-configuration",
    }
    assert "\n" not in exchange.said
    assert exchange.respond(challenge) is None


@pytest.mark.parametrize(
    ("challenge", "said"),
    [
        (encoded('["not", "an", "object"]'), '["not", "an", "object"]'),
        (encoded("token expired"), "token expired"),
        (encoded('{"status":"400"}').rstrip("="), '{"status": "400"}'),
        ("expired!", "expired!"),
        (encoded("[" * 3000), "[" * 3000),
        ("/w==", "\ufffd"),
    ],
)
def test_a_reason_that_is_no_json_is_kept_as_it_is(challenge: str, said: str) -> None:
    exchange = begun()
    assert exchange.respond(challenge) == ""
    assert exchange.said == said
