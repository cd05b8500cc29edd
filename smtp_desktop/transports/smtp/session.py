"""An SMTP session over one connection: open, sign in, send, reset, quit."""

import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Reply, Stage, StepStatus, Timeline
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.domain.sign_in.tokens import AccessToken
from smtp_desktop.transports.redaction.forms import SecretForms, forms_of
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.smtp.access_token import take_token
from smtp_desktop.transports.smtp.auth import sign_in, sign_in_by_token
from smtp_desktop.transports.smtp.command_channel import CommandChannel
from smtp_desktop.transports.smtp.context import MAX_BATCH, ConnectionState, Operation, SessionContext
from smtp_desktop.transports.smtp.hello import OpenAgain
from smtp_desktop.transports.smtp.initiation import SessionInitiation
from smtp_desktop.transports.smtp.pipeline import Pipeline
from smtp_desktop.transports.smtp.pipelined_transaction import TRANSACTION_STAGES
from smtp_desktop.transports.smtp.protocol import Capabilities, is_completion
from smtp_desktop.transports.smtp.replies import is_too_many
from smtp_desktop.transports.smtp.sasl.password import encoded_credentials
from smtp_desktop.transports.smtp.transaction import ChunkingRefused, OfferBroken, PipeliningBroken, Transaction
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_EXIM = re.compile(r"\bExim\b")
_EXIM_MAILS = 10  # Exim's smtp_accept_queue_per_connection: what follows waits for its next queue run, half an hour


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
        self._one_at_a_time = context.one_at_a_time
        self._is_denied_pipelining = False
        self.token: AccessToken | None = None
        """The access token for the next sign-in, where that is by one."""
        # From the beginning: the server may know them from an earlier conversation.
        self.recorder.redactor.add_forms(_forms_of_credentials(context))

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
        several = self._commands and self._state.accepted_senders and self._usable_capabilities().pipelining
        if not several or self.is_spent:
            return 1
        room = self._state.batch_size if self.capabilities.chunking else MAX_BATCH
        limit = self._mails_per_connection
        return min(room, limit - self._state.mails) if limit else room

    @property
    def is_spent(self) -> bool:
        """Whether the next mail should go over another connection."""
        limit = self._mails_per_connection
        return limit != 0 and self._state.mails >= limit

    @property
    def _mails_per_connection(self) -> int:
        if self.context.mails_per_connection or not self._commands:
            return self.context.mails_per_connection
        return _EXIM_MAILS if _EXIM.search(self._commands.greeting) else 0

    def take_token(self, *, renewed: bool = False) -> None:
        """Takes an access token for the sign-in, where that is by one. May raise VaultError."""
        if self.context.token:
            self.token = take_token(self.context, self._operation, renewed=renewed)

    def open(self) -> None:
        """Connects, turns TLS on where the profile wants it, reads the greeting, and says EHLO."""
        while True:  # ends, since no change is asked for twice
            try:
                return self._open()
            except OpenAgain as again:
                self.close()
                self.recorder.note(str(again))
                self.context = again.context

    def _open(self) -> None:
        initiation = SessionInitiation(self.context, self._operation)
        try:
            self.capabilities = initiation.run()
        finally:
            self._commands = initiation.commands
        # Once a connection: each look is a query.
        self._is_denied_pipelining = self.context.pipelining_denylist.has(*self._server)

    def resume(self, operation: Operation) -> None:
        """Begins the next operation on the open connection; its recorder has the redactor of the first one."""
        self._operation = self._open_channel.operation = operation

    def sign_in(self) -> None:
        """Signs in with the access token that was taken, or else the password of the context."""
        self.recorder.begin(Stage.SIGN_IN)
        if self.token:
            sign_in_by_token(self._open_channel, self.capabilities, context=self.context, token=self.token)
        else:
            sign_in(self._open_channel, self.capabilities, context=self.context)

    def send(self, mail: Mail) -> Reply:
        """Sends one mail, and returns the reply with which the server accepted it. The recipients who are too many for
        one transaction get it at once in further ones (RFC 5321 4.5.3.1.10).

        Raises OfferBroken, after which the session must be closed, and ValueError for a mail that no server may get.
        """
        reply = self._transact(mail)
        self._send_to_rest(mail)
        return reply

    def _transact(self, mail: Mail) -> Reply:
        capabilities = self._usable_capabilities()
        self._transaction = Transaction(mail, capabilities, commands=self._open_channel, limits=self.context.limits)
        try:
            reply = self._transaction.run()
        except ChunkingRefused:
            self._deny_pipelining()
            raise
        except PipeliningBroken as broken:
            if self._state.mails and broken.__cause__:
                raise broken.__cause__ from None  # it took a batch before
            # Whether that was the reason shows when the mail goes without.
            self._one_at_a_time = True
            raise
        except SessionError as error:
            if capabilities.chunking and not self._state.accepted_bdat and _fell_silent(error, self.recorder):
                self._deny_pipelining()
            raise
        if self._one_at_a_time and self.capabilities.pipelining and self._answered_fast():
            self._deny_pipelining()
        self._state.note_accepted(mail.envelope.sender, with_bdat=capabilities.chunking)
        return reply

    def _answered_fast(self) -> bool:
        """Returns whether the server answered the envelope sooner than a batch had to wait: else it is merely slow."""
        steps, limit_ms = self.recorder.steps, self.context.limits.pipelined_s * 1000
        return all(steps[stage].duration_ms < limit_ms for stage in (Stage.SENDER, Stage.RECIPIENT))

    def _send_to_rest(self, mail: Mail) -> None:
        """Sends `mail`, which the server has accepted, to those recipients who were too many for it. Where that fails,
        they have been refused, or are in doubt; for the others nothing changes."""
        while rest := self._too_many(mail):
            steps, refused = self.recorder.steps, self.recorder.refused
            try:
                self._transact(replace(mail, envelope=replace(mail.envelope, recipients=rest)))
            except (SessionError, OfferBroken) as error:
                self.recorder.note(f"Not sent to the other recipients: {error}")
                self.recorder.restore(steps)
                self._settle_rest(rest, error, {each.recipient: each.reply for each in refused})
                self._recover(error)
                return

    def _too_many(self, mail: Mail) -> tuple[Address, ...]:
        postponed = {refused.recipient for refused in self.recorder.refused if is_too_many(refused.reply)}
        return tuple(recipient for recipient in mail.envelope.recipients if recipient.spec in postponed)

    def _settle_rest(
        self, rest: Sequence[Address], error: SessionError | OfferBroken, earlier: Mapping[str, Reply]
    ) -> None:
        refused = {each.recipient for each in self.recorder.refused}
        taken = [recipient.spec for recipient in rest if recipient.spec not in refused]
        if isinstance(error, SessionError) and error.kind is FailureKind.OUTCOME_UNKNOWN:
            self.recorder.in_doubt = tuple(taken)
            return
        reply = error.reply if isinstance(error, SessionError) and error.kind is FailureKind.REPLY else None
        for recipient in taken:
            self.recorder.refuse(recipient, reply if isinstance(reply, Reply) else earlier[recipient])

    def _recover(self, error: SessionError | OfferBroken) -> None:
        """Makes the session ready for another mail, or closes it."""
        if isinstance(error, SessionError) and error.kind is FailureKind.REPLY and self.is_connected:
            with suppress(SessionError):
                self.drain()
                if self.reset():
                    return
        self.close()

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
        return [self._with_rest(mail, timeline) for mail, timeline in zip(mails, timelines, strict=True)]

    def _with_rest(self, mail: Mail, timeline: Timeline | None) -> Timeline | None:
        """Returns the timeline of a mail of a batch, after a further transaction for the recipients who were too
        many."""
        if timeline is None or timeline.failure or not self.is_open:
            return timeline
        if not any(is_too_many(refused.reply) for refused in timeline.refused):
            return timeline
        redactor = self.recorder.redactor
        self.resume(Operation.started(self._operation.deadline, TRANSACTION_STAGES, redactor=redactor))
        for refused in timeline.refused:
            self.recorder.refuse(refused.recipient, refused.reply)
        self._send_to_rest(mail)
        rest = self.recorder.timeline(failure=None, accepted=timeline.accepted)
        return replace(
            timeline,
            steps=rest.steps if rest.steps[-1].status is StepStatus.DONE else timeline.steps,
            transcript=(*timeline.transcript, *rest.transcript),
            refused=rest.refused,
            in_doubt=rest.in_doubt,
        )

    def execute(self, command: str, *, limit_s: float) -> Reply:
        """Sends one command and returns its reply."""
        return self._open_channel.execute(command, limit_s=limit_s)

    def drain(self) -> None:
        """Reads the replies to what the last transaction has sent ahead."""
        if self._transaction:
            self._transaction.drain(limit_s=self.context.limits.quit_s)

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
        """Returns what the server offers, without PIPELINING and CHUNKING where it broke on one of them before."""
        if self._one_at_a_time or self._is_denied_pipelining:
            return replace(self.capabilities, chunking=False, pipelining=False)
        return self.capabilities

    def _deny_pipelining(self) -> None:
        self._is_denied_pipelining = True
        self.context.pipelining_denylist.add(*self._server)

    @property
    def _server(self) -> tuple[str, int]:
        return self._open_channel.host, self.context.server.smtp_port


def _forms_of_credentials(context: SessionContext) -> SecretForms:
    password = context.password or context.unsent_password
    if not password:
        return SecretForms()
    return forms_of((password.reveal(),), encoded=encoded_credentials(context.server.user_name, password))


def _fell_silent(error: SessionError, recorder: TimelineRecorder) -> bool:
    """Returns whether the server had no answer to the content, though it was waited for."""
    cause = error.__cause__ if isinstance(error.__cause__, SessionError) else error
    return recorder.running is Stage.CONTENT and cause.kind not in {FailureKind.REPLY, FailureKind.CANCELLED}
