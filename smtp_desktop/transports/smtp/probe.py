"""Looking how far a server lets in, without a mail."""

from contextlib import suppress

from smtp_desktop.domain.diagnosis.conversation import Reply, Stage, TlsMode
from smtp_desktop.domain.mail.address import Address
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import GenericServer
from smtp_desktop.transports.deadline import Deadline
from smtp_desktop.transports.net.dial import Resolve
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.smtp.auth import choose, no_mechanism
from smtp_desktop.transports.smtp.limits import Limits
from smtp_desktop.transports.smtp.pipelining_denylist import PipeliningDenylist
from smtp_desktop.transports.smtp.prepared_message import not_international
from smtp_desktop.transports.smtp.protocol import mail_from
from smtp_desktop.transports.smtp.replies import sender_refused
from smtp_desktop.transports.smtp.session import SmtpSession
from smtp_desktop.transports.timeline_recorder import TimelineRecorder


class Probe(SmtpSession):
    """As a conversation without a mail, but one without a password ends before it signs in, once the server has offered
    a way to; and with a `sender` it asks whether that may send, and takes the question back."""

    def __init__(
        self,
        server: GenericServer,
        *,
        password: Secret | None,
        sender: Address | None,
        known_mode: TlsMode | None,
        deadline: Deadline,
        recorder: TimelineRecorder,
        limits: Limits,
        resolve: Resolve,
        pipelining_denylist: PipeliningDenylist,
    ) -> None:
        super().__init__(
            server,
            password=password,
            mail=None,
            known_mode=known_mode,
            deadline=deadline,
            recorder=recorder,
            limits=limits,
            resolve=resolve,
            pipelining_denylist=pipelining_denylist,
        )
        self._sender = sender

    def _go_on(self) -> Reply | None:
        if self._server.auth_required:
            if self._password:
                self._sign_in()
            elif choose(self._capabilities.auth) is None:
                self._recorder.begin(Stage.SIGN_IN)
                raise no_mechanism(self._capabilities, tls=self._server.tls)
        if self._sender:
            self._offer(self._sender)
        return None

    def _offer(self, sender: Address) -> None:
        self._recorder.begin(Stage.SENDER)
        if sender.needs_smtputf8 and not self._capabilities.smtputf8:
            raise not_international(sender.spec)
        line = mail_from(sender, self._capabilities, size_bytes=None, eight_bit=False, smtputf8=sender.needs_smtputf8)
        reply = self._open_commands.ask(line, limit_s=self._limits.reply_s)
        if not reply.positive:
            raise sender_refused(sender.spec, reply)
        self._recorder.done(sender.spec)
        # RFC 5321 4.1.1.5: no mail is begun any more. The outcome stands, whatever the server makes of this.
        with suppress(SessionError):
            self._open_commands.ask("RSET", limit_s=self._limits.farewell_s)
