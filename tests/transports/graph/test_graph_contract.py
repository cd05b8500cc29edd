"""Microsoft Graph is a transport like the others."""

from collections.abc import Iterator

import pytest
from contracts.transport_contract import CLIENT_SECRET, PASSWORD, TransportContract
from fakes.small import MemoryPipeliningDenylist
from servers.certificates import Authority
from servers.microsoft import CLIENT_ID, TENANT, Microsoft, microsoft

from smtp_desktop.domain.smtp.profile import Cloud, GraphMailbox, SignIn
from smtp_desktop.services.ports import Transport
from smtp_desktop.transports.registry import Transports

MAILBOX = "boss@example.com"


@pytest.fixture
def servers(trusted: Authority) -> Iterator[Microsoft]:
    with microsoft(
        trusted, mailbox=MAILBOX, user_name=MAILBOX, password=PASSWORD, client_secret=CLIENT_SECRET
    ) as running:
        yield running


class TestGraphTransport(TransportContract):
    @pytest.fixture
    def transport(self) -> Transport:
        return Transports(MemoryPipeliningDenylist())

    @pytest.fixture(params=[SignIn.PASSWORD, SignIn.APP_ONLY])
    def server(self, servers: Microsoft, request: pytest.FixtureRequest) -> GraphMailbox:
        return GraphMailbox(
            user_name=MAILBOX,
            tenant_id=TENANT,
            client_id=CLIENT_ID,
            sign_in=request.param,
            cloud=Cloud.CUSTOM,
            authority=servers.entra.url,
            graph_url=servers.graph.url,
        )
