"""Commands and replies over one channel."""

import ssl

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Reply
from smtp_desktop.domain.message_text import msg
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.net.certificate_faults import handshake_end
from smtp_desktop.transports.session_error import SessionError, closed, not_smtp, out_of_patience, refused
from smtp_desktop.transports.smtp.channel import Channel
from smtp_desktop.transports.smtp.protocol import ProtocolError, ReplyParser, Unmasked, shown, wire_line
from smtp_desktop.transports.smtp.trust import Trust
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

CONTINUE = 334  # RFC 4954 4: a challenge
GOING_AWAY = 421  # RFC 5321 3.8: may come at any time, in place of any reply


def going_away(reply: Reply) -> SessionError:
    """Returns the end that a 421 makes."""
    return refused(reply, msg("The server has no time now and hung up: {reply}. Try again later.", reply=str(reply)))


class CommandChannel:
    """One connection to an SMTP server. All but `say` may raise SessionError."""

    def __init__(self, channel: Channel, *, deadline: Deadline, recorder: TimelineRecorder, host: str) -> None:
        self.channel = channel
        self.deadline = deadline
        self._recorder = recorder
        self._host = host
        self._parser = ReplyParser()
        self.challenge = ""
        """What the last 334 asks, unmasked, for who answers it: masked, it might not be what was asked."""

    def attend(self, deadline: Deadline, recorder: TimelineRecorder) -> None:
        """From now on another conversation is held over the same connection; `recorder` has the masks of the first."""
        self.deadline, self._recorder = deadline, recorder

    def say(self, *lines: str, shown: str | None = None) -> None:
        """Will send `lines` in one flight. `shown` stands in the transcript in place of a line with a secret."""
        self.channel.queue(b"".join(wire_line(line) for line in lines))
        for line in [shown] if shown is not None else lines:
            self._recorder.client(line)

    def say_content(self, data: bytes, *, size_bytes: int) -> None:
        """Will send `data`, dotted already; `size_bytes` counts it without that."""
        self.channel.queue(data)
        self._recorder.client(f"({size_bytes} bytes of content)")

    def ask(self, line: str, *, limit_s: float, shown: str | None = None) -> Reply:
        """Returns the reply to one command."""
        self.say(line, shown=shown)
        return self.hear(limit_s=limit_s)

    def hear(self, *, limit_s: float) -> Reply:
        """Returns the server's next reply. A 421 ends the conversation wherever it comes."""
        until_s = self.deadline.now_s + limit_s
        while (reply := self.heard()) is None:
            if self.channel.hung_up:
                raise closed()
            if self.deadline.now_s >= until_s:
                raise out_of_patience(limit_s)
            self.wait(until_s)
        return reply

    def heard(self) -> Reply | None:
        """Returns the next reply if all of it is there already."""
        unmasked = self.overheard()
        if unmasked is None:
            return None
        self.challenge = " ".join(unmasked.words).strip() if unmasked.code == CONTINUE else ""
        (reply,) = shown((unmasked,), self._recorder.redactor.clean_all)
        self._recorder.server(reply)
        if reply.code == GOING_AWAY:
            raise going_away(reply)
        return reply

    def overheard(self) -> Unmasked | None:
        """Returns the next reply if all of it is there already, for nobody's eyes yet; nothing is recorded."""
        self._parser.feed(self.channel.take())
        try:
            reply = self._parser.next_reply()
        except ProtocolError as error:
            raise not_smtp(str(error)) from error
        if reply is None and self.channel.hung_up:
            reply = self._parser.last_words()
        return reply

    def serve(self, events: int) -> None:
        """Moves the bytes that the socket is ready for."""
        try:
            self.channel.serve(events)
        except ssl.SSLError as error:
            raise handshake_end(error, self._host) from error

    def wait(self, until_s: float) -> None:
        """Bytes have moved, if they could until then."""
        sock = self.channel.socket
        # There is room almost always: to ask first would double the calls of the system.
        self.channel.push()
        self.serve(self.deadline.wait({sock: self.channel.interest}, until_s=until_s).get(sock, 0))

    def prepare_tls(self, trust: Trust) -> None:
        """`start_tls` will have less to do: for while there is nothing else to do. Nothing is sent yet."""
        self.channel.prepare_tls(trust.context, trust.host)

    def start_tls(self, trust: Trust) -> None:
        """The handshake has begun; what the server said before is forgotten, unread (RFC 3207 4.2)."""
        if self.channel.take() or self._parser.pending:
            self._recorder.note("Dropped what the server sent ahead of the handshake")
        self._parser.clear()
        self.channel.start_tls(trust.context, trust.host)

    def finish_handshake(self, *, limit_s: float) -> None:
        """The connection is encrypted."""
        until_s = self.deadline.now_s + limit_s
        while not self.channel.secured:
            if self.channel.hung_up:
                raise SessionError(
                    FailureKind.TLS_BROKEN,
                    msg("The server hung up while the encrypted connection was set up. Nothing was sent in clear."),
                )
            if self.deadline.now_s >= until_s:
                raise out_of_patience(limit_s)
            self.wait(until_s)

    def close(self) -> None:
        """The connection is closed."""
        self.channel.close()
