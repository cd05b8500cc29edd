"""Several mails, one close behind the other, over a connection that has taken one before."""

import time
from collections import deque
from collections.abc import Sequence

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Timeline
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.transports.deadline import READ, WRITE
from smtp_desktop.transports.redaction.redactor import SecretRedactor
from smtp_desktop.transports.session_error import SessionError, closed, out_of_patience
from smtp_desktop.transports.smtp.command_channel import GOING_AWAY, CommandChannel
from smtp_desktop.transports.smtp.connection_state import ConnectionState
from smtp_desktop.transports.smtp.limits import Limits
from smtp_desktop.transports.smtp.pipelined_transaction import Asked, Log, PipelinedTransaction, unsent
from smtp_desktop.transports.smtp.prepared_message import PreparedMessage, prepare
from smtp_desktop.transports.smtp.protocol import Capabilities, Unmasked, bdat, dotted, wire_line

_FLIGHT_BYTES = 32 * 1024  # what is gathered before the network gets it, so that the server can begin
_UNSENT_BYTES = 256 * 1024  # what waits for the network at most before another mail is written
_FRESH_S = 1.0  # servers hang up on who is silent; what was answered so long ago is still connected
_FINE = 250  # RFC 5321 4.2.1, as all codes here
_REFUSED = 400  # and above
_NO_COMMAND = frozenset({500, 502})
_CANARY = "QUIT"


class _OutOfStep(Exception):
    """A reply can't be the answer to what was asked in its place. From here on nobody knows which reply belongs to
    what."""


class _GoingAway(Exception):
    """The server said 421, or had hung up before anything was said: it takes nothing any more."""


