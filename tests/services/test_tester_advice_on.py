"""Advice on what went wrong some time ago, as an attempt to deliver a mail did."""

from dataclasses import replace

import pytest
from services.tester_house import OFFICE, REFUSED, SHOP, House

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Stage
from smtp_desktop.domain.message_text import msg


@pytest.fixture
def house() -> House:
    return House()


def test_a_server_gets_the_advice_that_a_test_would(house: House) -> None:
    shop = house.profiles.create(SHOP)
    advice = house.tester.advice_on(REFUSED.failure, shop)
    assert str(advice.title) == "The server did not accept user name and password"


def test_the_host_counts(house: House) -> None:
    gmail = house.profiles.create(replace(SHOP, host_name="smtp.gmail.com"))
    assert str(house.tester.advice_on(REFUSED.failure, gmail).title) == "Google did not accept user name and password"


def test_there_is_advice_where_the_smtp_is_gone(house: House) -> None:
    assert (
        str(house.tester.advice_on(REFUSED.failure, None).title) == "The server did not accept user name and password"
    )


def test_what_graph_said_gets_graphs_advice_whatever_the_smtp_is_by_now(house: House) -> None:
    reply = HttpReply(code=403, error_code="ErrorAccessDenied")
    failure = Failure(stage=Stage.SEND, kind=FailureKind.GRAPH_REFUSED, message=msg("No."), reply=reply)
    for profile in (house.profiles.create(OFFICE), house.profiles.create(SHOP), None):
        assert str(house.tester.advice_on(failure, profile).title) == "Of Graph"


def test_a_mailbox_that_was_not_reached_gets_graphs_advice(house: House) -> None:
    failure = Failure(stage=Stage.CONNECT, kind=FailureKind.TIMED_OUT, message=msg("No answer."))
    assert str(house.tester.advice_on(failure, house.profiles.create(OFFICE)).title) == "Of Graph"
