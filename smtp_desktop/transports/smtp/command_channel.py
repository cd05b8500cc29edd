"""The command channel of a connection: command lines out, replies in, each within a time limit."""

import ssl

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Reply
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.transports.deadline import READ, Deadline
from smtp_desktop.transports.net.certificate_faults import handshake_error
from smtp_desktop.transports.net.tls import Trust
from smtp_desktop.transports.session_error import (
    SessionError,
    clause,
    hung_up,
    not_smtp,
    out_of_step,
    refused,
    timed_out,
)
from smtp_desktop.transports.smtp.channel import Channel
from smtp_desktop.transports.smtp.context import Operation
from smtp_desktop.transports.smtp.protocol import ProtocolError, RawReply, ReplyParser, redacted, wire_line
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

CONTINUE = 334  # RFC 4954 4: a challenge
_REFUSED = 400  # and above
GOING_AWAY = 421  # RFC 5321 3.8: may come at any time, in place of any reply


def going_away(reply: Reply) -> SessionError:
    """Returns the error for a 421."""
    return refused(
        reply, msg("The server is busy and closed the connection: {reply}. Try again later.", reply=clause(reply))
    )


def is_going_away(failure: SessionError | Failure) -> bool:
    """Returns whether the server has closed the connection with a 421."""
    return failure.reply is not None and failure.reply.code == GOING_AWAY


def not_welcome(reply: Reply) -> MessageText:
    """Returns the sentence for a server that refuses this computer."""
    return msg("The server refuses connections from this computer: {reply}", reply=str(reply))


