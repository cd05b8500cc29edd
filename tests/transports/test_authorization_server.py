"""The stand-in for an authorization server does what RFC 6749, 7636 and 7662 say, and refuses what they forbid."""

from collections.abc import Iterator

import pytest
import requests
from servers.certificates import Authority
from servers.oauth.authorization_server import AuthorizationServer
from servers.oauth.grants import CLIENT_ID, USER_NAME


@pytest.fixture
def server(authority: Authority) -> Iterator[AuthorizationServer]:
    with AuthorizationServer(authority) as server:
        yield server


def ask(server: AuthorizationServer, session: requests.Session, **fields: str) -> requests.Response:
    return session.post(f"{server.base}/token", data={"client_id": CLIENT_ID, **fields}, timeout=30)


def introspected(server: AuthorizationServer, session: requests.Session, token: str) -> dict[str, object]:
    address = session.get(f"{server.issuer}/.well-known/openid-configuration", timeout=30).json()
    return dict(session.post(address["introspection_endpoint"], data={"token": token}, timeout=30).json())


def test_a_mail_server_can_ask_what_a_token_is_good_for(server, session):
    token = server.grants.issue(scope="smtp")
    found = introspected(server, session, token)
    assert (found["active"], found["username"], found["scope"]) == (True, USER_NAME, "smtp")
    assert introspected(server, session, server.grants.issue(expires_in_s=-1)) == {"active": False}
    server.grants.revoke_all()
    assert introspected(server, session, token) == {"active": False}


def test_a_refresh_token_that_rotates_is_good_for_once_and_its_reuse_ends_all(server, session):
    server.behavior.rotates = True
    first = server.grants.issue_refresh_token()
    second = ask(server, session, grant_type="refresh_token", refresh_token=first).json()["refresh_token"]
    assert second != first
    assert ask(server, session, grant_type="refresh_token", refresh_token=first).json()["error"] == "invalid_grant"
    assert ask(server, session, grant_type="refresh_token", refresh_token=second).json()["error"] == "invalid_grant"


def test_a_code_is_good_for_once_and_with_its_verifier_alone(server, session):
    # RFC 7636 B
    verifier, challenge = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk", "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"
    asked = {"client_id": CLIENT_ID, "scope": "smtp", "redirect_uri": "http://127.0.0.1:1", "state": "s"}
    asked |= {"code_challenge": challenge, "code_challenge_method": "S256"}
    codes = []
    for _ in range(2):
        answer = session.get(f"{server.base}/authorize", params=asked, allow_redirects=False, timeout=30)
        codes.append(requests.utils.unquote(answer.headers["Location"].partition("code=")[2]))
    form = {"grant_type": "authorization_code", "redirect_uri": "http://127.0.0.1:1"}
    assert ask(server, session, **form, code=codes[0], code_verifier="wrong").status_code == 400
    assert ask(server, session, **form, code=codes[1], code_verifier=verifier).status_code == 200
    assert ask(server, session, **form, code=codes[1], code_verifier=verifier).status_code == 400


def test_it_knows_its_client_alone(server, session):
    server.behavior.client_secret = "right"
    form = {"grant_type": "client_credentials", "scope": "smtp"}
    assert ask(server, session, **form).status_code == 401
    assert ask(server, session, **form, client_secret="right").status_code == 200
    assert session.post(f"{server.base}/token", data=form, auth=(CLIENT_ID, "right"), timeout=30).status_code == 200
    assert session.post(f"{server.base}/token", data=form, auth=("other", "right"), timeout=30).status_code == 401
