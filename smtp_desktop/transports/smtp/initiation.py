"""Session initiation (RFC 5321 3.1, 3.2): find the host, connect, turn TLS on, read the greeting, and say EHLO."""

import socket
from contextlib import suppress

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Reply, Stage, TlsMode
from smtp_desktop.domain.mail.address import BadHost, ascii_host
from smtp_desktop.domain.message_text import MessageText, msg
from smtp_desktop.domain.smtp.certificate import Certificate
from smtp_desktop.domain.smtp.ehlo_name import ascii_ehlo_name
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.net.certificate_faults import with_chain
from smtp_desktop.transports.net.dial import Reached, Target, look_up, race
from smtp_desktop.transports.net.tls import Trust, any_trust, chain_of, described, security_of, trust_of
from smtp_desktop.transports.session_error import SessionError, refused
from smtp_desktop.transports.smtp.channel import Channel
from smtp_desktop.transports.smtp.command_channel import CommandChannel
from smtp_desktop.transports.smtp.context import Limits, Operation, SessionContext
from smtp_desktop.transports.smtp.protocol import Capabilities, ehlo, helo, is_completion, parse_capabilities
from smtp_desktop.transports.smtp.tls_detection import TlsDetection, tries_tls_first


class SessionInitiation:
    """The way from a host name to a server that has said what it offers."""

    def __init__(self, context: SessionContext, operation: Operation) -> None:
        self.commands: CommandChannel | None = None
        """The connection once there is one, also where `run` failed; the caller's to close."""
        self._server = context.server
        self._context = context
        self._limits = context.limits
        self._operation = operation
        self._deadline = operation.deadline
        self._recorder = operation.recorder

    def run(self) -> Capabilities:
        """Returns what the server offers once it is ready for a sign-in or a mail. Raises SessionError."""
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
        capabilities = self._say_hello(commands)
        self._recorder.done(", ".join(capabilities.lines))
        return capabilities

    def _find_name(self) -> str:
        """Returns the host's name in ASCII."""
        self._recorder.begin(Stage.FIND_HOST)
        try:
            return ascii_host(self._server.host_name)
        except BadHost as error:
            raise SessionError(
                FailureKind.HOST_NOT_FOUND,
                msg("{host} can't be the name of a host. Check Host Name.", host=self._server.host_name),
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
        security = security_of(commands.channel.tls, mode)
        self._recorder.security = security
        self._recorder.note(f"Encrypted: {described(security)}")
        self._recorder.done(described(security))
        return commands, mode

    def _encrypt(self, trust: Trust, reached: Reached) -> tuple[CommandChannel, TlsMode]:
        detection = TlsDetection(reached, trust, context=self._context, operation=self._operation)
        tls_first = tries_tls_first(self._server.smtp_port, self._context.known_mode)
        self.commands, mode = detection.run(tls_first=tls_first)
        if mode is TlsMode.STARTTLS:
            upgrade(self.commands, trust, self._limits, ehlo_name=self._context.ehlo_name)
        trust.check(self.commands.channel.tls)
        return self.commands, mode

    def _with_certificates(self, error: SessionError, trust: Trust, reached: Reached) -> SessionError:
        """Returns `error` with the certificates that were the reason, if they were."""
        if error.kind is not FailureKind.CERTIFICATE or error.chain:
            return error
        mode = TlsMode.STARTTLS if self.commands else TlsMode.IMPLICIT
        if self.commands:
            self.commands.close()  # some servers take one connection at a time
        self._recorder.note("Looking at the certificate on a new connection, on which nothing else is said")
        chain = shown_chain(reached.target, mode, trust.host, deadline=self._deadline, context=self._context)
        return with_chain(error, chain, trust.host)

    def _say_hello(self, commands: CommandChannel) -> Capabilities:
        name = hello_name(commands, self._context.ehlo_name)
        reply = commands.execute(ehlo(name), limit_s=self._limits.reply_s)
        if is_completion(reply):
            # What was offered before encryption no longer counts (RFC 3207 4.2).
            return parse_capabilities(reply)
        if not self._server.tls and not reply.temporary:
            # RFC 5321 3.2: a server without ESMTP still knows HELO.
            reply = commands.execute(helo(name), limit_s=self._limits.reply_s)
        if not is_completion(reply):
            raise refused(reply, _not_welcome(reply))
        return Capabilities()


def read_greeting(commands: CommandChannel, limits: Limits) -> None:
    """Reads the server's greeting. Raises SessionError."""
    try:
        reply = commands.read_reply(limit_s=limits.greeting_s)
    except SessionError as error:
        error.stage = error.stage or Stage.GREET
        raise
    if not is_completion(reply):
        raise refused(reply, _not_welcome(reply), stage=Stage.GREET)


def upgrade(commands: CommandChannel, trust: Trust, limits: Limits, *, ehlo_name: str) -> None:
    """Encrypts the clear connection by STARTTLS (RFC 3207): nothing but EHLO and STARTTLS is ever said in clear. Raises
    SessionError."""
    read_greeting(commands, limits)
    reply = commands.execute(ehlo(hello_name(commands, ehlo_name)), limit_s=limits.reply_s)
    if not is_completion(reply):
        raise refused(reply, _not_welcome(reply), stage=Stage.GREET)
    if not parse_capabilities(reply).starttls:
        raise SessionError(
            FailureKind.STARTTLS_MISSING,
            msg(
                "The server offers no encryption on this port, or something on the way removes the offer. "
                "Nothing was sent. Try port 465 or 587, or ask the server's admin."
            ),
        )
    reply = commands.execute("STARTTLS", limit_s=limits.reply_s)
    if not is_completion(reply):
        raise SessionError(
            FailureKind.TLS_REFUSED,
            msg("The server refused to encrypt the connection: {reply}. Nothing was sent.", reply=str(reply)),
            reply=reply,
        )
    commands.start_tls(trust)
    commands.finish_handshake(limit_s=limits.greeting_s)


def hello_name(commands: CommandChannel, ehlo_name: str) -> str:
    """Returns the name for EHLO: the SMTP's own, else an address literal."""
    with suppress(BadHost):
        return ascii_ehlo_name(ehlo_name) or address_literal(commands)
    return address_literal(commands)


def address_literal(commands: CommandChannel) -> str:
    """Returns this end's address literal: never wrong, unlike a desktop's host name (RFC 5321 4.1.3)."""
    sock = commands.channel.socket
    ip = str(sock.getsockname()[0]).partition("%")[0]
    return f"[IPv6:{ip}]" if sock.family == socket.AF_INET6 else f"[{ip}]"


def shown_chain(
    target: Target, mode: TlsMode, host: str, *, deadline: Deadline, context: SessionContext
) -> tuple[Certificate, ...]:
    """Returns the certificates that the server at `target` shows, its own first; none where they don't come in time.

    They come over a new connection, which verifies nothing: after the handshake not a word is said on it.
    """
    unrecorded, limits = Operation.started(deadline), context.limits
    with suppress(SessionError):
        reached = race((target,), deadline=deadline, limit_s=limits.connect_s)
        commands = CommandChannel(Channel(reached.sock), unrecorded, host=host)
        try:
            if mode is TlsMode.STARTTLS:
                upgrade(commands, any_trust(host), limits, ehlo_name=context.ehlo_name)
            else:
                commands.start_tls(any_trust(host))
                commands.finish_handshake(limit_s=limits.greeting_s)
            return chain_of(commands.channel.tls)
        finally:
            commands.close()
    return ()


def _not_welcome(reply: Reply) -> MessageText:
    return msg("The server does not want to talk to this computer: {reply}", reply=str(reply))
