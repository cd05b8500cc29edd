"""What authorization servers answer is read in such a way that it leads to its cause."""

import json
from collections.abc import Mapping
from typing import Any

import pytest
from domain.diagnosis.oauth_advice_examples import WORDINGS, failure_in
from fakes.known_advice import OAUTH_RULES

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Stage
from smtp_desktop.domain.diagnosis.diagnosis import diagnose
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.http.exchange import Answer
from smtp_desktop.transports.http.replies import reply_of

REFUSALS = [wording for wording in WORDINGS if "error" in wording]
TAIL = (
    "\r\nTrace ID: 86260b33-c971-4da3-b613-7570cacc1f00\r\nCorrelation ID: b7c78faf-d961-4d33-9692-d44607e9461f"
    "\r\nTimestamp: 2025-06-20 12:23:58Z"
)


@pytest.mark.parametrize("wording", REFUSALS, ids=lambda one: f"{one['source']} {one['said']}"[:60])
def test_the_answer_of_a_token_address_leads_to_its_cause(wording: Mapping[str, Any]) -> None:
    tail = TAIL if wording["authority"] == "microsoft" else ""
    body = {"error": wording["error"], "error_description": wording["said"] + tail}
    answer = Answer(status=wording["status"], reason="Bad Request", headers={}, body=json.dumps(body).encode())
    reply = reply_of(answer, lambda texts: texts)
    failure = Failure(stage=Stage.TOKEN, kind=FailureKind.TOKEN_REFUSED, message=msg("No."), reply=reply)
    _, context = failure_in(wording)
    assert diagnose(failure, context, OAUTH_RULES).cause == wording["cause"]
