"""The contract of every prober."""

import base64

import pytest
from contracts.transport_contract import PASSWORD

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage, StepStatus, Timeline
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.services.ports import Prober

BOSS = Address(local="boss", domain="example.com")


class ProberContract:
    """Override `prober`, and `server`: one that signs in `user_name` with PASSWORD and lets BOSS send."""

    @pytest.fixture
    def prober(self) -> Prober:
        raise NotImplementedError

    @pytest.fixture
    def server(self) -> GenericServer:
        raise NotImplementedError

    @staticmethod
    def probe(
        prober: Prober,
        server: GenericServer,
        *,
        password: str = "",
        sender: Address | None = None,
        cancel: Cancel | None = None,
    ) -> Timeline:
        return prober.probe(
            server,
            password=Secret(password) if password else None,
            sender=sender,
            known_mode=None,
            cancel=cancel or Cancel(),
        )

    @staticmethod
    def outcomes(timeline: Timeline) -> dict[Stage, StepStatus]:
        return {step.stage: step.outcome for step in timeline.steps}

    def test_without_a_password_it_does_not_sign_in(self, prober, server) -> None:
        timeline = self.probe(prober, server)
        assert timeline.ok
        assert tuple(self.outcomes(timeline)) == stages_of(server, sends=False)
        assert self.outcomes(timeline).pop(Stage.SIGN_IN) is StepStatus.NOT_REACHED
        assert self.outcomes(timeline)[Stage.GREET] is StepStatus.DONE

    def test_with_a_password_it_does(self, prober, server) -> None:
        timeline = self.probe(prober, server, password=PASSWORD)
        assert timeline.ok
        assert set(self.outcomes(timeline).values()) == {StepStatus.DONE}
        assert Stage.SENDER not in self.outcomes(timeline)

    def test_a_sender_is_a_stage_of_its_own_and_no_mail(self, prober, server) -> None:
        timeline = self.probe(prober, server, password=PASSWORD, sender=BOSS)
        assert timeline.ok
        assert timeline.accepted is None
        assert tuple(self.outcomes(timeline)) == (*stages_of(server, sends=False), Stage.SENDER)

    def test_what_was_cancelled_before_ends_at_once(self, prober, server) -> None:
        cancel = Cancel()
        cancel.request()
        failure = self.probe(prober, server, password=PASSWORD, cancel=cancel).failure
        assert failure is not None
        assert failure.kind is FailureKind.CANCELLED

    def test_no_secret_is_shown(self, prober, server) -> None:
        shown = repr(self.probe(prober, server, password=PASSWORD, sender=BOSS))
        assert PASSWORD not in shown
        assert base64.b64encode(f"\0{server.user_name}\0{PASSWORD}".encode()).decode() not in shown
