"""Refusals as servers word them or might word them, in many languages: each gets its cause.

A rule that fits only what has been seen would fail here.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from domain.diagnosis.advice_examples.example import said
from fakes.known_advice import SMTP_RULES

from smtp_desktop.domain.diagnosis.diagnosis import diagnose

WORDINGS = json.loads(Path(__file__).with_name("wordings.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("wording", WORDINGS, ids=lambda one: one["reply"])
def test_an_unknown_wording_gets_its_cause(wording: dict[str, Any]) -> None:
    kind = "tls_refused" if wording["stage"] == "secure" else "reply"
    example = said("", wording["stage"], wording["reply"], auth=wording["signs_in"], kind=kind, port=587)
    assert diagnose(example.failure, example.context, SMTP_RULES).cause in wording["causes"]
