"""The contract of lines, run by fake and real."""

import re
from collections.abc import Callable, Iterator

import pytest
from contracts.line_contract import LineContract
from conversing import PATIENT, generic
from fakes.lines import FakeLine, FakeLines
from fakes.small import MemoryPlainServers
from servers.desk import Desk
from servers.scripted import ScriptedServer

from smtp_desktop.transports.smtp.connection import SmtpLine


@pytest.fixture(params=["PIPELINING", "PIPELINING CHUNKING"])
def desk(request: pytest.FixtureRequest) -> Desk:
    return Desk(tuple(request.param.split()))


class TestSmtpLine(LineContract):
    @pytest.fixture
    def line(self, desk: Desk) -> Iterator[SmtpLine]:
        with ScriptedServer(desk) as server:
            line = SmtpLine(
                generic(server.port), password=None, known_mode=None, limits=PATIENT, plain_servers=MemoryPlainServers()
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
    def lines(self) -> FakeLines:
        lines = FakeLines()
        lines.room = 4
        return lines

    @pytest.fixture
    def line(self, lines: FakeLines) -> FakeLine:
        return lines.open(generic(25), secrets={}, known_mode=None)

    @pytest.fixture
    def sent(self, lines: FakeLines) -> Callable[[], list[str]]:
        return lambda: [mail.message.message_id for mail in lines.sent]
