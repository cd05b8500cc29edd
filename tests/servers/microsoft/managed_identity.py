"""Azure's identity service on loopback, as App Service and as a virtual machine have it.

with IdentityService("https://graph.microsoft.com") as service:
    service.pose_as_app_service(monkeypatch)
    ...  # ask for a token
assert service.calls[0].query["resource"] == "https://graph.microsoft.com"
"""

import secrets
import time
from collections.abc import Callable

import pytest
from servers.https import HttpsServer
from servers.https_calls import Answer, Call
from servers.microsoft.entra import EntraServer, Grant

HEADER = "canary-identity-header-4711"
_NAMES = ("IDENTITY_ENDPOINT", "IDENTITY_HEADER", "IMDS_ENDPOINT", "MSI_ENDPOINT", "MSI_SECRET")
_VM = "AZURE_POD_IDENTITY_AUTHORITY_HOST"


class IdentityService(HttpsServer):
    """Gives tokens for `resource`, which `entra` knows where it is given. Without `user_assigned`, an identity is there
    that the system assigned."""

    def __init__(self, resource: str, entra: EntraServer | None = None, *, user_assigned: str = "") -> None:
        super().__init__(None)
        self.user_assigned = user_assigned
        self.issued: list[str] = []
        self._resource = resource
        self._entra = entra

    def pose_as_app_service(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Sets the environment that a process has in App Service."""
        _clear(monkeypatch)
        monkeypatch.setenv("IDENTITY_ENDPOINT", f"{self.url}/msi/token")
        monkeypatch.setenv("IDENTITY_HEADER", HEADER)

    def pose_as_machine(self, monkeypatch: pytest.MonkeyPatch) -> None:
        """Lets the address of virtual machines, which is link-local, be this one."""
        _clear(monkeypatch)
        monkeypatch.setenv(_VM, self.url)

    def handle(self, call: Call) -> Answer:
        """Answers requests for tokens."""
        match call.path:
            case "/msi/token":
                if call.headers.get("X-IDENTITY-HEADER") != HEADER or call.query["api-version"] != "2019-08-01":
                    return Answer(status=401, json={"statusCode": 401, "message": "The header is wrong."})
                return self._answer(
                    call,
                    lambda text: {"statusCode": 400, "message": text},
                    {"expires_on": str(int(time.time()) + 3600)},
                )
            case "/metadata/identity/oauth2/token":
                if call.headers.get("Metadata") != "true":
                    return Answer(status=400, json={"error": "bad_request_102"})
                return self._answer(
                    call, lambda text: {"error": "invalid_request", "error_description": text}, {"expires_in": "3600"}
                )
        return Answer(status=404)

    def _answer(self, call: Call, refusal: Callable[[str], dict[str, object]], times: dict[str, str]) -> Answer:
        if call.query.get("client_id", "") != self.user_assigned:
            return Answer(status=400, json=refusal("Identity not found"))
        if call.query["resource"] != self._resource:
            return Answer(status=400, json=refusal(f"There is no resource {call.query['resource']}"))
        token = f"eyJ0eXAiOiJKV1Qi.{secrets.token_urlsafe(40)}.{secrets.token_urlsafe(20)}"
        self.issued.append(token)
        if self._entra:
            self._entra.issued[token] = Grant(grant_type="managed_identity", user_name="", scope=".default")
        return Answer(json={"access_token": token, "token_type": "Bearer", "resource": call.query["resource"], **times})


def _clear(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*_NAMES, _VM, "IDENTITY_SERVER_THUMBPRINT"):
        monkeypatch.delenv(name, raising=False)
