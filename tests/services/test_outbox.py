import os
import sys
from contextlib import closing
from dataclasses import replace

import pytest
from fakes.databases import opened_database
from fakes.stored import put
from services.outbox_harness import NIGHTLY, NOW, OutboxHarness

from smtp_desktop.domain.delivery.activity import ActivityId
from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.errors import (
    ActivityOff,
    BadAttachment,
    FieldErrors,
    MissingValues,
    NoSmtp,
    NoSuchActivity,
)
from smtp_desktop.domain.events import OutboxChanged
from smtp_desktop.domain.mail.message import TemplateMessage
from smtp_desktop.services import outbox_entries
from smtp_desktop.store.activities import SqliteActivities
from smtp_desktop.store.database import Database
from smtp_desktop.store.profiles import SqliteProfiles

GOOD = {"who": "Ann <ann@x.example>", "what": "Backup"}


@pytest.fixture
def harness(tmp_path):
    with closing(opened_database(tmp_path / "home" / "smtp-desktop.db")) as database:
        yield OutboxHarness(database)


@pytest.fixture
def attached(tmp_path):
    path = tmp_path / "report.csv"
    path.write_bytes(b"a,b\n")
    return str(path)


def message_of(harness, delivery):
    message = harness.store.message(delivery.id)
    assert isinstance(message, TemplateMessage)
    return message


