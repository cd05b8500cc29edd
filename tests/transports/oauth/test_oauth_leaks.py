"""No secret is shown, however an authorization server repeats it."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from leaks import SECRETS_WITH_LEAKS, Leak, leaked
from oauth_driver import MICROSOFT, OTHER, OAuthDriver, refused
from servers.https_calls import Answer

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.oauth import OAuthProvider


def shown_by(driver: OAuthDriver, provider: OAuthProvider, *, client_secret: str, refresh_token: str) -> str:
    """Returns all that is shown of a refresh that fails."""
    driver.client_secret = Secret(client_secret)
    tokens = replace(driver.stored(provider), refresh_token=Secret(refresh_token))
    error = refused(lambda: driver.refresh(tokens, provider))
    shown = "\n".join([str(error), repr(error.failure), *(line.text for line in error.transcript)])
    return shown.replace(str(driver.server.port), "PORT")


@pytest.mark.long
@settings(
    derandomize=True,
    database=None,
    deadline=None,
    max_examples=30,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    secret_and_leak=SECRETS_WITH_LEAKS,
    provider=st.sampled_from([MICROSOFT, OTHER]),
    is_client_secret=st.booleans(),
    where=st.sampled_from(["error", "error_description", "trace_id"]),
)
def test_no_secret_is_shown_that_the_server_repeats(
    driver: OAuthDriver, secret_and_leak: tuple[str, Leak], provider: OAuthProvider, is_client_secret: bool, where: str
) -> None:
    secret, leak = secret_and_leak
    pair = (secret, "unheard-of") if is_client_secret else ("unheard-of", secret)
    said = {"error": "invalid_grant", "error_description": "no", where: "\n".join(leak.lines)}
    driver.server.answer_next("/token", Answer(status=400, json=said))
    shown = shown_by(driver, provider, client_secret=pair[0], refresh_token=pair[1])
    # A secret may be a word that is shown anyway.
    driver.server.answer_next("/token", Answer(status=400, error=("invalid_grant", "no")))
    anyway = shown_by(driver, provider, client_secret="unheard-of", refresh_token="unheard-of")
    assert not leaked(leak, shown) or leaked(leak, anyway)
