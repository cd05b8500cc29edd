"""Advice on earlier failures, as of an attempt to deliver a mail."""

from dataclasses import replace

import pytest
from fakes.known_advice import OAUTH_RULES, SMTP_RULES
from services.tester_harness import GRAPH_RULES, OFFICE, REFUSED, SHOP, TesterHarness

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Stage
from smtp_desktop.domain.diagnosis.rules import RuleSet
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.oauth import OAuthClient, OAuthProvider
from smtp_desktop.domain.smtp.profile import SignIn
from smtp_desktop.services.checks.adviser import Adviser

ADVISER = Adviser({RuleSet.GENERIC: SMTP_RULES, RuleSet.GRAPH: GRAPH_RULES, RuleSet.OAUTH: OAUTH_RULES}.__getitem__)


@pytest.fixture
def harness() -> TesterHarness:
    return TesterHarness()


def test_a_server_gets_the_advice_that_a_test_would(harness: TesterHarness) -> None:
    shop = harness.profiles.create(SHOP)
    advice = ADVISER.diagnose(REFUSED.failure, shop).advice
    assert str(advice.title) == "The server did not accept the user name and password"


def test_the_host_counts(harness: TesterHarness) -> None:
    gmail = harness.profiles.create(replace(SHOP, host_name="smtp.gmail.com"))
    advice = ADVISER.diagnose(REFUSED.failure, gmail).advice
    assert str(advice.title) == "Google did not accept the user name and password"


def test_there_is_advice_where_the_smtp_is_gone() -> None:
    assert (
        str(ADVISER.diagnose(REFUSED.failure, None).advice.title)
        == "The server did not accept the user name and password"
    )


def test_what_graph_said_gets_graphs_advice_whatever_the_smtp_is_by_now(harness: TesterHarness) -> None:
    reply = HttpReply(code=403, error_code="ErrorAccessDenied")
    failure = Failure(stage=Stage.SEND, kind=FailureKind.GRAPH_REFUSED, message=msg("No."), reply=reply)
    for profile in (harness.profiles.create(OFFICE), harness.profiles.create(SHOP), None):
        assert str(ADVISER.diagnose(failure, profile).advice.title) == "Of Graph"


def test_a_mailbox_that_was_not_reached_gets_graphs_advice(harness: TesterHarness) -> None:
    failure = Failure(stage=Stage.CONNECT, kind=FailureKind.TIMED_OUT, message=msg("No answer."))
    assert str(ADVISER.diagnose(failure, harness.profiles.create(OFFICE)).advice.title) == "Of Graph"


def test_an_authorization_server_gets_advice_of_its_own(harness: TesterHarness) -> None:
    shop = harness.profiles.create(SHOP)
    client = OAuthClient(provider=OAuthProvider.GOOGLE, client_id="c")
    signed_in = replace(shop, server=replace(shop.server, sign_in=SignIn.BROWSER, oauth=client))
    for kind, title in (
        (FailureKind.TOKEN_REFUSED, "Google has ended the sign-in"),
        (FailureKind.HOST_NOT_FOUND, "The authorization server's address was not found"),
    ):
        reply = HttpReply(code=400, error_code="invalid_grant") if kind is FailureKind.TOKEN_REFUSED else None
        failure = Failure(stage=Stage.TOKEN, kind=kind, message=msg("No."), reply=reply)
        assert str(ADVISER.diagnose(failure, signed_in).advice.title) == title


def test_a_sign_in_that_could_not_connect_is_not_blamed_on_the_mail_server(harness: TesterHarness) -> None:
    shop = harness.profiles.create(SHOP)
    client = OAuthClient(provider=OAuthProvider.OTHER, client_id="c", issuer="https://login.example")
    signing_in = replace(shop, server=replace(shop.server, sign_in=SignIn.BROWSER, oauth=client))
    failure = Failure(stage=Stage.CONNECT, kind=FailureKind.REFUSED, message=msg("No."))
    advice = ADVISER.diagnose_sign_in(failure, signing_in).advice
    assert str(advice.title) == "The authorization server's address refuses the connection"