class TestTrigger:
    def test_the_mail_is_in_the_outbox(self, harness, attached):
        harness.has_smtp()
        activity = harness.has_activity(replace(NIGHTLY, attachments="{{ file }}", html="<b>{{ what }}</b>"))
        delivery = harness.outbox.trigger(activity.id, GOOD | {"file": attached})
        assert harness.queued() == [delivery] or harness.queued() == (delivery,)
        assert (delivery.state, delivery.created_at, delivery.next_try_at) == (DeliveryState.WAITING, NOW, NOW)
        assert delivery.to == "ann@x.example, ops@x.example, log@x.example"
        assert (delivery.activity_id, delivery.activity_name) == (activity.id, "Nightly")
        message = message_of(harness, delivery)
        assert message.date == NOW
        assert (message.subject, message.text, message.html) == ("Backup", "Backup is done", "<b>Backup</b>")
        assert [(file.name, file.content) for file in message.attachments] == [("report.csv", b"a,b\n")]
        assert harness.events.published == [OutboxChanged()]

    def test_a_change_by_another_process_is_seen_by_the_next_trigger(self, harness, tmp_path):
        smtp = harness.has_smtp()
        activity = harness.has_activity()
        assert harness.outbox.trigger(activity.id, GOOD).message_id.endswith("@main.example>")
        with closing(Database(tmp_path / "home" / "smtp-desktop.db")) as other:
            put(SqliteProfiles(other), replace(smtp, from_address="desk@new.example"))
            put(SqliteActivities(other), replace(activity, subject="New {{ what }}"))
            delivery = harness.outbox.trigger(activity.id, GOOD)
            assert (delivery.message_id[-13:], delivery.subject) == ("@new.example>", "New Backup")
            put(SqliteActivities(other), replace(activity, enabled=False))
            with pytest.raises(ActivityOff):
                harness.outbox.trigger(activity.id, GOOD)
            SqliteActivities(other).delete(activity.id)
            with pytest.raises(NoSuchActivity):
                harness.outbox.trigger_many(activity.id, [GOOD])

    def test_a_change_between_reading_and_adding_is_seen_too(self, harness):
        harness.has_smtp()
        activity = harness.has_activity()
        now, moment = harness.clock.now, []

        def changed_by_then():
            if not moment:
                moment.append(now())
                put(harness.activity_store, replace(activity, to="{{ who }}", subject="New {{ what }} {{ more }}"))
            return now()

        harness.clock.now = changed_by_then
        (queued,) = harness.outbox.trigger_many(activity.id, [GOOD | {"more": "!"}])
        assert (queued.subject, message_of(harness, queued).subject) == ("New Backup !",) * 2
        assert queued.to == "ann@x.example, log@x.example"
        assert harness.outbox.counts().total == 1
        # Values that the old activity refused may be good for the new one.
        moment.clear()
        put(harness.activity_store, replace(activity, subject="{{ what }} {{ never_given }}"))
        (queued,) = harness.outbox.trigger_many(activity.id, [GOOD | {"more": "!"}])
        assert queued.subject == "New Backup !"

    def test_extra_files_come_after_those_of_the_activity(self, harness, attached, tmp_path):
        harness.has_smtp()
        extra = tmp_path / "extra.txt"
        extra.write_text("x")
        activity = harness.has_activity(replace(NIGHTLY, attachments=attached))
        delivery = harness.outbox.trigger(activity.id, GOOD, extra_files=[str(extra), attached])
        names = [file.name for file in message_of(harness, delivery).attachments]
        assert names == ["report.csv", "extra.txt", "report.csv"]
        assert harness.files.paths == [attached, str(extra)]

    def test_the_bound_smtp_and_the_backup_are_kept(self, harness):
        main, relay = harness.has_smtp("Main"), harness.has_smtp("Relay", default=False)
        activity = harness.has_activity(replace(NIGHTLY, smtp_id=relay.id, backup_id=main.id))
        delivery = harness.outbox.trigger(activity.id, GOOD)
        assert (delivery.smtp_id, delivery.backup_id) == ("relay", "main")

    @pytest.mark.parametrize(
        ("from_address", "user", "domain"),
        [
            ("Desk <desk@from.example>", "desk@user.example", "from.example"),
            ("", "desk@user.example", "user.example"),
            ("", "apikey", "smtp-desktop.invalid"),
        ],
    )
    def test_the_message_id_has_the_domain_of_the_from_address(self, harness, from_address, user, domain):
        harness.has_smtp("Main")
        bound = harness.has_smtp("Bound", default=False, from_address=from_address, user=user)
        delivery = harness.outbox.trigger(harness.has_activity(replace(NIGHTLY, smtp_id=bound.id)).id, GOOD)
        assert delivery.message_id.endswith(f"@{domain}>")
        assert message_of(harness, delivery).message_id == delivery.message_id

    def test_a_missing_smtp_is_refused(self, harness):
        harness.has_smtp("Relay", default=False)
        activity = harness.has_activity()
        with pytest.raises(NoSmtp, match="set one as the default"):
            harness.outbox.trigger(activity.id, GOOD)
        assert (harness.outbox.counts().total, harness.events.published) == (0, [])

    def test_a_backup_alone_is_enough(self, harness):
        relay = harness.has_smtp("Relay", default=False)
        activity = harness.has_activity(replace(NIGHTLY, backup_id=relay.id))
        assert harness.outbox.trigger(activity.id, GOOD).backup_id == relay.id

    def test_an_activity_that_is_off_or_gone_is_refused(self, harness):
        harness.has_smtp()
        activity = harness.has_activity(replace(NIGHTLY, enabled=False))
        with pytest.raises(ActivityOff, match="Nightly is switched off"):
            harness.outbox.trigger(activity.id, {})
        with pytest.raises(NoSuchActivity):
            harness.outbox.trigger(ActivityId("gone"), GOOD)
        assert harness.outbox.counts().total == 0

    @pytest.mark.parametrize(
        ("values", "error"), [({"who": "a@x.example"}, MissingValues), (GOOD | {"who": "nobody"}, FieldErrors)]
    )
    def test_bad_values_queue_nothing(self, harness, values, error):
        harness.has_smtp()
        activity = harness.has_activity()
        with pytest.raises(error):
            harness.outbox.trigger(activity.id, values)
        assert (harness.outbox.counts().total, harness.events.published) == (0, [])

    def test_a_missing_file_queues_nothing(self, harness, tmp_path):
        harness.has_smtp()
        activity = harness.has_activity(replace(NIGHTLY, attachments=str(tmp_path / "missing")))
        with pytest.raises(BadAttachment, match="missing"):
            harness.outbox.trigger(activity.id, GOOD)
        assert harness.outbox.counts().total == 0

    def test_all_attachments_together_are_limited(self, harness, attached, tmp_path, monkeypatch):
        # Patched because 25 MB would only make the test slow.
        monkeypatch.setattr(outbox_entries, "ATTACHMENTS_LIMIT_BYTES", 10)
        harness.has_smtp()
        activity = harness.has_activity()
        assert harness.outbox.trigger(activity.id, GOOD, extra_files=[attached, attached])
        with pytest.raises(BadAttachment, match=r"report\.csv"):
            harness.outbox.trigger(activity.id, GOOD, extra_files=[attached] * 3)
        six = tmp_path / "six"
        six.write_bytes(b"123456")
        assert harness.outbox.trigger(activity.id, GOOD, extra_files=[attached, str(six)])
        seven = tmp_path / "seven"
        seven.write_bytes(b"1234567")
        with pytest.raises(BadAttachment, match="seven"):
            harness.outbox.trigger(activity.id, GOOD, extra_files=[attached, str(seven)])

    @pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
    def test_a_files_name_holds_no_line_end(self, harness, tmp_path):
        harness.has_smtp()
        path = os.fsencode(tmp_path) + b"/a\nb\xff=?c.txt"
        with open(path, "wb") as file:  # noqa: PTH123 - a path of bytes
            file.write(b"x")
        delivery = harness.outbox.trigger(harness.has_activity().id, GOOD, extra_files=[os.fsdecode(path)])
        assert [file.name for file in message_of(harness, delivery).attachments] == ["a_b__c.txt"]


