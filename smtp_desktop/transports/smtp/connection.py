"""A connection to an SMTP server that is kept open for one mail after the other."""

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import replace

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Reply, Stage, Step, Timeline
from smtp_desktop.domain.diagnosis.stages import stages_of
from smtp_desktop.domain.mail.message import Mail
from smtp_desktop.transports.deadline import Deadline, Waiter
from smtp_desktop.transports.redaction.redactor import SecretRedactor
from smtp_desktop.transports.session_error import SessionError
from smtp_desktop.transports.smtp.command_channel import is_going_away
from smtp_desktop.transports.smtp.context import Operation, SessionContext, sender_domain_of
from smtp_desktop.transports.smtp.conversation import conclude, converse
from smtp_desktop.transports.smtp.pipelined_transaction import TRANSACTION_STAGES
from smtp_desktop.transports.smtp.session import SmtpSession
from smtp_desktop.transports.smtp.transaction import ChunkingRefused, PipeliningBroken
from smtp_desktop.transports.timeline_recorder import TimelineRecorder

_CLOSE_S = 1.0


class StaleConnection(Exception):
    """A connection that was kept open can't be used for the next mail, of which the server took nothing."""


class SmtpConnection:
    """The port `services.delivery.ports.MailConnection` over SMTP. Connects with the first mail, and again where the
    server has hung up meanwhile. Used from one thread at a time."""

    def __init__(
        self,
        context: SessionContext,
        *,
        deadline_s: float = 3600.0,
    ) -> None:
        """`deadline_s` bounds each mail, connecting included: more than the limits of its waits take together."""
        self._context = context
        self._deadline_s = deadline_s
        self._session: SmtpSession | None = None
        self._redactor = SecretRedactor()
        self._waiter: Waiter | None = None

    def send(self, mail: Mail, *, cancel: Cancel, on_step: Callable[[Step], None]) -> Timeline:
        """Sends `mail` and returns what became of it; see `services.delivery.ports.MailConnection`."""
        with self._deadline(cancel, self._deadline_s) as deadline:
            if self._session and self._session.is_spent:
                self._end_session()
            if self._session and self._session.is_open:
                with suppress(StaleConnection):
                    return self._send_next(self._session, mail, deadline, on_step)
            return self._send_first(mail, deadline, on_step)

    @property
    def room(self) -> int:
        """How many mails `send_many` takes now."""
        return self._session.room if self._session else 1

    def send_many(self, mails: Sequence[Mail], *, cancel: Cancel) -> list[Timeline | None]:
        """Sends `mails` as one batch and returns what became of each; see `services.delivery.ports.MailConnection`."""
        if not (self._session and self._session.room > 1 and mails):
            return [None for _ in mails]
        with self._deadline(cancel, self._deadline_s * len(mails)) as deadline:
            self._session.resume(Operation.started(deadline, redactor=self._redactor))
            return self._session.send_batch(mails)

    def close(self) -> None:
        """Closes the connection, with QUIT where the server still listens. A second call does nothing."""
        try:
            self._end_session()
        finally:
            waiter, self._waiter = self._waiter, None
            if waiter:
                waiter.close()

    def _deadline(self, cancel: Cancel, deadline_s: float) -> Deadline:
        self._waiter = self._waiter or Waiter()
        return Deadline(cancel, deadline_s=deadline_s, waiter=self._waiter)

    def _end_session(self) -> None:
        session, self._session = self._session, None
        if session is None or not session.is_open:
            return
        try:
            # SessionError: the reply to QUIT took too long, and nothing depends on it.
            with suppress(SessionError), self._deadline(Cancel(), _CLOSE_S) as deadline:
                session.resume(Operation.started(deadline, redactor=self._redactor))
                session.quit()
        finally:
            session.close()

    def _send_first(self, mail: Mail, deadline: Deadline, on_step: Callable[[Step], None]) -> Timeline:
        self._redactor = SecretRedactor()
        self._context = replace(self._context, sender_domain=sender_domain_of(self._context.server, mail))
        stages = stages_of(self._context.server, sends=True)
        session = SmtpSession(
            self._context, Operation.started(deadline, stages, on_step=on_step, redactor=self._redactor)
        )
        self._session = session
        timeline = conclude(session, lambda: converse(session, mail), keep_open=True)
        self._context = replace(self._context, ehlo_name=session.context.ehlo_name)
        if timeline.security:
            self._context = replace(self._context, known_mode=timeline.security.mode)
        return timeline

    def _send_next(
        self, session: SmtpSession, mail: Mail, deadline: Deadline, on_step: Callable[[Step], None]
    ) -> Timeline:
        """Sends a mail over the open session. Raises StaleConnection, after which that is closed."""
        session.resume(Operation.started(deadline, TRANSACTION_STAGES, on_step=on_step, redactor=self._redactor))
        return conclude(session, lambda: self._send_unless_stale(session, mail), keep_open=True)

    def _send_unless_stale(self, session: SmtpSession, mail: Mail) -> Reply:
        try:
            return session.send(mail)
        except PipeliningBroken as broken:
            # A server that was idle for long may just have hung up.
            cause = broken.__cause__
            stale = isinstance(cause, SessionError) and _is_stale(cause, session.recorder)
            self._context = replace(self._context, one_at_a_time=self._context.one_at_a_time or not stale)
            raise StaleConnection from broken
        except ChunkingRefused as refusal:
            raise StaleConnection from refusal
        except SessionError as error:
            if _is_stale(error, session.recorder):
                raise StaleConnection from error
            raise


def _is_stale(error: SessionError, recorder: TimelineRecorder) -> bool:
    """Returns whether the server had closed the connection before the mail began, as many do after a while or after
    some mails."""
    return recorder.running is Stage.SENDER and (is_going_away(error) or error.kind is FailureKind.CLOSED)
