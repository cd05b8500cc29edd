"""The advice that ships: every rule is reachable, and speaks of what it should."""

import json
import re
from pathlib import Path
from string import Formatter

import pytest
from domain.advice_examples import EXAMPLES, MORE, SERVER, said, silent

from smtp_desktop.domain.advice import Advice, AdviceRule, advise, rules_from
from smtp_desktop.domain.conversation import CertificateFault, Failure, FailureKind, Stage
from smtp_desktop.domain.text import Text, text

DOCUMENTS = json.loads((Path(__file__).parents[2] / "resources" / "advice.json").read_text(encoding="utf-8"))
RULES = rules_from(DOCUMENTS)


@pytest.mark.parametrize(("title", "failure", "host"), EXAMPLES + MORE, ids=lambda value: str(value)[:50])
def test_the_failure_gets_the_advice(title: str, failure: Failure, host: str) -> None:
    assert str(advise(RULES, failure, host).title) == title


def test_every_rule_has_an_example_and_so_none_is_unreachable() -> None:
    assert [document["title"] for document in DOCUMENTS] == [title for title, _, _ in EXAMPLES]


def test_a_rule_is_known_by_its_title() -> None:
    titles = [document["title"] for document in DOCUMENTS]
    assert len(titles) == len(set(titles))


def test_only_the_last_rule_has_no_condition() -> None:
    assert [index for index, document in enumerate(DOCUMENTS) if not document["when"]] == [len(DOCUMENTS) - 1]


@pytest.mark.parametrize("kind", FailureKind)
def test_every_kind_of_failure_gets_advice_of_its_own(kind: FailureKind) -> None:
    failure = said("content", "599 xyzzy") if kind is FailureKind.REPLY else silent("find_host", kind)
    if kind is FailureKind.CERTIFICATE:
        failure = silent("secure", kind, "other")
    assert advise(RULES, failure, SERVER) not in (None, RULES[-1].advice)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("code", [400, 421, 450, 499, 500, 550, 599])
def test_every_refusing_reply_gets_advice_of_its_own(stage: Stage, code: int) -> None:
    assert advise(RULES, said(stage, f"{code} xyzzy"), SERVER) not in (None, RULES[-1].advice)


def test_conditions_name_only_what_exists() -> None:
    for document in DOCUMENTS:
        when = document["when"]
        assert set(when.get("stages", ())) <= set(Stage), document["title"]
        assert set(when.get("kinds", ())) <= set(FailureKind), document["title"]
        assert set(when.get("faults", ())) <= set(CertificateFault), document["title"]
        assert all(isinstance(code, int) and 400 <= code < 600 for code in when.get("codes", ())), document["title"]
        assert all(re.fullmatch(r"\d+\.\d+", detail) for detail in when.get("enhanced", ())), document["title"]
        re.compile(when.get("host", ""))
        re.compile(when.get("words", ""))


def test_every_rule_says_something_that_can_be_shown() -> None:
    for document in DOCUMENTS:
        assert document.keys() == {"when", "title", "meaning", "steps"}
        assert document["steps"], document["title"]
        for sentence in (document["meaning"], *document["steps"]):
            assert sentence.strip() == sentence
            assert sentence[-1].isalnum() or sentence[-1] in ".;)$", sentence
            # Filled by str.format: a stray brace would raise when shown.
            assert [name for _, name, _, _ in Formatter().parse(sentence) if name is not None] == []
        assert str(Text(document["title"])) == document["title"]


def test_the_first_rule_that_fits_is_taken() -> None:
    first = Advice(title=text("first"), meaning=text(""), steps=())
    second = Advice(title=text("second"), meaning=text(""), steps=())
    failure = said("sign_in", "535 5.7.8 no")
    rules = (AdviceRule(advice=first, codes=frozenset({535})), AdviceRule(advice=second))

    assert advise(rules, failure, SERVER) is first
    assert advise(rules[::-1], failure, SERVER) is second
    assert advise((), failure, SERVER) is None


@pytest.mark.parametrize(
    "conditions",
    [
        {"stages": ["sender"]},
        {"kinds": ["closed"]},
        {"faults": ["expired"]},
        {"codes": [534]},
        {"enhanced": ["7.80"]},
        {"enhanced": ["5.7.8"]},
        {"host": r"^company"},
        {"words": "yes"},
    ],
    ids=str,
)
def test_each_condition_must_hold(conditions: dict[str, object]) -> None:
    holding = {"stages": ["sign_in"], "codes": [535], "enhanced": ["7.8"], "host": "COMPANY", "words": "^535 5.7.8 NO$"}
    rule = {"title": "", "meaning": "", "steps": []}
    failure = said("sign_in", "535 5.7.8 no")

    assert rules_from([rule | {"when": holding}])[0].fits(failure, SERVER)
    assert not rules_from([rule | {"when": holding | conditions}])[0].fits(failure, SERVER)


@pytest.mark.parametrize("conditions", [{"codes": [535]}, {"enhanced": ["7.8"]}, {"words": "."}], ids=str)
def test_a_condition_on_the_reply_does_not_fit_where_there_is_none(conditions: dict[str, object]) -> None:
    (rule,) = rules_from([{"when": conditions, "title": "", "meaning": "", "steps": []}])
    assert not rule.fits(silent("sign_in", "closed"), SERVER)


@pytest.mark.parametrize(
    ("document", "error"),
    [
        ({"meaning": "", "steps": []}, KeyError),
        ({"title": "", "steps": []}, KeyError),
        ({"title": "", "meaning": ""}, KeyError),
        ({"title": "", "meaning": "", "steps": "one"}, TypeError),
        ({"title": "", "meaning": "", "steps": [], "when": ["codes"]}, TypeError),
        ({"title": "", "meaning": "", "steps": [], "when": {"code": [535]}}, TypeError),
    ],
)
def test_a_malformed_rule_is_refused(document: dict[str, object], error: type[Exception]) -> None:
    with pytest.raises(error):
        rules_from([document])
