"""What a real conversation with an authorization server comes to, by cause, and who has to do something about it."""

from dataclasses import replace

import pytest
from domain.diagnosis.oauth_advice_examples import context_of
from fakes.known_advice import OAUTH_RULES
from oauth_driver import GOOGLE, MICROSOFT, OTHER, OAuthDriver, refused
from servers.https_calls import Answer, Drop
from servers.ports import closed_port

from smtp_desktop.domain.diagnosis.conversation import Failure
from smtp_desktop.domain.diagnosis.diagnosis import diagnose
from smtp_desktop.domain.diagnosis.kinds import Cause

EVERYBODY = [GOOGLE, MICROSOFT, OTHER]
each_provider = pytest.mark.parametrize("provider", EVERYBODY)


def first_step(failure: Failure, provider: str, cause: Cause) -> str:
    """Returns the first step of the advice, after a look at the cause."""
    diagnosed = diagnose(failure, context_of("browser", provider), OAUTH_RULES)
    assert diagnosed.cause is cause
    assert diagnosed.advice is not None
    return str(diagnosed.advice.steps[0])


@each_provider
def test_who_declines_can_sign_in_again(driver, provider):
    driver.server.behavior.denies = {"error": "access_denied", "error_description": "No."}
    failure = refused(lambda: driver.sign_in(provider)).failure
    assert "user of the mailbox" in first_step(failure, provider, Cause.SIGN_IN_REFUSED)


@each_provider
def test_a_refresh_token_that_ended_asks_the_user_to_sign_in_again(driver, provider):
    failure = refused(lambda: driver.refresh(driver.stored(provider, refresh_token="rt-gone"), provider)).failure
    assert "user of the mailbox" in first_step(failure, provider, Cause.SIGN_IN_ENDED)


@pytest.mark.parametrize("provider", [GOOGLE, MICROSOFT])
def test_a_permission_that_was_left_out_asks_the_user_to_select_it(driver, provider):
    driver.server.behavior.granted_scope = "openid"
    failure = refused(lambda: driver.sign_in(provider)).failure
    assert "select every permission" in first_step(failure, provider, Cause.PERMISSION_MISSING)


@each_provider
def test_a_sign_in_that_nobody_finished_says_what_the_browser_may_show(server, trusted, provider):
    driver = OAuthDriver(server, trusted, wait_s=0.01)
    failure = refused(lambda: driver.sign_in(provider, on_address=driver.browser.only_remember)).failure
    assert "If the page shows no error" in first_step(failure, provider, Cause.SIGN_IN_ENDED)


def test_a_policy_asks_the_administrator(driver):
    error = ("access_denied", "AADSTS53003: Access has been blocked by Conditional Access policies.")
    driver.server.answer_next("/token", Answer(status=400, error=error))
    failure = refused(lambda: driver.refresh(driver.stored(MICROSOFT), MICROSOFT)).failure
    assert "administrator" in first_step(failure, MICROSOFT, Cause.PERMISSION_MISSING)


def test_a_server_that_closes_or_is_not_there_asks_nobody_to_sign_in(driver):
    driver.server.answer_next("/token", Drop())
    closed = refused(lambda: driver.refresh(driver.stored(OTHER), OTHER)).failure
    elsewhere = replace(driver.client(OTHER), issuer=f"https://localhost:{closed_port()}")
    gone = refused(lambda: driver.sign_in(elsewhere)).failure
    for failure in (closed, gone):
        assert "sign in" not in first_step(failure, OTHER, Cause.SERVER_UNREACHABLE).lower()


def test_an_address_that_is_no_authorization_server_has_to_be_corrected_here(driver):
    client = replace(driver.client(OTHER), issuer=f"{driver.server.url}/elsewhere")
    failure = refused(lambda: driver.sign_in(client)).failure
    assert "Check the issuer" in first_step(failure, OTHER, Cause.PROTOCOL)
