from collections.abc import Iterator

import pytest
from contracts.prober_contract import ProberContract
from contracts.transport_contract import PASSWORD
from conversations import USER, generic
from fakes.prober import FakeProber
from fakes.small import MemoryPipeliningDenylist
from servers.certificates import Authority
from servers.smtp.mailserver import MailServer

from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.services.ports import Prober
from smtp_desktop.transports.registry import Transports


class TestSmtp(ProberContract):
    """Through `Transports`, as the program uses it."""

    @pytest.fixture
    def prober(self) -> Prober:
        return Transports(MemoryPipeliningDenylist())

    @pytest.fixture
    def mail_server(self, trusted: Authority) -> Iterator[MailServer]:
        with MailServer(users={USER: PASSWORD}, starttls=trusted.context()) as server:
            yield server

    @pytest.fixture
    def server(self, mail_server: MailServer) -> GenericServer:
        return generic(mail_server.port, tls=True, auth_required=True)

    def test_the_server_got_no_mail(self, prober, server, mail_server) -> None:
        self.test_a_sender_is_a_stage_of_its_own_and_no_mail(prober, server)
        assert mail_server.received == []
        assert len(mail_server.sign_ins) == 1


class TestFakeProber(ProberContract):
    @pytest.fixture
    def prober(self) -> Prober:
        return FakeProber(("smtp.example", 587))

    @pytest.fixture
    def server(self) -> GenericServer:
        return GenericServer(host_name="smtp.example", user_name=USER)
