"""Session initiation (RFC 5321 3.1, 3.2): find the host, connect, turn TLS on, read the greeting, and say EHLO."""

from contextlib import suppress
from dataclasses import replace

from smtp_desktop.domain.diagnosis.conversation import FailureDetail, FailureKind, Stage, TlsMode
from smtp_desktop.domain.mail.address import BadHost, ascii_host
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.net.certificate_faults import with_chain
from smtp_desktop.transports.net.dial import Reached, Target, look_up, race
from smtp_desktop.transports.net.tls import Trust, any_trust, chain_of, described, security_of, trust_of
from smtp_desktop.transports.session_error import SessionError, clause, refused
from smtp_desktop.transports.smtp.channel import Channel
from smtp_desktop.transports.smtp.command_channel import CommandChannel, not_welcome
from smtp_desktop.transports.smtp.context import Limits, Operation, SessionContext
from smtp_desktop.transports.smtp.hello import Hello, OpenAgain
from smtp_desktop.transports.smtp.protocol import Capabilities, is_completion
from smtp_desktop.transports.smtp.tls_detection import TlsDetection, tries_tls_first

_LAST_WORDS_S = 0.5
_ROUND_TRIPS = 3  # connecting took one


class SessionInitiation:
    """The way from a host name to a server that has said what it offers."""

    def __init__(self, context: SessionContext, operation: Operation) -> None:
        self.commands: CommandChannel | None = None
        """The connection once there is one, also where `run` failed; the caller's to close."""
        self._hello = Hello(context)
        self._server = context.server
        self._context = context
        self._limits = context.limits
        self._operation = operation
        self._deadline = operation.deadline
        self._recorder = operation.recorder

    def run(self) -> Capabilities:
        """Returns what the server offers once it is ready for a sign-in or a mail. Raises SessionError and
        OpenAgain."""
        host = self._find_name()
        reached = self._connect(self._look_up(host))
        if self._server.tls:
            commands, mode = self._secure(host, reached)
        else:
            mode = None
            commands = self.commands = CommandChannel(Channel(reached.sock), self._operation, host=host)
        self._recorder.begin(Stage.GREET)
        if mode is not TlsMode.STARTTLS:
            read_greeting(commands, self._limits)
        try:
            again = mode is TlsMode.STARTTLS
            capabilities = self._greet_again(commands, reached) if again else self._hello.run(commands)
        except SessionError as error:
            if error.kind in {FailureKind.CLOSED, FailureKind.REPLY}:
                error.detail = error.detail or FailureDetail.GREETED
            raise
        self._recorder.done(", ".join(capabilities.lines))
        return capabilities

    def _greet_again(self, commands: CommandChannel, reached: Reached) -> Capabilities:
        """Returns what the server offers behind STARTTLS.

        EHLO goes out with the end of the handshake, which saves a round trip. A server that ends the session there
        closes with EHLO unread, so that its last words never arrive: a second connection waits for them.
        """
        if self._context.listens_first:
            commands.hear_last_words(within_s=max(_LAST_WORDS_S, _ROUND_TRIPS * reached.connect_s))
        try:
            return self._hello.run(commands)
        except SessionError as error:
            lost = error.kind is FailureKind.CLOSED and not self._context.listens_first
            if lost and self._deadline.left_s:
                why = "The server closed the connection after the handshake; connecting again to read its reply"
                raise OpenAgain(why, replace(self._context, listens_first=True)) from error
            raise

    def _find_name(self) -> str:
        """Returns the host's name in ASCII."""
        self._recorder.begin(Stage.FIND_HOST)
        try:
            return ascii_host(self._server.host_name)
        except BadHost as error:
            raise SessionError(
                FailureKind.HOST_NOT_FOUND,
                msg("{host} is not a valid host name.", host=self._server.host_name),
            ) from error

    def _look_up(self, host: str) -> tuple[Target, ...]:
        targets = look_up(host, self._server.smtp_port, deadline=self._deadline, resolve=self._context.resolve)
        more = f" +{len(targets) - 1} more" if len(targets) > 1 else ""
        self._recorder.done(f"{targets[0].ip}{more}")
        return targets

    def _connect(self, targets: tuple[Target, ...]) -> Reached:
        self._recorder.begin(Stage.CONNECT)
        reached = race(targets, deadline=self._deadline, limit_s=self._limits.connect_s)
        self._recorder.note(f"Connected to {reached.target.ip} port {self._server.smtp_port}")
        self._recorder.done(reached.target.family_name)
        return reached

    def _secure(self, host: str, reached: Reached) -> tuple[CommandChannel, TlsMode]:
        self._recorder.begin(Stage.SECURE)
        try:
            trust = trust_of(self._server, host)
        except SessionError:
            reached.sock.close()
            raise
        try:
            commands, mode = self._encrypt(trust, reached)
        except SessionError as error:
            raise self._with_certificates(error, trust, reached) from error
        security = self._recorder.secured(security_of(commands.channel.tls, mode))
        self._recorder.note(f"Encrypted: {described(security)}")
        self._recorder.done(described(security))
        return commands, mode

    def _encrypt(self, trust: Trust, reached: Reached) -> tuple[CommandChannel, TlsMode]:
        detection = TlsDetection(reached, trust, context=self._context, operation=self._operation)
        tls_first = tries_tls_first(self._server.smtp_port, self._context.known_mode)
        self.commands, mode = detection.run(tls_first=tls_first)
        if mode is TlsMode.STARTTLS:
            upgrade(self.commands, trust, self._hello, self._limits)
        trust.check(self.commands.channel.tls)
        return self.commands, mode

    def _with_certificates(self, error: SessionError, trust: Trust, reached: Reached) -> SessionError:
        """Returns `error` with the certificates that were the reason, if they were."""
        if error.kind is not FailureKind.CERTIFICATE or error.chain:
            return error
        mode = TlsMode.STARTTLS if self.commands else TlsMode.IMPLICIT
        if self.commands:
            self.commands.close()  # some servers take one connection at a time
        self._recorder.note("Reading the certificate on a new connection, without any further command")
        chain = shown_chain(reached.target, mode, trust.host, deadline=self._deadline, context=self._context)
        return with_chain(error, self._recorder.redacted_chain(chain), trust.host)


