"""The contracts of every transport and of every mail connection, for Microsoft Graph."""

from collections.abc import Callable, Iterator

import pytest
from contracts.mail_connection_contract import MailConnectionContract
from contracts.transport_contract import CLIENT_SECRET, PASSWORD, TransportContract, secrets_for
from fakes.small import MemoryPipeliningDenylist
from servers.certificates import Authority
from servers.microsoft import CLIENT_ID, TENANT, Microsoft, microsoft

from smtp_desktop.domain.smtp.profile import Cloud, GraphMailbox, SignIn
from smtp_desktop.services.ports import Transport
from smtp_desktop.transports.graph.transport import GraphConnection, GraphTransport
from smtp_desktop.transports.registry import Transports

MAILBOX = "boss@example.com"


@pytest.fixture
def servers(trusted: Authority) -> Iterator[Microsoft]:
    with microsoft(
        trusted, mailbox=MAILBOX, user_name=MAILBOX, password=PASSWORD, client_secret=CLIENT_SECRET
    ) as running:
        yield running


@pytest.fixture(params=[SignIn.PASSWORD, SignIn.APP_ONLY])
def server(servers: Microsoft, request: pytest.FixtureRequest) -> GraphMailbox:
    return GraphMailbox(
        user_name=MAILBOX,
        tenant_id=TENANT,
        client_id=CLIENT_ID,
        sign_in=request.param,
        cloud=Cloud.CUSTOM,
        authority=servers.entra.url,
        graph_url=servers.graph.url,
    )


class TestGraphTransport(TransportContract):
    @pytest.fixture
    def transport(self) -> Transport:
        return Transports(MemoryPipeliningDenylist())

    @pytest.fixture
    def server(self, server: GraphMailbox) -> GraphMailbox:
        return server


class TestGraphConnection(MailConnectionContract):
    @pytest.fixture
    def connection(self, server: GraphMailbox) -> Iterator[GraphConnection]:
        connection = GraphTransport().connection(server, secrets=secrets_for(server))
        yield connection
        connection.close()

    @pytest.fixture
    def sent(self, servers: Microsoft) -> Callable[[], list[str]]:
        return lambda: [mail.internet_message_id for mail in servers.graph.sent]
