"""The contracts of every transport, mail connection and reader of mailboxes, for Microsoft Graph."""

from collections.abc import Callable, Iterator

import pytest
from contracts.mail_connection_contract import MailConnectionContract
from contracts.mailboxes_contract import COUNT, MailboxesContract
from contracts.transport_contract import CLIENT_SECRET, PASSWORD, TransportContract, secrets_for
from fakes.mailboxes import FakeMailboxes
from fakes.mailboxes import a_mail as a_received_mail
from fakes.small import MemoryPipeliningDenylist
from servers.certificates import Authority
from servers.microsoft.tenant import CLIENT_ID, TENANT, Microsoft, microsoft

from smtp_desktop.domain.smtp.profile import Cloud, GraphMailbox, SignIn
from smtp_desktop.services.ports import Mailboxes, Transport
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


class TestGraphMailboxes(MailboxesContract):
    @pytest.fixture
    def mailboxes(self) -> Mailboxes:
        return Transports(MemoryPipeliningDenylist())

    @pytest.fixture
    def mailbox(self, servers: Microsoft, server: GraphMailbox) -> GraphMailbox:
        servers.graph.permissions |= {"Mail.Read"}
        servers.graph.fill(COUNT)
        return server


class TestFakeMailboxes(MailboxesContract):
    @pytest.fixture
    def mailboxes(self) -> Mailboxes:
        return FakeMailboxes([a_received_mail(number) for number in range(COUNT)])

    @pytest.fixture
    def mailbox(self) -> GraphMailbox:
        return GraphMailbox(user_name=MAILBOX, tenant_id=TENANT, client_id=CLIENT_ID)
