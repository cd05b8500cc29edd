"""The contract of every reader of mailboxes."""

from collections.abc import Sequence
from typing import Any

import pytest
from contracts.transport_contract import secrets_for

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind, HttpReply, Stage
from smtp_desktop.domain.diagnosis.read_failed import ReadFailed
from smtp_desktop.domain.mail.received import MailboxMailId, MailboxPage, MailSummary
from smtp_desktop.domain.smtp.profile import GraphMailbox
from smtp_desktop.services.ports import Mailboxes

COUNT = 60


class MailboxesContract:
    """Override `mailboxes`, and `mailbox`: one whose inbox holds COUNT mails."""

    @pytest.fixture
    def mailboxes(self) -> Mailboxes:
        raise NotImplementedError

    @pytest.fixture
    def mailbox(self) -> GraphMailbox:
        raise NotImplementedError

    @staticmethod
    def access(mailbox: GraphMailbox, cancel: Cancel | None = None) -> dict[str, Any]:
        """Returns what every call is given besides the mailbox."""
        return {"secrets": secrets_for(mailbox), "cancel": cancel or Cancel()}

    def pages(self, mailboxes: Mailboxes, mailbox: GraphMailbox) -> Sequence[MailboxPage]:
        """Returns every page of the inbox."""
        pages = [mailboxes.newest(mailbox, after=None, **self.access(mailbox))]
        while (after := pages[-1].next) and len(pages) < COUNT:
            pages.append(mailboxes.newest(mailbox, after=after, **self.access(mailbox)))
        return pages

    def first(self, mailboxes: Mailboxes, mailbox: GraphMailbox) -> MailSummary:
        """Returns the newest mail."""
        return mailboxes.newest(mailbox, after=None, **self.access(mailbox)).mails[0]

    def test_25_mails_are_a_page_and_the_last_page_has_no_next_one(self, mailboxes, mailbox) -> None:
        assert [len(page.mails) for page in self.pages(mailboxes, mailbox)] == [25, 25, 10]

    def test_the_pages_hold_every_mail_once_the_newest_first(self, mailboxes, mailbox) -> None:
        mails = [mail for page in self.pages(mailboxes, mailbox) for mail in page.mails]
        times = [mail.received_at for mail in mails if mail.received_at]
        assert len({mail.id for mail in mails}) == COUNT
        assert len(times) == COUNT
        assert times == sorted(times, reverse=True)

    def test_a_page_can_be_read_again(self, mailboxes, mailbox) -> None:
        first, second, _ = self.pages(mailboxes, mailbox)
        again = mailboxes.newest(mailbox, after=first.next, **self.access(mailbox))
        assert again.mails == second.mails

    def test_a_mail_opens_with_its_summary_and_a_body(self, mailboxes, mailbox) -> None:
        first = self.first(mailboxes, mailbox)
        mail = mailboxes.open(mailbox, first.id, **self.access(mailbox))
        assert mail.summary == first
        assert mail.text or mail.html

    def test_opening_a_mail_leaves_it_as_unread_as_it_was(self, mailboxes, mailbox) -> None:
        before = self.pages(mailboxes, mailbox)[0].mails
        for mail in before:
            mailboxes.open(mailbox, mail.id, **self.access(mailbox))
        assert self.pages(mailboxes, mailbox)[0].mails == before

    def test_a_mail_that_is_not_there_is_refused_with_the_reply(self, mailboxes, mailbox) -> None:
        with pytest.raises(ReadFailed) as failed:
            mailboxes.open(mailbox, MailboxMailId("missing"), **self.access(mailbox))
        failure = failed.value.failure
        assert (failure.stage, failure.kind) == (Stage.MAILBOX, FailureKind.GRAPH_REFUSED)
        assert isinstance(failure.reply, HttpReply)
        assert (failure.reply.code, failure.reply.error_code) == (404, "ErrorItemNotFound")

    def test_what_was_cancelled_before_ends_at_once(self, mailboxes, mailbox) -> None:
        cancel = Cancel()
        cancel.request()
        with pytest.raises(ReadFailed) as failed:
            mailboxes.newest(mailbox, after=None, **self.access(mailbox, cancel))
        assert failed.value.failure.kind is FailureKind.CANCELLED
        with pytest.raises(ReadFailed) as failed:
            mailboxes.open(mailbox, MailboxMailId("missing"), **self.access(mailbox, cancel))
        assert failed.value.failure.kind is FailureKind.CANCELLED
