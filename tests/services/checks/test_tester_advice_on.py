"""Advice on earlier failures, as of an attempt to deliver a mail."""

from dataclasses import replace

import pytest
from services.tester_harness import OFFICE, REFUSED, SHOP, TesterHarness

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Stage
from smtp_desktop.domain.message_text import msg


@pytest.fixture
def harness() -> TesterHarness:
    return TesterHarness()


def test_a_server_gets_the_advice_that_a_test_would(harness: TesterHarness) -> None:
    shop = harness.profiles.create(SHOP)
    advice = harness.tester.advice_on(REFUSED.failure, shop)
    assert str(advice.title) == "The server did not accept user name and password"


def test_the_host_counts(harness: TesterHarness) -> None:
    gmail = harness.profiles.create(replace(SHOP, host_name="smtp.gmail.com"))
    assert str(harness.tester.advice_on(REFUSED.failure, gmail).title) == "Google did not accept user name and password"


def test_there_is_advice_where_the_smtp_is_gone(harness: TesterHarness) -> None:
    assert (
        str(harness.tester.advice_on(REFUSED.failure, None).title) == "The server did not accept user name and password"
    )


def test_what_graph_said_gets_graphs_advice_whatever_the_smtp_is_by_now(harness: TesterHarness) -> None:
    reply = HttpReply(code=403, error_code="ErrorAccessDenied")
    failure = Failure(stage=Stage.SEND, kind=FailureKind.GRAPH_REFUSED, message=msg("No."), reply=reply)
    for profile in (harness.profiles.create(OFFICE), harness.profiles.create(SHOP), None):
        assert str(harness.tester.advice_on(failure, profile).title) == "Of Graph"


def test_a_mailbox_that_was_not_reached_gets_graphs_advice(harness: TesterHarness) -> None:
    failure = Failure(stage=Stage.CONNECT, kind=FailureKind.TIMED_OUT, message=msg("No answer."))
    assert str(harness.tester.advice_on(failure, harness.profiles.create(OFFICE)).title) == "Of Graph"
