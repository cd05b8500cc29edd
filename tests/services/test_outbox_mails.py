"""Mails in the outbox as the user reads them."""

import email
from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from contracts.outbox_examples import ANN, update
from fakes.databases import opened_database
from fakes.stored import put
from services.outbox_harness import NIGHTLY, NOW, OutboxHarness

from smtp_desktop.composition.mail_format import Rfc5322
from smtp_desktop.domain.errors import ContentDropped, NoSuchDelivery
from smtp_desktop.services.outbox_mails import OutboxMails
from smtp_desktop.services.raw_message import RawEnvelope

GOOD = {"who": "Ann <ann@x.example>", "what": "Backup"}
RAW = b"From: cron@host.example\r\nSubject: Disk\r\nMessage-ID: <1@host.example>\r\nDate: now\r\n\r\nfull\r\n"


@pytest.fixture
def harness(tmp_path):
    with closing(opened_database(tmp_path / "smtp-desktop.db")) as database:
        yield OutboxHarness(database)


@pytest.fixture
def mails(harness):
    return OutboxMails(store=harness.store, profiles=harness.profiles, mail_format=Rfc5322())


def triggered(harness, **changes):
    return harness.outbox.trigger(harness.has_activity(replace(NIGHTLY, **changes)).id, GOOD)


def test_a_mail_is_read_as_its_server_gets_it(harness, mails, tmp_path):
    put(harness.profiles, replace(harness.has_smtp(), signature="The desk"))
    path = tmp_path / "report.csv"
    path.write_bytes(b"a,b\n")
    found = mails.read(triggered(harness, attachments=str(path)).id)
    assert found.content.text.splitlines()[:3] == ["Backup is done", "", "-- "]
    assert [(file.name, file.content) for file in found.content.attachments] == [("report.csv", b"a,b\n")]
    headers = email.message_from_bytes(found.raw)
    assert headers["From"] == "desk@main.example"
    assert headers["Bcc"] is None
    assert str(found.content.notes[0]) == "From and signature are taken from Main as it is now."


def test_a_mail_whose_smtp_is_gone_is_read_without_what_that_would_add(harness, mails):
    main = harness.has_smtp()
    delivery = triggered(harness)
    harness.profiles.delete(main.id, new_default=None)
    found = mails.read(delivery.id)
    assert found.content.text.strip() == "Backup is done"
    assert "From" in str(found.content.notes[0])


def test_a_finished_mail_is_read_as_it_was_handed_over(harness, mails):
    harness.has_smtp()
    found = mails.read(harness.outbox.submit(RAW, RawEnvelope(recipients=["ann@x.example"]), smtp_id=None).id)
    assert found.raw == RAW
    assert (found.content.subject, found.content.text, found.content.notes) == ("Disk", "full\n", ())


def test_a_content_that_was_dropped_and_a_mail_that_is_gone_are_told_apart(harness, mails):
    harness.has_smtp()
    delivery = triggered(harness)
    harness.store.claim(ANN, now=NOW, lease_ends_at=NOW + timedelta(minutes=1), limit=1)
    harness.store.finish(ANN, {delivery.id: update("sent")})
    later = NOW + timedelta(days=30)
    harness.store.drop_contents(finished_before=later, now=later, limit=5)
    with pytest.raises(ContentDropped, match="deleted since it was sent"):
        mails.read(delivery.id)
    harness.store.prune(finished_before=later, limit=5)
    with pytest.raises(NoSuchDelivery):
        mails.read(delivery.id)
