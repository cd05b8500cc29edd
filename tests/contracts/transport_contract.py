"""What every transport must do, whatever it speaks."""

import threading
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from smtp_desktop.domain.address import Address
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.conversation import FailureKind, Outcome, Stage, Step, Timeline, TlsMode
from smtp_desktop.domain.message import Envelope, Mail, Message
from smtp_desktop.domain.profile import GenericServer
from smtp_desktop.domain.secret import Secret
from smtp_desktop.services.ports import Transport

PASSWORD = "correct horse 4711"
SENDING = (Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT)


def a_mail() -> Mail:
    """Returns a mail from boss@example.com to info@example.com."""
    boss = Address(local="boss", domain="example.com", display_name="The Boss")
    info = Address(local="info", domain="example.com")
    return Mail(
        envelope=Envelope(sender=boss, recipients=(info,)),
        message=Message(
            header_from=boss,
            to=(info,),
            subject="Quarterly numbers",
            text="All is well.\n",
            message_id="<1.2@example.com>",
            date=datetime(2026, 11, 23, 9, 30, tzinfo=UTC),
        ),
    )


class TransportContract:
    """Override `transport`, and `server`: one that signs in `user_name` with PASSWORD and takes a_mail()."""

    @pytest.fixture
    def transport(self) -> Transport:
        raise NotImplementedError

    @pytest.fixture
    def server(self) -> GenericServer:
        raise NotImplementedError

    @staticmethod
    def converse(
        transport: Transport,
        server: GenericServer,
        *,
        mail: Mail | None = None,
        known_mode: TlsMode | None = None,
        cancel: Cancel | None = None,
        on_step: Callable[[Step], None] = lambda _: None,
    ) -> Timeline:
        return transport.converse(
            server,
            password=Secret(PASSWORD) if server.auth_required else None,
            mail=mail,
            known_mode=known_mode,
            cancel=cancel or Cancel(),
            on_step=on_step,
        )

    def test_a_check_ends_with_sign_in(self, transport: Transport, server: GenericServer) -> None:
        timeline = self.converse(transport, server)
        assert timeline.ok
        assert timeline.accepted is None
        assert timeline.steps[-1].stage is Stage.SIGN_IN
        assert all(step.outcome is Outcome.DONE for step in timeline.steps)

    def test_a_mail_is_handed_over(self, transport: Transport, server: GenericServer) -> None:
        timeline = self.converse(transport, server, mail=a_mail())
        assert timeline.ok
        assert timeline.accepted is not None
        assert timeline.accepted.code == 250
        assert [step.stage for step in timeline.steps][-3:] == list(SENDING)

    def test_stages_stand_in_their_order(self, transport: Transport, server: GenericServer) -> None:
        stages = [step.stage for step in self.converse(transport, server, mail=a_mail()).steps]
        assert stages == [stage for stage in Stage if stage in stages]

    def test_every_step_is_told_when_it_starts_and_when_it_ends(
        self, transport: Transport, server: GenericServer
    ) -> None:
        told: list[Step] = []
        timeline = self.converse(transport, server, mail=a_mail(), on_step=told.append)
        assert [step.stage for step in told[::2]] == [step.stage for step in timeline.steps]
        assert {step.outcome for step in told[::2]} == {Outcome.RUNNING}
        assert told[1::2] == list(timeline.steps)

    def test_steps_are_told_on_the_calling_thread(self, transport: Transport, server: GenericServer) -> None:
        threads: set[int] = set()
        self.converse(transport, server, on_step=lambda _: threads.add(threading.get_ident()))
        assert threads == {threading.get_ident()}

    def test_a_mode_that_is_known_may_be_given(self, transport: Transport, server: GenericServer) -> None:
        known = self.converse(transport, server).security
        assert self.converse(transport, server, known_mode=known.mode if known else None).ok

    def test_what_was_cancelled_before_ends_at_once(self, transport: Transport, server: GenericServer) -> None:
        cancel = Cancel()
        cancel.request()
        timeline = self.converse(transport, server, mail=a_mail(), cancel=cancel)
        assert timeline.failure is not None
        assert timeline.failure.kind is FailureKind.CANCELLED
        assert timeline.accepted is None
        assert timeline.steps[-1].outcome is Outcome.NOT_REACHED

    def test_no_secret_is_told(self, transport: Transport, server: GenericServer) -> None:
        assert PASSWORD not in repr(self.converse(transport, server, mail=a_mail()))
