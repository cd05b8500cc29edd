"""The transport for SMTP servers: whole conversations, from finding the host to QUIT."""

from collections.abc import Callable
from dataclasses import replace

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Stage, Step, Timeline, TlsMode
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.sign_in.tokens import TokenSource
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.net.dial import Resolve, system_resolve
from smtp_desktop.transports.smtp.context import (
    INTERACTIVE_LIMITS,
    Limits,
    MechanismDenylist,
    Operation,
    PipeliningDenylist,
    SessionContext,
    sender_domain_of,
)
from smtp_desktop.transports.smtp.conversation import conclude, converse, probe
from smtp_desktop.transports.smtp.session import SmtpSession


class SmtpTransport:
    """Speaks SMTP, each conversation on the thread that asks for it. Safe from every thread: conversations share
    nothing but both denylists."""

    def __init__(
        self,
        *,
        pipelining_denylist: PipeliningDenylist,
        mechanism_denylist: MechanismDenylist | None = None,
        deadline_s: float = 120.0,
        limits: Limits = INTERACTIVE_LIMITS,
        resolve: Resolve = system_resolve,
    ) -> None:
        """`deadline_s` bounds a whole conversation; `resolve` looks up a host's addresses, and may block."""
        self._deadline_s = deadline_s
        self._limits = limits
        self._resolve = resolve
        self._pipelining_denylist = pipelining_denylist
        self._mechanism_denylist = mechanism_denylist

    def converse(
        self,
        server: GenericServer,
        *,
        password: Secret | None,
        mail: Mail | None,
        known_mode: TlsMode | None,
        cancel: Cancel,
        on_step: Callable[[Step], None],
        token: TokenSource | None = None,
    ) -> Timeline:
        """Holds one conversation, up to sign-in or with `mail` until the server accepted or refused it, and returns its
        timeline.

        Raises ValueError where sign-in is asked for and both `password` and `token` are missing, and for a mail that no
        server may get (control characters in a header or an address); VaultError as `token` does; never for what the
        network or the server does.
        """
        if server.auth_required and password is None and token is None:
            raise ValueError("sign-in needs a password or an access token")
        context = self._context(server, password, known_mode, sender_domain=sender_domain_of(server, mail))
        context = replace(context, token=token)
        with Deadline(cancel, deadline_s=self._deadline_s) as deadline:
            operation = Operation.started(deadline, stages_of(server, sends=mail is not None), on_step=on_step)
            session = SmtpSession(context, operation)
            return conclude(session, lambda: converse(session, mail))

    def probe(
        self,
        server: GenericServer,
        *,
        password: Secret | None,
        sender: Address | None,
        known_mode: TlsMode | None,
        cancel: Cancel,
        unsent_password: Secret | None = None,
        token: TokenSource | None = None,
    ) -> Timeline:
        """Finds out how far `server` lets in; see `services.ports.Prober`."""
        sender_domain = sender.domain if sender else sender_domain_of(server, None)
        context = self._context(server, password, known_mode, sender_domain=sender_domain)
        context = replace(context, unsent_password=unsent_password, token=token)
        stages = stages_of(server, sends=False) + ((Stage.SENDER,) if sender else ())
        with Deadline(cancel, deadline_s=self._deadline_s) as deadline:
            session = SmtpSession(context, Operation.started(deadline, stages))
            return conclude(session, lambda: probe(session, sender))

    def _context(
        self, server: GenericServer, password: Secret | None, known_mode: TlsMode | None, *, sender_domain: str
    ) -> SessionContext:
        return SessionContext(
            server=server,
            password=password,
            known_mode=known_mode,
            pipelining_denylist=self._pipelining_denylist,
            limits=self._limits,
            resolve=self._resolve,
            sender_domain=sender_domain,
            ehlo_name=server.ehlo_name,
            mechanism_denylist=self._mechanism_denylist,
        )
