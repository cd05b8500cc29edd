"""The stand-in for Entra ID works with msal, and refuses what the real one refuses."""

import msal
import pytest
import requests
from servers.microsoft.graph_client import ask_for_token
from servers.microsoft.tenant import CLIENT_ID, CLIENT_SECRET, PASSWORD, TENANT, USER_NAME, Microsoft
from servers.proxy import ForwardProxy


class TestEntra:
    def app(self, servers: Microsoft, session: requests.Session) -> msal.ConfidentialClientApplication:
        return msal.ConfidentialClientApplication(
            CLIENT_ID,
            client_credential=CLIENT_SECRET,
            authority=f"{servers.entra.url}/{TENANT}",
            instance_discovery=False,
            http_client=session,
        )

    def test_msal_signs_an_app_in(self, servers: Microsoft, session: requests.Session) -> None:
        result = self.app(servers, session).acquire_token_for_client([servers.scope])
        grant = servers.entra.grant_of(result["access_token"])
        assert grant is not None
        assert not grant.delegated
        servers.entra.revoke_all()
        assert servers.entra.grant_of(result["access_token"]) is None

    def test_msal_signs_a_user_in_and_renews(self, servers: Microsoft, session: requests.Session) -> None:
        # The proxy leads msal's user realm look-up, which drops the port, to the server.
        with ForwardProxy(routes={"127.0.0.1:443": servers.entra.port}) as proxy:
            session.proxies = {"https": proxy.url}
            app = self.app(servers, session)
            first = app.acquire_token_by_username_password(USER_NAME, PASSWORD, [servers.scope])
            (account,) = app.get_accounts()
            cached = app.acquire_token_silent([servers.scope], account)
            renewed = app.acquire_token_silent([servers.scope], account, force_refresh=True)
            servers.entra.revoke_all(refresh_tokens_too=True)
            session.close()
        assert servers.entra.calls_to("/userrealm/")[0].segments[-1] == USER_NAME
        assert cached["access_token"] == first["access_token"] != renewed["access_token"]
        assert [call["grant_type"] for call in servers.entra.token_calls] == ["password", "refresh_token"]
        assert servers.entra.issued[renewed["access_token"]].user_name == USER_NAME

    def test_msal_wants_ws_trust_for_a_federated_domain(self, servers: Microsoft, session: requests.Session) -> None:
        servers.entra.federation_metadata_url = f"{servers.entra.url}/adfs/services/trust/mex"
        with ForwardProxy(routes={"127.0.0.1:443": servers.entra.port}) as proxy:
            session.proxies = {"https": proxy.url}
            with pytest.raises(msal.exceptions.MsalServiceError):
                self.app(servers, session).acquire_token_by_username_password(USER_NAME, PASSWORD, [servers.scope])
            session.close()
        assert servers.entra.calls_to("/adfs/services/trust/mex")
        assert servers.entra.token_calls == []

    @pytest.mark.parametrize(
        ("fields", "expected"),
        [
            ({"tenant": "11111111-2222-3333-4444-555555555555"}, (400, "invalid_request", 90002)),
            ({"tenant": "nonsense"}, (400, "invalid_request", 900023)),
            ({"tenant": "common", "grant_type": "password"}, (400, "invalid_request", 9001023)),
            ({"client_id": "other"}, (400, "unauthorized_client", 700016)),
            ({"client_secret": ""}, (401, "invalid_client", 7000218)),
            ({"client_secret": "wrong"}, (401, "invalid_client", 7000215)),
            ({"scope": "https://graph.microsoft.com/.default"}, (400, "invalid_resource", 500011)),
            ({"scope": "Mail.Send"}, (400, "invalid_scope", 70011)),
            ({"scope": None}, (400, "invalid_request", 900144)),
            ({"grant_type": "password", "username": "who@northwind.example"}, (400, "invalid_grant", 50034)),
            ({"grant_type": "password", "password": PASSWORD + " "}, (400, "invalid_grant", 50126)),
            ({"grant_type": "password", "password": None}, (400, "invalid_request", 900144)),
            ({"grant_type": "refresh_token", "refresh_token": "old"}, (400, "invalid_grant", 50173)),
        ],
    )
    def test_it_refuses(
        self,
        servers: Microsoft,
        session: requests.Session,
        fields: dict[str, str | None],
        expected: tuple[int, str, int],
    ) -> None:
        answer = ask_for_token(servers, session, **fields)
        body = answer.json()
        (number,) = body["error_codes"]
        assert (answer.status_code, body["error"], number) == expected
        assert body["error_description"].startswith(f"AADSTS{number}: ")
        for name, part in (("Trace ID", "trace_id"), ("Correlation ID", "correlation_id"), ("Timestamp", "timestamp")):
            assert f"{name}: {body[part]}" in body["error_description"]
        assert servers.entra.issued == {}

    def test_refusals_on_demand_and_unknown_tenants(self, servers: Microsoft, session: requests.Session) -> None:
        servers.entra.refuse_with(50076, error="interaction_required", suberror="basic_action")
        result = self.app(servers, session).acquire_token_for_client([servers.scope])
        assert (result["error_codes"], result["suberror"]) == ([50076], "basic_action")
        servers.entra.accept_again()
        assert ask_for_token(servers, session).status_code == 200
        discovery = f"{servers.entra.url}/contoso.example/v2.0/.well-known/openid-configuration"
        assert session.get(discovery).json()["error_codes"] == [90002]
        as_json = session.post(f"{servers.entra.url}/{TENANT}/oauth2/v2.0/token", json={})
        assert as_json.json()["error_codes"] == [900144]