class CommandChannel:
    """Speaks to an SMTP server over one connection, within the deadline of `operation` and into its timeline. Every
    method but `queue`, `queue_content` and `close` may raise SessionError."""

    def __init__(self, channel: Channel, operation: Operation, *, host: str) -> None:
        """`host` is the server's name in ASCII."""
        self.channel = channel
        self.host = host
        self.operation = operation
        """The operation under way; a connection that is kept open gets another one for each mail or batch."""
        self.greeting = ""
        """The text with which the server has greeted, as it came: not to be shown."""
        self.unredacted: tuple[str, ...] = ()
        """The lines of the last reply as they came, to act on; not to be shown."""
        self._parser = ReplyParser(host)

    @property
    def deadline(self) -> Deadline:
        """The deadline of the operation under way."""
        return self.operation.deadline

    @property
    def recorder(self) -> TimelineRecorder:
        """The recorder of the operation under way."""
        return self.operation.recorder

    def queue(self, *lines: str, shown: str | None = None) -> None:
        """Queues `lines` to be sent together. `shown` takes the place of a line with a secret in the transcript."""
        self.channel.queue(b"".join(wire_line(line) for line in lines))
        for line in [shown] if shown is not None else lines:
            self.recorder.client(line)

    def queue_content(self, data: bytes, *, size_bytes: int) -> None:
        """Queues the content of a mail; `size_bytes` is its size without dot-stuffing."""
        self.channel.queue(data)
        self.recorder.client(f"({size_bytes} bytes of content)")

    def execute(self, line: str, *, limit_s: float, shown: str | None = None) -> Reply:
        """Sends one command and returns its reply."""
        self.queue(line, shown=shown)
        return self.read_reply(limit_s=limit_s)

    def read_reply(self, *, limit_s: float, strict: bool = False) -> Reply:
        """Waits for the next reply, records it, and returns it; see `received_reply`."""
        until_s = self.deadline.now_s + limit_s
        while (reply := self.received_reply(strict=strict)) is None:
            if self.channel.hung_up:
                raise hung_up()
            if self.deadline.now_s >= until_s:
                raise timed_out(limit_s)
            self.wait(until_s)
        return reply

    def send_all(self, *, block_s: float) -> None:
        """Waits until the network has taken all that was queued, or the server has something to say; each time for
        `block_s` at most until more is taken."""
        channel = self.channel
        channel.flush()
        taken, until_s = channel.sent_bytes, self.deadline.now_s + block_s
        while not (channel.all_sent or channel.unread or channel.hung_up):
            if channel.sent_bytes > taken:
                taken, until_s = channel.sent_bytes, self.deadline.now_s + block_s
            if self.deadline.now_s >= until_s:
                raise timed_out(block_s)
            ready = self.deadline.wait({channel.socket: channel.interest}, until_s=until_s)
            self.handle_events(ready.get(channel.socket, 0))

    def check_step(self) -> None:
        """Ensures that the server waits for a command: a reply that is there already, though every command was
        answered, would be taken for the next command's."""
        self.handle_events(READ)
        reply = self.received_reply()
        if reply is not None:
            raise out_of_step(reply)
        if self.channel.hung_up:
            raise hung_up()

    def received_reply(self, *, strict: bool = False) -> Reply | None:
        """Returns the next reply if it was received whole, and records it. A 421 is an error whatever it replies to;
        with `strict` so is an odd reply."""
        raw = self.received_raw()
        if raw is None:
            return None
        self.unredacted = raw.texts[1:]
        (reply,) = redacted((raw,), self.recorder.redactor)
        self.recorder.server(reply)
        if strict and raw.odd:
            raise out_of_step(reply)
        if reply.code == GOING_AWAY:
            raise going_away(reply)
        return reply

    def hear_last_words(self, *, within_s: float) -> None:
        """Waits for a server that has something to say before it is asked, and raises that as an error."""
        until_s = self.deadline.now_s + within_s
        while self.deadline.now_s < until_s and not self.channel.hung_up:
            if (reply := self.received_reply()) is not None:
                raise refused(reply, not_welcome(reply))
            self.wait(until_s)

    def reply_in_clear(self) -> Reply | None:
        """Returns the refusal that the server gave in place of its part of the handshake, if it did."""
        self._parser.clear()
        self._parser.feed(self.channel.not_tls)
        try:
            raw = self._parser.next_reply() or self._parser.unterminated_refusal()
        except ProtocolError:
            return None
        if raw is None or raw.code < _REFUSED:
            return None
        (reply,) = redacted((raw,), self.recorder.redactor)
        self.recorder.server(reply)
        return reply

    def next_code(self) -> int:
        """Returns the code of a further reply that is there already, else 0. It is lost then, unless it is a 421."""
        try:
            raw = self.received_raw()
        except SessionError:
            return 0  # what it is says nothing about the reply before it
        return raw.code if raw and raw.code != GOING_AWAY else 0

    def received_raw(self) -> RawReply | None:
        """Returns the next reply if it was received whole, neither recorded nor redacted."""
        self._parser.feed(self.channel.take())
        try:
            reply = self._parser.next_reply()
        except ProtocolError as error:
            raise not_smtp(str(error), line=error.line) from error
        if reply is None and self.channel.hung_up:
            reply = self._parser.unterminated_refusal()
        return reply

    def handle_events(self, events: int) -> None:
        """Sends and receives what the socket is ready for."""
        try:
            self.channel.handle_events(events)
        except ssl.SSLError as error:
            raise handshake_error(error, self.host) from error

    def wait(self, until_s: float) -> None:
        """Waits until bytes were sent or received, at most until then."""
        sock = self.channel.socket
        # The socket can almost always be written to: asking first would double the system calls.
        self.channel.flush()
        self.handle_events(self.deadline.wait({sock: self.channel.interest}, until_s=until_s).get(sock, 0))

    def prepare_tls(self, trust: Trust) -> None:
        """Does part of the work of `start_tls` ahead of time. Nothing is sent yet."""
        self.channel.prepare_tls(trust.context, trust.host)

    def start_tls(self, trust: Trust) -> None:
        """Begins the handshake, and drops unread what the server sent before it (RFC 3207 4.2)."""
        if self.channel.take() or self._parser.pending:
            self.recorder.note("Discarded data that the server sent before the handshake")
        self._parser.clear()
        self.channel.start_tls(trust.context, trust.host)

    def finish_handshake(self, *, limit_s: float) -> None:
        """Waits until the connection is encrypted."""
        until_s = self.deadline.now_s + limit_s
        while not self.channel.secured:
            if self.channel.hung_up:
                raise SessionError(
                    FailureKind.TLS_BROKEN,
                    msg("The server closed the connection during the TLS handshake. Nothing was sent unencrypted."),
                )
            if self.deadline.now_s >= until_s:
                raise timed_out(limit_s)
            self.wait(until_s)

    def close(self) -> None:
        """Closes the connection."""
        self.channel.close()
