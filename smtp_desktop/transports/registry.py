"""The transports of all kinds of servers behind one door."""
# ruff: noqa: PLC0415 - each transport is imported by its first use (msal 150 ms, requests 120, ssl and cryptography):
# most commands, and the window's start, need none

import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, assert_never

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Step, Timeline, TlsMode
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.domain.mail.received import MailboxMail, MailboxMailId, MailboxPage, PageMark
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.tokens import TokenSource
from smtp_desktop.domain.smtp.profile import GenericServer, GraphMailbox, SecretField, Server

if TYPE_CHECKING:
    from smtp_desktop.transports.graph.transport import GraphConnection, GraphTransport
    from smtp_desktop.transports.smtp.connection import SmtpConnection
    from smtp_desktop.transports.smtp.context import MechanismDenylist, PipeliningDenylist
    from smtp_desktop.transports.smtp.transport import SmtpTransport

_CONVERSATION_S = 120.0
_PROBE_S = 10.0  # one silent port must not hold up what the others found
_SIGN_IN_S = 30.0  # Exchange Online takes 5 s to refuse a sign-in


class Transports:
    """The ports Transport, Prober and Mailboxes of `services.ports`, for every kind of server. Safe from every
    thread."""

    def __init__(
        self,
        pipelining_denylist: "PipeliningDenylist",
        *,
        mechanism_denylist: "MechanismDenylist | None" = None,
        localhost_ca_pem: str = "",
    ) -> None:
        """`localhost_ca_pem` is a CA that is trusted for a demo, which plays Microsoft on localhost."""
        self._localhost_ca_pem = localhost_ca_pem
        # Shared, since what breaks on one connection would break on the next.
        self._pipelining_denylist = pipelining_denylist
        self._mechanism_denylist = mechanism_denylist
        self._lock = threading.Lock()
        self._graph: GraphTransport | None = None
        self._timeout_s: float | None = None

    def converse(
        self,
        server: Server,
        *,
        secrets: Mapping[SecretField, Secret],
        mail: Mail | None,
        known_mode: TlsMode | None,
        cancel: Cancel,
        on_step: Callable[[Step], None],
        token: TokenSource | None = None,
    ) -> Timeline:
        """Holds one conversation and returns its timeline."""
        match server:
            case GenericServer():
                password = secrets.get(SecretField.PASSWORD)
                return self._smtp_transport(_CONVERSATION_S).converse(
                    server,
                    password=password,
                    mail=mail,
                    known_mode=known_mode,
                    cancel=cancel,
                    on_step=on_step,
                    token=token,
                )
            case GraphMailbox():
                return self._mailboxes().converse(server, secrets=secrets, mail=mail, cancel=cancel, on_step=on_step)
            case _:
                assert_never(server)

    def probe(
        self,
        server: GenericServer,
        *,
        password: Secret | None,
        sender: Address | None,
        known_mode: TlsMode | None,
        cancel: Cancel,
        unsent_password: Secret | None = None,
        patient: bool = False,
        token: TokenSource | None = None,
    ) -> Timeline:
        """Finds out how far a server lets in; takes ten seconds at most, or thirty with a sign-in, unless it is
        `patient`."""
        quick_s = _SIGN_IN_S if password or token else _PROBE_S
        return self._smtp_transport(_CONVERSATION_S if patient else quick_s).probe(
            server,
            password=password,
            sender=sender,
            known_mode=known_mode,
            cancel=cancel,
            unsent_password=unsent_password,
            token=token,
        )

    def limit_conversations(self, timeout_s: float) -> None:
        """Gives each conversation that begins from now on this long, but for those of `connection`, and any of its
        steps as long as that leaves. Comes before the first one with a mailbox."""
        self._timeout_s = timeout_s

    def _smtp_transport(self, deadline_s: float) -> "SmtpTransport":
        from smtp_desktop.transports.smtp.context import INTERACTIVE_LIMITS, within
        from smtp_desktop.transports.smtp.transport import SmtpTransport

        timeout_s = self._timeout_s
        return SmtpTransport(
            pipelining_denylist=self._pipelining_denylist,
            mechanism_denylist=self._mechanism_denylist,
            deadline_s=deadline_s if timeout_s is None else timeout_s,
            limits=INTERACTIVE_LIMITS if timeout_s is None else within(timeout_s),
        )

    def connection(
        self,
        server: Server,
        *,
        secrets: Mapping[SecretField, Secret],
        known_mode: TlsMode | None,
        token: TokenSource | None = None,
    ) -> "SmtpConnection | GraphConnection":
        """Returns a connection for one mail after the other, which connects with the first one."""
        match server:
            case GenericServer():
                from smtp_desktop.transports.smtp.connection import SmtpConnection
                from smtp_desktop.transports.smtp.context import QUEUE_LIMITS, SessionContext

                return SmtpConnection(
                    SessionContext(
                        server=server,
                        password=secrets.get(SecretField.PASSWORD),
                        known_mode=known_mode,
                        pipelining_denylist=self._pipelining_denylist,
                        limits=QUEUE_LIMITS,
                        ehlo_name=server.ehlo_name,
                        mechanism_denylist=self._mechanism_denylist,
                        token=token,
                    )
                )
            case GraphMailbox():
                return self._mailboxes().connection(server, secrets=secrets)
            case _:
                assert_never(server)

    def newest(
        self, mailbox: GraphMailbox, *, secrets: Mapping[SecretField, Secret], after: PageMark | None, cancel: Cancel
    ) -> MailboxPage:
        """Returns a page of the inbox, the newest mails first."""
        return self._mailboxes().newest(mailbox, secrets=secrets, after=after, cancel=cancel)

    def open(
        self, mailbox: GraphMailbox, mail_id: MailboxMailId, *, secrets: Mapping[SecretField, Secret], cancel: Cancel
    ) -> MailboxMail:
        """Returns one mail of the inbox."""
        return self._mailboxes().open(mailbox, mail_id, secrets=secrets, cancel=cancel)

    def _mailboxes(self) -> "GraphTransport":
        from smtp_desktop.transports.graph.transport import GraphTransport

        with self._lock:
            # Shared, since it holds the tokens.
            if self._graph is None and self._timeout_s:
                self._graph = GraphTransport(localhost_ca_pem=self._localhost_ca_pem, deadline_s=self._timeout_s)
            self._graph = self._graph or GraphTransport(localhost_ca_pem=self._localhost_ca_pem)
        return self._graph


class TransportConnector:
    """The port `services.delivery.ports.MailConnector`."""

    def __init__(self, transports: Transports) -> None:
        self._transports = transports

    def open(
        self,
        server: Server,
        *,
        secrets: Mapping[SecretField, Secret],
        known_mode: TlsMode | None,
        token: TokenSource | None = None,
    ) -> "SmtpConnection | GraphConnection":
        """Returns a connection, which connects with its first mail."""
        return self._transports.connection(server, secrets=secrets, known_mode=known_mode, token=token)
