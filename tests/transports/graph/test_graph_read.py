"""Reading a mailbox."""

import pytest
from graph_hand import Hand
from servers.https_calls import Answer
from servers.microsoft import Microsoft

from smtp_desktop.domain.diagnosis.advice import ReadFailed
from smtp_desktop.domain.diagnosis.conversation import FailureKind, HttpReply, Stage
from smtp_desktop.domain.mail.received import MailboxMailId, PageMark


@pytest.fixture
def hand(servers: Microsoft) -> Hand:
    servers.graph.permissions |= {"Mail.Read"}
    return Hand(servers)


def test_the_newest_25_come_first_and_more_follow(hand: Hand) -> None:
    ids = hand.servers.graph.fill(60)
    page, listed, sizes = hand.newest(), [], []
    while True:
        listed += [mail.id for mail in page.mails]
        sizes.append(len(page.mails))
        if page.next is None:
            break
        page = hand.newest(page.next)
    assert sizes == [25, 25, 10]
    assert sorted(listed) == sorted(ids)
    times = [mail["receivedDateTime"] for mail in hand.servers.graph.inbox]
    assert len(set(times)) > 1


def test_a_list_is_sorted_by_time(hand: Hand) -> None:
    hand.servers.graph.fill(40)
    times = [mail.received_at for mail in hand.newest().mails]
    assert all(times)
    assert times == sorted(times, reverse=True)


def test_marks_are_told(hand: Hand) -> None:
    hand.servers.graph.fill(40)
    mails = hand.newest().mails
    assert {mail.is_read for mail in mails} == {True, False}
    assert {mail.has_attachments for mail in mails} == {True, False}
    assert any("<" in mail.from_ for mail in mails)


def test_an_empty_inbox(hand: Hand) -> None:
    page = hand.newest()
    assert page.mails == ()
    assert page.next is None


def test_pages_share_one_token(hand: Hand) -> None:
    hand.servers.graph.fill(60)
    hand.newest(hand.newest().next)
    assert len(hand.servers.entra.token_calls) == 1


def test_a_token_that_was_revoked_is_renewed(hand: Hand) -> None:
    hand.newest()
    hand.servers.entra.revoke_all()
    hand.newest()
    assert len(hand.servers.entra.token_calls) == 2


def test_a_short_lived_token_is_not_used_again(hand: Hand) -> None:
    hand.servers.entra.expires_in_s = 120
    hand.newest()
    hand.newest()
    assert len(hand.servers.entra.token_calls) == 2


def test_each_mail_opens(hand: Hand) -> None:
    hand.servers.graph.fill(12)
    opened = [hand.open(mail.id) for mail in hand.newest().mails]
    assert any("tracker.invalid" in mail.html for mail in opened)
    assert any(mail.text for mail in opened)
    assert all(bool(mail.text) != bool(mail.html) for mail in opened)
    assert all(mail.headers for mail in opened)
    assert all(mail.to for mail in opened)


def test_reading_marks_nothing_as_read(hand: Hand) -> None:
    hand.servers.graph.fill(12)
    before = {mail.id: mail.is_read for mail in hand.newest().mails}
    for mail_id in before:
        hand.open(mail_id)
    assert {mail.id: mail.is_read for mail in hand.newest().mails} == before
    assert {call.method for call in hand.servers.graph.calls} == {"GET"}


def test_app_only_reads_its_mailbox(hand: Hand) -> None:
    hand.servers.graph.fill(3)
    mails = hand.app_only().newest().mails
    assert len(mails) == 3
    assert all("/me/" not in path for _, path in hand.graph_calls())


def test_the_permission_to_read_is_missing(hand: Hand) -> None:
    hand.servers.graph.permissions = {"Mail.Send"}
    with pytest.raises(ReadFailed) as refused:
        hand.newest()
    failure = refused.value.failure
    assert (failure.stage, failure.kind) == (Stage.MAILBOX, FailureKind.GRAPH_REFUSED)
    assert isinstance(failure.reply, HttpReply)
    assert (failure.reply.code, failure.reply.error_code) == (403, "ErrorAccessDenied")


def test_a_refused_sign_in_is_told(hand: Hand) -> None:
    hand.servers.entra.refuse_with(50076)
    with pytest.raises(ReadFailed) as refused:
        hand.newest()
    assert refused.value.failure.kind is FailureKind.TOKEN_REFUSED


def test_a_list_that_goes_on_elsewhere_gets_no_token(hand: Hand) -> None:
    hand.newest()
    before = len(hand.servers.graph.calls)
    mark = PageMark(f"https://localhost:{hand.servers.graph.port}/v1.0/me/messages")
    with pytest.raises(ReadFailed) as refused:
        hand.newest(mark)
    assert refused.value.failure.kind is FailureKind.NOT_GRAPH
    assert len(hand.servers.graph.calls) == before


@pytest.mark.parametrize(
    "document",
    [
        {"value": [{"id": 5, "from": "me", "receivedDateTime": "yesterday", "isRead": None}, "no mail", None]},
        {"value": [{}], "@odata.nextLink": 7},
    ],
)
def test_a_strange_list_is_read_as_far_as_it_can_be(hand: Hand, document: dict[str, object]) -> None:
    hand.servers.graph.answer_next("/messages", Answer(json=document))
    page = hand.newest()
    assert len(page.mails) == 1
    assert page.next is None


@pytest.mark.parametrize("document", [{}, {"value": "none"}])
def test_what_is_no_list_is_told(hand: Hand, document: dict[str, object]) -> None:
    hand.servers.graph.answer_next("/messages", Answer(json=document))
    with pytest.raises(ReadFailed) as refused:
        hand.newest()
    assert refused.value.failure.kind is FailureKind.NOT_GRAPH


def test_a_mail_that_is_gone_is_told(hand: Hand) -> None:
    with pytest.raises(ReadFailed) as refused:
        hand.open(MailboxMailId("AAMk/gone+="))
    assert isinstance(refused.value.failure.reply, HttpReply)
    assert refused.value.failure.reply.code == 404
