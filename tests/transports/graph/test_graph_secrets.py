"""No secret and no token is shown or logged, whatever the servers repeat."""

import logging
from dataclasses import replace
from pathlib import Path

import pytest
from graph_driver import GraphDriver, a_mail
from servers.https_calls import Answer, Call
from servers.microsoft.tenant import CLIENT_SECRET, PASSWORD

from smtp_desktop.composition.data_folder import log_file
from smtp_desktop.composition.logs import start_logging, stop_logging
from smtp_desktop.domain.diagnosis.read_failed import ReadFailed
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import SecretField

CANARIES = (PASSWORD, CLIENT_SECRET, PASSWORD.replace(" ", "+"), PASSWORD.replace(" ", "%20"))


def repeat(call: Call) -> Answer:
    """Returns a refusal that repeats the whole request."""
    said = call.body.decode("utf-8", "replace") + " " + " ".join(f"{k}: {v}" for k, v in call.headers.items())
    words = f"I heard: {said} " + " ".join(call.form.values() if "/token" in call.path else ())
    if "/token" in call.path:
        return Answer(status=400, json={"error": "invalid_grant", "error_description": words, "trace_id": words})
    return Answer(status=403, error=("ErrorAccessDenied", words))


def test_what_entra_id_repeats_is_redacted(driver: GraphDriver) -> None:
    driver.servers.entra.answer_next("/token", repeat)
    shown = repr(driver.converse(a_mail()))
    assert "characters withheld" in shown
    assert not [canary for canary in CANARIES if canary in shown]


def test_what_graph_repeats_is_redacted(driver: GraphDriver) -> None:
    driver.servers.graph.answer_next("/sendMail", repeat)
    timeline = driver.converse(a_mail())
    token = driver.servers.graph.calls[-1].headers["Authorization"].removeprefix("Bearer ")
    assert len(token) > 20
    assert token not in repr(timeline)
    assert "characters withheld" in repr(timeline)


def test_a_cached_token_is_redacted_too(driver: GraphDriver) -> None:
    driver.servers.graph.permissions |= {"Mail.Read"}
    driver.newest()
    driver.servers.graph.answer_next("/messages", repeat)
    with pytest.raises(ReadFailed) as refused:
        driver.newest()
    token = driver.servers.graph.calls[-1].headers["Authorization"].removeprefix("Bearer ")
    assert token not in repr(refused.value.failure)


def test_no_log_holds_a_secret_or_a_token(driver: GraphDriver, tmp_path: Path) -> None:
    path = log_file(tmp_path)
    start_logging(path, logging.DEBUG)
    try:
        driver.converse(a_mail())
        driver.servers.entra.answer_next("/token", repeat)
        driver.converse(a_mail())
        driver.servers.entra.refuse_with(50126)
        driver.converse()
    finally:
        stop_logging()
    logged = path.read_text(encoding="utf-8")
    tokens = [call.headers["Authorization"].removeprefix("Bearer ") for call in driver.servers.graph.calls]
    assert tokens
    assert not [secret for secret in (*CANARIES, *tokens) if secret in logged]


def test_another_secret_gets_a_token_of_its_own(driver: GraphDriver) -> None:
    driver.servers.graph.permissions |= {"Mail.Read"}
    driver.newest()
    driver.secrets[SecretField.PASSWORD] = Secret("wrong")
    with pytest.raises(ReadFailed):
        driver.newest()
    driver.secrets[SecretField.PASSWORD] = Secret(PASSWORD)
    driver.mailbox = replace(driver.mailbox, client_id="00000000-0000-0000-0000-000000000000")
    with pytest.raises(ReadFailed):
        driver.newest()


def test_an_unusual_secret_arrives_unchanged(driver: GraphDriver) -> None:
    odd = ' p&=+%ä€ \U0001f511"\\'
    driver.servers.entra.password = odd
    driver.secrets[SecretField.PASSWORD] = Secret(odd)
    timeline = driver.converse()
    assert timeline.failure is None
    assert odd not in repr(timeline)
