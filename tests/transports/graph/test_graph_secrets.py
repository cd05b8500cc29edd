"""No secret and no token is told, whatever the servers echo."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from graph_hand import Hand, a_mail
from servers.https_calls import Answer, Call
from servers.microsoft import CLIENT_SECRET, PASSWORD

from smtp_desktop.composition.data_folder import log_file
from smtp_desktop.composition.logs import start_logging, stop_logging
from smtp_desktop.domain.diagnosis.advice import ReadFailed
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import SecretField

CANARIES = (PASSWORD, CLIENT_SECRET, PASSWORD.replace(" ", "+"), PASSWORD.replace(" ", "%20"))


def echo(call: Call) -> Answer:
    """Returns a refusal that repeats the whole request."""
    said = call.body.decode("utf-8", "replace") + " " + " ".join(f"{k}: {v}" for k, v in call.headers.items())
    words = f"I heard: {said} " + " ".join(call.form.values() if "/token" in call.path else ())
    if "/token" in call.path:
        return Answer(status=400, json={"error": "invalid_grant", "error_description": words, "trace_id": words})
    return Answer(status=403, error=("ErrorAccessDenied", words))


def test_what_entra_id_echoes_is_masked(hand: Hand) -> None:
    hand.servers.entra.answer_next("/token", echo)
    told = repr(hand.converse(a_mail()))
    assert "I heard" in told
    assert not [canary for canary in CANARIES if canary in told]


def test_what_graph_echoes_is_masked(hand: Hand) -> None:
    hand.servers.graph.answer_next("/sendMail", echo)
    timeline = hand.converse(a_mail())
    token = hand.servers.graph.calls[-1].headers["Authorization"].removeprefix("Bearer ")
    assert len(token) > 20
    assert token not in repr(timeline)
    assert "I heard" in repr(timeline)


def test_a_token_that_was_kept_is_masked_too(hand: Hand) -> None:
    hand.servers.graph.permissions |= {"Mail.Read"}
    hand.newest()
    hand.servers.graph.answer_next("/messages", echo)
    with pytest.raises(ReadFailed) as refused:
        hand.newest()
    token = hand.servers.graph.calls[-1].headers["Authorization"].removeprefix("Bearer ")
    assert token not in repr(refused.value.failure)


def test_no_log_holds_a_secret_or_a_token(hand: Hand, tmp_path: Path) -> None:
    path = log_file(tmp_path)
    start_logging(path, logging.DEBUG)
    try:
        hand.converse(a_mail())
        hand.servers.entra.answer_next("/token", echo)
        hand.converse(a_mail())
        hand.servers.entra.refuse_with(50126)
        hand.converse()
    finally:
        stop_logging()
    logged = path.read_text(encoding="utf-8")
    tokens = [call.headers["Authorization"].removeprefix("Bearer ") for call in hand.servers.graph.calls]
    assert tokens
    assert not [secret for secret in (*CANARIES, *tokens) if secret in logged]


def test_another_secret_gets_a_token_of_its_own(hand: Hand) -> None:
    hand.servers.graph.permissions |= {"Mail.Read"}
    hand.newest()
    hand.secrets[SecretField.PASSWORD] = Secret("wrong")
    with pytest.raises(ReadFailed):
        hand.newest()
    hand.secrets[SecretField.PASSWORD] = Secret(PASSWORD)
    hand.mailbox = replace(hand.mailbox, client_id="00000000-0000-0000-0000-000000000000")
    with pytest.raises(ReadFailed):
        hand.newest()


def test_an_odd_secret_arrives_as_it_is(hand: Hand) -> None:
    odd = ' p&=+%ä€ \U0001f511"\\'
    hand.servers.entra.password = odd
    hand.secrets[SecretField.PASSWORD] = Secret(odd)
    timeline = hand.converse()
    assert timeline.failure is None
    assert odd not in repr(timeline)
