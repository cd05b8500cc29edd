"""An SMTP session over one connection: open, sign in, send, reset, quit."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Reply, Stage, Timeline
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.transports.redaction.encodings import SecretEncoding, encodings_by_text
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.smtp.auth import encoded_credentials, sign_in
from smtp_desktop.transports.smtp.command_channel import CommandChannel
from smtp_desktop.transports.smtp.context import MAX_BATCH, ConnectionState, Operation, SessionContext
from smtp_desktop.transports.smtp.initiation import SessionInitiation
from smtp_desktop.transports.smtp.pipeline import Pipeline
from smtp_desktop.transports.smtp.protocol import Capabilities, is_completion
from smtp_desktop.transports.smtp.transaction import ChunkingRefused, Transaction
from smtp_desktop.transports.timeline_recorder import TimelineRecorder


class SmtpSession:
    """One connection to the server of `context`. Every method but `close` may raise SessionError. Used from one thread
    at a time, and each method blocks it.

    The order of a whole conversation, and its end, are in `conversation`.
    """

    def __init__(self, context: SessionContext, operation: Operation) -> None:
        """`operation` is the first one on this session; `resume` begins the next."""
        self.context = context
        self.capabilities = Capabilities()
        """The extensions that the server offered in reply to the last EHLO."""
        self._operation = operation
        self._commands: CommandChannel | None = None
        self._transaction: Transaction | None = None
        self._state = ConnectionState()
        # Computed ahead of the sign-in: 200 servers may ask for it at the same moment, and all would wait for this.
        self._encodings = _credential_encodings(context)

    @property
    def recorder(self) -> TimelineRecorder:
        """The recorder of the operation under way."""
        return self._operation.recorder

    @property
    def is_open(self) -> bool:
        """Whether there is a connection, which this end has not closed."""
        return self._commands is not None

    @property
    def is_connected(self) -> bool:
        """Whether there is a connection, which neither end has closed as far as is known."""
        return self._commands is not None and not self._commands.channel.hung_up

    @property
    def has_begun_mail(self) -> bool:
        """Whether a mail was begun on this connection, even if it is done by now."""
        return self._transaction is not None

    @property
    def room(self) -> int:
        """How many mails `send_batch` may get now: 1 where the server takes no batch."""
        several = self._commands and self._state.accepted_senders and self.capabilities.pipelining
        if not several or self._is_denied_pipelining():
            return 1
        return self._state.batch_size if self.capabilities.chunking else MAX_BATCH

    def open(self) -> None:
        """Connects, turns TLS on where the profile wants it, reads the greeting, and says EHLO."""
        initiation = SessionInitiation(self.context, self._operation)
        try:
            self.capabilities = initiation.run()
        finally:
            self._commands = initiation.commands

    def resume(self, operation: Operation) -> None:
        """Begins the next operation on the open connection; its recorder has the redactor of the first one."""
        self._operation = self._open_channel.operation = operation

    def sign_in(self) -> None:
        """Signs in with the user name and password of the context."""
        self.recorder.begin(Stage.SIGN_IN)
        sign_in(self._open_channel, self.capabilities, context=self.context, encodings=self._encodings)

    def send(self, mail: Mail) -> Reply:
        """Sends one mail, and returns the reply with which the server accepted it. Raises ChunkingRefused, after which
        the session must be closed, and ValueError for a mail that no server may get."""
        capabilities = self._usable_capabilities()
        self._transaction = Transaction(mail, capabilities, commands=self._open_channel, limits=self.context.limits)
        try:
            reply = self._transaction.run()
        except ChunkingRefused:
            self._deny_pipelining()
            raise
        except SessionError as error:
            if capabilities.chunking and not self._state.accepted_bdat and _fell_silent(error, self.recorder):
                self._deny_pipelining()
            raise
        self._state.note_accepted(mail.envelope.sender, with_bdat=capabilities.chunking)
        return reply

    def send_batch(self, mails: Sequence[Mail]) -> list[Timeline | None]:
        """Sends several mails, and returns what became of each; see `services.delivery.ports.MailConnection.send_many`.
        The session is closed afterwards where the server takes no more mails. Never raises SessionError."""
        pipeline = Pipeline(self._open_channel, self.capabilities, state=self._state, limits=self.context.limits)
        try:
            timelines = pipeline.run(mails)
            if pipeline.server_broke:
                self._deny_pipelining()
        finally:
            if not pipeline.intact:
                self.close()
        return timelines

    def execute(self, command: str, *, limit_s: float) -> Reply:
        """Sends one command and returns its reply."""
        return self._open_channel.execute(command, limit_s=limit_s)

    def drain(self) -> bool:
        """Reads the replies to what the last transaction has sent ahead. Returns whether the server waits for a command
        now; where it waits for content instead, only closing is safe."""
        return self._transaction is None or self._transaction.drain(limit_s=self.context.limits.quit_s)

    def reset(self) -> bool:
        """Abandons the transaction (RFC 5321 4.1.1.5). Returns whether the server agreed."""
        return is_completion(self.execute("RSET", limit_s=self.context.limits.reply_s))

    def quit(self) -> None:
        """Says QUIT. The connection still has to be closed."""
        self.execute("QUIT", limit_s=self.context.limits.quit_s)

    def close(self) -> None:
        """Closes the connection without another command. A second call does nothing."""
        commands, self._commands, self._transaction = self._commands, None, None
        if commands:
            commands.close()

    @property
    def _open_channel(self) -> CommandChannel:
        if self._commands is None:
            raise RuntimeError("the session is not open")
        return self._commands

    def _usable_capabilities(self) -> Capabilities:
        """Returns what the server offers, without CHUNKING where it broke on that before."""
        return replace(self.capabilities, chunking=False) if self._is_denied_pipelining() else self.capabilities

    def _is_denied_pipelining(self) -> bool:
        return self.context.pipelining_denylist.has(self._open_channel.host, self.context.server.smtp_port)

    def _deny_pipelining(self) -> None:
        self.context.pipelining_denylist.add(self._open_channel.host, self.context.server.smtp_port)


def _credential_encodings(context: SessionContext) -> Mapping[str, SecretEncoding]:
    if not context.password:
        return {}
    encoded = encoded_credentials(context.server.user_name, context.password)
    return encodings_by_text((context.password.reveal(),), encoded=encoded)


def _fell_silent(error: SessionError, recorder: TimelineRecorder) -> bool:
    """Returns whether the server had no answer to the content, though it was waited for."""
    cause = error.__cause__ if isinstance(error.__cause__, SessionError) else error
    return recorder.running is Stage.CONTENT and cause.kind not in {FailureKind.REPLY, FailureKind.CANCELLED}
