"""The advice that ships: every rule is reachable, and speaks of what it should."""

import json
import re
from pathlib import Path
from string import Formatter
from typing import Any

import pytest
from domain.advice_examples import EXAMPLES, MORE, SERVER, said, silent

from smtp_desktop.domain.advice import Advice, AdviceRule, advise, rules_from
from smtp_desktop.domain.conversation import CertificateFault, Failure, FailureKind, Stage
from smtp_desktop.domain.text import Text, text

RESOURCES = Path(__file__).parents[2] / "resources"
DOCUMENTS = json.loads((RESOURCES / "advice.json").read_text(encoding="utf-8"))
RULES = rules_from(DOCUMENTS)
GRAPH_DOCUMENTS = json.loads((RESOURCES / "advice_graph.json").read_text(encoding="utf-8"))

each_file = pytest.mark.parametrize("documents", [DOCUMENTS, GRAPH_DOCUMENTS], ids=["advice", "advice_graph"])

# Kinds that only a Microsoft 365 mailbox fails with; the others can stop an SMTP server's conversation.
GRAPH_KINDS = {
    FailureKind.TOKEN_REFUSED,
    FailureKind.FEDERATED,
    FailureKind.GRAPH_REFUSED,
    FailureKind.DRAFT_REFUSED,
    FailureKind.NOT_GRAPH,
    FailureKind.PROXY,
    FailureKind.RECIPIENTS_DIFFER,
}


@pytest.mark.parametrize(("title", "failure", "host"), EXAMPLES + MORE, ids=lambda value: str(value)[:50])
def test_the_failure_gets_the_advice(title: str, failure: Failure, host: str) -> None:
    assert str(advise(RULES, failure, host).title) == title


def test_every_rule_has_an_example_and_so_none_is_unreachable() -> None:
    assert [document["title"] for document in DOCUMENTS] == [title for title, _, _ in EXAMPLES]


@each_file
def test_a_rule_is_known_by_its_title(documents: list[dict[str, Any]]) -> None:
    titles = [document["title"] for document in documents]
    assert len(titles) == len(set(titles))


@each_file
def test_only_the_last_rule_has_no_condition(documents: list[dict[str, Any]]) -> None:
    assert [index for index, document in enumerate(documents) if not document["when"]] == [len(documents) - 1]


@pytest.mark.parametrize("kind", [kind for kind in FailureKind if kind not in GRAPH_KINDS])
def test_every_kind_of_failure_gets_advice_of_its_own(kind: FailureKind) -> None:
    failure = said("content", "599 xyzzy") if kind is FailureKind.REPLY else silent("find_host", kind)
    if kind is FailureKind.CERTIFICATE:
        failure = silent("secure", kind, "other")
    assert advise(RULES, failure, SERVER) not in (None, RULES[-1].advice)


@pytest.mark.parametrize("stage", Stage)
@pytest.mark.parametrize("code", [400, 421, 450, 499, 500, 550, 599])
def test_every_refusing_reply_gets_advice_of_its_own(stage: Stage, code: int) -> None:
    assert advise(RULES, said(stage, f"{code} xyzzy"), SERVER) not in (None, RULES[-1].advice)


@each_file
def test_conditions_name_only_what_exists(documents: list[dict[str, Any]]) -> None:
    for document in documents:
        when = document["when"]
        # A lone string would be taken for the list of its letters.
        assert all(isinstance(when[name], list) and when[name] for name in when.keys() - {"host", "words"})
        assert set(when.get("stages", ())) <= set(Stage), document["title"]
        assert set(when.get("kinds", ())) <= set(FailureKind), document["title"]
        assert set(when.get("faults", ())) <= set(CertificateFault), document["title"]
        assert all(isinstance(code, int) and 400 <= code < 600 for code in when.get("codes", ())), document["title"]
        assert all(re.fullmatch(r"\d+\.\d+", detail) for detail in when.get("enhanced", ())), document["title"]
        assert all(re.fullmatch(r"\w+", error) for error in when.get("errors", ())), document["title"]
        assert all(isinstance(number, int) and number > 9999 for number in when.get("aadsts", ())), document["title"]
        re.compile(when.get("host", ""))
        re.compile(when.get("words", ""))


def test_a_file_speaks_only_of_its_own_type() -> None:
    assert not any(document["when"].keys() & {"errors", "aadsts"} for document in DOCUMENTS)
    assert not any("enhanced" in document["when"] for document in GRAPH_DOCUMENTS)
    assert not any(set(document["when"].get("kinds", ())) & GRAPH_KINDS for document in DOCUMENTS)


@each_file
def test_every_rule_says_something_that_can_be_shown(documents: list[dict[str, Any]]) -> None:
    for document in documents:
        assert document.keys() == {"when", "title", "meaning", "steps"}
        assert document["steps"], document["title"]
        assert len(document["title"]) <= 70
        for sentence in (document["meaning"], *document["steps"]):
            assert sentence.strip() == sentence
            assert sentence[-1].isalnum() or sentence[-1] in ".;)$", sentence
            # Filled by str.format: a stray brace would raise when shown.
            assert [name for _, name, _, _ in Formatter().parse(sentence) if name is not None] == []
            assert len(sentence) <= 200, "short enough to be read in a dialog"
            assert '"' not in sentence, "our own words, without quotations"
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
