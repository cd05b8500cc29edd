"""Detection of how a port turns TLS on: on connect, or by STARTTLS. There is no third way: what can't be encrypted
fails."""

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage, TlsMode
from smtp_desktop.transports.net.dial import Reached, Target, race, start_connecting
from smtp_desktop.transports.net.tls import Trust
from smtp_desktop.transports.session_error import SessionError, hung_up, not_smtp, service_of, timed_out
from smtp_desktop.transports.smtp.channel import Channel
from smtp_desktop.transports.smtp.command_channel import CommandChannel
from smtp_desktop.transports.smtp.context import Operation, SessionContext

SUBMISSIONS_PORT = 465  # RFC 8314 7.3: TLS from the first byte
_CONNECTS_UNTIL_SILENCE = 3  # a distant server's greeting takes as long as connecting did
_REPLY_DIGITS = b"2345"


def tries_tls_first(port: int, known_mode: TlsMode | None) -> bool:
    """Returns whether a new connection begins with a handshake: by `known_mode`, else by the port."""
    return known_mode is TlsMode.IMPLICIT if known_mode else port == SUBMISSIONS_PORT


class TlsDetection:
    """Finds the mode of the address that was reached, with at most one more connection."""

    def __init__(self, reached: Reached, trust: Trust, *, context: SessionContext, operation: Operation) -> None:
        self._target: Target = reached.target
        self._connect_s = reached.connect_s
        self._trust = trust
        self._known_mode = context.known_mode
        self._limits = context.limits
        self._operation = operation
        self._deadline = operation.deadline
        self._recorder = operation.recorder
        self._second: CommandChannel | None = None
        self._second_error: SessionError | None = None
        self._tls_tried = False
        self._connections = [self._command_channel(Channel(reached.sock))]

    def run(self, *, tls_first: bool) -> tuple[CommandChannel, TlsMode]:
        """Returns the connection to go on with, the caller's to close. With IMPLICIT its handshake is done; with
        STARTTLS the server has begun to greet, in clear. Raises SessionError."""
        chosen: CommandChannel | None = None
        try:
            first = self._connections[0]
            chosen, mode = self._tls_first(first) if tls_first else self._greeting_first(first)
        finally:
            for commands in self._connections:
                if commands is not chosen:
                    commands.close()
        return chosen, mode

    def _command_channel(self, channel: Channel) -> CommandChannel:
        return CommandChannel(channel, self._operation, host=self._trust.host)

    def _tls_first(self, first: CommandChannel) -> tuple[CommandChannel, TlsMode]:
        self._tls_tried = True
        first.start_tls(self._trust)
        try:
            first.finish_handshake(limit_s=self._limits.greeting_s)
        except SessionError as error:
            if service_of(words := first.channel.not_tls.decode("latin-1")):
                raise not_smtp("", line=words) from error
            # A server that speaks TLS has said what is wrong; silence and a cancel don't point to the other mode.
            if error.kind is not FailureKind.TLS_BROKEN or first.channel.speaks_tls:
                raise
            self._recorder.note("No TLS on connect; trying STARTTLS on a new connection")
            return self._greeting_first(self._reconnect(first))
        return first, TlsMode.IMPLICIT

    def _reconnect(self, first: CommandChannel) -> CommandChannel:
        first.close()
        reached = race((self._target,), deadline=self._deadline, limit_s=self._limits.connect_s)
        self._connections.append(self._command_channel(Channel(reached.sock)))
        return self._connections[-1]

    def _greeting_first(self, first: CommandChannel) -> tuple[CommandChannel, TlsMode]:
        try:
            return self._wait_for_greeting(first)
        except SessionError as error:
            if error.kind in {FailureKind.TIMED_OUT, FailureKind.CLOSED, FailureKind.PROTOCOL}:
                error.stage = error.stage or Stage.GREET
            raise

    def _wait_for_greeting(self, first: CommandChannel) -> tuple[CommandChannel, TlsMode]:
        known = self._known_mode is TlsMode.STARTTLS
        silence_s = self._limits.known_silence_s if known else self._limits.silence_s
        silence_s = max(silence_s, _CONNECTS_UNTIL_SILENCE * self._connect_s)
        until_s = self._deadline.now_s + self._limits.greeting_s
        silent_at_s = self._deadline.now_s + silence_s
        first.prepare_tls(self._trust)  # while there is nothing else to do: 200 servers may greet at the same moment
        while True:
            said = first.channel.unread.lstrip()
            if said and said[0] in _REPLY_DIGITS:
                return first, TlsMode.STARTTLS
            first_error = _failure_of(first)
            for error in (first_error, self._second_error):
                if error and error.detail:
                    raise error  # what it is that listens is known
            if not self._tls_tried and (first_error or self._deadline.now_s >= silent_at_s):
                self._try_tls_on_second()
            if self._second and self._second.channel.unread:
                return self._second, TlsMode.IMPLICIT
            if first_error and not self._second:
                raise self._second_error or first_error
            if self._deadline.now_s >= until_s:
                raise timed_out(self._limits.greeting_s)
            self._handle_events(
                [commands for commands in (None if first_error else first, self._second) if commands],
                until_s=until_s if self._tls_tried else min(until_s, silent_at_s),
            )

    def _try_tls_on_second(self) -> None:
        self._tls_tried = True
        self._recorder.note("No greeting yet; trying TLS on a second connection")
        try:
            channel = Channel(start_connecting(self._target))
        except OSError:
            self._recorder.note("The second connection was refused")
            return
        self._second = self._command_channel(channel)
        self._connections.append(self._second)
        self._second.start_tls(self._trust)

    def _handle_events(self, connections: list[CommandChannel], *, until_s: float) -> None:
        ready = self._deadline.wait(
            {commands.channel.socket: commands.channel.interest for commands in connections}, until_s=until_s
        )
        for commands in connections:
            if commands is self._second:
                self._handle_second_events(ready.get(commands.channel.socket, 0))
            else:
                commands.handle_events(ready.get(commands.channel.socket, 0))

    def _handle_second_events(self, events: int) -> None:
        second = self._second
        if second is None:
            return
        try:
            second.handle_events(events)
        except SessionError as error:
            # With a bad certificate, or an alert, the port speaks TLS: no greeting will come in clear.
            if second.channel.speaks_tls:
                raise
            self._give_up_second(error)
            return
        if second.channel.hung_up and not second.channel.unread:
            self._give_up_second(None)

    def _give_up_second(self, error: SessionError | None) -> None:
        if self._second:
            self._second.close()
        if self._second and service_of(words := self._second.channel.not_tls.decode("latin-1")):
            error = not_smtp("", line=words)
        # A greeting in clear on the second connection says nothing that the first one won't say.
        self._second_error = None if self._second and self._second.channel.greeted_in_clear else error
        self._second = None


def _failure_of(commands: CommandChannel) -> SessionError | None:
    said = commands.channel.unread.lstrip()
    if said:
        return not_smtp("its greeting does not begin with a code", line=said.decode("latin-1"))
    return hung_up() if commands.channel.hung_up else None