class Pipeline:
    """Sends mails without waiting for the answer to one before the next begins (RFC 2920, RFC 3030); no transaction is
    open before or after.

    The envelope of a mail goes out together with the content of the one before, and its own content waits for the
    answers: a round trip a mail. Where the server has CHUNKING, mails with one recipient whose sender it accepted
    before do not even wait: they are streamed, and a flight of many costs one round trip.

    The danger of streaming is that the content is out before its recipient may be refused. RFC 3030 2 has the server
    swallow it then. One that reads it as commands instead would let whoever wrote the text of a mail give orders in our
    session, and would answer them, so that one mail's answers pass for another's. So nothing is streamed before the
    server has taken a mail with BDAT on this very connection, and has shown what it does with content that it has to
    refuse: it is given `QUIT` behind a BDAT out of turn, and must refuse that and stay.

    Each mail that follows another at once begins with RSET, which may share a flight (RFC 2920 3.1): what state the
    refusal of one leaves behind is anybody's guess, its answer shows that both sides are in step, and Dovecot's proxy
    (2.3.19) breaks down at a MAIL that comes right behind content.

    Answers that can't be what was asked for end the connection: then what was settled up to the first refusal stands,
    what came behind it is unknown as far as it was sent whole, and the rest is untouched.
    """

    def __init__(
        self,
        commands: CommandChannel,
        capabilities: Capabilities,
        *,
        state: ConnectionState,
        redactor: SecretRedactor,
        limits: Limits,
    ) -> None:
        self._commands = commands
        self._channel = commands.channel
        self._capabilities = capabilities
        self._chunks = capabilities.chunking
        self._state = state
        self._redactor = redactor
        self._limits = limits
        self._mails: list[PipelinedTransaction | Timeline | None] = []
        self._awaited: deque[PipelinedTransaction] = deque()  # once for each answer
        self._first_refused: PipelinedTransaction | None = None
        self._misfit: PipelinedTransaction | None = None  # whose answer was none
        self._clean = True  # no transaction is open, or may be
        self._alive = time.monotonic() - state.heard_s < _FRESH_S
        self._log: Log = []  # said, and not in a mail's transcript yet
        self.intact = False
        """Whether the connection takes another mail."""
        self.broke = False
        """Whether the server is better served plainly from now on."""

    def run(self, mails: Sequence[Mail]) -> list[Timeline | None]:
        """Returns what became of each; see `services.outbox_ports.Line.send_many`."""
        in_step, listens = True, True
        try:
            self._check_in(mails)
            for mail in mails:
                self._commands.deadline.check()
                self._send(mail)
            self._finish()
            self._state.stood()
            self.intact = True
        except _OutOfStep:
            in_step = False
            self.broke = True
        except _GoingAway:
            listens = False
        except SessionError as error:
            # Where it was silent for long, it may just have hung up before it heard of these mails.
            self.broke = error.kind is not FailureKind.CANCELLED and self._alive
        became = self._all_became(in_step=in_step, listens=listens)
        return became + [None] * (len(mails) - len(became))

    def _all_became(self, *, in_step: bool, listens: bool) -> list[Timeline | None]:
        became: list[Timeline | None] = []
        certain, clean = True, self._is_clean()
        for one in self._mails:
            if isinstance(one, PipelinedTransaction):
                certain = certain and one is not self._misfit
                perhaps = listens and (one.accepted or self._is_whole(one))
                became.append(one.became(self._redactor, clean=clean, certain=certain, perhaps=perhaps))
                certain = certain and (in_step or one is not self._first_refused)
            else:
                became.append(one)
        return became

    def _is_clean(self) -> bool:
        """Whether there is nothing to mask. What stands in the replies to one mail stands in all of them too, and to
        look there once takes a third of the time."""
        words = tuple([words for one in self._mails if isinstance(one, PipelinedTransaction) for words in one.words])
        self._redactor.forget_words()
        return self._redactor.clean_all(words) == words

    def _check_in(self, mails: Sequence[Mail]) -> None:
        """Nothing is streamed to a server that may have hung up meanwhile, or that has not shown that it is safe."""
        self._commands.serve(READ)
        if self._commands.overheard() is not None or self._channel.hung_up:
            raise _GoingAway
        if self._state.swallows:
            if not self._alive:
                self._flush()
        elif self._state.chunked and len(mails) > 1:
            self._state.swallows = self._proves_itself()

    def _flush(self) -> None:
        """The server is there, and the next mail begins afresh (RFC 5321 4.1.1.5)."""
        if self._ask_alone("RSET", answers=1) != [_FINE]:
            raise _OutOfStep

    def _proves_itself(self) -> bool:
        # No MAIL before it: Dovecot's proxy does not take that back from the server behind it.
        refused, flushed = self._ask_alone(bdat(len(_CANARY) + 2), _CANARY, "RSET", answers=2)
        if refused < _REFUSED or flushed != _FINE:
            raise _OutOfStep
        return True

    def _ask_alone(self, *lines: str, answers: int) -> list[int]:
        """Returns the codes of what is answered to lines that belong to no mail."""
        self._channel.queue(b"".join(map(wire_line, lines)))
        self._log += [(time.monotonic(), line) for line in lines]
        replies = [self._next() for _ in range(answers)]
        self._log += [(time.monotonic(), reply) for reply in replies]
        if any(reply.code == GOING_AWAY for reply in replies):
            raise _GoingAway
        return [reply.code for reply in replies]

    def _send(self, mail: Mail) -> None:
        try:
            prepared = prepare(mail, self._capabilities)
        except SessionError as error:
            self._mails.append(unsent(error, self._redactor))
            return
        except ValueError:
            self._mails.append(None)  # `send` will tell
            return
        one = PipelinedTransaction(mail.envelope, self._log)
        self._log = []
        self._mails.append(one)
        self._pass_on(one, prepared)

    def _pass_on(self, one: PipelinedTransaction, prepared: PreparedMessage) -> None:
        streamed = self._may_be_streamed(one)
        self._open(one, prepared)
        while not (streamed or one.answered):
            self._take(self._next())
        if streamed or (one.welcome and (self._chunks or one.invited)):
            self._deliver(one, prepared.content)
        elif one.invited:
            self._say(one, [(".", Asked.NOTHING)])
        self._push()

    def _may_be_streamed(self, one: PipelinedTransaction) -> bool:
        envelope = one.envelope
        return self._state.swallows and len(envelope.recipients) == 1 and envelope.sender.spec in self._state.senders

    def _open(self, one: PipelinedTransaction, prepared: PreparedMessage) -> None:
        lines = [] if self._clean else [("RSET", Asked.RSET)]
        lines.append((prepared.mail_line, Asked.MAIL))
        lines += [(line, Asked.RCPT) for line in prepared.rcpt_lines]
        if not self._chunks:
            lines.append(("DATA", Asked.DATA))
        self._say(one, lines)
        self._clean = False

    def _say(self, one: PipelinedTransaction, lines: Sequence[tuple[str, Asked]]) -> None:
        at_s = time.monotonic()
        for line, asked in lines:
            one.say(line, asked, at_s=at_s)
            self._awaited.append(one)
        self._channel.queue(b"".join([wire_line(line) for line, _ in lines]))

    def _deliver(self, one: PipelinedTransaction, content: bytes) -> None:
        at_s = time.monotonic()
        if self._chunks:
            announcement = bdat(len(content))
            one.say(announcement, None, at_s=at_s)
            self._channel.queue(wire_line(announcement) + content)
        else:
            self._channel.queue(dotted(content))
        one.say(f"({len(content)} bytes of content)", Asked.CONTENT, at_s=at_s)
        one.whole_at = self._channel.queued_bytes
        self._awaited.append(one)

    def _push(self) -> None:
        """A flight that is full has begun, and what was answered meanwhile is heard."""
        if self._unsent_bytes < _FLIGHT_BYTES:
            return
        self._commands.serve(READ | WRITE)
        self._take_heard()
        while self._unsent_bytes > _UNSENT_BYTES and not self._channel.hung_up:
            self._wait()
            self._take_heard()

    @property
    def _unsent_bytes(self) -> int:
        return self._channel.queued_bytes - self._channel.sent_bytes

    def _finish(self) -> None:
        while self._awaited:
            self._take(self._next())
        if not self._clean:
            self._flush()
        if self._commands.overheard() is not None:
            raise _OutOfStep

    def _take(self, reply: Unmasked) -> None:
        """`reply` is what the next answer is."""
        if not self._awaited:
            raise _OutOfStep
        one = self._awaited.popleft()
        fits = one.hear(reply, at_s=time.monotonic())
        if reply.code == GOING_AWAY:
            raise _GoingAway
        if not fits or (self._chunks and reply.code in _NO_COMMAND) or (one.accepted and not self._is_whole(one)):
            self._misfit = one
            raise _OutOfStep
        if reply.code >= _REFUSED:
            self._first_refused = self._first_refused or one
        if one.accepted:
            self._state.took(one.envelope.sender, chunked=self._chunks)
            self._clean = self._clean or not self._awaited

    def _take_heard(self) -> None:
        while (reply := self._commands.overheard()) is not None:
            self._take(reply)

    def _is_whole(self, one: PipelinedTransaction) -> bool:
        """Whether all of its content is with the operating system."""
        return one.whole_at is not None and one.whole_at <= self._channel.sent_bytes

    def _next(self) -> Unmasked:
        """Returns what the server says next."""
        while (reply := self._commands.overheard()) is None:
            if self._channel.hung_up:
                raise closed()
            self._wait()
        self._alive = True
        return reply

    def _wait(self) -> None:
        """Bytes have moved."""
        until_s = self._commands.deadline.now_s + self._limits.final_reply_s
        self._commands.wait(until_s)
        if self._commands.deadline.now_s >= until_s:
            raise out_of_patience(self._limits.final_reply_s)
