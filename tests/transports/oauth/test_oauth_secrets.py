"""Nothing secret of a sign-in is shown or logged, whatever the server repeats."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest
from app_keys import ACCOUNT, service_account
from oauth_driver import GOOGLE, MICROSOFT, OTHER, OAuthDriver
from servers.https_calls import Answer, Call

from smtp_desktop.composition.data_folder import log_file
from smtp_desktop.composition.logs import start_logging, stop_logging
from smtp_desktop.domain.diagnosis.conversation import FailureKind
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.errors import NoAccessToken
from smtp_desktop.domain.smtp.profile import SecretField

SECRET = "canary-s3cret-0815"
_SECRETS = ("code", "code_verifier", "client_secret", "refresh_token", "device_code", "assertion", "client_assertion")


def repeat(call: Call) -> Answer:
    """Returns a refusal that repeats the whole request."""
    said = call.body.decode("utf-8", "replace") + " ".join(f"{k}: {v}" for k, v in call.headers.items())
    words = f"I heard: {said} {' '.join(call.form.values())}"
    return Answer(status=400, json={"error": "invalid_grant", "error_description": words, "trace_id": words})


def secrets_of(driver: OAuthDriver) -> list[str]:
    """Returns everything secret that went over the wire."""
    sent = [value for call in driver.server.calls for name, value in call.form.items() if name in _SECRETS]
    basic = [call.headers["Authorization"] for call in driver.server.calls if "Authorization" in call.headers]
    tokens = [*driver.server.grants.issued, *driver.server.grants.refresh_tokens]
    return [*sent, *(one.partition(" ")[2] for one in basic), *tokens, SECRET]


WAYS: list[tuple[str, Callable[[OAuthDriver], object]]] = [
    *((f"browser {one}", lambda driver, one=one: driver.sign_in(one)) for one in (GOOGLE, MICROSOFT, OTHER)),
    *((f"device {one}", lambda driver, one=one: driver.sign_in_by_device(one)) for one in (MICROSOFT, OTHER)),
    *(
        (f"refresh {one}", lambda driver, one=one: driver.refresh(driver.stored(one), one))
        for one in (GOOGLE, MICROSOFT, OTHER)
    ),
    *(
        (f"app {one}", lambda driver, one=one: driver.app_token(one, {SecretField.CLIENT_SECRET: Secret(SECRET)}))
        for one in (MICROSOFT, OTHER)
    ),
]
each_way = pytest.mark.parametrize(("name", "run"), WAYS, ids=[name for name, _ in WAYS])


def prepare(driver: OAuthDriver, name: str) -> None:
    """Gives both sides a client secret, but for Microsoft's sign-in with a code, which has none."""
    driver.client_secret = Secret(SECRET)
    driver.server.behavior.client_secret = "" if name == "device microsoft" else SECRET


@each_way
def test_what_the_server_repeats_is_withheld(driver, name, run):
    prepare(driver, name)
    driver.server.answer_next("/token", repeat)
    with pytest.raises(NoAccessToken) as found:
        run(driver)
    driver.browser.wait()
    shown = f"{found.value.failure!r}{found.value.transcript!r}{found.value}{driver.browser.page}"
    assert found.value.failure.kind is FailureKind.TOKEN_REFUSED
    assert "characters withheld" in shown
    assert not [secret for secret in secrets_of(driver) if secret in shown]


def test_the_assertion_of_a_service_account_is_withheld(driver, key):
    driver.server.answer_next("/token", repeat)
    with pytest.raises(NoAccessToken) as found:
        driver.app_token(GOOGLE, {SecretField.SERVICE_ACCOUNT: service_account(key)})
    shown = f"{found.value.failure!r}{found.value.transcript!r}"
    assert "characters withheld" in shown
    assert not [secret for secret in secrets_of(driver) if secret in shown]


def test_an_error_that_the_browser_brings_may_hold_no_secret(driver):
    driver.client_secret = Secret(SECRET)
    driver.server.behavior.denies = {"error": "server_error", "error_description": f"I know {SECRET}"}
    for provider in (GOOGLE, MICROSOFT, OTHER):
        with pytest.raises(NoAccessToken) as found:
            driver.sign_in(provider)
        driver.browser.wait()
        assert SECRET not in f"{found.value.failure!r}{found.value.transcript!r}{driver.browser.page}"


def test_no_log_holds_anything_secret(driver, key, tmp_path: Path):
    driver.server.behavior.service_accounts[ACCOUNT] = key.public_key()
    path = log_file(tmp_path)
    start_logging(path, logging.DEBUG)
    try:
        for name, run in WAYS:
            prepare(driver, name)
            run(driver)
            driver.server.answer_next("/token", repeat)
            with pytest.raises(NoAccessToken):
                run(driver)
        driver.app_token(GOOGLE, {SecretField.SERVICE_ACCOUNT: service_account(key)})
    finally:
        stop_logging()
    driver.browser.wait()
    logged = path.read_text(encoding="utf-8")
    assert len(secrets_of(driver)) > 30
    assert not [secret for secret in secrets_of(driver) if secret in logged]
    assert "at-" not in logged
