"""The contract of ActivityStore. A subclass gives the fixtures `profiles`, `activities` and `outbox` on one store."""

from dataclasses import replace

import pytest
from contracts.profile_store_contract import generic
from fakes.stored import put

from smtp_desktop.domain.delivery.activity import Activity, ActivityId
from smtp_desktop.domain.errors import FieldErrors, NoSuchActivity, NoSuchProfile
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.delivery.ports import ActivityStore

FULL = Activity(
    id=ActivityId("a1"),
    name="Nightly report",
    description='it\'s "quoted"; DROP TABLE activity',
    smtp_id=ProfileId("main"),
    backup_id=ProfileId("spare"),
    to="Ünï <{{ who }}@b.example>, c@d.example",
    cc="{{ cc }}",
    bcc="e@f.example",
    reply_to="{{ who }}@b.example",
    subject="Größe {{ size }} 🎉",
    text="one\ntwo\n",
    html="<p>{{ size }}</p>",
    attachments="/tmp/{{ day }}.pdf\nother.csv",
    headers="X-Day: {{ day }}\nX-Greeting: ß",
    expire_after_s=129_600,
    enabled=False,
)


def activity(name, **changes):
    return Activity(id=ActivityId(name), name=name, **changes)


class ActivityStoreContract:
    @pytest.fixture(autouse=True)
    def smtps(self, profiles):
        put(profiles, generic("main", default=True))
        put(profiles, generic("spare"))

    @pytest.mark.parametrize("wanted", [FULL, activity("plain")], ids=["full", "plain"])
    def test_returns_every_field_as_it_was(self, activities: ActivityStore, wanted):
        put(activities, wanted)
        assert activities.get(wanted.id) == wanted
        assert list(activities.all()) == [wanted]
        assert type(activities.get(wanted.id).enabled) is bool

    def test_is_empty_at_first(self, activities: ActivityStore):
        assert list(activities.all()) == []

    def test_is_ordered_by_name_in_any_case(self, activities: ActivityStore):
        for name in ("delta", "Alpha", "_x", "Bravo"):
            put(activities, activity(name))
        assert [a.name for a in activities.all()] == ["_x", "Alpha", "Bravo", "delta"]

    def test_putting_again_updates_every_field(self, activities: ActivityStore):
        put(activities, FULL)
        changed = Activity(id=FULL.id, name="Other")
        put(activities, changed)
        assert list(activities.all()) == [changed]
        put(activities, FULL)
        assert list(activities.all()) == [FULL]

    def test_a_change_is_made_of_what_is_stored(self, activities: ActivityStore):
        stored = activities.add(lambda _: activity("a"))
        put(activities, activity("a", subject="new"))
        changed = activities.change(stored.id, lambda present: replace(present, text=f"{present.subject} text"))
        assert changed == activities.get(stored.id) == activity("a", subject="new", text="new text")

    def test_a_new_one_may_depend_on_those_that_are_there(self, activities: ActivityStore):
        put(activities, activity("b"))
        put(activities, activity("a"))
        assert activities.add(lambda stored: activity("_".join(one.name for one in stored))).name == "a_b"

    def test_each_change_gives_another_version(self, activities: ActivityStore, profiles):
        stored = activities.add(lambda _: activity("a", smtp_id=ProfileId("spare")))
        same = activities.change(stored.id, lambda one: replace(one, enabled=True))
        other = activities.change(stored.id, lambda one: replace(one, enabled=False))
        profiles.delete(ProfileId("spare"), new_default=None)
        unbound = activities.get(stored.id)
        assert 0 < stored.version == same.version < other.version < unbound.version
        assert unbound.smtp_id is None

    def test_a_missing_activity_is_not_changed(self, activities: ActivityStore):
        with pytest.raises(NoSuchActivity):
            activities.change(ActivityId("none"), lambda one: one)

    def test_a_name_is_taken_in_any_case(self, activities: ActivityStore):
        put(activities, activity("Main"))
        with pytest.raises(FieldErrors) as caught:
            put(activities, activity("mAIN"))
        (error,) = caught.value.errors
        assert (error.field, str(error.message)) == ("name", "Another activity already has this name.")
        assert [a.id for a in activities.all()] == ["Main"]

    def test_is_found_by_its_name_in_any_case(self, activities: ActivityStore):
        put(activities, activity("Site_1"))
        put(activities, activity("Site_2"))
        assert activities.named("sITE_1") == activities.get(ActivityId("Site_1"))
        for name in ("Site", "Site%", "", "Sité_1", "\udcff"):
            assert activities.named(name) is None

    def test_may_recase_its_own_name(self, activities: ActivityStore):
        put(activities, FULL)
        put(activities, replace(FULL, name="NIGHTLY REPORT"))
        assert activities.get(FULL.id).name == "NIGHTLY REPORT"

    @pytest.mark.parametrize("field", ["smtp_id", "backup_id"])
    def test_a_missing_smtp_is_refused(self, activities: ActivityStore, field):
        with pytest.raises(NoSuchProfile):
            put(activities, activity("a", **{field: ProfileId("gone")}))
        assert list(activities.all()) == []

    def test_a_missing_activity_is_refused(self, activities: ActivityStore):
        with pytest.raises(NoSuchActivity):
            activities.get(ActivityId("none"))
        with pytest.raises(NoSuchActivity):
            activities.delete(ActivityId("none"))

    def test_deleting_leaves_the_others(self, activities: ActivityStore):
        put(activities, FULL)
        put(activities, activity("b"))
        activities.delete(FULL.id)
        assert [a.name for a in activities.all()] == ["b"]

    def test_deleting_an_smtp_moves_its_activities_to_the_default(self, activities: ActivityStore, profiles):
        put(activities, FULL)
        put(activities, activity("b", smtp_id=ProfileId("spare"), backup_id=ProfileId("main")))
        profiles.delete(ProfileId("main"), new_default=ProfileId("spare"))
        assert activities.get(FULL.id) == replace(FULL, smtp_id=None)
        assert activities.get(ActivityId("b")) == activity("b", smtp_id=ProfileId("spare"))

    def test_a_refused_deletion_of_an_smtp_moves_nothing(self, activities: ActivityStore, profiles):
        put(activities, FULL)
        with pytest.raises(NoSuchProfile):
            profiles.delete(ProfileId("main"), new_default=ProfileId("gone"))
        assert activities.get(FULL.id) == FULL

    def test_renaming_an_smtp_changes_no_activity(self, activities: ActivityStore, profiles):
        put(activities, FULL)
        put(profiles, generic("main", "Renamed", default=True))
        assert activities.get(FULL.id) == FULL
