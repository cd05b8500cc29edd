"""The contract of AuthorizationServers. A subclass gives the fixtures `servers`, `client`, `smtp_server`, `secrets` of
an app, `open_address`, `enter_code` and `revoke`, which ends every refresh token; ACCOUNT signs in."""

from collections.abc import Callable, Mapping
from datetime import datetime

import pytest

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind, HttpReply, Stage
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.errors import NoAccessToken
from smtp_desktop.domain.sign_in.tokens import DeviceCode, TokenSet
from smtp_desktop.domain.smtp.oauth import OAuthClient
from smtp_desktop.domain.smtp.profile import GenericServer, SecretField
from smtp_desktop.services.sign_in.ports import AuthorizationServers

ACCOUNT = "anna@northwind.example"


class AuthorizationServersContract:
    """`now` is the moment that ends are compared with."""

    now: datetime

    def signed_in(
        self, servers: AuthorizationServers, client: OAuthClient, open_address: Callable[[str], None]
    ) -> TokenSet:
        return servers.sign_in_by_browser(
            client, client_secret=None, user_name=ACCOUNT, cancel=Cancel(), on_address=open_address
        )

    def test_a_person_signs_in_by_browser(self, servers, client, open_address):
        addresses: list[str] = []

        def opened(address: str) -> None:
            addresses.append(address)
            open_address(address)

        tokens = self.signed_in(servers, client, opened)
        assert len(addresses) == 1
        assert addresses[0].startswith("https://")
        assert tokens.account == ACCOUNT
        assert tokens.refresh_token
        assert tokens.expires_at > self.now

    def test_a_person_signs_in_on_another_device(self, servers, client, enter_code):
        codes: list[DeviceCode] = []

        def entered(code: DeviceCode) -> None:
            codes.append(code)
            enter_code(code)

        tokens = servers.sign_in_by_device(
            client, client_secret=None, user_name=ACCOUNT, cancel=Cancel(), on_code=entered
        )
        assert len(codes) == 1
        assert codes[0].address.startswith("https://")
        assert tokens.account == ACCOUNT
        assert tokens.refresh_token

    def test_a_refresh_brings_another_access_token_of_the_same_account(self, servers, client, open_address):
        before = self.signed_in(servers, client, open_address)
        after = servers.refresh(client, before, client_secret=None, cancel=Cancel())
        assert after.access_token != before.access_token
        assert after.account == before.account
        assert after.refresh_token

    def test_a_refresh_token_that_ended_is_refused(
        self, servers: AuthorizationServers, client: OAuthClient, open_address, revoke: Callable[[], None]
    ):
        tokens = self.signed_in(servers, client, open_address)
        revoke()
        with pytest.raises(NoAccessToken) as found:
            servers.refresh(client, tokens, client_secret=None, cancel=Cancel())
        failure = found.value.failure
        assert (failure.kind, failure.stage) == (FailureKind.TOKEN_REFUSED, Stage.TOKEN)
        assert isinstance(failure.reply, HttpReply)
        assert failure.reply.error_code == "invalid_grant"

    def test_an_app_signs_in_as_itself(
        self, servers: AuthorizationServers, smtp_server: GenericServer, secrets: Mapping[SecretField, Secret]
    ):
        first = servers.app_token(smtp_server, secrets=secrets, cancel=Cancel())
        second = servers.app_token(smtp_server, secrets=secrets, cancel=Cancel())
        assert first.access_token != second.access_token
        assert second.expires_at > self.now
