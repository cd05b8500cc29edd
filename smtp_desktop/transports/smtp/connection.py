"""A connection to an SMTP server that is kept for one mail after the other."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Stage, Step, Timeline, TlsMode
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.transports.deadline import Watch
from smtp_desktop.transports.net.dial import Resolve, system_resolve
from smtp_desktop.transports.redaction.redactor import Masks
from smtp_desktop.transports.session_error import Ended
from smtp_desktop.transports.smtp.kept import KeptConversation, Stale
from smtp_desktop.transports.smtp.limits import DEFAULT_LIMITS, Limits
from smtp_desktop.transports.smtp.pipelining_denylist import PlainServers
from smtp_desktop.transports.timeline_recorder import Record

_OF_A_MAIL = (Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT)
_FAREWELL_S = 1.0


class SmtpLine:
    """Connects with the first mail, and anew where the server has hung up meanwhile. Used from one thread at a time."""

    def __init__(
        self,
        server: GenericServer,
        *,
        password: Secret | None,
        known_mode: TlsMode | None,
        plain_servers: PlainServers,
        deadline_s: float = 600.0,  # RFC 5321 4.5.3.2.6: 10 minutes after the final dot
        limits: Limits = DEFAULT_LIMITS,
        resolve: Resolve = system_resolve,
    ) -> None:
        """`deadline_s` bounds each mail, connecting included."""
        self._server = server
        self._password = password
        self._known_mode = known_mode
        self._deadline_s = deadline_s
        self._limits = limits
        self._resolve = resolve
        self._plain_servers = plain_servers
        self._conversation: KeptConversation | None = None
        self._masks = Masks()

    def send(self, mail: Mail, *, cancel: Cancel, on_step: Callable[[Step], None]) -> Timeline:
        """Returns what became of `mail`; see `services.outbox_ports.Line`."""
        with Watch(cancel, deadline_s=self._deadline_s) as watch:
            if self._conversation and self._conversation.ready:
                record = Record(_OF_A_MAIL, on_step=on_step, now_s=lambda: watch.now_s, masks=self._masks)
                with suppress(Stale):
                    return self._conversation.again(mail, watch=watch, record=record)
            return self._anew(mail, watch, on_step)

    @property
    def room(self) -> int:
        """How many mails `send_many` takes now."""
        return self._conversation.room if self._conversation else 1

    def send_many(self, mails: Sequence[Mail], *, cancel: Cancel) -> list[Timeline | None]:
        """Returns what became of `mails`; see `services.outbox_ports.Line`."""
        if not (self._conversation and self._conversation.room > 1 and mails):
            return [None for _ in mails]
        with Watch(cancel, deadline_s=self._deadline_s * len(mails)) as watch:
            record = Record((), on_step=lambda _: None, now_s=lambda: watch.now_s, masks=self._masks)
            return self._conversation.many(mails, watch=watch, record=record)

    def close(self) -> None:
        """The server was told goodbye where it still listens. A second call does nothing."""
        conversation, self._conversation = self._conversation, None
        if conversation is None:
            return
        # Ended: the farewell took too long, and nothing depends on it.
        with suppress(Ended), Watch(Cancel(), deadline_s=_FAREWELL_S) as watch:
            record = Record((), on_step=lambda _: None, now_s=lambda: watch.now_s, masks=self._masks)
            conversation.end(watch=watch, record=record)

    def _anew(self, mail: Mail, watch: Watch, on_step: Callable[[Step], None]) -> Timeline:
        self._masks = Masks()
        stages = stages_of(self._server, sends=True)
        record = Record(stages, on_step=on_step, now_s=lambda: watch.now_s, masks=self._masks)
        self._conversation = KeptConversation(
            self._server,
            password=self._password,
            mail=mail,
            known_mode=self._known_mode,
            watch=watch,
            record=record,
            limits=self._limits,
            resolve=self._resolve,
            plain_servers=self._plain_servers,
        )
        timeline = self._conversation.hold(keep=True)
        if timeline.security:
            self._known_mode = timeline.security.mode
        return timeline
