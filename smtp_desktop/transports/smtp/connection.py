"""A connection to an SMTP server that is kept for one mail after the other."""

from collections.abc import Callable, Sequence
from contextlib import suppress

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Stage, Step, Timeline, TlsMode
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.net.dial import Resolve, system_resolve
from smtp_desktop.transports.redaction.redactor import SecretRedactor
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.smtp.kept import KeptConversation, Stale
from smtp_desktop.transports.smtp.limits import DEFAULT_LIMITS, Limits
from smtp_desktop.transports.smtp.pipelining_denylist import PipeliningDenylist
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_OF_A_MAIL = (Stage.SENDER, Stage.RECIPIENT, Stage.CONTENT)
_FAREWELL_S = 1.0


class SmtpConnection:
    """Connects with the first mail, and anew where the server has hung up meanwhile. Used from one thread at a time."""

    def __init__(
        self,
        server: GenericServer,
        *,
        password: Secret | None,
        known_mode: TlsMode | None,
        pipelining_denylist: PipeliningDenylist,
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
        self._pipelining_denylist = pipelining_denylist
        self._conversation: KeptConversation | None = None
        self._redactor = SecretRedactor()

    def send(self, mail: Mail, *, cancel: Cancel, on_step: Callable[[Step], None]) -> Timeline:
        """Returns what became of `mail`; see `services.outbox_ports.Line`."""
        with Deadline(cancel, deadline_s=self._deadline_s) as deadline:
            if self._conversation and self._conversation.ready:
                recorder = TimelineRecorder(
                    _OF_A_MAIL, on_step=on_step, now_s=lambda: deadline.now_s, redactor=self._redactor
                )
                with suppress(Stale):
                    return self._conversation.again(mail, deadline=deadline, recorder=recorder)
            return self._anew(mail, deadline, on_step)

    @property
    def room(self) -> int:
        """How many mails `send_many` takes now."""
        return self._conversation.room if self._conversation else 1

    def send_many(self, mails: Sequence[Mail], *, cancel: Cancel) -> list[Timeline | None]:
        """Returns what became of `mails`; see `services.outbox_ports.Line`."""
        if not (self._conversation and self._conversation.room > 1 and mails):
            return [None for _ in mails]
        with Deadline(cancel, deadline_s=self._deadline_s * len(mails)) as deadline:
            recorder = TimelineRecorder(
                (), on_step=lambda _: None, now_s=lambda: deadline.now_s, redactor=self._redactor
            )
            return self._conversation.many(mails, deadline=deadline, recorder=recorder)

    def close(self) -> None:
        """The server was told goodbye where it still listens. A second call does nothing."""
        conversation, self._conversation = self._conversation, None
        if conversation is None:
            return
        # SessionError: the farewell took too long, and nothing depends on it.
        with suppress(SessionError), Deadline(Cancel(), deadline_s=_FAREWELL_S) as deadline:
            recorder = TimelineRecorder(
                (), on_step=lambda _: None, now_s=lambda: deadline.now_s, redactor=self._redactor
            )
            conversation.end(deadline=deadline, recorder=recorder)

    def _anew(self, mail: Mail, deadline: Deadline, on_step: Callable[[Step], None]) -> Timeline:
        self._redactor = SecretRedactor()
        stages = stages_of(self._server, sends=True)
        recorder = TimelineRecorder(stages, on_step=on_step, now_s=lambda: deadline.now_s, redactor=self._redactor)
        self._conversation = KeptConversation(
            self._server,
            password=self._password,
            mail=mail,
            known_mode=self._known_mode,
            deadline=deadline,
            recorder=recorder,
            limits=self._limits,
            resolve=self._resolve,
            pipelining_denylist=self._pipelining_denylist,
        )
        timeline = self._conversation.hold(keep=True)
        if timeline.security:
            self._known_mode = timeline.security.mode
        return timeline
