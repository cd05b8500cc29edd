"""The contract of MailConnection, run by the fake and the real one."""

import re
from collections.abc import Callable, Iterator

import pytest
from contracts.mail_connection_contract import MailConnectionContract
from conversations import generic, session_context
from fakes.mail_connections import FakeMailConnection, FakeMailConnector
from servers.desk import Desk
from servers.scripted import ScriptedServer

from smtp_desktop.transports.smtp.connection import SmtpConnection


@pytest.fixture(params=["PIPELINING", "PIPELINING CHUNKING"])
def desk(request: pytest.FixtureRequest) -> Desk:
    return Desk(tuple(request.param.split()))


class TestSmtpConnection(MailConnectionContract):
    @pytest.fixture
    def connection(self, desk: Desk) -> Iterator[SmtpConnection]:
        with ScriptedServer(desk) as server:
            connection = SmtpConnection(session_context(generic(server.port)))
            yield connection
            connection.close()

    @pytest.fixture
    def sent(self, desk: Desk) -> Callable[[], list[str]]:
        return lambda: [
            found[1].decode() for mail in desk.taken if (found := re.search(rb"Message-ID: (.*)\r\n", mail.content))
        ]


class TestFakeMailConnection(MailConnectionContract):
    @pytest.fixture
    def connector(self) -> FakeMailConnector:
        connector = FakeMailConnector()
        connector.room = 4
        return connector

    @pytest.fixture
    def connection(self, connector: FakeMailConnector) -> FakeMailConnection:
        return connector.open(generic(25), secrets={}, known_mode=None)

    @pytest.fixture
    def sent(self, connector: FakeMailConnector) -> Callable[[], list[str]]:
        return lambda: [mail.message.message_id for mail in connector.sent]
