"""A conversation that goes on with one mail after the other."""

from collections.abc import Sequence
from contextlib import suppress

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Reply, Stage, Timeline
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.smtp.command_channel import GOING_AWAY
from smtp_desktop.transports.smtp.connection_state import MOST_ROOM
from smtp_desktop.transports.smtp.pipeline import Pipeline
from smtp_desktop.transports.smtp.session import SmtpSession
from smtp_desktop.transports.smtp.transaction import ChunkingRefused
from smtp_desktop.transports.timeline_recorder import TimelineRecorder


class Stale(Exception):
    """A connection that was kept open is of no use for the next mail, of which the server took nothing."""


class KeptConversation(SmtpSession):
    """As a conversation with one mail, whose connection then takes others while `ready`, on the thread that waits."""

    def again(self, mail: Mail, *, deadline: Deadline, recorder: TimelineRecorder) -> Timeline:
        """Returns what happened to another mail on the open connection, which stays open as after `hold`. `recorder`
        has the redactor of the first one. Raises Stale."""
        self._deadline, self._recorder, self.ready = deadline, recorder, False
        self._open_commands.attend(deadline, recorder)
        failure: Failure | None = None
        accepted: Reply | None = None
        try:
            try:
                accepted = self._submit(mail)
            except SessionError as error:
                if _is_stale(error, recorder):
                    raise Stale from error
                failure = recorder.fail(error)
            except ChunkingRefused as refusal:
                raise Stale from refusal
            self._leave(failure, keep=True)
        finally:
            if not self.ready:
                self._open_commands.close()
        return recorder.timeline(failure=failure, accepted=accepted)

    @property
    def room(self) -> int:
        """How many mails `many` takes now."""
        capabilities = self._capabilities
        several = self.ready and self._state.senders and capabilities.pipelining
        if not several or self._pipelining_denylist.has(*self._place):
            return 1
        return self._state.stream if capabilities.chunking else MOST_ROOM

    def many(self, mails: Sequence[Mail], *, deadline: Deadline, recorder: TimelineRecorder) -> list[Timeline | None]:
        """Returns what happened to several mails on the open connection, which stays open if it can; see
        `services.outbox_ports.Line.send_many`. `recorder` has the masks of the first one."""
        self._deadline, self._recorder, self.ready = deadline, recorder, False
        self._open_commands.attend(deadline, recorder)
        pipeline = Pipeline(
            self._open_commands, self._capabilities, state=self._state, redactor=recorder.redactor, limits=self._limits
        )
        try:
            became = pipeline.run(mails)
            self.ready = pipeline.intact
        finally:
            if not self.ready:
                self._open_commands.close()
        if pipeline.broke:
            self._pipelining_denylist.add(*self._place)
        return became

    def end(self, *, deadline: Deadline, recorder: TimelineRecorder) -> None:
        """The server was told goodbye, and the connection is closed."""
        if not self.ready:
            return
        self.ready = False
        self._open_commands.attend(deadline, recorder)
        try:
            with suppress(SessionError):
                self._open_commands.ask("QUIT", limit_s=self._limits.farewell_s)
        finally:
            self._open_commands.close()


def _is_stale(error: SessionError, recorder: TimelineRecorder) -> bool:
    """Whether the server had closed the connection before the mail began, as many do after a while or some mails."""
    going_away = error.kind is FailureKind.REPLY and error.reply is not None and error.reply.code == GOING_AWAY
    return recorder.running is Stage.SENDER and (going_away or error.kind is FailureKind.CLOSED)
