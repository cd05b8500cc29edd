"""Values that an SMTP session works with: its context, the operation under way, and the state of its connection."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Protocol

from smtp_desktop.domain.diagnosis.conversation import Stage, Step, TlsMode
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.mail.message import Mail, Message
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.tokens import TokenSource
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.net.dial import Resolve, system_resolve
from smtp_desktop.transports.redaction.redactor import SecretRedactor
from smtp_desktop.transports.smtp.shown_replies import ShownReplies
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_FIRST_BATCH = 8
MAX_BATCH = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Waiting times in seconds; the deadline of the operation cuts each of them short. With `for_a_person` somebody
    waits for the result: most are shorter than what RFC 5321 4.5.3.2 asks for, and a failure says so."""

    connect_s: float = 10.0
    greeting_s: float = 30.0  # also for each TLS handshake
    silence_s: float = 1.0  # after which TLS is tried on a second connection
    known_silence_s: float = 10.0  # the same for a server that has greeted in clear before: it is merely slow
    reply_s: float = 60.0  # Exchange Online takes 5 s to refuse a sign-in
    pipelined_s: float = 10.0  # the same in a batch: after that the commands are tried one at a time
    data_s: float = 60.0
    block_s: float = 60.0  # in which the network must take some more of the content
    final_reply_s: float = 120.0  # after the final dot the server may still scan the mail
    quit_s: float = 0.5  # the outcome is known by then
    for_a_person: bool = True


INTERACTIVE_LIMITS = Limits()
"""For a test, a check and a probe: somebody waits for the result."""


def within(timeout_s: float) -> Limits:
    """Returns the limits of a conversation that may take that long in all: any of its steps may take as long."""
    return replace(
        INTERACTIVE_LIMITS,
        connect_s=timeout_s,
        greeting_s=timeout_s,
        reply_s=timeout_s,
        data_s=timeout_s,
        block_s=timeout_s,
        final_reply_s=timeout_s,
    )


QUEUE_LIMITS = Limits(
    greeting_s=300.0,
    reply_s=300.0,
    pipelined_s=60.0,
    data_s=120.0,
    block_s=180.0,
    final_reply_s=600.0,
    for_a_person=False,
)
"""For mails from the outbox (RFC 5321 4.5.3.2): who gives up sooner sends again what the server is about to take."""


class PipeliningDenylist(Protocol):
    """Servers that get mails without pipelining and CHUNKING, since they broke on it although they offer it.

    Entries last 30 days and are shared by every process. `host` is ASCII. Looked up before each batch, so it answers
    fast. Never raises; safe from every thread.
    """

    def has(self, host: str, port: int) -> bool:
        """Returns whether the server broke within the last 30 days."""
        ...

    def add(self, host: str, port: int) -> None:
        """Notes that the server broke just now."""
        ...


class MechanismDenylist(Protocol):
    """SASL mechanisms that a server refuses before it knows anything of the password, although it offers them: it has
    no SCRAM key of its users, or another kind of channel binding than Python. Each connection that tries again would
    count as one more refused sign-in, for which some servers block this computer.

    Entries last 30 days and are shared by every process. Never raises; safe from every thread.
    """

    def has(self, host: str, port: int, mechanism: str) -> bool:
        """Returns whether the server refused `mechanism` within the last 30 days."""
        ...

    def add(self, host: str, port: int, mechanism: str) -> None:
        """Notes that the server refused `mechanism` just now, and took another one."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionContext:
    """The server of a session, and all that stays the same while the session lasts.

    `unsent_password` is one that the server does not get here, but may know. `token` is where each connection takes its
    access token from, where the sign-in is by one. `known_mode` is how the server turned TLS
    on last time. `resolve` looks up a host's addresses, and may block.
    `ehlo_name` is the name in EHLO; empty for an address literal, or where the server refuses that, `sender_domain` or
    this computer's name. `one_at_a_time` leaves PIPELINING and CHUNKING alone; `listens_first` waits behind STARTTLS
    for what the server may say unasked. After `mails_per_connection` mails
    another connection is opened; 0 leaves it to the program.
    """

    server: GenericServer
    password: Secret | None
    known_mode: TlsMode | None
    pipelining_denylist: PipeliningDenylist
    limits: Limits = INTERACTIVE_LIMITS
    resolve: Resolve = system_resolve
    ehlo_name: str = ""
    sender_domain: str = ""
    one_at_a_time: bool = False
    listens_first: bool = False
    mails_per_connection: int = 0
    unsent_password: Secret | None = None
    token: TokenSource | None = None
    mechanism_denylist: MechanismDenylist | None = None


def sender_domain_of(server: GenericServer, mail: Mail | None) -> str:
    """Returns the domain of the From Address of `mail`, or without one that of the user name; empty where there is
    none."""
    if mail is None:
        return server.user_name.partition("@")[2]
    if isinstance(mail.message, Message):
        return mail.message.header_from.domain
    author = mail.message.header_from
    return mail.envelope.sender.domain or (author.domain if author else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One bounded and recorded use of a session: a check, a probe, a mail, or a batch of mails.

    A connection that is kept open serves one operation after the other.
    """

    deadline: Deadline
    recorder: TimelineRecorder

    @classmethod
    def started(
        cls,
        deadline: Deadline,
        stages: tuple[Stage, ...] = (),
        *,
        on_step: Callable[[Step], None] | None = None,
        redactor: SecretRedactor | None = None,
    ) -> "Operation":
        """Returns an operation whose timeline begins with `deadline`. `redactor` is the one of the same connection's
        earlier operations, if there were any."""
        recorder = TimelineRecorder(stages, on_step=on_step, now_s=lambda: deadline.now_s, redactor=redactor)
        return cls(deadline=deadline, recorder=recorder)


@dataclass(slots=True)
class ConnectionState:
    """The facts that a server has shown on one connection."""

    accepted_senders: set[str] = field(default_factory=set)  # addresses from which a mail was accepted
    accepted_bdat: bool = False  # one of those mails came with BDAT
    discards_refused_content: bool = False  # rather than read it as commands
    refused_all: bool = False  # every recipient of a mail, after which DATA counts as an error
    mails: int = 0  # accepted so far
    last_accepted_s: float = 0.0  # by time.monotonic()
    shown_replies: ShownReplies = field(default_factory=ShownReplies)
    batch_size: int = _FIRST_BATCH  # as many mails are in doubt if the server breaks or the connection is lost

    def note_accepted(self, sender: Address, *, with_bdat: bool) -> None:
        """Notes that a mail of `sender` was accepted just now."""
        self.mails += 1
        self.accepted_senders.add(sender.spec)
        self.accepted_bdat = self.accepted_bdat or with_bdat
        self.last_accepted_s = time.monotonic()

    def grow_batch(self) -> None:
        """Doubles the size of the next batch, up to MAX_BATCH, since the last one went well."""
        self.batch_size = min(2 * self.batch_size, MAX_BATCH)
