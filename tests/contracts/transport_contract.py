"""The contract of every transport, whatever its protocol."""

import base64
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from urllib.parse import quote, quote_plus

import pytest

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Step, StepStatus, Timeline, TlsMode
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.mail.message import Envelope, Mail, Message
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import GenericServer, ProfileId, SecretField, Server, SmtpProfile
from smtp_desktop.services.ports import Transport

PASSWORD = "correct horse 4711"
CLIENT_SECRET = "app~s3cret/+ 0815"
SECRETS = {SecretField.PASSWORD: Secret(PASSWORD), SecretField.CLIENT_SECRET: Secret(CLIENT_SECRET)}


def secrets_for(server: Server) -> dict[SecretField, Secret]:
    """Returns the secrets that `server` is signed in to with."""
    needed = SmtpProfile(id=ProfileId("p1"), name="One", server=server).needed_secrets
    return {field: SECRETS[field] for field in needed}


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
    """Override `transport`, and `server`: one that signs in `user_name` with SECRETS and takes a_mail()."""

    @pytest.fixture
    def transport(self) -> Transport:
        raise NotImplementedError

    @pytest.fixture
    def server(self) -> Server:
        raise NotImplementedError

    @pytest.fixture
    def secrets(self, server: Server) -> Mapping[SecretField, Secret]:
        return secrets_for(server)

    @staticmethod
    def converse(
        transport: Transport,
        server: Server,
        secrets: Mapping[SecretField, Secret],
        *,
        mail: Mail | None = None,
        known_mode: TlsMode | None = None,
        cancel: Cancel | None = None,
        on_step: Callable[[Step], None] = lambda _: None,
    ) -> Timeline:
        return transport.converse(
            server,
            secrets=secrets,
            mail=mail,
            known_mode=known_mode,
            cancel=cancel or Cancel(),
            on_step=on_step,
        )

    def test_a_check_goes_through_its_stages_and_sends_nothing(self, transport, server, secrets) -> None:
        timeline = self.converse(transport, server, secrets)
        assert timeline.ok
        assert timeline.accepted is None
        assert tuple(step.stage for step in timeline.steps) == stages_of(server, sends=False)
        assert all(step.outcome is StepStatus.DONE for step in timeline.steps)

    def test_a_mail_is_handed_over_through_all_stages(self, transport, server, secrets) -> None:
        timeline = self.converse(transport, server, secrets, mail=a_mail())
        assert timeline.ok
        assert timeline.accepted is not None
        assert timeline.accepted.positive
        assert tuple(step.stage for step in timeline.steps) == stages_of(server, sends=True)
        assert all(step.outcome is StepStatus.DONE for step in timeline.steps)

    def test_each_step_has_its_duration(self, transport, server, secrets) -> None:
        steps = self.converse(transport, server, secrets, mail=a_mail()).steps
        assert [step.started_ms for step in steps] == sorted(step.started_ms for step in steps)
        assert all(step.duration_ms >= 0 for step in steps)

    def test_every_step_is_reported_when_it_starts_and_when_it_ends(self, transport, server, secrets) -> None:
        reported: list[Step] = []
        timeline = self.converse(transport, server, secrets, mail=a_mail(), on_step=reported.append)
        assert [step.stage for step in reported[::2]] == [step.stage for step in timeline.steps]
        assert {step.outcome for step in reported[::2]} == {StepStatus.RUNNING}
        assert reported[1::2] == list(timeline.steps)

    def test_steps_are_reported_on_the_calling_thread(self, transport, server, secrets) -> None:
        threads: set[int] = set()
        self.converse(transport, server, secrets, on_step=lambda _: threads.add(threading.get_ident()))
        assert threads == {threading.get_ident()}

    def test_only_a_server_with_tls_has_a_mode(self, transport, server, secrets) -> None:
        known = self.converse(transport, server, secrets).security
        assert (known is not None) == (isinstance(server, GenericServer) and server.tls)
        assert self.converse(transport, server, secrets, known_mode=known.mode if known else None).ok

    def test_what_was_cancelled_before_ends_at_once(self, transport, server, secrets) -> None:
        cancel = Cancel()
        cancel.request()
        timeline = self.converse(transport, server, secrets, mail=a_mail(), cancel=cancel)
        assert timeline.failure is not None
        assert timeline.failure.kind is FailureKind.CANCELLED
        assert timeline.accepted is None
        assert timeline.steps[-1].outcome is StepStatus.NOT_REACHED
        assert tuple(step.stage for step in timeline.steps) == stages_of(server, sends=True)

    def test_no_secret_is_shown_in_any_encoding(self, transport, server, secrets) -> None:
        reported: list[Step] = []
        shown = repr((self.converse(transport, server, secrets, mail=a_mail(), on_step=reported.append), reported))
        for secret in secrets.values():
            for form in _encodings(secret.reveal()):
                assert form not in shown


def _encodings(secret: str) -> tuple[str, ...]:
    # The last two as in SASL PLAIN (RFC 4616), and in a form's body.
    plain = f"\0boss@example.com\0{secret}"
    encoded = (base64.b64encode(text.encode()).decode() for text in (secret, plain))
    return secret, *encoded, quote(secret, safe=""), quote_plus(secret)
