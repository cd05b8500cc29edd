"""One conversation, from finding the host to saying goodbye."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
from functools import cached_property

from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Reply, Stage, Timeline, TlsMode
from smtp_desktop.domain.mail.address import BadHost, ascii_host
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.net.certificate_faults import with_chain
from smtp_desktop.transports.net.dial import Reached, Resolve, Target, look_up, race
from smtp_desktop.transports.net.tls import described, security_of
from smtp_desktop.transports.redaction.encodings import SecretEncoding
from smtp_desktop.transports.redaction.redactor import encodings_by_secret
from smtp_desktop.transports.session_error import SessionError, refused
from smtp_desktop.transports.smtp.auth import sign_in, traces
from smtp_desktop.transports.smtp.channel import Channel
from smtp_desktop.transports.smtp.command_channel import GOING_AWAY, CommandChannel
from smtp_desktop.transports.smtp.connection_state import ConnectionState
from smtp_desktop.transports.smtp.greeting import accepts, hear_greeting, not_welcome, own_name, shown_chain, upgrade
from smtp_desktop.transports.smtp.limits import Limits
from smtp_desktop.transports.smtp.pipelining_denylist import PipeliningDenylist
from smtp_desktop.transports.smtp.protocol import Capabilities, ehlo, helo, parse_capabilities
from smtp_desktop.transports.smtp.tls_detection import Detection, tries_tls_first
from smtp_desktop.transports.smtp.transaction import ChunkingRefused, Transaction
from smtp_desktop.transports.smtp.trust import Trust, trust_of
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

# After these the server still listens, so it is told goodbye.
_POLITE = frozenset(
    {
        FailureKind.REPLY,
        FailureKind.AUTH_MISSING,
        FailureKind.MECHANISM_MISSING,
        FailureKind.STARTTLS_MISSING,
        FailureKind.TLS_REFUSED,
        FailureKind.SMTPUTF8_MISSING,
        FailureKind.TOO_LARGE,
    }
)


class SmtpSession:
    """Speaks to `server`: `hold` is called once, on the thread that waits."""

    def __init__(
        self,
        server: GenericServer,
        *,
        password: Secret | None,
        mail: Mail | None,
        known_mode: TlsMode | None,
        deadline: Deadline,
        recorder: TimelineRecorder,
        limits: Limits,
        resolve: Resolve,
        pipelining_denylist: PipeliningDenylist,
    ) -> None:
        self._server = server
        self._password = password
        self._mail = mail
        self._known_mode = known_mode
        self._deadline = deadline
        self._recorder = recorder
        self._limits = limits
        self._resolve = resolve
        self._pipelining_denylist = pipelining_denylist
        self._commands: CommandChannel | None = None
        self._capabilities = Capabilities()
        self._transaction: Transaction | None = None
        self._encodings: Mapping[str, SecretEncoding] = {}
        self._state = ConnectionState()
        self.ready = False
        """Whether the connection is open and takes the next mail."""

    def hold(self, *, keep: bool = False) -> Timeline:
        """Returns what happened, when every connection is closed; with `keep` the connection stays open where the
        server is ready for another mail."""
        failure: Failure | None = None
        accepted: Reply | None = None
        try:
            try:
                accepted = self._speak()
            except SessionError as error:
                failure = self._recorder.fail(error)
            self._leave(failure, keep=keep)
        finally:
            if self._commands and not self.ready:
                self._commands.close()
        return self._recorder.timeline(failure=failure, accepted=accepted)

    @property
    def _open_commands(self) -> CommandChannel:
        if self._commands is None:
            raise RuntimeError("no connection yet")
        return self._commands

    def _speak(self) -> Reply | None:
        if self._password:
            # Now, not at the sign-in: 200 servers may ask for it at the same moment, and all wait for this.
            traced = traces(self._server.user_name, self._password)
            self._encodings = encodings_by_secret((self._password.reveal(),), encoded=traced)
        try:
            return self._speak_once()
        except ChunkingRefused:
            self._open_commands.close()
            self._commands = self._transaction = None
            self._recorder.note("The server offers CHUNKING and refuses BDAT: once more, with DATA on a new connection")
            return self._speak_once()

    def _speak_once(self) -> Reply | None:
        host = self._host()
        reached = self._connect(self._find(host))
        if self._server.tls:
            mode = self._secure(host, reached)
            self._recorder.begin(Stage.GREET)
            if mode is TlsMode.IMPLICIT:
                hear_greeting(self._open_commands, self._limits)
        else:
            self._commands = CommandChannel(
                Channel(reached.sock), deadline=self._deadline, recorder=self._recorder, host=host
            )
            self._recorder.begin(Stage.GREET)
            hear_greeting(self._open_commands, self._limits)
        self._say_hello()
        self._recorder.done(", ".join(self._capabilities.lines))
        return self._go_on()

    def _go_on(self) -> Reply | None:
        if self._server.auth_required:
            self._sign_in()
        return self._submit(self._mail) if self._mail else None

    def _host(self) -> str:
        self._recorder.begin(Stage.FIND_HOST)
        try:
            return self._place[0]
        except BadHost as error:
            raise SessionError(
                FailureKind.HOST_NOT_FOUND,
                msg("{host} can't be the name of a host. Check Host Name.", host=self._server.host_name),
            ) from error

    @cached_property
    def _place(self) -> tuple[str, int]:
        """The host in ASCII, and the port. Raises BadHost."""
        return ascii_host(self._server.host_name), self._server.smtp_port

    def _find(self, host: str) -> tuple[Target, ...]:
        targets = look_up(host, self._server.smtp_port, deadline=self._deadline, resolve=self._resolve)
        more = f" +{len(targets) - 1} more" if len(targets) > 1 else ""
        self._recorder.done(f"{targets[0].ip}{more}")
        return targets

    def _connect(self, targets: tuple[Target, ...]) -> Reached:
        self._recorder.begin(Stage.CONNECT)
        reached = race(targets, deadline=self._deadline, limit_s=self._limits.connect_s)
        self._recorder.note(f"Connected to {reached.target.ip} port {self._server.smtp_port}")
        self._recorder.done(reached.target.family_name)
        return reached

    def _secure(self, host: str, reached: Reached) -> TlsMode:
        self._recorder.begin(Stage.SECURE)
        try:
            trust = trust_of(self._server, host)
        except SessionError:
            reached.sock.close()
            raise
        try:
            mode = self._encrypt(trust, reached)
        except SessionError as error:
            raise self._explained(error, trust, reached) from error
        security = security_of(self._open_commands.channel.tls, mode)
        self._recorder.security = security
        self._recorder.note(f"Encrypted: {described(security)}")
        self._recorder.done(described(security))
        return mode

    def _encrypt(self, trust: Trust, reached: Reached) -> TlsMode:
        detection = Detection(
            reached,
            known_mode=self._known_mode,
            trust=trust,
            deadline=self._deadline,
            recorder=self._recorder,
            limits=self._limits,
        )
        self._commands, mode = detection.run(tls_first=tries_tls_first(self._server.smtp_port, self._known_mode))
        if mode is TlsMode.STARTTLS:
            upgrade(self._open_commands, trust, self._limits)
        trust.check(self._open_commands.channel.tls)
        return mode

    def _explained(self, error: SessionError, trust: Trust, reached: Reached) -> SessionError:
        """Returns `error` with the certificates that were the reason, if they were."""
        if error.kind is not FailureKind.CERTIFICATE or error.chain:
            return error
        mode = TlsMode.STARTTLS if self._commands else TlsMode.IMPLICIT
        if self._commands:
            self._commands.close()  # some servers take one connection at a time
        self._recorder.note("Looking at the certificate on a new connection, on which nothing else is said")
        chain = shown_chain(reached.target, mode, trust.host, deadline=self._deadline, limits=self._limits)
        return with_chain(error, chain, trust.host)

    def _say_hello(self) -> None:
        reply = self._open_commands.ask(ehlo(own_name(self._open_commands)), limit_s=self._limits.reply_s)
        if accepts(reply):
            # A new list replaces what was offered before encryption (RFC 3207 4.2).
            self._capabilities = parse_capabilities(reply)
            return
        if not self._server.tls and not reply.temporary:
            # RFC 5321 3.2: a server without ESMTP still knows HELO.
            reply = self._open_commands.ask(helo(own_name(self._open_commands)), limit_s=self._limits.reply_s)
        if not accepts(reply):
            raise refused(reply, not_welcome(reply))

    def _sign_in(self) -> None:
        self._recorder.begin(Stage.SIGN_IN)
        if self._password is None:
            raise RuntimeError("sign-in without a password")
        sign_in(
            self._open_commands,
            self._capabilities,
            server=self._server,
            password=self._password,
            encodings=self._encodings,
            recorder=self._recorder,
            limits=self._limits,
        )

    def _submit(self, mail: Mail) -> Reply:
        capabilities = self._usable
        self._transaction = Transaction(
            mail, capabilities, commands=self._open_commands, recorder=self._recorder, limits=self._limits
        )
        try:
            reply = self._transaction.run()
        except ChunkingRefused:
            self._pipelining_denylist.add(*self._place)
            raise
        except SessionError as error:
            if capabilities.chunking and not self._state.chunked and _fell_silent(error, self._recorder):
                self._pipelining_denylist.add(*self._place)
            raise
        self._state.took(mail.envelope.sender, chunked=capabilities.chunking)
        return reply

    @property
    def _usable(self) -> Capabilities:
        """What the server offers, less what it broke on before."""
        if self._pipelining_denylist.has(*self._place):
            return replace(self._capabilities, chunking=False)
        return self._capabilities

    def _leave(self, failure: Failure | None, *, keep: bool) -> None:
        """The outcome stands: what the server does with RSET or QUIT changes nothing."""
        commands = self._commands
        if commands is None or commands.channel.hung_up or (failure and not _still_listens(failure)):
            return
        with suppress(SessionError):
            if self._transaction and not self._transaction.leave_tidy(limit_s=self._limits.farewell_s):
                return
            if not keep:
                commands.ask("QUIT", limit_s=self._limits.farewell_s)
            elif failure is None:
                self.ready = True
            elif self._transaction:
                # RFC 5321 4.1.1.5: the next mail begins afresh.
                self.ready = accepts(commands.ask("RSET", limit_s=self._limits.reply_s))


def _fell_silent(error: SessionError, recorder: TimelineRecorder) -> bool:
    """Whether the server had no answer to the content, though it was waited for."""
    why = error.__cause__ if isinstance(error.__cause__, SessionError) else error
    return recorder.running is Stage.CONTENT and why.kind not in {FailureKind.REPLY, FailureKind.CANCELLED}


def _still_listens(failure: Failure) -> bool:
    going_away = failure.reply is not None and failure.reply.code == GOING_AWAY
    return failure.kind in _POLITE and not going_away