def read_greeting(commands: CommandChannel, limits: Limits) -> None:
    """Reads the server's greeting. Raises SessionError."""
    try:
        reply = commands.read_reply(limit_s=limits.greeting_s)
    except SessionError as error:
        error.stage = error.stage or Stage.GREET
        raise
    if not is_completion(reply):
        raise refused(reply, not_welcome(reply), stage=Stage.GREET)
    commands.greeting = " ".join(commands.unredacted)


def upgrade(commands: CommandChannel, trust: Trust, hello: Hello, limits: Limits) -> None:
    """Encrypts the clear connection by STARTTLS (RFC 3207): nothing but EHLO and STARTTLS is ever said in clear. Raises
    SessionError and OpenAgain."""
    read_greeting(commands, limits)
    hello.before_starttls(commands)
    reply = commands.execute("STARTTLS", limit_s=limits.reply_s)
    if not is_completion(reply):
        raise SessionError(
            FailureKind.TLS_REFUSED,
            msg("The server refused to encrypt the connection: {reply}. Nothing was sent.", reply=clause(reply)),
            reply=reply,
        )
    commands.start_tls(trust)
    try:
        commands.finish_handshake(limit_s=limits.greeting_s)
    except SessionError as error:
        if error.kind is FailureKind.TLS_BROKEN and (words := commands.reply_in_clear()):
            raise refused(words, not_welcome(words), stage=Stage.GREET) from error
        raise


def shown_chain(
    target: Target, mode: TlsMode, host: str, *, deadline: Deadline, context: SessionContext
) -> tuple[Certificate, ...]:
    """Returns the certificates that the server at `target` shows, its own first; none where they don't come in time.

    They come over a new connection, which verifies nothing: after the handshake not a word is said on it.
    """
    unrecorded, limits = Operation.started(deadline), context.limits
    with suppress(SessionError, OpenAgain):
        reached = race((target,), deadline=deadline, limit_s=limits.connect_s)
        commands = CommandChannel(Channel(reached.sock), unrecorded, host=host)
        try:
            if mode is TlsMode.STARTTLS:
                upgrade(commands, any_trust(host), Hello(context), limits)
            else:
                commands.start_tls(any_trust(host))
                commands.finish_handshake(limit_s=limits.greeting_s)
            return chain_of(commands.channel.tls)
        finally:
            commands.close()
    return ()
