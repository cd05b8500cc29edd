"""The mailbox reader through Microsoft Graph."""

import pytest
from graph_driver import GraphDriver
from servers.https_calls import Answer
from servers.microsoft.tenant import Microsoft

from smtp_desktop.domain.diagnosis.conversation import FailureKind, HttpReply, Stage
from smtp_desktop.domain.diagnosis.read_failed import ReadFailed
from smtp_desktop.domain.mail.received import MailboxMailId, PageMark


@pytest.fixture
def driver(servers: Microsoft) -> GraphDriver:
    servers.graph.permissions |= {"Mail.Read"}
    return GraphDriver(servers)


def test_the_newest_25_come_first_and_more_follow(driver: GraphDriver) -> None:
    ids = driver.servers.graph.fill(60)
    page, listed, sizes = driver.newest(), [], []
    while True:
        listed += [mail.id for mail in page.mails]
        sizes.append(len(page.mails))
        if page.next is None:
            break
        page = driver.newest(page.next)
    assert sizes == [25, 25, 10]
    assert sorted(listed) == sorted(ids)
    times = [mail["receivedDateTime"] for mail in driver.servers.graph.inbox]
    assert len(set(times)) > 1


def test_a_page_that_follows_itself_is_the_last_one(driver: GraphDriver) -> None:
    driver.servers.graph.fill(30)
    following = driver.newest().next
    assert following
    driver.servers.graph.answer_next("/messages", Answer(status=200, json={"value": [], "@odata.nextLink": following}))
    assert driver.newest(following).next is None


@pytest.mark.parametrize(
    ("mail", "subject"),
    [
        ({"id": "1", "subject": "half a letter: \ud83d"}, "half a letter: \ufffd"),
        ({"id": "1", "subject": "x", "receivedDateTime": "0001-01-01T00:00:00+14:00"}, "x"),
        ({"id": "1", "subject": "x", "receivedDateTime": "9999-12-31T23:59:59-14:00"}, "x"),
    ],
)
def test_what_nobody_can_print_is_read_all_the_same(driver: GraphDriver, mail: dict[str, str], subject: str) -> None:
    driver.servers.graph.answer_next("/messages", Answer(status=200, json={"value": [mail]}))
    (read,) = driver.newest().mails
    assert read.subject.encode().decode() == subject
    assert read.received_at is None


def test_a_page_of_more_mails_than_may_be_asked_for_is_cut(driver: GraphDriver) -> None:
    mails = [{"id": str(n)} for n in range(3_000)]
    driver.servers.graph.answer_next("/messages", Answer(status=200, json={"value": mails}))
    assert len(driver.newest().mails) == 1_000


def test_an_answer_that_is_nested_too_deep_is_not_microsofts(driver: GraphDriver) -> None:
    driver.servers.graph.answer_next("/messages", Answer(status=200, body=b'{"value":' + b"[" * 200_000))
    with pytest.raises(ReadFailed) as failed:
        driver.newest()
    assert failed.value.failure.kind is FailureKind.NOT_GRAPH


def test_a_list_is_sorted_by_time(driver: GraphDriver) -> None:
    driver.servers.graph.fill(40)
    times = [mail.received_at for mail in driver.newest().mails]
    assert all(times)
    assert times == sorted(times, reverse=True)


def test_read_and_attachment_marks_are_shown(driver: GraphDriver) -> None:
    driver.servers.graph.fill(40)
    mails = driver.newest().mails
    assert {mail.is_read for mail in mails} == {True, False}
    assert {mail.has_attachments for mail in mails} == {True, False}
    assert any("<" in mail.from_ for mail in mails)


def test_an_empty_inbox(driver: GraphDriver) -> None:
    page = driver.newest()
    assert page.mails == ()
    assert page.next is None


def test_pages_share_one_token(driver: GraphDriver) -> None:
    driver.servers.graph.fill(60)
    driver.newest(driver.newest().next)
    assert len(driver.servers.entra.token_calls) == 1


