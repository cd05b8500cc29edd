"""Each example of advice for Microsoft 365 leads to its advice when real servers produce it."""

import sys
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

import pytest
from domain.diagnosis.graph_advice_examples import EXAMPLES, GraphExample
from fakes.known_advice import GRAPH_DOCUMENTS as DOCUMENTS
from fakes.known_advice import GRAPH_RULES as RULES
from graph_driver import GraphDriver, a_mail, failure_of
from graph_faults import FAULTS, FaultContext
from servers.certificates import Authority
from servers.https_calls import Answer

from smtp_desktop.domain.diagnosis.context import failure_context_of
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Stage
from smtp_desktop.domain.diagnosis.diagnosis import diagnose
from smtp_desktop.domain.diagnosis.read_failed import ReadFailed
from smtp_desktop.domain.mail.message import Attachment
from smtp_desktop.domain.smtp.profile import ProfileId, SmtpProfile

pytestmark = pytest.mark.long

# In a test a 403 to the look at the mailbox is no failure (sending needs no permission to read); in the reader it is.
FORBIDDEN = 403
SAID = [one for one in EXAMPLES if not one.mischief]
DONE = [one for one in EXAMPLES if one.mischief in FAULTS]
PROXIES = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy", "NO_PROXY", "no_proxy", "HTTP_PROXY")


@pytest.fixture(scope="session")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    return Authority(tmp_path_factory.mktemp("strangers"))


@pytest.fixture
def context(authority: Authority, strangers: Authority, monkeypatch: pytest.MonkeyPatch) -> Iterator[FaultContext]:
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
    with ExitStack() as stack:
        yield FaultContext(stack=stack, environment=monkeypatch, authority=authority, strangers=strangers)


@pytest.mark.parametrize("example", SAID, ids=str)
def test_a_server_s_reply_leads_to_its_advice(driver: GraphDriver, example: GraphExample) -> None:
    failure = said(driver, example)
    assert (failure.stage, failure.kind) == (example.stage, example.kind)
    assert title_of(failure, driver) == example.title


@pytest.mark.parametrize("example", DONE, ids=str)
def test_a_fault_leads_to_its_advice(driver: GraphDriver, context: FaultContext, example: GraphExample) -> None:
    if example.mischief == "dropped packets" and sys.platform != "linux":
        pytest.skip("a full accept queue is silent on Linux alone")
    failure = failure_of(FAULTS[example.mischief](driver, context))
    assert (failure.stage, failure.kind, failure.certificate_fault) == (example.stage, example.kind, example.fault)
    reply = failure.reply
    if isinstance(reply, HttpReply):
        reply = replace(reply, ids=())  # the servers make new ones each time
    assert reply == example.failure.reply
    assert title_of(failure, driver) == example.title


def test_every_rule_has_an_example_of_a_server() -> None:
    # The keyring fails in a delivery: tests/services/test_advice_on_deliveries.py; without
    # a secret nobody is asked. The last rule stands for what the transport can't meet yet.
    before = {"the keyring fails", "an import without a secret"}
    elsewhere = {one.title for one in EXAMPLES if one.mischief in before} | {DOCUMENTS[-1]["title"]}
    assert {document["title"] for document in DOCUMENTS} - {one.title for one in (*SAID, *DONE)} == elsewhere
    assert {one.mischief for one in DONE} == FAULTS.keys()


def title_of(failure: Failure, driver: GraphDriver) -> str:
    profile = SmtpProfile(id=ProfileId("box"), name="Box", server=driver.mailbox)
    advice = diagnose(failure, failure_context_of(profile), RULES).advice
    assert advice is not None
    return str(advice.title)


def said(driver: GraphDriver, example: GraphExample) -> Failure:
    """Returns the failure that the servers make when they say what `example` says."""
    if example.stage is Stage.MAILBOX and example.status == FORBIDDEN:
        driver.servers.graph.answer_next("/messages", *answers(example))
        with pytest.raises(ReadFailed) as caught:
            driver.newest()
        return caught.value.failure
    script(driver, example)
    driver.servers.graph.permissions |= {"Mail.ReadWrite"}
    large = (Attachment(name="large", content=bytes(3_500_000)),) if example.kind is FailureKind.DRAFT_REFUSED else ()
    return failure_of(driver.converse(a_mail(*large)))


def script(driver: GraphDriver, example: GraphExample) -> None:
    if example.aadsts:
        number, *_ = example.aadsts
        words = example.words or "It is refused for a test."
        driver.servers.entra.refuse_with(number, status=example.status, description=words)
    elif example.kind is FailureKind.TOKEN_REFUSED:
        # "AADSTS50999" with no number beside it: it is then read from the words.
        error, words = example.error_code, example.words
        if error.startswith("AADSTS"):
            error, words = "interaction_required", f"{error}: {words}"
        document = {"error": error, "error_description": words}
        driver.servers.entra.answer_next("/token", Answer(status=example.status, json=document))
    else:
        path = {
            FailureKind.GRAPH_REFUSED: "/mailFolders" if example.stage is Stage.MAILBOX else "/sendMail",
            FailureKind.DRAFT_REFUSED: "/messages",
        }[example.kind]
        driver.servers.graph.answer_next(path, *answers(example))


def answers(example: GraphExample) -> list[Answer]:
    error = (example.error_code, example.words or "It is refused for a test.")
    # Twice: a token that is not taken is renewed first.
    return [Answer(status=example.status, error=error)] * 2
