from collections.abc import Iterator

import pytest
from contracts.transport_contract import PASSWORD, TransportContract, a_mail
from conversing import PATIENT, USER, generic
from fakes.transport import FakeTransport, failed
from servers.certificates import Authority
from servers.mailserver import MailServer

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.conversation import FailureKind, Stage
from smtp_desktop.domain.profile import GenericServer
from smtp_desktop.services.ports import Transport
from smtp_desktop.transports.smtp.transport import SmtpTransport


class TestSmtpTransport(TransportContract):
    @pytest.fixture
    def transport(self) -> Transport:
        return SmtpTransport(limits=PATIENT)

    @pytest.fixture
    def server(self, trusted: Authority) -> Iterator[GenericServer]:
        with MailServer(starttls=trusted.context(), users={USER: PASSWORD}) as server:
            yield generic(server.port, tls=True, auth_required=True)


class TestFakeTransport(TransportContract):
    @pytest.fixture
    def transport(self) -> Transport:
        return FakeTransport()

    @pytest.fixture
    def server(self) -> GenericServer:
        return generic(587, tls=True, auth_required=True)

    def test_it_tells_what_it_was_given(self, server: GenericServer) -> None:
        refusal = failed(server, None, Stage.SIGN_IN)
        transport = FakeTransport(refusal)
        assert self.converse(transport, server) is refusal
        assert self.converse(transport, server, mail=a_mail()).ok
        assert [call.mail for call in transport.calls] == [None, a_mail()]

    def test_it_waits_for_a_cancel(self, server: GenericServer) -> None:
        transport = FakeTransport(blocking=True)
        cancel = Cancel()
        timeline = self.converse(transport, server, cancel=cancel, on_step=lambda _: cancel.request())
        assert timeline.failure is not None
        assert timeline.failure.kind is FailureKind.CANCELLED

    def test_it_waits_to_be_released(self, server: GenericServer) -> None:
        transport = FakeTransport(blocking=True)
        assert self.converse(transport, server, on_step=lambda _: transport.release()).ok


def test_a_missing_password_is_the_callers_bug() -> None:
    with pytest.raises(ValueError, match="password"):
        SmtpTransport().converse(
            generic(1, auth_required=True),
            password=None,
            mail=None,
            known_mode=None,
            cancel=Cancel(),
            on_step=lambda _: None,
        )
