"""What servers say to recipients and after the content, in many wordings and languages, and the causes that fit."""

import json
from pathlib import Path
from typing import Any

import pytest
from domain.diagnosis.advice_examples.example import said
from fakes.known_advice import SMTP_RULES

from smtp_desktop.domain.diagnosis.diagnosis import diagnose

WORDINGS = json.loads(Path(__file__).with_name("delivery_wordings.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda wording: wording["reply"][:60])
def test_the_words_decide_the_cause(wording: dict[str, Any]) -> None:
    example = said("", wording["stage"], wording["reply"], auth=wording.get("auth", True))
    assert diagnose(example.failure, example.context, SMTP_RULES).cause in wording["causes"]
