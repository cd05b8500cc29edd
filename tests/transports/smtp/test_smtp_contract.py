from collections.abc import Iterator
from dataclasses import replace

import pytest
from contracts.transport_contract import PASSWORD, TransportContract, a_mail, secrets_for
from conversations import USER, generic
from fakes.small import MemoryPipeliningDenylist
from fakes.transport import FakeTransport, failed
from servers.certificates import Authority
from servers.smtp.mailserver import MailServer

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage, StepStatus
from smtp_desktop.domain.smtp.profile import GenericServer, GraphMailbox, Server, SignIn
from smtp_desktop.services.ports import Transport
from smtp_desktop.transports.registry import Transports
from smtp_desktop.transports.smtp.transport import SmtpTransport

SMTP = GenericServer(host_name="smtp.example", user_name=USER)
MAILBOX = GraphMailbox(user_name=USER, tenant_id="tenant.example", client_id="c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20")


class TestSmtp(TransportContract):
    """Through `Transports`, as the program uses it."""

    @pytest.fixture
    def transport(self) -> Transport:
        return Transports(MemoryPipeliningDenylist())

    @pytest.fixture(params=["starttls", "clear"])
    def server(self, request: pytest.FixtureRequest, trusted: Authority) -> Iterator[GenericServer]:
        starttls = trusted.context() if request.param == "starttls" else None
        with MailServer(users={USER: PASSWORD}, starttls=starttls) as server:
            yield generic(server.port, tls=request.param != "clear", auth_required=True)

    def test_the_server_got_it(self, transport: Transport, trusted: Authority) -> None:
        with MailServer(starttls=trusted.context(), users={USER: PASSWORD}) as mail_server:
            server = generic(mail_server.port, tls=True, auth_required=True)
            self.converse(transport, server, secrets_for(server))
            assert mail_server.received == []
            self.converse(transport, server, secrets_for(server), mail=a_mail())
            (taken,) = mail_server.received
        assert b"Subject: Quarterly numbers" in taken.content


class TestFakeTransport(TransportContract):
    @pytest.fixture
    def transport(self) -> Transport:
        return FakeTransport()

    @pytest.fixture(params=[SMTP, MAILBOX, replace(MAILBOX, sign_in=SignIn.APP_ONLY)], ids=["smtp", "graph", "app"])
    def server(self, request: pytest.FixtureRequest) -> Server:
        return request.param

    def test_it_reports_what_it_was_given(self, server: Server, secrets) -> None:
        refusal = failed(server, None, Stage.CONNECT, kind=FailureKind.REFUSED)
        transport = FakeTransport(refusal)
        assert self.converse(transport, server, secrets) is refusal
        assert self.converse(transport, server, secrets, mail=a_mail()).ok
        assert [call.mail for call in transport.conversations] == [None, a_mail()]
        assert [call.secrets for call in transport.conversations] == [secrets] * 2

    def test_it_waits_for_a_cancel(self, server: Server, secrets) -> None:
        transport = FakeTransport(blocking=True)
        cancel = Cancel()
        timeline = self.converse(transport, server, secrets, cancel=cancel, on_step=lambda _: cancel.request())
        assert timeline.failure is not None
        assert timeline.failure.kind is FailureKind.CANCELLED

    def test_it_waits_to_be_released(self, server: Server, secrets) -> None:
        transport = FakeTransport(blocking=True)
        assert self.converse(transport, server, secrets, on_step=lambda _: transport.release()).ok


def test_a_faked_lost_answer_is_no_failed_step() -> None:
    timeline = failed(MAILBOX, a_mail(), Stage.SEND, kind=FailureKind.OUTCOME_UNKNOWN)
    assert [step.status for step in timeline.steps] == [StepStatus.DONE] * 4 + [StepStatus.UNKNOWN]
    assert (timeline.ok, timeline.accepted) == (False, None)


def test_a_missing_password_is_the_callers_bug() -> None:
    with pytest.raises(ValueError, match="password"):
        SmtpTransport(pipelining_denylist=MemoryPipeliningDenylist()).converse(
            generic(1, auth_required=True),
            password=None,
            mail=None,
            known_mode=None,
            cancel=Cancel(),
            on_step=lambda _: None,
        )
