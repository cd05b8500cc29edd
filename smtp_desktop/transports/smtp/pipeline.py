"""A batch of mails over one connection, pipelined (RFC 2920) and streamed (RFC 3030)."""

import time
from collections import deque
from collections.abc import Sequence

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Timeline
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.transports.deadline import READ, WRITE
from smtp_desktop.transports.session_error import SessionError, hung_up, timed_out
from smtp_desktop.transports.smtp.command_channel import GOING_AWAY, CommandChannel
from smtp_desktop.transports.smtp.context import ConnectionState, Limits
from smtp_desktop.transports.smtp.pipelined_transaction import Command, Log, PipelinedTransaction, unsent
from smtp_desktop.transports.smtp.prepared_message import PreparedMessage, prepare
from smtp_desktop.transports.smtp.protocol import Capabilities, RawReply, bdat, dot_stuffed, wire_line

_WRITE_BYTES = 32 * 1024  # what is gathered before the network gets it, so that the server can begin
_UNSENT_BYTES = 256 * 1024  # what waits for the network at most before another mail is written
_FRESH_S = 1.0  # servers hang up on idle clients; one that accepted a mail so recently is still connected
_OK = 250  # RFC 5321 4.2.1, as all codes here
_REFUSED = 400  # and above
_COMMAND_UNKNOWN = frozenset({500, 502})
_CANARY = "QUIT"
_DATA = ("DATA", Command.DATA)


class _OutOfSync(Exception):
    """A reply can't be one to the command in its place: from here on nobody knows which reply belongs to which."""


class _GoingAway(Exception):
    """The server said 421, or had hung up before anything was sent: it takes nothing any more."""


