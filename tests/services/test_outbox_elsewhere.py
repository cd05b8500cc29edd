"""Mails that are sent again through another SMTP, or to others."""

from contextlib import closing
from dataclasses import replace
from datetime import timedelta

import pytest
from contracts.outbox_examples import ANN, recipient, update
from fakes.databases import opened_database
from services.outbox_harness import NIGHTLY, NOW, OutboxHarness

from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.delivery.send_elsewhere import Elsewhere
from smtp_desktop.domain.errors import ContentDropped, FieldErrors, NoSuchProfile, WrongState
from smtp_desktop.domain.mail.message import RawMessage, TemplateMessage
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.raw_message import RawEnvelope

VALUES = {"who": "Ann Ox <ann@x.example>", "what": "Backup"}
RAW = b"From: cron@host.example\r\nTo: ann@x.example\r\nMessage-ID: <1@host.example>\r\nDate: now\r\n\r\nfull\r\n"


@pytest.fixture
def harness(tmp_path):
    with closing(opened_database(tmp_path / "smtp-desktop.db")) as database:
        harness = OutboxHarness(database)
        harness.has_smtp()
        harness.has_smtp("Spare", default=False, user="desk@spare.example")
        yield harness


def ended(harness, delivery, state="refused", *states):
    """A courier ended the delivery so, for each recipient as `states` say."""
    harness.store.claim(ANN, now=NOW, lease_ends_at=NOW + timedelta(minutes=1), limit=5)
    of_each = states or [state] * len(delivery.recipients)
    recipients = [recipient(each, one.address) for each, one in zip(of_each, delivery.recipients, strict=True)]
    harness.store.finish(ANN, {delivery.id: update(state, *recipients)})
    return harness.outbox.get(delivery.id)


def triggered(harness, state="refused", *states, **changes):
    activity = harness.has_activity(replace(NIGHTLY, **changes))
    return ended(harness, harness.outbox.trigger(activity.id, VALUES), state, *states)


def test_a_mail_of_its_own_goes_out_and_the_record_stays(harness):
    old = triggered(harness, expire_after_s=3600)
    harness.clock.moment = NOW + timedelta(hours=1)
    new = harness.outbox.send_elsewhere(old.id, Elsewhere(smtp_id=ProfileId("spare")))
    assert harness.outbox.get(old.id) == old
    assert new == harness.outbox.get(new.id)
    assert (new.smtp_id, new.activity_name, new.expire_after_s) == ("spare", "Nightly", 3600)
    assert (new.state, new.to) == (DeliveryState.WAITING, "ann@x.example, ops@x.example, log@x.example")
    assert new.message_id.endswith("@spare.example>")
    first, second = harness.store.messages([old.id, new.id])
    assert isinstance(second, TemplateMessage)
    assert second == replace(first, message_id=new.message_id, date=NOW + timedelta(hours=1))


def test_others_are_in_to_and_those_of_before_where_they_were(harness):
    old = triggered(harness)
    to = ("Bo <bo@x.example>, LOG@x.example", "ann@x.example")
    new = harness.outbox.send_elsewhere(old.id, Elsewhere(smtp_id=None, recipients=to))
    message = harness.store.message(new.id)
    assert isinstance(message, TemplateMessage)
    assert [str(one) for one in message.to] == ['"Ann Ox" <ann@x.example>', '"Bo" <bo@x.example>']
    assert (message.cc, [one.spec for one in message.bcc]) == ((), ["log@x.example"])


def test_without_recipients_those_get_it_who_did_not(harness):
    some = triggered(harness, "sent", "sent", "refused", "sent")
    assert harness.outbox.send_elsewhere(some.id, Elsewhere(smtp_id=None)).to == "ops@x.example"


def test_a_finished_mail_stays_as_it_is(harness):
    old = ended(harness, harness.outbox.submit(RAW, RawEnvelope(), smtp_id=None))
    new = harness.outbox.send_elsewhere(old.id, Elsewhere(smtp_id=None, recipients=("bo@x.example",)))
    message = harness.store.message(new.id)
    assert isinstance(message, RawMessage)
    assert (message.raw, new.to, new.message_id) == (RAW, "bo@x.example", "<1@host.example>")


def test_a_backup_stays_only_with_the_smtp_that_it_is_of(harness):
    old = triggered(harness, backup_id=ProfileId("spare"))
    assert harness.outbox.send_elsewhere(old.id, Elsewhere(smtp_id=None)).backup_id == "spare"
    assert harness.outbox.send_elsewhere(old.id, Elsewhere(smtp_id=ProfileId("main"))).backup_id is None


@pytest.mark.parametrize(("typed", "words"), [("ann", "“ann” is not an email address"), (" , ", "at least one")])
def test_nothing_is_queued_for_what_is_no_address(harness, typed, words):
    old = triggered(harness)
    with pytest.raises(FieldErrors, match=words):
        harness.outbox.send_elsewhere(old.id, Elsewhere(smtp_id=None, recipients=(typed,)))
    with pytest.raises(NoSuchProfile):
        harness.outbox.send_elsewhere(old.id, Elsewhere(smtp_id=ProfileId("gone")))
    assert len(harness.queued()) == 1


def test_what_is_still_to_be_sent_or_has_no_content_is_not_sent_elsewhere(harness):
    delivery = harness.outbox.trigger(harness.has_activity().id, VALUES)
    with pytest.raises(WrongState, match="Cancel it first"):
        harness.outbox.send_elsewhere(delivery.id, Elsewhere(smtp_id=None))
    ended(harness, delivery, "sent", "sent", "sent", "sent")
    later = NOW + timedelta(days=30)
    harness.store.drop_contents(finished_before=later, now=later, limit=5)
    with pytest.raises(ContentDropped):
        harness.outbox.send_elsewhere(delivery.id, Elsewhere(smtp_id=None))
