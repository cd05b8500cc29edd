"""Mails too large for one request: a draft, uploads, and its sending."""

import hashlib
import json
import random
from dataclasses import replace

import pytest
from graph_driver import ANNA, GraphDriver, a_mail, failure_of, reply_of, statuses
from servers.https_calls import Answer
from servers.microsoft.tenant import Microsoft

from smtp_desktop.domain.diagnosis.conversation import FailureKind, Stage, StepStatus
from smtp_desktop.domain.mail.address import parse_address
from smtp_desktop.domain.mail.message import Attachment, Message

MB = 1_000_000


def a_file(size: int, name: str = "Größe.bin") -> Attachment:
    """Returns a file of random bytes, the same each time."""
    return Attachment(name=name, content=random.Random(size).randbytes(size), content_type="application/zip")


@pytest.fixture
def driver(servers: Microsoft) -> GraphDriver:
    servers.graph.permissions |= {"Mail.ReadWrite"}
    return GraphDriver(servers)


def test_a_small_file_goes_in_one_request(driver: GraphDriver) -> None:
    file = a_file(MB)
    assert driver.converse(a_mail(file)).failure is None
    (sent,) = driver.servers.graph.sent
    assert sent.attachments == {file.name: file.content}
    assert [method for method, _ in driver.graph_calls()] == ["GET", "POST"]


@pytest.mark.parametrize("size", [4 * MB, 30 * MB])
def test_a_large_file_is_uploaded_in_ranges(driver: GraphDriver, size: int) -> None:
    file = a_file(size)
    mail = a_mail(file, hidden=(parse_address("boss@contoso.example"),))
    timeline = driver.converse(mail)
    assert timeline.failure is None
    assert timeline.accepted is not None
    (sent,) = driver.servers.graph.sent
    assert hashlib.sha256(sent.attachments[file.name]).digest() == hashlib.sha256(file.content).digest()
    assert set(sent.recipients) == {ANNA.spec, "boss@contoso.example"}
    assert (sent.subject, sent.internet_message_id) == (mail.message.subject, mail.message.message_id)
    assert sent.body == mail.message.text
    ranges = driver.servers.graph.calls_to("/upload/")
    assert len(ranges) == -(-size // (12 * 320 * 1024))
    assert all(call.headers.get("Authorization") is None for call in ranges)
    assert all(len(call.body) < 4 * 1024 * 1024 for call in ranges)
    assert driver.servers.graph.drafts.waiting == {}


def test_files_of_every_size_travel_together(driver: GraphDriver) -> None:
    files = (a_file(4 * MB, "large.zip"), a_file(2 * MB, "middle.zip"), a_file(10, "small.zip"))
    assert driver.converse(a_mail(*files)).failure is None
    (sent,) = driver.servers.graph.sent
    assert sent.attachments == {file.name: file.content for file in files}


def test_app_only_uploads_too(driver: GraphDriver) -> None:
    assert driver.app_only().converse(a_mail(a_file(4 * MB))).failure is None
    assert len(driver.servers.graph.sent) == 1
    assert all("/me/" not in path for _, path in driver.graph_calls())


def test_another_from_address_goes_with_the_draft(driver: GraphDriver) -> None:
    driver.servers.graph.send_as.add("invoices@northwind.example")
    assert driver.converse(a_mail(a_file(4 * MB), sender="Invoices <invoices@northwind.example>")).failure is None
    assert driver.servers.graph.sent[0].sender == "invoices@northwind.example"


def test_replies_and_headers_go_with_the_draft(driver: GraphDriver) -> None:
    mail = a_mail(a_file(4 * MB))
    assert isinstance(mail.message, Message)
    message = replace(mail.message, reply_to=(parse_address("desk@northwind.example"),), headers=(("X-Job", "7"),))
    assert driver.converse(replace(mail, message=message)).failure is None
    (made,) = [call for call in driver.servers.graph.calls_to("/messages") if call.path.endswith("/messages")]
    draft = json.loads(made.body)
    assert draft["replyTo"] == [{"emailAddress": {"address": "desk@northwind.example"}}]
    assert draft["internetMessageHeaders"] == [{"name": "X-Job", "value": "7"}]


def test_the_permission_for_drafts_is_missing(driver: GraphDriver) -> None:
    driver.servers.graph.permissions -= {"Mail.ReadWrite"}
    timeline = driver.converse(a_mail(a_file(4 * MB)))
    assert failure_of(timeline).kind is FailureKind.DRAFT_REFUSED
    assert reply_of(timeline).error_code == "ErrorAccessDenied"


@pytest.mark.parametrize("path", ["createUploadSession", "/upload/", "/send"])
def test_what_fails_midway_leaves_no_draft(driver: GraphDriver, path: str) -> None:
    driver.servers.graph.answer_next(path, Answer(status=500, error=("InternalServerError", "Something broke.")))
    timeline = driver.converse(a_mail(a_file(4 * MB)))
    assert failure_of(timeline).stage is Stage.SEND
    assert driver.servers.graph.drafts.waiting == {}
    assert driver.servers.graph.sent == []
    assert driver.graph_calls()[-1][0] == "DELETE"


def test_a_drop_at_the_last_moment_leaves_the_outcome_unknown(driver: GraphDriver) -> None:
    driver.servers.graph.drop_next("/send", after_work=True)
    timeline = driver.converse(a_mail(a_file(4 * MB)))
    assert failure_of(timeline).kind is FailureKind.OUTCOME_UNKNOWN
    assert statuses(timeline)[Stage.SEND] is StepStatus.UNKNOWN
    assert all(method != "DELETE" for method, _ in driver.graph_calls()), "what may have been sent is not removed"


def test_a_token_that_ends_between_uploads_is_renewed(driver: GraphDriver) -> None:
    driver.servers.graph.answer_next("createUploadSession", lambda call: driver.servers.entra.revoke_all())
    assert driver.converse(a_mail(a_file(4 * MB))).failure is None
    assert len(driver.servers.entra.token_calls) == 2


def test_a_file_that_no_mailbox_takes_is_refused_before_anything_is_made(driver: GraphDriver) -> None:
    timeline = driver.converse(a_mail(Attachment(name="huge", content=bytes(151 * MB))))
    assert failure_of(timeline).kind is FailureKind.TOO_LARGE
    assert [method for method, _ in driver.graph_calls()] == ["GET"]


def test_the_upload_s_address_is_shown_nowhere(driver: GraphDriver) -> None:
    timeline = driver.converse(a_mail(a_file(4 * MB)))
    address = driver.servers.graph.calls_to("/upload/")[0].path
    assert address not in repr(timeline)
