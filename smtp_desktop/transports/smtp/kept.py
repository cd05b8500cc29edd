"""A conversation that goes on with one mail after the other."""

from collections.abc import Sequence
from contextlib import suppress

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Reply, Stage, Timeline
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.transports.deadline import Watch
from smtp_desktop.transports.session_error import Ended
from smtp_desktop.transports.smtp.command_channel import GOING_AWAY
from smtp_desktop.transports.smtp.connection_state import MOST_ROOM
from smtp_desktop.transports.smtp.pipeline import Pipeline
from smtp_desktop.transports.smtp.session import Conversation
from smtp_desktop.transports.smtp.transaction import ChunkingRefused
from smtp_desktop.transports.timeline_recorder import Record


class Stale(Exception):
    """A connection that was kept open is of no use for the next mail, of which the server took nothing."""


class KeptConversation(Conversation):
    """As a conversation with one mail, whose connection then takes others while `ready`, on the thread that waits."""

    def again(self, mail: Mail, *, watch: Watch, record: Record) -> Timeline:
        """Returns what happened to another mail on the open connection, which stays open as after `hold`. `record` has
        the masks of the first one. Raises Stale."""
        self._watch, self._record, self.ready = watch, record, False
        self._talk.attend(watch, record)
        failure: Failure | None = None
        accepted: Reply | None = None
        try:
            try:
                accepted = self._submit(mail)
            except Ended as ended:
                if _is_stale(ended, record):
                    raise Stale from ended
                failure = record.fail(ended)
            except ChunkingRefused as refusal:
                raise Stale from refusal
            self._leave(failure, keep=True)
        finally:
            if not self.ready:
                self._talk.close()
        return record.timeline(failure=failure, accepted=accepted)

    @property
    def room(self) -> int:
        """How many mails `many` takes now."""
        capabilities = self._capabilities
        several = self.ready and self._standing.senders and capabilities.pipelining
        if not several or self._plain_servers.has(*self._place):
            return 1
        return self._standing.stream if capabilities.chunking else MOST_ROOM

    def many(self, mails: Sequence[Mail], *, watch: Watch, record: Record) -> list[Timeline | None]:
        """Returns what happened to several mails on the open connection, which stays open if it can; see
        `services.outbox_ports.Line.send_many`. `record` has the masks of the first one."""
        self._watch, self._record, self.ready = watch, record, False
        self._talk.attend(watch, record)
        pipeline = Pipeline(
            self._talk, self._capabilities, standing=self._standing, masks=record.masks, limits=self._limits
        )
        try:
            became = pipeline.run(mails)
            self.ready = pipeline.intact
        finally:
            if not self.ready:
                self._talk.close()
        if pipeline.broke:
            self._plain_servers.add(*self._place)
        return became

    def end(self, *, watch: Watch, record: Record) -> None:
        """The server was told goodbye, and the connection is closed."""
        if not self.ready:
            return
        self.ready = False
        self._talk.attend(watch, record)
        try:
            with suppress(Ended):
                self._talk.ask("QUIT", limit_s=self._limits.farewell_s)
        finally:
            self._talk.close()


def _is_stale(ended: Ended, record: Record) -> bool:
    """Whether the server had closed the connection before the mail began, as many do after a while or some mails."""
    going_away = ended.kind is FailureKind.REPLY and ended.reply is not None and ended.reply.code == GOING_AWAY
    return record.running is Stage.SENDER and (going_away or ended.kind is FailureKind.CLOSED)
