"""Each example of advice for Microsoft 365, really given or done by servers, leads to its advice."""

import json
import sys
from collections.abc import Iterator
from contextlib import ExitStack

import pytest
from domain.graph_advice_examples import EXAMPLES, GraphExample
from graph_hand import Hand, a_mail, failure_of
from graph_mischief import MISCHIEF, Wings
from servers.certificates import Authority
from servers.https_calls import Answer

from smtp_desktop.domain.diagnosis.advice import ReadFailed, advise, failure_context_of, rules_from
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Stage
from smtp_desktop.domain.mail.message import Attachment
from smtp_desktop.domain.smtp.providers import Providers
from smtp_desktop.resources import FOLDER

DOCUMENTS = json.loads((FOLDER / "advice_graph.json").read_text(encoding="utf-8"))
RULES = rules_from(DOCUMENTS, Providers())
# In a test a 403 to the look at the mailbox is no failure (sending needs no permission to read); in the reader it is.
FORBIDDEN = 403
SAID = [one for one in EXAMPLES if not one.mischief]
DONE = [one for one in EXAMPLES if one.mischief in MISCHIEF]
PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "HTTP_PROXY")


@pytest.fixture(scope="session")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("strangers"))


@pytest.fixture
def wings(authority: Authority, strangers: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[Wings]:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    with ExitStack() as stack:
        yield Wings(stack=stack, environment=monkeypatch, authority=authority, strangers=strangers)


@pytest.mark.parametrize("example", SAID, ids=str)
def test_what_a_server_says_leads_to_its_advice(hand: Hand, example: GraphExample) -> None:
    failure = said(hand, example)
    assert (failure.stage, failure.kind) == (example.stage, example.kind)
    assert title_of(failure, hand) == example.title


@pytest.mark.parametrize("example", DONE, ids=str)
def test_what_a_server_or_the_network_does_leads_to_its_advice(hand: Hand, wings: Wings, example: GraphExample) -> None:
    if example.mischief == "dropped packets" and sys.platform != "linux":
        pytest.skip("a full accept queue is silent on Linux alone")
    failure = failure_of(MISCHIEF[example.mischief](hand, wings))
    assert (failure.stage, failure.kind, failure.certificate_fault) == (example.stage, example.kind, example.fault)
    assert failure.reply == example.failure.reply
    assert title_of(failure, hand) == example.title


def test_every_rule_is_given_by_a_server() -> None:
    # The keyring fails in a delivery: tests/services/test_advice_on_deliveries.py. The last rule stands for what the
    # transport can't meet yet.
    elsewhere = {one.title for one in EXAMPLES if one.mischief == "the keyring fails"} | {DOCUMENTS[-1]["title"]}
    assert {document["title"] for document in DOCUMENTS} - {one.title for one in (*SAID, *DONE)} == elsewhere
    assert {one.mischief for one in DONE} == MISCHIEF.keys()


def title_of(failure: Failure, hand: Hand) -> str:
    advice = advise(RULES, failure, failure_context_of(hand.mailbox))
    assert advice is not None
    return str(advice.title)


def said(hand: Hand, example: GraphExample) -> Failure:
    """Returns the failure that the servers make when they say what `example` says."""
    if example.stage is Stage.MAILBOX and example.status == FORBIDDEN:
        hand.servers.graph.answer_next("/messages", *answers(example))
        with pytest.raises(ReadFailed) as caught:
            hand.newest()
        return caught.value.failure
    script(hand, example)
    hand.servers.graph.permissions |= {"Mail.ReadWrite"}
    large = (Attachment(name="large", content=bytes(3_500_000)),) if example.kind is FailureKind.DRAFT_REFUSED else ()
    return failure_of(hand.converse(a_mail(*large)))


def script(hand: Hand, example: GraphExample) -> None:
    if example.aadsts:
        number, *_ = example.aadsts
        words = example.words or "It is refused for a test."
        hand.servers.entra.refuse_with(number, status=example.status, description=words)
    elif example.kind is FailureKind.TOKEN_REFUSED:
        # "AADSTS50999" with no number beside it: it is then read from the words.
        error, words = example.error_code, example.words
        if error.startswith("AADSTS"):
            error, words = "interaction_required", f"{error}: {words}"
        document = {"error": error, "error_description": words}
        hand.servers.entra.answer_next("/token", Answer(status=example.status, json=document))
    else:
        path = {
            FailureKind.GRAPH_REFUSED: "/mailFolders" if example.stage is Stage.MAILBOX else "/sendMail",
            FailureKind.DRAFT_REFUSED: "/messages",
        }[example.kind]
        hand.servers.graph.answer_next(path, *answers(example))


def answers(example: GraphExample) -> list[Answer]:
    error = (example.error_code, example.words or "It is refused for a test.")
    # Twice: a token that is not taken is renewed first.
    return [Answer(status=example.status, error=error)] * 2
