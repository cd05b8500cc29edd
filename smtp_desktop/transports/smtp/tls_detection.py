"""Finding out how a port turns TLS on: at once, or by STARTTLS. Never in clear text: what can't be secured ends."""

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage, TlsMode
from smtp_desktop.transports.deadline import Watch
from smtp_desktop.transports.net.dial import Reached, Target, race, start_connecting
from smtp_desktop.transports.session_error import Ended, closed, not_smtp, out_of_patience
from smtp_desktop.transports.smtp.channel import Channel
from smtp_desktop.transports.smtp.command_channel import Dialogue
from smtp_desktop.transports.smtp.limits import Limits
from smtp_desktop.transports.smtp.trust import Trust
from smtp_desktop.transports.timeline_recorder import Record

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
        watch: Watch,
        record: Record,
        limits: Limits,
    ) -> None:
        self._target: Target = reached.target
        self._took_s = reached.took_s
        self._known_mode = known_mode
        self._trust = trust
        self._watch = watch
        self._record = record
        self._limits = limits
        self._second: Dialogue | None = None
        self._second_end: Ended | None = None
        self._tls_tried = False
        self._dialogues = [self._dialogue(Channel(reached.sock))]

    def run(self, *, tls_first: bool) -> tuple[Dialogue, TlsMode]:
        """Returns the connection to go on with, the receiver's to close. With IMPLICIT its handshake is done; with
        STARTTLS the server has begun to greet, in clear. Raises Ended."""
        winner: Dialogue | None = None
        try:
            first = self._dialogues[0]
            winner, mode = self._tls_first(first) if tls_first else self._greeting_first(first)
        finally:
            for dialogue in self._dialogues:
                if dialogue is not winner:
                    dialogue.close()
        return winner, mode

    def _dialogue(self, channel: Channel) -> Dialogue:
        return Dialogue(channel, watch=self._watch, record=self._record, host=self._trust.host)

    def _tls_first(self, first: Dialogue) -> tuple[Dialogue, TlsMode]:
        self._tls_tried = True
        first.start_tls(self._trust)
        try:
            first.finish_handshake(limit_s=self._limits.greeting_s)
        except Ended as ended:
            # A server that speaks TLS has said what is wrong; silence and a cancel are no sign of the other mode.
            if ended.kind is not FailureKind.TLS_BROKEN or first.channel.speaks_tls:
                raise
            self._record.note("No TLS on connect: trying STARTTLS on a new connection")
            return self._greeting_first(self._again(first))
        return first, TlsMode.IMPLICIT

    def _again(self, first: Dialogue) -> Dialogue:
        first.close()
        reached = race((self._target,), watch=self._watch, limit_s=self._limits.connect_s)
        self._dialogues.append(self._dialogue(Channel(reached.sock)))
        return self._dialogues[-1]

    def _greeting_first(self, first: Dialogue) -> tuple[Dialogue, TlsMode]:
        try:
            return self._listen(first)
        except Ended as ended:
            if ended.kind in {FailureKind.TIMED_OUT, FailureKind.CLOSED, FailureKind.PROTOCOL}:
                ended.stage = ended.stage or Stage.GREET
            raise

    def _listen(self, first: Dialogue) -> tuple[Dialogue, TlsMode]:
        known = self._known_mode is TlsMode.STARTTLS
        silence_s = self._limits.known_silence_s if known else self._limits.silence_s
        silence_s = max(silence_s, _CONNECTS_UNTIL_SILENCE * self._took_s)
        until_s = self._watch.now_s + self._limits.greeting_s
        silent_at_s = self._watch.now_s + silence_s
        first.prepare_tls(self._trust)  # while the server makes us wait: 200 may greet at the same moment
        while True:
            if first.channel.first_words[:1] and first.channel.first_words[0] in _REPLY_DIGITS:
                return first, TlsMode.STARTTLS
            first_end = _end_of(first)
            if not self._tls_tried and (first_end or self._watch.now_s >= silent_at_s):
                self._try_tls_beside()
            if self._second and self._second.channel.first_words:
                return self._second, TlsMode.IMPLICIT
            if first_end and not self._second:
                raise self._second_end or first_end
            if self._watch.now_s >= until_s:
                raise out_of_patience(self._limits.greeting_s)
            self._serve(
                [dialogue for dialogue in (None if first_end else first, self._second) if dialogue],
                until_s=until_s if self._tls_tried else min(until_s, silent_at_s),
            )

    def _try_tls_beside(self) -> None:
        self._tls_tried = True
        self._record.note("No greeting yet: trying TLS on a second connection")
        try:
            channel = Channel(start_connecting(self._target))
        except OSError:
            self._record.note("The second connection was refused")
            return
        self._second = self._dialogue(channel)
        self._dialogues.append(self._second)
        self._second.start_tls(self._trust)

    def _serve(self, dialogues: list[Dialogue], *, until_s: float) -> None:
        ready = self._watch.wait(
            {dialogue.channel.socket: dialogue.channel.interest for dialogue in dialogues}, until_s=until_s
        )
        for dialogue in dialogues:
            if dialogue is self._second:
                self._serve_second(ready.get(dialogue.channel.socket, 0))
            else:
                dialogue.serve(ready.get(dialogue.channel.socket, 0))

    def _serve_second(self, events: int) -> None:
        second = self._second
        if second is None:
            return
        try:
            second.serve(events)
        except Ended as ended:
            # With a bad certificate, or an alert, the port speaks TLS: no greeting will come in clear.
            if second.channel.speaks_tls:
                raise
            self._give_up_second(ended)
            return
        if second.channel.hung_up and not second.channel.first_words:
            self._give_up_second(None)

    def _give_up_second(self, ended: Ended | None) -> None:
        if self._second:
            self._second.close()
        # A clear greeting on the second connection tells nothing that the first one will not tell.
        self._second_end = None if self._second and self._second.channel.greeted_in_clear else ended
        self._second = None


def _end_of(dialogue: Dialogue) -> Ended | None:
    if dialogue.channel.first_words:
        return not_smtp("it begins to speak, but not with a code")
    return closed() if dialogue.channel.hung_up else None
