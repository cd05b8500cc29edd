"""Refusals as servers word them or might word them, in many languages: each gets its cause.

A rule that fits only what has been seen would fail here.
"""

import json
from pathlib import Path

import pytest
from domain.diagnosis.advice_examples.example import said
from fakes.known_advice import SMTP_RULES

from smtp_desktop.domain.diagnosis.diagnosis import diagnose

WORDINGS = json.loads(Path(__file__).with_name("wordings.json").read_text(encoding="utf-8"))
USER = "svc@corp.example"
STAGES = sorted({one["stage"] for one in WORDINGS})


@pytest.mark.parametrize("stage", STAGES)
def test_an_unknown_wording_gets_its_cause(stage: str) -> None:
    wrong = {}
    for wording in (one for one in WORDINGS if one["stage"] == stage):
        kind = "tls_refused" if stage == "secure" else "reply"
        tls = wording.get("tls", True)
        example = said("", stage, wording["reply"], auth=wording["signs_in"], tls=tls, kind=kind, port=587, user=USER)
        cause = diagnose(example.failure, example.context, SMTP_RULES).cause
        if cause not in wording["causes"]:
            wrong[wording["reply"]] = (cause, wording["causes"])
    assert wrong == {}
