"""Mail connections without a network: each mail is answered as a test says.

connector = FakeMailConnector(lambda connection, mail: failed(connection.server, mail, Stage.RECIPIENT, reply=...))

As a real one does, a connection connects and signs in with its first mail, and reports each step before it happens.
"""

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from fakes.transport import failed, passed

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage, Step, StepStatus, Timeline, TlsMode
from smtp_desktop.domain.mail.message import Mail, Message
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.tokens import TokenSource
from smtp_desktop.domain.smtp.profile import SecretField, Server

_TRANSACTION_STAGES = frozenset({Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT, Stage.SEND})
_CONTENT = frozenset({Stage.CONTENT, Stage.SEND})

Answer = Callable[["FakeMailConnection", Mail], Timeline | None]


class FakeMailConnection:
    """One connection. What the server got is in `FakeMailConnector.sent`."""

    def __init__(self, connector: "FakeMailConnector", server: Server, secrets: Mapping[SecretField, Secret]) -> None:
        self.server = server
        self.secrets = dict(secrets)
        self.closed = 0
        self.users: set[int] = set()  # threads
        self.batches: list[list[Mail]] = []  # those of `send_many`
        self._connector = connector
        self.signed_in = False

    def send(self, mail: Mail, *, cancel: Cancel, on_step: Callable[[Step], None]) -> Timeline:
        self.users.add(threading.get_ident())
        timeline = self._connector.answer(self, mail) or passed(self.server, mail)
        steps = [step for step in timeline.steps if not self.signed_in or step.stage in _TRANSACTION_STAGES]
        for step in steps:
            if step.status is StepStatus.NOT_REACHED:
                continue
            on_step(Step(stage=step.stage, status=StepStatus.RUNNING))
            self._connector.at(step.stage, self, mail, cancel)
            if cancel.requested:
                self.signed_in = False
                return failed(self.server, mail, step.stage, kind=FailureKind.CANCELLED)
            if step.stage in {Stage.SIGN_IN, Stage.TOKEN}:
                self._connector.note_sign_in(self)
            on_step(step)
        self.signed_in = timeline.failure is None or timeline.failure.stage in _TRANSACTION_STAGES
        if timeline.ok or (timeline.failure and timeline.failure.kind is FailureKind.OUTCOME_UNKNOWN):
            self._connector.note_sent(mail)
        return replace(timeline, steps=tuple(steps))

    @property
    def room(self) -> int:
        return self._connector.room if self.signed_in else 1

    def send_many(self, mails: Sequence[Mail], *, cancel: Cancel) -> list[Timeline | None]:
        self.batches.append(list(mails))
        timelines: list[Timeline | None] = []
        for mail in mails:
            # What ends the connection leaves the mails after it unsent.
            if not self.signed_in or cancel.requested:
                timelines.append(None)
            else:
                timelines.append(self.send(mail, cancel=cancel, on_step=lambda _: None))
        return timelines

    def close(self) -> None:
        self.closed += 1
        self.signed_in = False


class FakeMailConnector:
    """Opens connections, all of which ask `answer` what to do with a mail; None is success. `at` runs when a stage has
    begun, before anything of it happens. `room` is a connection's once it has signed in."""

    def __init__(self, answer: Answer = lambda _connection, _mail: None) -> None:
        self.answer = answer
        self.at: Callable[[Stage, FakeMailConnection, Mail, Cancel], None] = lambda *_: None
        self.room = 1
        self.opened: list[FakeMailConnection] = []
        self.known_modes: list[TlsMode | None] = []
        self.tokens: list[TokenSource | None] = []
        self.sent: list[Mail] = []
        self.sign_ins: list[FakeMailConnection] = []
        self._lock = threading.Lock()

    def open(
        self,
        server: Server,
        *,
        secrets: Mapping[SecretField, Secret],
        known_mode: TlsMode | None,
        token: TokenSource | None = None,
    ) -> FakeMailConnection:
        connection = FakeMailConnection(self, server, secrets)
        with self._lock:
            self.opened.append(connection)
            self.known_modes.append(known_mode)
            self.tokens.append(token)
        return connection

    def hang_up(self) -> None:
        """Makes every connection connect and sign in again."""
        for connection in self.opened:
            connection.signed_in = False

    def note_sent(self, mail: Mail) -> None:
        with self._lock:
            self.sent.append(mail)

    def note_sign_in(self, connection: FakeMailConnection) -> None:
        with self._lock:
            self.sign_ins.append(connection)

    @property
    def subjects(self) -> list[str]:
        """The subjects of what was sent, in order."""
        return [_subject(mail) for mail in self.sent]


def _subject(mail: Mail) -> str:
    assert isinstance(mail.message, Message)
    return mail.message.subject
