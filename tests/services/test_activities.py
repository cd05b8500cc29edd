from contextlib import closing
from dataclasses import replace

import pytest
from services.outbox_house import NIGHTLY, OutboxHouse

from smtp_desktop.domain.delivery.activity import ActivityDraft, ActivityId, activity_draft_of
from smtp_desktop.domain.errors import FieldErrors, MissingValues, NoSuchActivity, NoSuchProfile
from smtp_desktop.domain.events import ActivityDeleted, ActivitySaved
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.store.database import Database


@pytest.fixture
def house(tmp_path):
    with closing(Database(tmp_path / "smtp-desktop.db")) as database:
        yield OutboxHouse(database)


class TestKeeping:
    def test_a_new_one_is_stored_and_told(self, house):
        activity = house.activities.create(NIGHTLY)
        assert house.activity_store.get(activity.id) == activity
        assert activity_draft_of(activity) == NIGHTLY
        assert house.events.published == [ActivitySaved(activity=activity)]

    def test_a_change_is_stored_and_told(self, house):
        activity = house.has_activity()
        saved = house.activities.save(activity.id, replace(NIGHTLY, subject="Other"))
        assert saved == replace(activity, subject="Other")
        assert house.activity_store.all() == (saved,)
        assert house.events.published == [ActivitySaved(activity=saved)]

    def test_one_that_is_gone_is_not_saved(self, house):
        with pytest.raises(NoSuchActivity):
            house.activities.save(ActivityId("gone"), NIGHTLY)
        assert house.activity_store.all() == ()
        assert house.events.published == []

    def test_a_refused_draft_changes_nothing(self, house):
        with pytest.raises(FieldErrors):
            house.activities.create(ActivityDraft())
        assert (house.activity_store.all(), house.events.published) == ((), [])

    def test_an_smtp_that_is_gone_is_told(self, house):
        with pytest.raises(NoSuchProfile):
            house.activities.create(replace(NIGHTLY, smtp_id=ProfileId("gone")))
        assert (house.activity_store.all(), house.events.published) == ((), [])

    def test_a_taken_name_is_told_with_the_other_errors(self, house):
        house.has_activity()
        with pytest.raises(FieldErrors) as refused:
            house.activities.create(ActivityDraft(name=" nightLY "))
        told = [(error.field, str(error.message)) for error in refused.value.errors]
        assert told[0] == ("name", "Another activity has this name.")
        assert [field for field, _ in told[1:]] == ["to", "subject", "text"]

    def test_its_own_name_is_not_taken(self, house):
        activity = house.has_activity()
        assert house.activities.save(activity.id, replace(NIGHTLY, name="NIGHTLY")).name == "NIGHTLY"

    def test_a_copy_has_a_name_of_its_own_and_all_else(self, house):
        activity = house.has_activity(replace(NIGHTLY, enabled=False, html="<p>"))
        copies = [house.activities.duplicate(activity.id) for _ in range(2)]
        assert [copy.name for copy in copies] == ["Nightly_copied", "Nightly_copied2"]
        assert len({activity.id, *(copy.id for copy in copies)}) == 3
        assert replace(copies[0], id=activity.id, name=activity.name) == activity
        assert house.events.published == [ActivitySaved(activity=copy) for copy in copies]

    def test_it_can_be_switched_off_and_on(self, house):
        activity = house.has_activity()
        assert not house.activities.set_enabled(activity.id, False).enabled
        assert not house.activity_store.get(activity.id).enabled
        assert house.activities.set_enabled(activity.id, True) == activity
        assert house.events.published[-1] == ActivitySaved(activity=activity)

    def test_a_deleted_one_is_gone_and_told(self, house):
        activity = house.has_activity()
        house.activities.delete(activity.id)
        assert house.activities.all() == ()
        assert house.events.published == [ActivityDeleted(activity_id=activity.id)]
        with pytest.raises(NoSuchActivity):
            house.activities.delete(activity.id)

    def test_it_is_found_by_name(self, house):
        activity = house.has_activity()
        assert house.activities.by_name(" NIGHTLY ") == house.activities.get(activity.id) == activity
        with pytest.raises(NoSuchActivity, match="There is no activity named Daily"):
            house.activities.by_name("Daily")


class TestPreview:
    def test_it_is_the_mail(self, house):
        mail = house.activities.preview(NIGHTLY, {"who": "ann@x.example", "what": "Backup"})
        assert (mail.subject, mail.text) == ("Backup", "Backup is done")
        assert house.outbox.counts().total == 0

    def test_missing_values_are_named(self, house):
        with pytest.raises(MissingValues) as missing:
            house.activities.preview(NIGHTLY, {})
        assert missing.value.names == ("who", "what")


class TestRoutes:
    def test_it_follows_the_default(self, house):
        activity = house.has_activity()
        assert house.activities.route(activity).profile_id is None
        house.has_smtp("Main")
        assert str(house.activities.route(activity).reason) == "Main, the default SMTP."
        house.has_smtp("Other")
        assert house.activities.route(activity).profile_id == "other"

    def test_holds_count(self, house):
        main, relay = house.has_smtp("Main"), house.has_smtp("Relay", default=False)
        plain = house.has_activity()
        backed = house.has_activity(replace(NIGHTLY, name="Backed", backup_id=relay.id))
        bound = house.has_activity(replace(NIGHTLY, name="Bound", smtp_id=relay.id))
        house.is_held(main)
        routes = house.activities.routes()
        assert {key: (route.profile_id, route.by_backup) for key, route in routes.items()} == {
            plain.id: ("main", False),
            backed.id: ("relay", True),
            bound.id: ("relay", False),
        }
        assert "mail waits" in str(routes[plain.id].reason)

    def test_a_deleted_smtps_activities_go_to_the_default(self, house):
        house.has_smtp("Main")
        relay = house.has_smtp("Relay", default=False)
        activity = house.has_activity(replace(NIGHTLY, smtp_id=relay.id))
        house.profiles.delete(relay.id, new_default=None)
        assert house.activities.route(house.activities.get(activity.id)).profile_id == "main"
