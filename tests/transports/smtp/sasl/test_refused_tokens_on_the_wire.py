"""What mail servers answer to a token is read in such a way that it leads to its cause."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from conversations import USER, converse, failure_of, generic
from domain.diagnosis.oauth_advice_examples import WORDINGS, failure_in
from fakes.known_advice import SMTP_RULES
from fakes.token_source import FakeTokenSource
from servers.smtp.scripted import ScriptedServer
from servers.smtp.token_script import TokenScript

from smtp_desktop.domain.diagnosis.conversation import Stage
from smtp_desktop.domain.diagnosis.diagnosis import diagnose
from smtp_desktop.domain.smtp.profile import SignIn

AT_SIGN_IN = [wording for wording in WORDINGS if wording.get("stage") == Stage.SIGN_IN]


@pytest.mark.parametrize("wording", AT_SIGN_IN, ids=lambda one: f"{one['source']} {one['sign_in']}"[:60])
def test_the_refusal_of_a_token_leads_to_its_cause(wording: Mapping[str, Any]) -> None:
    lines = [line for line in wording["reply"].split("\n") if "{" not in line]
    challenges = [json.loads(line[4:]) for line in wording["reply"].split("\n") if "{" in line]
    script = TokenScript(
        {"another-token": USER}, challenge=challenges[0] if challenges else None, refusal="\r\n".join(lines)
    )
    with ScriptedServer(script) as server:
        signing_in = generic(server.port, auth_required=True, sign_in=SignIn(wording["sign_in"]))
        failure = failure_of(converse(signing_in, token=FakeTokenSource("stale-token", renewed="new-token")))
    _, context = failure_in(wording)
    diagnosed = diagnose(failure, context, SMTP_RULES)
    assert (failure.stage, diagnosed.cause) == (Stage.SIGN_IN, wording["cause"])
    expected, _ = failure_in(wording)
    assert diagnosed.advice == diagnose(expected, context, SMTP_RULES).advice
