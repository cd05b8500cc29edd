"""Mailboxes without a network.

mailboxes = FakeMailboxes([a_mail(1), a_mail(2)])
mailboxes.failure = Failure(stage=Stage.MAILBOX, kind=FailureKind.GRAPH_REFUSED, message=…, reply=HttpReply(code=403))
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, HttpReply, Stage
from smtp_desktop.domain.diagnosis.read_failed import ReadFailed
from smtp_desktop.domain.mail.received import MailboxMail, MailboxMailId, MailboxPage, MailSummary, PageMark
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.profile import GraphMailbox, SecretField

_FIRST_AT = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True)
class MailboxCall:
    """What was asked for: a page that follows `after`, or with `mail_id` that mail."""

    mailbox: GraphMailbox
    secrets: Mapping[SecretField, Secret]
    after: PageMark | None = None
    mail_id: MailboxMailId | None = None


class FakeMailboxes:
    """Every mailbox holds `mails`, in this order. While `failure` is set every call raises it.

    With `blocking` a call waits until `release` or its cancel; `entered` is set by then.
    """

    def __init__(self, mails: Sequence[MailboxMail] = (), page_size: int = 25, *, blocking: bool = False) -> None:
        self.mails = list(mails)
        self.calls: list[MailboxCall] = []
        self.failure: Failure | None = None
        self.entered = threading.Event()
        self.leads_back = False
        """Whether each page is followed by the first one."""
        self._page_size = page_size
        self._blocking = blocking
        self._released = False
        self._turn = threading.Condition()

    def release(self) -> None:
        """Lets every blocked call go on, and all later ones pass."""
        self._released = True
        self._wake()

    def newest(
        self, mailbox: GraphMailbox, *, secrets: Mapping[SecretField, Secret], after: PageMark | None, cancel: Cancel
    ) -> MailboxPage:
        self._enter(MailboxCall(mailbox=mailbox, secrets=dict(secrets), after=after), cancel)
        begin = int(after.removeprefix("after ")) if after else 0
        end = begin + self._page_size
        return MailboxPage(
            mails=tuple(mail.summary for mail in self.mails[begin:end]),
            next=PageMark(f"after {0 if self.leads_back else end}") if end < len(self.mails) else None,
        )

    def open(
        self, mailbox: GraphMailbox, mail_id: MailboxMailId, *, secrets: Mapping[SecretField, Secret], cancel: Cancel
    ) -> MailboxMail:
        self._enter(MailboxCall(mailbox=mailbox, secrets=dict(secrets), mail_id=mail_id), cancel)
        for mail in self.mails:
            if mail.summary.id == mail_id:
                return mail
        reply = HttpReply(code=404, error_code="ErrorItemNotFound", text=("The specified object was not found.",))
        raise ReadFailed(_failure(FailureKind.GRAPH_REFUSED, reply))

    def _enter(self, call: MailboxCall, cancel: Cancel) -> None:
        self.calls.append(call)
        self.entered.set()
        if self._blocking:
            cancel.set_waker(self._wake)
            with self._turn:
                self._turn.wait_for(lambda: self._released or cancel.requested)
            cancel.set_waker(None)
        if cancel.requested:
            raise ReadFailed(_failure(FailureKind.CANCELLED))
        if self.failure:
            raise ReadFailed(self.failure)

    def _wake(self) -> None:
        with self._turn:
            self._turn.notify_all()


class CircularMailboxes(FakeMailboxes):
    """The last page is followed by the first one, for ever."""

    def newest(
        self, mailbox: GraphMailbox, *, secrets: Mapping[SecretField, Secret], after: PageMark | None, cancel: Cancel
    ) -> MailboxPage:
        page = super().newest(mailbox, secrets=secrets, after=after, cancel=cancel)
        return replace(page, next=page.next or PageMark("after 0"))


def _failure(kind: FailureKind, reply: HttpReply | None = None) -> Failure:
    return Failure(
        stage=Stage.MAILBOX, kind=kind, message=msg("The mailbox was not read: {kind}", kind=str(kind)), reply=reply
    )


def a_mail(number: int, **body: Any) -> MailboxMail:
    """Returns a mail that is an hour older than that of the number before; `body` are fields of MailboxMail."""
    summary = MailSummary(
        id=MailboxMailId(f"id-{number}"),
        from_=f"Sender {number} <sender{number}@company.example>",
        subject=f"Mail {number}",
        received_at=_FIRST_AT - timedelta(hours=number),
    )
    return MailboxMail(summary=summary, **(body or {"text": f"Body {number}"}))
