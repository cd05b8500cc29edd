"""The contract of MailConnection, run by the fake and the real one."""

import re
from collections.abc import Callable, Iterator

import pytest
from contracts.mail_connection_contract import BatchingMailConnectionContract
from conversations import generic, session_context
from fakes.mail_connections import FakeMailConnection, FakeMailConnector
from servers.smtp.mail_script import MailScript
from servers.smtp.scripted import ScriptedServer

from smtp_desktop.transports.smtp.connection import SmtpConnection


@pytest.fixture(params=["PIPELINING", "PIPELINING CHUNKING"])
def mail_script(request: pytest.FixtureRequest) -> MailScript:
    return MailScript(tuple(request.param.split()))


class TestSmtpConnection(BatchingMailConnectionContract):
    @pytest.fixture
    def connection(self, mail_script: MailScript) -> Iterator[SmtpConnection]:
        with ScriptedServer(mail_script) as server:
            connection = SmtpConnection(session_context(generic(server.port)))
            yield connection
            connection.close()

    @pytest.fixture
    def sent(self, mail_script: MailScript) -> Callable[[], list[str]]:
        return lambda: [
            found[1].decode()
            for mail in mail_script.taken
            if (found := re.search(rb"Message-ID: (.*)\r\n", mail.content))
        ]


class TestFakeMailConnection(BatchingMailConnectionContract):
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
