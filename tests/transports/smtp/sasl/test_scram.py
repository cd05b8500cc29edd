import base64

import pytest

from smtp_desktop.domain.secret import Secret
from smtp_desktop.transports.smtp.sasl.exchange import BadChallenge
from smtp_desktop.transports.smtp.sasl.mechanism import Mechanism
from smtp_desktop.transports.smtp.sasl.scram import UNOFFERED, Binding, ScramExchange

# The example of RFC 7677 3.
CLIENT_NONCE = "rOprNGfwEbeRWgbNEkqO"
NONCE = CLIENT_NONCE + "%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0"
SERVER_FIRST = f"r={NONCE},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096"
CLIENT_FINAL = f"c=biws,r={NONCE},p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
SERVER_FINAL = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4="


def encoded(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


def said(response: str | None) -> str:
    assert response is not None
    return base64.b64decode(response).decode()


def begun(user: str = "user", password: str = "pencil", **options: Binding) -> ScramExchange:
    return ScramExchange(user, Secret(password), nonce=CLIENT_NONCE, **options)


def first_message(exchange: ScramExchange) -> str:
    return said(exchange.command.split(" ")[2])


def test_both_sides_prove_that_they_know_the_password_as_in_the_rfc() -> None:
    exchange = begun()
    assert exchange.command.startswith("AUTH SCRAM-SHA-256 ")
    assert first_message(exchange) == f"n,,n=user,r={CLIENT_NONCE}"
    assert not exchange.has_proven
    assert said(exchange.respond(encoded(SERVER_FIRST))) == CLIENT_FINAL
    assert exchange.has_proven
    assert exchange.respond(encoded(SERVER_FINAL)) == ""
    assert exchange.is_server_proven
    assert exchange.respond("") is None


def test_a_server_that_overlooked_the_first_message_gets_it_again() -> None:
    exchange = begun()
    assert exchange.respond("") == exchange.command.split(" ")[2]
    assert said(exchange.respond(encoded(SERVER_FIRST))) == CLIENT_FINAL


def test_a_first_message_that_is_too_long_for_a_line_waits_for_the_server() -> None:
    exchange = begun("u" * 500)
    assert exchange.command == exchange.shown == "AUTH SCRAM-SHA-256"
    assert said(exchange.respond("")) == f"n,,n={'u' * 500},r={CLIENT_NONCE}"
    assert said(exchange.respond(encoded(SERVER_FIRST))).startswith(f"c=biws,r={NONCE},p=")


def test_a_name_with_signs_of_the_syntax_is_escaped_and_prepared() -> None:
    assert first_message(begun("a=b,c\u00ad")) == f"n,,n=a=3Db=2Cc,r={CLIENT_NONCE}"


@pytest.mark.parametrize(("typed", "same"), [("pen\u00adcil", "pencil"), ("\u2168", "IX"), ("a\u00a0b", "a b")])
def test_passwords_that_look_alike_prove_the_same(typed: str, same: str) -> None:
    proofs = {begun(password=each).respond(encoded(SERVER_FIRST)) for each in (typed, same)}
    assert len(proofs) == 1


def test_a_password_that_saslprep_forbids_is_used_as_it_is() -> None:
    assert begun(password="pen\x07cil").respond(encoded(SERVER_FIRST)) != begun().respond(encoded(SERVER_FIRST))


@pytest.mark.parametrize(
    ("binding", "mechanism", "flag", "bound"),
    [
        (UNOFFERED, Mechanism.SCRAM_SHA_256, "y,,", b"y,,"),
        (Binding("p=tls-exporter", b"\0\1"), Mechanism.SCRAM_SHA_256_PLUS, "p=tls-exporter,,", b"p=tls-exporter,,\0\1"),
    ],
)
def test_the_proof_covers_the_channel(binding: Binding, mechanism: Mechanism, flag: str, bound: bytes) -> None:
    exchange = begun(binding=binding)
    assert exchange.mechanism is mechanism
    assert first_message(exchange) == f"{flag}n=user,r={CLIENT_NONCE}"
    final = said(exchange.respond(encoded(SERVER_FIRST)))
    assert final.startswith(f"c={base64.b64encode(bound).decode()},r=")
    assert final != CLIENT_FINAL


@pytest.mark.parametrize(
    "server_first",
    [
        "",
        "hello",
        f"r={CLIENT_NONCE},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",  # the server has added nothing
        "r=another%hvYDpWUa2RaTCAfuxFIlj,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096",
        f"m=ext,{SERVER_FIRST}",  # RFC 5802 5.1: a mandatory extension
        f"r={NONCE},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=0",
        f"r={NONCE},s=W22ZaJ0SNY7soEsUEjb6gQ==,i=100000000",  # would take a minute
        f"r={NONCE},s=abcde,i=4096",
        f"r={NONCE},s=,i=4096",
        SERVER_FINAL,
        "\udcff",
    ],
)
def test_a_first_answer_that_is_none_is_refused(server_first: str) -> None:
    exchange = begun()
    challenge = base64.b64encode(server_first.encode(errors="surrogateescape")).decode() or "===="
    with pytest.raises(BadChallenge):
        exchange.respond(challenge)
    assert not exchange.has_proven


@pytest.mark.parametrize("server_final", ["v=", "v=Zm9v", "v=nonsense!", SERVER_FIRST, SERVER_FINAL.replace("6", "7")])
def test_a_server_that_proves_nothing_is_not_believed(server_final: str) -> None:
    exchange = begun()
    exchange.respond(encoded(SERVER_FIRST))
    with pytest.raises(BadChallenge):
        exchange.respond(encoded(server_final))
    assert not exchange.is_server_proven


@pytest.mark.parametrize("after_proof", [False, True])
def test_the_reason_of_a_refusal_is_kept(after_proof: bool) -> None:
    exchange = begun()
    if after_proof:
        exchange.respond(encoded(SERVER_FIRST))
    assert exchange.respond(encoded("e=invalid-proof")) == ""
    assert exchange.said == "e=invalid-proof"
    assert exchange.has_proven is after_proof
    assert exchange.respond("") is None


def test_every_sign_in_has_its_own_nonce() -> None:
    assert len({ScramExchange("user", Secret("pencil")).command for _ in range(9)}) == 9


def test_what_lets_guess_the_password_counts_as_secret() -> None:
    exchange = begun()
    exchange.respond(encoded(SERVER_FIRST))
    for leaked in ("dhzbzapwik4juhnute9ytag9zjfmhgsqmmiz7andvq", "6rritrbi23wprrwtupmmhuzundb5nltjrsjl95g4"):
        assert leaked in exchange.forms.secrets
    assert "pencil" not in repr(vars(exchange))