class Pipeline:
    """Sends mails without waiting for the replies to one before the next begins; no transaction is open before or
    after.

    The envelope of a mail is sent together with the content of the one before, and its own content waits for the
    replies: a round trip for each mail. Where the server has CHUNKING, mails with one recipient whose sender it
    accepted before do not wait at all: they are streamed, and a batch of many costs one round trip.

    The danger of streaming is that the content is sent before its recipient may be refused. RFC 3030 2 has the server
    discard it then. A server that reads it as commands instead would let whoever wrote the text of a mail give orders
    in this session, and would reply to them, so that replies to one mail pass for another's. So nothing is streamed
    before the server has accepted a mail by BDAT on this very connection, and has shown what it does with content that
    it has to refuse: it gets `QUIT` as the content of a BDAT out of sequence, and must refuse that and stay.

    Each mail that follows another at once begins with RSET, which may be part of a batch (RFC 2920 3.1): servers differ
    in the state that a refusal leaves behind, the reply to RSET shows that both sides are in sync, and Dovecot's proxy
    (2.3.19) fails on a MAIL that comes right after content.

    Replies that can't be ones to their commands end the connection. Then what was decided up to the first refusal
    holds, what came after it is unknown as far as it was sent whole, and the rest was not sent.
    """

    def __init__(
        self, commands: CommandChannel, capabilities: Capabilities, *, state: ConnectionState, limits: Limits
    ) -> None:
        self._commands = commands
        self._channel = commands.channel
        self._capabilities = capabilities
        self._uses_bdat = capabilities.chunking
        self._state = state
        self._redactor = commands.recorder.redactor
        self._limits = limits
        self._results: list[PipelinedTransaction | Timeline | None] = []  # of each mail so far
        self._awaited: deque[PipelinedTransaction] = deque()  # one entry for each reply
        self._first_refused: PipelinedTransaction | None = None
        self._out_of_sync_at: PipelinedTransaction | None = None
        self._no_transaction = True  # is open on the server's side
        self._is_alive = time.monotonic() - state.last_accepted_s < _FRESH_S
        self._log: Log = []  # entries that belong to no mail's transcript yet
        self.intact = False
        """Whether the connection takes another mail."""
        self.server_broke = False
        """Whether the server should get its mails without pipelining from now on."""

    def run(self, mails: Sequence[Mail]) -> list[Timeline | None]:
        """Sends `mails`, and returns what became of each; see `services.delivery.ports.MailConnection.send_many`."""
        in_sync, listens = True, True
        try:
            self._check_connection(mails)
            for mail in mails:
                self._commands.deadline.check()
                self._send(mail)
            self._finish()
            self._state.grow_batch()
            self.intact = True
        except _OutOfSync:
            in_sync = False
            self.server_broke = True
        except _GoingAway:
            listens = False
        except SessionError as error:
            # A server that was idle for long may just have hung up before it read any of these mails.
            self.server_broke = error.kind is not FailureKind.CANCELLED and self._is_alive
        timelines = self._timelines(in_sync=in_sync, listens=listens)
        return timelines + [None] * (len(mails) - len(timelines))

    def _timelines(self, *, in_sync: bool, listens: bool) -> list[Timeline | None]:
        timelines: list[Timeline | None] = []
        still_in_sync, clean = True, self._state.shown_replies if self._is_clean() else None
        for one in self._results:
            if isinstance(one, PipelinedTransaction):
                still_in_sync = still_in_sync and one is not self._out_of_sync_at
                maybe_accepted = listens and (one.accepted or self._is_sent_whole(one))
                timelines.append(
                    one.timeline(self._redactor, clean=clean, in_sync=still_in_sync, maybe_accepted=maybe_accepted)
                )
                still_in_sync = still_in_sync and (in_sync or one is not self._first_refused)
            else:
                timelines.append(one)
        return timelines

    def _is_clean(self) -> bool:
        """Returns whether there is nothing to redact. A secret in the replies to one mail is one in all of them too,
        and looking there once takes a third of the time."""
        transactions = [one for one in self._results if isinstance(one, PipelinedTransaction)]
        texts = tuple([text for one in transactions for text in one.reply_texts])
        return not self._redactor.gives_away(texts)

    def _check_connection(self, mails: Sequence[Mail]) -> None:
        """Ensures that nothing is streamed to a server that may have hung up meanwhile, or that has not shown what
        it does with refused content."""
        self._commands.handle_events(READ)
        if self._commands.received_raw() is not None or self._channel.hung_up:
            raise _GoingAway
        if self._state.discards_refused_content:
            if not self._is_alive:
                self._reset()
        elif self._state.accepted_bdat and len(mails) > 1:
            self._check_that_refused_content_is_discarded()

    def _reset(self) -> None:
        """Begins the next mail afresh (RFC 5321 4.1.1.5), and shows that the server is there."""
        if self._execute("RSET", replies=1) != [_OK]:
            raise _OutOfSync

    def _check_that_refused_content_is_discarded(self) -> None:
        # No MAIL before it: Dovecot's proxy does not take that back from the server behind it.
        refusal, reset = self._execute(bdat(len(_CANARY) + 2), _CANARY, "RSET", replies=2)
        if refusal < _REFUSED or reset != _OK:
            raise _OutOfSync
        self._state.discards_refused_content = True

    def _execute(self, *lines: str, replies: int) -> list[int]:
        """Sends lines that belong to no mail, and returns the codes of their replies."""
        self._channel.queue(b"".join(map(wire_line, lines)))
        self._log += [(time.monotonic(), line) for line in lines]
        received = [self._next_reply() for _ in range(replies)]
        self._log += [(time.monotonic(), reply) for reply in received]
        if any(reply.code == GOING_AWAY for reply in received):
            raise _GoingAway
        return [reply.code for reply in received]

    def _send(self, mail: Mail) -> None:
        try:
            prepared = prepare(mail, self._capabilities)
        except SessionError as error:
            self._results.append(unsent(error, self._redactor))
            return
        except Exception:  # noqa: BLE001 - other mails are on their way; alone, by `send`, it is raised again
            self._results.append(None)
            return
        one = PipelinedTransaction(prepared, self._log)
        self._log = []
        self._results.append(one)
        self._transact(one, prepared)

    def _transact(self, one: PipelinedTransaction, prepared: PreparedMessage) -> None:
        streamed = self._may_be_streamed(one)
        self._queue_envelope(one, prepared)
        while not (streamed or one.answered):
            self._handle_reply(self._next_reply())
        if one.has_recipient and not (streamed or self._uses_bdat or one.asked_for_content):
            self._queue(one, [_DATA])
            while not one.answered:
                self._handle_reply(self._next_reply())
        if streamed or (one.has_recipient and (self._uses_bdat or one.awaits_content)):
            self._queue_content(one, prepared.content)
        elif one.awaits_content:
            self._queue(one, [(".", Command.LONE_DOT)])
        self._write()

    def _may_be_streamed(self, one: PipelinedTransaction) -> bool:
        if not self._state.discards_refused_content or len(one.envelope.recipients) != 1:
            return False
        return one.envelope.sender.spec in self._state.accepted_senders

    def _queue_envelope(self, one: PipelinedTransaction, prepared: PreparedMessage) -> None:
        lines = [] if self._no_transaction else [("RSET", Command.RSET)]
        lines.append((prepared.mail_command, Command.MAIL))
        lines += [(line, Command.RCPT) for line in prepared.rcpt_commands]
        if not (self._uses_bdat or self._state.refused_all):
            lines.append(_DATA)
        self._queue(one, lines)
        self._no_transaction = False

    def _queue(self, one: PipelinedTransaction, lines: Sequence[tuple[str, Command]]) -> None:
        at_s = time.monotonic()
        for line, command in lines:
            one.note_command(line, command, at_s=at_s)
            self._awaited.append(one)
        self._channel.queue(b"".join([wire_line(line) for line, _ in lines]))

    def _queue_content(self, one: PipelinedTransaction, content: bytes) -> None:
        at_s = time.monotonic()
        if self._uses_bdat:
            announcement = bdat(len(content))
            one.note_command(announcement, None, at_s=at_s)
            self._channel.queue(wire_line(announcement) + content)
        else:
            self._channel.queue(dot_stuffed(content))
        one.note_command(f"({len(content)} bytes of content)", Command.CONTENT, at_s=at_s)
        one.content_end = self._channel.queued_bytes
        self._awaited.append(one)

    def _write(self) -> None:
        """Sends what has gathered, once that is enough, and handles the replies that came meanwhile."""
        if self._unsent_bytes < _WRITE_BYTES:
            return
        self._commands.handle_events(READ | WRITE)
        self._handle_received()
        while self._unsent_bytes > _UNSENT_BYTES and not self._channel.hung_up:
            self._wait()
            self._handle_received()

    @property
    def _unsent_bytes(self) -> int:
        return self._channel.queued_bytes - self._channel.sent_bytes

    def _finish(self) -> None:
        while self._awaited:
            self._handle_reply(self._next_reply())
        if not self._no_transaction:
            self._reset()
        if self._commands.received_raw() is not None:
            raise _OutOfSync

    def _handle_reply(self, reply: RawReply) -> None:
        if not self._awaited:
            raise _OutOfSync
        one = self._awaited.popleft()
        fits = one.note_reply(reply, at_s=time.monotonic())
        if reply.code == GOING_AWAY:
            raise _GoingAway
        unknown = self._uses_bdat and reply.code in _COMMAND_UNKNOWN
        if not fits or unknown or (one.accepted and not self._is_sent_whole(one)):
            self._out_of_sync_at = one
            raise _OutOfSync
        if reply.code >= _REFUSED:
            self._first_refused = self._first_refused or one
            # From now on DATA waits for a recipient: after several errors servers hang up.
            self._state.refused_all = self._state.refused_all or one.decided
        if one.accepted:
            self._state.note_accepted(one.envelope.sender, with_bdat=self._uses_bdat)
            self._no_transaction = self._no_transaction or not self._awaited

    def _handle_received(self) -> None:
        while (reply := self._commands.received_raw()) is not None:
            self._handle_reply(reply)

    def _is_sent_whole(self, one: PipelinedTransaction) -> bool:
        """Returns whether the operating system has all of the content."""
        return one.content_end is not None and one.content_end <= self._channel.sent_bytes

    def _next_reply(self) -> RawReply:
        """Waits for the next reply and returns it."""
        while (reply := self._commands.received_raw()) is None:
            if self._channel.hung_up:
                raise hung_up()
            self._wait()
        self._is_alive = True
        return reply

    def _wait(self) -> None:
        """Waits until bytes were sent or received."""
        until_s = self._commands.deadline.now_s + self._limits.final_reply_s
        self._commands.wait(until_s)
        if self._commands.deadline.now_s >= until_s:
            raise timed_out(self._limits.final_reply_s)
