import os
import sys
from contextlib import closing
from dataclasses import replace

import pytest
from services.outbox_house import NIGHTLY, NOW, OutboxHouse

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
from smtp_desktop.services import outbox as outbox_module
from smtp_desktop.store.activities import SqliteActivities
from smtp_desktop.store.database import Database
from smtp_desktop.store.profiles import SqliteProfiles

GOOD = {"who": "Ann <ann@x.example>", "what": "Backup"}


@pytest.fixture
def house(tmp_path):
    with closing(Database(tmp_path / "home" / "smtp-desktop.db")) as database:
        yield OutboxHouse(database)


@pytest.fixture
def attached(tmp_path):
    path = tmp_path / "report.csv"
    path.write_bytes(b"a,b\n")
    return str(path)


def letter_of(house, delivery):
    message = house.store.message(delivery.id)
    assert isinstance(message, TemplateMessage)
    return message


class TestTrigger:
    def test_the_mail_is_in_the_outbox(self, house, attached):
        house.has_smtp()
        activity = house.has_activity(replace(NIGHTLY, attachments="{{ file }}", html="<b>{{ what }}</b>"))
        delivery = house.outbox.trigger(activity.id, GOOD | {"file": attached})
        assert house.queued() == [delivery] or house.queued() == (delivery,)
        assert (delivery.state, delivery.created_at, delivery.next_try_at) == (DeliveryState.WAITING, NOW, NOW)
        assert delivery.to == "ann@x.example, ops@x.example, log@x.example"
        assert (delivery.activity_id, delivery.activity_name) == (activity.id, "Nightly")
        message = letter_of(house, delivery)
        assert message.date == NOW
        assert (message.subject, message.text, message.html) == ("Backup", "Backup is done", "<b>Backup</b>")
        assert [(file.name, file.content) for file in message.attachments] == [("report.csv", b"a,b\n")]
        assert delivery.size_bytes == len("BackupBackup is done<b>Backup</b>") + 4
        assert house.events.published == [OutboxChanged()]

    def test_what_another_program_has_changed_is_seen_by_the_very_next(self, house, tmp_path):
        smtp = house.has_smtp()
        activity = house.has_activity()
        assert house.outbox.trigger(activity.id, GOOD).message_id.endswith("@main.example>")
        with closing(Database(tmp_path / "home" / "smtp-desktop.db")) as other:
            SqliteProfiles(other).put(replace(smtp, from_address="desk@new.example"))
            SqliteActivities(other).put(replace(activity, subject="New {{ what }}"))
            delivery = house.outbox.trigger(activity.id, GOOD)
            assert (delivery.message_id[-13:], delivery.subject) == ("@new.example>", "New Backup")
            SqliteActivities(other).put(replace(activity, enabled=False))
            with pytest.raises(ActivityOff):
                house.outbox.trigger(activity.id, GOOD)
            SqliteActivities(other).delete(activity.id)
            with pytest.raises(NoSuchActivity):
                house.outbox.trigger_many(activity.id, [GOOD])

    def test_a_change_between_reading_and_keeping_is_seen_too(self, house):
        house.has_smtp()
        activity = house.has_activity()
        now, moment = house.clock.now, []

        def changed_by_then():
            if not moment:
                moment.append(now())
                house.activity_store.put(replace(activity, to="{{ who }}", subject="New {{ what }} {{ more }}"))
            return now()

        house.clock.now = changed_by_then
        (kept,) = house.outbox.trigger_many(activity.id, [GOOD | {"more": "!"}])
        assert (kept.subject, letter_of(house, kept).subject) == ("New Backup !",) * 2
        assert kept.to == "ann@x.example, log@x.example"
        assert house.outbox.counts().total == 1
        # What was refused by the old one may be good by the new one, too.
        moment.clear()
        house.activity_store.put(replace(activity, subject="{{ what }} {{ never_given }}"))
        (kept,) = house.outbox.trigger_many(activity.id, [GOOD | {"more": "!"}])
        assert kept.subject == "New Backup !"

    def test_extra_files_come_after_the_activitys(self, house, attached, tmp_path):
        house.has_smtp()
        extra = tmp_path / "extra.txt"
        extra.write_text("x")
        activity = house.has_activity(replace(NIGHTLY, attachments=attached))
        delivery = house.outbox.trigger(activity.id, GOOD, extra_files=[str(extra), attached])
        names = [file.name for file in letter_of(house, delivery).attachments]
        assert names == ["report.csv", "extra.txt", "report.csv"]
        assert house.files.paths == [attached, str(extra)]

    def test_the_bound_smtp_and_the_backup_are_kept(self, house):
        main, relay = house.has_smtp("Main"), house.has_smtp("Relay", default=False)
        activity = house.has_activity(replace(NIGHTLY, smtp_id=relay.id, backup_id=main.id))
        delivery = house.outbox.trigger(activity.id, GOOD)
        assert (delivery.smtp_id, delivery.backup_id) == ("relay", "main")

    @pytest.mark.parametrize(
        ("from_address", "user", "domain"),
        [
            ("Desk <desk@from.example>", "desk@user.example", "from.example"),
            ("", "desk@user.example", "user.example"),
            ("", "apikey", "smtp-desktop.invalid"),
        ],
    )
    def test_the_message_id_is_of_who_it_is_from(self, house, from_address, user, domain):
        house.has_smtp("Main")
        bound = house.has_smtp("Bound", default=False, from_address=from_address, user=user)
        delivery = house.outbox.trigger(house.has_activity(replace(NIGHTLY, smtp_id=bound.id)).id, GOOD)
        assert delivery.message_id.endswith(f"@{domain}>")
        assert letter_of(house, delivery).message_id == delivery.message_id

    def test_a_missing_smtp_is_told(self, house):
        house.has_smtp("Relay", default=False)
        activity = house.has_activity()
        with pytest.raises(NoSmtp, match="make one the default"):
            house.outbox.trigger(activity.id, GOOD)
        assert (house.outbox.counts().total, house.events.published) == (0, [])

    def test_a_backup_alone_is_enough(self, house):
        relay = house.has_smtp("Relay", default=False)
        activity = house.has_activity(replace(NIGHTLY, backup_id=relay.id))
        assert house.outbox.trigger(activity.id, GOOD).backup_id == relay.id

    def test_an_activity_that_is_off_or_gone_is_told(self, house):
        house.has_smtp()
        activity = house.has_activity(replace(NIGHTLY, enabled=False))
        with pytest.raises(ActivityOff, match="Nightly is switched off"):
            house.outbox.trigger(activity.id, {})
        with pytest.raises(NoSuchActivity):
            house.outbox.trigger(ActivityId("gone"), GOOD)
        assert house.outbox.counts().total == 0

    @pytest.mark.parametrize(
        ("values", "error"), [({"who": "a@x.example"}, MissingValues), (GOOD | {"who": "nobody"}, FieldErrors)]
    )
    def test_bad_values_queue_nothing(self, house, values, error):
        house.has_smtp()
        activity = house.has_activity()
        with pytest.raises(error):
            house.outbox.trigger(activity.id, values)
        assert (house.outbox.counts().total, house.events.published) == (0, [])

    def test_a_missing_file_queues_nothing(self, house, tmp_path):
        house.has_smtp()
        activity = house.has_activity(replace(NIGHTLY, attachments=str(tmp_path / "missing")))
        with pytest.raises(BadAttachment, match="missing"):
            house.outbox.trigger(activity.id, GOOD)
        assert house.outbox.counts().total == 0

    def test_all_attachments_together_are_limited(self, house, attached, tmp_path, monkeypatch):
        # 25 MB for real would only make the test slow.
        monkeypatch.setattr(outbox_module, "ATTACHMENTS_LIMIT_BYTES", 10)
        house.has_smtp()
        activity = house.has_activity()
        assert house.outbox.trigger(activity.id, GOOD, extra_files=[attached, attached])
        with pytest.raises(BadAttachment, match=r"report\.csv"):
            house.outbox.trigger(activity.id, GOOD, extra_files=[attached] * 3)
        six = tmp_path / "six"
        six.write_bytes(b"123456")
        assert house.outbox.trigger(activity.id, GOOD, extra_files=[attached, str(six)])
        seven = tmp_path / "seven"
        seven.write_bytes(b"1234567")
        with pytest.raises(BadAttachment, match="seven"):
            house.outbox.trigger(activity.id, GOOD, extra_files=[attached, str(seven)])

    @pytest.mark.skipif(sys.platform != "linux", reason="other systems allow no such names")
    def test_a_files_name_holds_no_line_end(self, house, tmp_path):
        house.has_smtp()
        path = os.fsencode(tmp_path) + b"/a\nb\xff=?c.txt"
        with open(path, "wb") as file:  # noqa: PTH123 - a path of bytes
            file.write(b"x")
        delivery = house.outbox.trigger(house.has_activity().id, GOOD, extra_files=[os.fsdecode(path)])
        assert [file.name for file in letter_of(house, delivery).attachments] == ["a_b__c.txt"]


