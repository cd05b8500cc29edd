"""The contract of lines, run by fake and real."""

import re
from collections.abc import Callable, Iterator

import pytest
from contracts.line_contract import LineContract
from conversing import PATIENT, generic
from fakes.lines import FakeMailConnection, FakeMailConnector
from fakes.small import MemoryPipeliningDenylist
from servers.desk import Desk
from servers.scripted import ScriptedServer

from smtp_desktop.transports.smtp.connection import SmtpConnection


@pytest.fixture(params=["PIPELINING", "PIPELINING CHUNKING"])
def desk(request: pytest.FixtureRequest) -> Desk:
    return Desk(tuple(request.param.split()))


class TestSmtpLine(LineContract):
    @pytest.fixture
    def line(self, desk: Desk) -> Iterator[SmtpConnection]:
        with ScriptedServer(desk) as server:
            line = SmtpConnection(
                generic(server.port),
                password=None,
                known_mode=None,
                limits=PATIENT,
                pipelining_denylist=MemoryPipeliningDenylist(),
            )
            yield line
            line.close()

    @pytest.fixture
    def sent(self, desk: Desk) -> Callable[[], list[str]]:
        return lambda: [
            found[1].decode() for mail in desk.taken if (found := re.search(rb"Message-ID: (.*)\r\n", mail.content))
        ]


class TestFakeLine(LineContract):
    @pytest.fixture
    def lines(self) -> FakeMailConnector:
        lines = FakeMailConnector()
        lines.room = 4
        return lines

    @pytest.fixture
    def line(self, lines: FakeMailConnector) -> FakeMailConnection:
        return lines.open(generic(25), secrets={}, known_mode=None)

    @pytest.fixture
    def sent(self, lines: FakeMailConnector) -> Callable[[], list[str]]:
        return lambda: [mail.message.message_id for mail in lines.sent]
