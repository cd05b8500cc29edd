"""Finding out how a port turns TLS on: at once, or by STARTTLS. Never in clear text: what can't be secured ends."""

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage, TlsMode
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.net.dial import Reached, Target, race, start_connecting
from smtp_desktop.transports.session_error import SessionError, closed, not_smtp, out_of_patience
from smtp_desktop.transports.smtp.channel import Channel
from smtp_desktop.transports.smtp.command_channel import CommandChannel
from smtp_desktop.transports.smtp.limits import Limits
from smtp_desktop.transports.smtp.trust import Trust
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

SUBMISSIONS_PORT = 465  # RFC 8314 7.3: TLS from the first byte
_CONNECTS_UNTIL_SILENCE = 3  # a far server's greeting takes its time as connecting did
_REPLY_DIGITS = b"2345"


def tries_tls_first(port: int, known_mode: TlsMode | None) -> bool:
    """Whether a new connection begins with a handshake: by what is known of the server, else by the port."""
    return known_mode is TlsMode.IMPLICIT if known_mode else port == SUBMISSIONS_PORT


class Detection:
    """Finds the mode over the address that was reached, with at most one connection more."""

    def __init__(
        self,
        reached: Reached,
        *,
        known_mode: TlsMode | None,
        trust: Trust,
        deadline: Deadline,
        recorder: TimelineRecorder,
        limits: Limits,
    ) -> None:
        self._target: Target = reached.target
        self._took_s = reached.took_s
        self._known_mode = known_mode
        self._trust = trust
        self._deadline = deadline
        self._recorder = recorder
        self._limits = limits
        self._second: CommandChannel | None = None
        self._second_end: SessionError | None = None
        self._tls_tried = False
        self._dialogues = [self._commands(Channel(reached.sock))]

    def run(self, *, tls_first: bool) -> tuple[CommandChannel, TlsMode]:
        """Returns the connection to go on with, the receiver's to close. With IMPLICIT its handshake is done; with
        STARTTLS the server has begun to greet, in clear. Raises SessionError."""
        winner: CommandChannel | None = None
        try:
            first = self._dialogues[0]
            winner, mode = self._tls_first(first) if tls_first else self._greeting_first(first)
        finally:
            for commands in self._dialogues:
                if commands is not winner:
                    commands.close()
        return winner, mode

    def _commands(self, channel: Channel) -> CommandChannel:
        return CommandChannel(channel, deadline=self._deadline, recorder=self._recorder, host=self._trust.host)

    def _tls_first(self, first: CommandChannel) -> tuple[CommandChannel, TlsMode]:
        self._tls_tried = True
        first.start_tls(self._trust)
        try:
            first.finish_handshake(limit_s=self._limits.greeting_s)
        except SessionError as error:
            # A server that speaks TLS has said what is wrong; silence and a cancel are no sign of the other mode.
            if error.kind is not FailureKind.TLS_BROKEN or first.channel.speaks_tls:
                raise
            self._recorder.note("No TLS on connect: trying STARTTLS on a new connection")
            return self._greeting_first(self._again(first))
        return first, TlsMode.IMPLICIT

    def _again(self, first: CommandChannel) -> CommandChannel:
        first.close()
        reached = race((self._target,), deadline=self._deadline, limit_s=self._limits.connect_s)
        self._dialogues.append(self._commands(Channel(reached.sock)))
        return self._dialogues[-1]

    def _greeting_first(self, first: CommandChannel) -> tuple[CommandChannel, TlsMode]:
        try:
            return self._listen(first)
        except SessionError as error:
            if error.kind in {FailureKind.TIMED_OUT, FailureKind.CLOSED, FailureKind.PROTOCOL}:
                error.stage = error.stage or Stage.GREET
            raise

    def _listen(self, first: CommandChannel) -> tuple[CommandChannel, TlsMode]:
        known = self._known_mode is TlsMode.STARTTLS
        silence_s = self._limits.known_silence_s if known else self._limits.silence_s
        silence_s = max(silence_s, _CONNECTS_UNTIL_SILENCE * self._took_s)
        until_s = self._deadline.now_s + self._limits.greeting_s
        silent_at_s = self._deadline.now_s + silence_s
        first.prepare_tls(self._trust)  # while the server makes us wait: 200 may greet at the same moment
        while True:
            if first.channel.first_words[:1] and first.channel.first_words[0] in _REPLY_DIGITS:
                return first, TlsMode.STARTTLS
            first_end = _end_of(first)
            if not self._tls_tried and (first_end or self._deadline.now_s >= silent_at_s):
                self._try_tls_beside()
            if self._second and self._second.channel.first_words:
                return self._second, TlsMode.IMPLICIT
            if first_end and not self._second:
                raise self._second_end or first_end
            if self._deadline.now_s >= until_s:
                raise out_of_patience(self._limits.greeting_s)
            self._serve(
                [commands for commands in (None if first_end else first, self._second) if commands],
                until_s=until_s if self._tls_tried else min(until_s, silent_at_s),
            )

    def _try_tls_beside(self) -> None:
        self._tls_tried = True
        self._recorder.note("No greeting yet: trying TLS on a second connection")
        try:
            channel = Channel(start_connecting(self._target))
        except OSError:
            self._recorder.note("The second connection was refused")
            return
        self._second = self._commands(channel)
        self._dialogues.append(self._second)
        self._second.start_tls(self._trust)

    def _serve(self, dialogues: list[CommandChannel], *, until_s: float) -> None:
        ready = self._deadline.wait(
            {commands.channel.socket: commands.channel.interest for commands in dialogues}, until_s=until_s
        )
        for commands in dialogues:
            if commands is self._second:
                self._serve_second(ready.get(commands.channel.socket, 0))
            else:
                commands.serve(ready.get(commands.channel.socket, 0))

    def _serve_second(self, events: int) -> None:
        second = self._second
        if second is None:
            return
        try:
            second.serve(events)
        except SessionError as error:
            # With a bad certificate, or an alert, the port speaks TLS: no greeting will come in clear.
            if second.channel.speaks_tls:
                raise
            self._give_up_second(error)
            return
        if second.channel.hung_up and not second.channel.first_words:
            self._give_up_second(None)

    def _give_up_second(self, error: SessionError | None) -> None:
        if self._second:
            self._second.close()
        # A clear greeting on the second connection tells nothing that the first one will not tell.
        self._second_end = None if self._second and self._second.channel.greeted_in_clear else error
        self._second = None


def _end_of(commands: CommandChannel) -> SessionError | None:
    if commands.channel.first_words:
        return not_smtp("it begins to speak, but not with a code")
    return closed() if commands.channel.hung_up else None