class TestTriggerMany:
    def test_every_row_has_its_answer_in_order(self, house):
        house.has_smtp()
        activity = house.has_activity()
        rows = [GOOD | {"what": "1"}, {"what": "2"}, GOOD | {"who": "nobody"}, GOOD | {"what": "4"}]
        answers = house.outbox.trigger_many(activity.id, rows)
        assert [type(answer).__name__ for answer in answers] == ["Delivery", "MissingValues", "FieldErrors", "Delivery"]
        assert [answers[0].subject, answers[3].subject] == ["1", "4"]
        assert {delivery.id for delivery in house.queued()} == {answers[0].id, answers[3].id}
        assert answers[0].message_id != answers[3].message_id
        assert house.events.published == [OutboxChanged()]

    def test_the_good_ones_are_one_transaction(self, house, monkeypatch):
        house.has_smtp()
        activity = house.has_activity()
        batches = []
        add = house.store.add
        # Counting calls needs the real store in between.
        monkeypatch.setattr(house.store, "add", lambda mails, **more: batches.append(len(mails)) or add(mails, **more))
        house.outbox.trigger_many(activity.id, [GOOD] * 50)
        assert batches == [50]
        assert house.outbox.counts().waiting == 50

    def test_each_file_is_read_once(self, house, attached):
        house.has_smtp()
        activity = house.has_activity(replace(NIGHTLY, attachments="{{ file }}"))
        rows = [GOOD | {"file": attached}] * 3 + [GOOD | {"file": f"{attached}.missing"}]
        answers = house.outbox.trigger_many(activity.id, rows, extra_files=[attached])
        assert isinstance(answers[3], BadAttachment)
        assert [len(letter_of(house, answer).attachments) for answer in answers[:3]] == [2, 2, 2]
        assert house.files.paths.count(attached) == 1

    def test_none_at_all_is_no_change(self, house):
        house.has_smtp()
        activity = house.has_activity()
        assert house.outbox.trigger_many(activity.id, []) == []
        assert len(house.outbox.trigger_many(activity.id, [{}])) == 1
        assert house.events.published == []

    def test_what_concerns_all_rows_is_raised(self, house):
        activity = house.has_activity()
        with pytest.raises(NoSmtp):
            house.outbox.trigger_many(activity.id, [GOOD])
