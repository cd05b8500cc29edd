"""What servers say to recipients and after the content, in many wordings and languages, and the causes that fit."""

import json
from pathlib import Path

import pytest
from domain.diagnosis.advice_examples.example import said
from fakes.known_advice import SMTP_RULES

from smtp_desktop.domain.diagnosis.diagnosis import diagnose

WORDINGS = json.loads(Path(__file__).with_name("delivery_wordings.json").read_text(encoding="utf-8"))
USER = "svc@corp.example"
STAGES = sorted({one["stage"] for one in WORDINGS})


@pytest.mark.parametrize("stage", STAGES)
def test_the_words_decide_the_cause(stage: str) -> None:
    wrong = {}
    for wording in (one for one in WORDINGS if one["stage"] == stage):
        example = said("", stage, wording["reply"], auth=wording.get("auth", True), user=USER)
        cause = diagnose(example.failure, example.context, SMTP_RULES).cause
        if cause not in wording["causes"]:
            wrong[wording["reply"]] = (cause, wording["causes"])
    assert wrong == {}
