"""Expressions are found as `re` finds them, though most are never compiled."""

import json
import re
from pathlib import Path

import pytest
from fakes.known_advice import GRAPH_RULES, SMTP_RULES

from smtp_desktop.domain.diagnosis.expressions import found
from smtp_desktop.domain.diagnosis.masking import folded, masked, without_accents

FOLDER = Path(__file__).parent
PATTERNS = sorted({one for rule in (*SMTP_RULES, *GRAPH_RULES) for one in (rule.words, rule.without) if one})
SAID = [
    folded(masked(wording["reply"]))
    for name in ("wordings.json", "delivery_wordings.json")
    for wording in json.loads((FOLDER / name).read_text(encoding="utf-8"))[::12]
]


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("bad|wors[et]", "the worst", True),
        ("bad|wors[et]", "good", False),
        ("words? of", "word of", True),
        ("(one|two)? three", "a three", True),
        ("(one|two) (three)?", "two ", True),
        ("(one|two){0,1}x", "x", True),
        ("a{2}b{0,30}c", "aac", True),
        ("(?<!not )here", "not here", False),
        ("(?<!not )here", "it is here", True),
        ("here(?! and there)", "here", True),
        (r"\bein\b|nötig", "ist notig", True),
        ("NULL ?MX", "a null mx", True),
        ("null mx", "a NULL MX", True),
        (r"(a|\d) b", "7 b", True),
        (r"[(|)]x|y", "|x", True),
        ("", "anything", True),
    ],
)
def test_an_expression_is_found(pattern: str, text: str, expected: bool) -> None:
    assert found(pattern, text) is expected


def test_every_expression_of_the_rules_is_found_as_it_would_be_whole() -> None:
    wrong = []
    for pattern in PATTERNS:
        whole = re.compile(without_accents(pattern), re.IGNORECASE)
        wrong += [(pattern[:80], text) for text in SAID if found(pattern, text) is not (whole.search(text) is not None)]
    assert wrong == []
