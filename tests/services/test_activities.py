from contextlib import closing
from dataclasses import replace

import pytest
from fakes.databases import opened_database
from services.outbox_harness import NIGHTLY, OutboxHarness

from smtp_desktop.domain.delivery.activity import ActivityDraft, ActivityId, activity_draft_of
from smtp_desktop.domain.delivery.activity_edit import ActivityEdit, edit_of
from smtp_desktop.domain.errors import FieldErrors, MissingValues, NoSuchActivity, NoSuchProfile
from smtp_desktop.domain.events import ActivityDeleted, ActivitySaved
from smtp_desktop.domain.smtp.profile import ProfileId


@pytest.fixture
def harness(tmp_path):
    with closing(opened_database(tmp_path / "smtp-desktop.db")) as database:
        yield OutboxHarness(database)


class TestChanges:
    def test_a_new_activity_is_stored_and_published(self, harness):
        activity = harness.activities.create(NIGHTLY)
        assert harness.activity_store.get(activity.id) == activity
        assert activity_draft_of(activity) == NIGHTLY
        assert harness.events.published == [ActivitySaved(activity=activity)]

    def test_a_change_is_stored_and_published(self, harness):
        activity = harness.has_activity()
        saved = harness.activities.save(activity.id, edit_of(activity, replace(NIGHTLY, subject="Other")))
        assert saved == replace(activity, subject="Other")
        assert harness.activity_store.all() == (saved,)
        assert harness.events.published == [ActivitySaved(activity=saved)]

    def test_a_deleted_activity_is_not_saved(self, harness):
        with pytest.raises(NoSuchActivity):
            harness.activities.save(ActivityId("gone"), ActivityEdit(seen=ActivityDraft(), draft=NIGHTLY))
        assert harness.activity_store.all() == ()
        assert harness.events.published == []

    def test_a_refused_draft_changes_nothing(self, harness):
        with pytest.raises(FieldErrors):
            harness.activities.create(ActivityDraft())
        assert (harness.activity_store.all(), harness.events.published) == ((), [])

    def test_a_deleted_smtp_is_refused(self, harness):
        with pytest.raises(NoSuchProfile):
            harness.activities.create(replace(NIGHTLY, smtp_id=ProfileId("gone")))
        assert (harness.activity_store.all(), harness.events.published) == ((), [])

    def test_a_taken_name_is_reported_with_the_other_errors(self, harness):
        harness.has_activity()
        with pytest.raises(FieldErrors) as refused:
            harness.activities.create(ActivityDraft(name=" nightLY "))
        errors = [(error.field, str(error.message)) for error in refused.value.errors]
        assert errors[0] == ("name", "Another activity already has this name.")
        assert [field for field, _ in errors[1:]] == ["to", "subject", "text"]

    def test_its_own_name_is_not_taken(self, harness):
        activity = harness.has_activity()
        edit = edit_of(activity, replace(NIGHTLY, name="NIGHTLY"))
        assert harness.activities.save(activity.id, edit).name == "NIGHTLY"

    def test_a_copy_differs_by_its_name_alone(self, harness):
        activity = harness.has_activity(replace(NIGHTLY, enabled=False, html="<p>"))
        copies = [harness.activities.duplicate(activity.id) for _ in range(2)]
        assert [copy.name for copy in copies] == ["Nightly_copied", "Nightly_copied2"]
        assert len({activity.id, *(copy.id for copy in copies)}) == 3
        assert replace(copies[0], id=activity.id, name=activity.name) == activity
        assert harness.events.published == [ActivitySaved(activity=copy) for copy in copies]

    def test_it_can_be_switched_off_and_on(self, harness):
        activity = harness.has_activity()
        assert not harness.activities.set_enabled(activity.id, False).enabled
        assert not harness.activity_store.get(activity.id).enabled
        assert harness.activities.set_enabled(activity.id, True) == activity
        assert harness.events.published[-1] == ActivitySaved(activity=activity)

    def test_a_deletion_is_stored_and_published(self, harness):
        activity = harness.has_activity()
        harness.activities.delete(activity.id)
        assert harness.activities.all() == ()
        assert harness.events.published == [ActivityDeleted(activity_id=activity.id)]
        with pytest.raises(NoSuchActivity):
            harness.activities.delete(activity.id)

    def test_it_is_found_by_name(self, harness):
        activity = harness.has_activity()
        assert harness.activities.by_name(" NIGHTLY ") == harness.activities.get(activity.id) == activity
        with pytest.raises(NoSuchActivity, match="There is no activity named Daily"):
            harness.activities.by_name("Daily")


class TestPreview:
    def test_it_is_the_mail_that_a_trigger_gives(self, harness):
        mail = harness.activities.preview(NIGHTLY, {"who": "ann@x.example", "what": "Backup"})
        assert (mail.subject, mail.text) == ("Backup", "Backup is done")
        assert harness.outbox.counts().total == 0

    def test_missing_values_are_reported(self, harness):
        with pytest.raises(MissingValues) as missing:
            harness.activities.preview(NIGHTLY, {})
        assert missing.value.names == ("who", "what")


class TestRoutes:
    def test_it_follows_the_default(self, harness):
        activity = harness.has_activity()
        assert harness.activities.route(activity).profile_id is None
        harness.has_smtp("Main")
        assert str(harness.activities.route(activity).reason) == "Main, the default SMTP."
        harness.has_smtp("Other")
        assert harness.activities.route(activity).profile_id == "other"

    def test_holds_count(self, harness):
        main, relay = harness.has_smtp("Main"), harness.has_smtp("Relay", default=False)
        plain = harness.has_activity()
        backed = harness.has_activity(replace(NIGHTLY, name="Backed", backup_id=relay.id))
        bound = harness.has_activity(replace(NIGHTLY, name="Bound", smtp_id=relay.id))
        harness.is_held(main)
        routes = harness.activities.routes()
        assert {key: (route.profile_id, route.by_backup) for key, route in routes.items()} == {
            plain.id: ("main", False),
            backed.id: ("relay", True),
            bound.id: ("relay", False),
        }
        assert "messages wait" in str(routes[plain.id].reason)

    def test_a_deleted_smtps_activities_go_to_the_default(self, harness):
        harness.has_smtp("Main")
        relay = harness.has_smtp("Relay", default=False)
        activity = harness.has_activity(replace(NIGHTLY, smtp_id=relay.id))
        harness.profiles.delete(relay.id, new_default=None)
        assert harness.activities.route(harness.activities.get(activity.id)).profile_id == "main"
