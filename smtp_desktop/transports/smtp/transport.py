"""The door to SMTP servers."""

from collections.abc import Callable

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Stage, Step, Timeline, TlsMode
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.net.dial import Resolve, system_resolve
from smtp_desktop.transports.smtp.limits import DEFAULT_LIMITS, Limits
from smtp_desktop.transports.smtp.pipelining_denylist import PipeliningDenylist
from smtp_desktop.transports.smtp.probe import Probe
from smtp_desktop.transports.smtp.session import SmtpSession
from smtp_desktop.transports.timeline_recorder import TimelineRecorder


class SmtpTransport:
    """Speaks SMTP, each conversation on the thread that asks for it. Safe from every thread: `pipelining_denylist`
    is all that conversations share."""

    def __init__(
        self,
        *,
        pipelining_denylist: PipeliningDenylist,
        deadline_s: float = 120.0,
        limits: Limits = DEFAULT_LIMITS,
        resolve: Resolve = system_resolve,
    ) -> None:
        """`deadline_s` bounds a whole conversation; `resolve` finds a host's addresses and may block."""
        self._deadline_s = deadline_s
        self._limits = limits
        self._resolve = resolve
        self._pipelining_denylist = pipelining_denylist

    def converse(
        self,
        server: GenericServer,
        *,
        password: Secret | None,
        mail: Mail | None,
        known_mode: TlsMode | None,
        cancel: Cancel,
        on_step: Callable[[Step], None],
    ) -> Timeline:
        """Returns how one conversation went: up to sign-in, and with `mail` until the server took or refused it.

        Raises ValueError where sign-in is asked for and `password` is missing, and for a mail that no server may
        get (control characters in a header or an address); never for what the network or the server does.
        """
        if server.auth_required and password is None:
            raise ValueError("sign-in needs a password")
        with Deadline(cancel, deadline_s=self._deadline_s) as deadline:
            recorder = TimelineRecorder(
                stages_of(server, sends=mail is not None), on_step=on_step, now_s=lambda: deadline.now_s
            )
            conversation = SmtpSession(
                server,
                password=password,
                mail=mail,
                known_mode=known_mode,
                deadline=deadline,
                recorder=recorder,
                limits=self._limits,
                resolve=self._resolve,
                pipelining_denylist=self._pipelining_denylist,
            )
            return conversation.hold()

    def probe(
        self,
        server: GenericServer,
        *,
        password: Secret | None,
        sender: Address | None,
        known_mode: TlsMode | None,
        cancel: Cancel,
    ) -> Timeline:
        """Returns how far `server` lets in; see `services.ports.Prober`."""
        stages = stages_of(server, sends=False) + ((Stage.SENDER,) if sender else ())
        with Deadline(cancel, deadline_s=self._deadline_s) as deadline:
            recorder = TimelineRecorder(stages, on_step=lambda _: None, now_s=lambda: deadline.now_s)
            probe = Probe(
                server,
                password=password,
                sender=sender,
                known_mode=known_mode,
                deadline=deadline,
                recorder=recorder,
                limits=self._limits,
                resolve=self._resolve,
                pipelining_denylist=self._pipelining_denylist,
            )
            return probe.hold()