class TestTriggerMany:
    def test_every_row_has_its_result_in_order(self, harness):
        harness.has_smtp()
        activity = harness.has_activity()
        rows = [GOOD | {"what": "1"}, {"what": "2"}, GOOD | {"who": "nobody"}, GOOD | {"what": "4"}]
        answers = harness.outbox.trigger_many(activity.id, rows)
        assert [type(answer).__name__ for answer in answers] == ["Delivery", "MissingValues", "FieldErrors", "Delivery"]
        assert [answers[0].subject, answers[3].subject] == ["1", "4"]
        assert {delivery.id for delivery in harness.queued()} == {answers[0].id, answers[3].id}
        assert answers[0].message_id != answers[3].message_id
        assert harness.events.published == [OutboxChanged()]

    def test_the_good_rows_are_one_transaction(self, harness, monkeypatch):
        harness.has_smtp()
        activity = harness.has_activity()
        batches = []
        add = harness.store.add
        # Patched to count the calls; the real store still does the work.
        monkeypatch.setattr(
            harness.store, "add", lambda mails, **more: batches.append(len(mails)) or add(mails, **more)
        )
        harness.outbox.trigger_many(activity.id, [GOOD] * 50)
        assert batches == [50]
        assert harness.outbox.counts().waiting == 50

    def test_each_file_is_read_once(self, harness, attached):
        harness.has_smtp()
        activity = harness.has_activity(replace(NIGHTLY, attachments="{{ file }}"))
        rows = [GOOD | {"file": attached}] * 3 + [GOOD | {"file": f"{attached}.missing"}]
        answers = harness.outbox.trigger_many(activity.id, rows, extra_files=[attached])
        assert isinstance(answers[3], BadAttachment)
        assert [len(message_of(harness, answer).attachments) for answer in answers[:3]] == [2, 2, 2]
        assert harness.files.paths.count(attached) == 1

    def test_no_rows_are_no_change(self, harness):
        harness.has_smtp()
        activity = harness.has_activity()
        assert harness.outbox.trigger_many(activity.id, []) == []
        assert len(harness.outbox.trigger_many(activity.id, [{}])) == 1
        assert harness.events.published == []

    def test_an_error_of_all_rows_is_raised(self, harness):
        activity = harness.has_activity()
        with pytest.raises(NoSmtp):
            harness.outbox.trigger_many(activity.id, [GOOD])
