"""Each answer of Entra ID and Graph in the tables of advice, given by a server, leads to that advice."""

import json
from pathlib import Path

import pytest
from domain.graph_advice_examples import EXAMPLES, GRAPH, GraphExample
from graph_hand import Hand, a_mail, failure_of
from servers.https_calls import Answer

from smtp_desktop.domain.advice import advise, rules_from
from smtp_desktop.domain.conversation import FailureKind, Stage
from smtp_desktop.domain.message import Attachment

RULES = rules_from(
    json.loads((Path(__file__).parents[3] / "resources" / "advice_graph.json").read_text(encoding="utf-8"))
)
SAID = {FailureKind.TOKEN_REFUSED, FailureKind.GRAPH_REFUSED, FailureKind.DRAFT_REFUSED}
# A 403 to the look at the mailbox is no failure (sending needs no permission to read), and 404 there is one.
TOLERATED = 403


def said_by_a_server(example: GraphExample) -> bool:
    tolerated = example.stage is Stage.MAILBOX and example.status == TOLERATED
    return example.kind in SAID and not tolerated


@pytest.mark.parametrize("example", [one for one in EXAMPLES if said_by_a_server(one)], ids=str)
def test_what_a_server_says_leads_to_its_advice(hand: Hand, example: GraphExample) -> None:
    script(hand, example)
    large = example.kind is FailureKind.DRAFT_REFUSED
    hand.servers.graph.permissions |= {"Mail.ReadWrite"}
    mail = a_mail(Attachment(name="large", content=bytes(3_500_000))) if large else a_mail()
    failure = failure_of(hand.converse(mail))
    assert (failure.stage, failure.kind) == (example.stage, example.kind)
    advice = advise(RULES, failure, GRAPH)
    assert advice is not None
    assert str(advice.title) == example.title


def script(hand: Hand, example: GraphExample) -> None:
    """The server that is asked says what `example` says."""
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
        error = (example.error_code, example.words or "It is refused for a test.")
        # Twice: a token that is not taken is renewed first.
        hand.servers.graph.answer_next(path, *[Answer(status=example.status, error=error)] * 2)