def test_a_token_that_was_revoked_is_renewed(driver: GraphDriver) -> None:
    driver.newest()
    driver.servers.entra.revoke_all()
    driver.newest()
    assert len(driver.servers.entra.token_calls) == 2


def test_a_short_lived_token_is_not_used_again(driver: GraphDriver) -> None:
    driver.servers.entra.expires_in_s = 120
    driver.newest()
    driver.newest()
    assert len(driver.servers.entra.token_calls) == 2


def test_each_mail_opens(driver: GraphDriver) -> None:
    driver.servers.graph.fill(12)
    opened = [driver.open(mail.id) for mail in driver.newest().mails]
    assert any("tracker.invalid" in mail.html for mail in opened)
    assert any(mail.text for mail in opened)
    assert all(bool(mail.text) != bool(mail.html) for mail in opened)
    assert all(mail.headers for mail in opened)
    assert all(mail.to for mail in opened)


def test_reading_marks_nothing_as_read(driver: GraphDriver) -> None:
    driver.servers.graph.fill(12)
    before = {mail.id: mail.is_read for mail in driver.newest().mails}
    for mail_id in before:
        driver.open(mail_id)
    assert {mail.id: mail.is_read for mail in driver.newest().mails} == before
    assert {call.method for call in driver.servers.graph.calls} == {"GET"}


def test_app_only_reads_its_mailbox(driver: GraphDriver) -> None:
    driver.servers.graph.fill(3)
    mails = driver.app_only().newest().mails
    assert len(mails) == 3
    assert all("/me/" not in path for _, path in driver.graph_calls())


def test_the_permission_to_read_is_missing(driver: GraphDriver) -> None:
    driver.servers.graph.permissions = {"Mail.Send"}
    with pytest.raises(ReadFailed) as refused:
        driver.newest()
    failure = refused.value.failure
    assert (failure.stage, failure.kind) == (Stage.MAILBOX, FailureKind.GRAPH_REFUSED)
    assert isinstance(failure.reply, HttpReply)
    assert (failure.reply.code, failure.reply.error_code) == (403, "ErrorAccessDenied")


def test_a_refused_sign_in_fails(driver: GraphDriver) -> None:
    driver.servers.entra.refuse_with(50076)
    with pytest.raises(ReadFailed) as refused:
        driver.newest()
    assert refused.value.failure.kind is FailureKind.TOKEN_REFUSED


def test_a_next_page_at_another_host_gets_no_token(driver: GraphDriver) -> None:
    driver.newest()
    before = len(driver.servers.graph.calls)
    mark = PageMark(f"https://localhost:{driver.servers.graph.port}/v1.0/me/messages")
    with pytest.raises(ReadFailed) as refused:
        driver.newest(mark)
    assert refused.value.failure.kind is FailureKind.NOT_GRAPH
    assert len(driver.servers.graph.calls) == before


@pytest.mark.parametrize(
    "document",
    [
        {"value": [{"id": 5, "from": "me", "receivedDateTime": "yesterday", "isRead": None}, "no mail", None]},
        {"value": [{}], "@odata.nextLink": 7},
    ],
)
def test_a_strange_list_is_read_as_far_as_it_can_be(driver: GraphDriver, document: dict[str, object]) -> None:
    driver.servers.graph.answer_next("/messages", Answer(json=document))
    page = driver.newest()
    assert len(page.mails) == 1
    assert page.next is None


@pytest.mark.parametrize("document", [{}, {"value": "none"}])
def test_a_document_without_a_list_fails(driver: GraphDriver, document: dict[str, object]) -> None:
    driver.servers.graph.answer_next("/messages", Answer(json=document))
    with pytest.raises(ReadFailed) as refused:
        driver.newest()
    assert refused.value.failure.kind is FailureKind.NOT_GRAPH


def test_a_mail_that_is_gone_fails(driver: GraphDriver) -> None:
    with pytest.raises(ReadFailed) as refused:
        driver.open(MailboxMailId("AAMk/gone+="))
    assert isinstance(refused.value.failure.reply, HttpReply)
    assert refused.value.failure.reply.code == 404
