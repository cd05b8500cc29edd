"""SMTPs that are to be as they were asked for, while others write."""

from dataclasses import replace

import pytest
from services.profiles_harness import SHOP, ProfilesHarness, edit

from smtp_desktop.domain.declared.difference import Action
from smtp_desktop.domain.errors import ChangedMeanwhile, FieldErrors
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.services.declared.ensured import Ensurer


@pytest.fixture
def harness():
    return ProfilesHarness()


@pytest.fixture
def ensurer(harness):
    return Ensurer(profiles=harness.profiles, activities=None, vault=harness.vault)


def wanted(present):
    base = ProfileDraft(name="Shop") if present is None else draft_of(present)
    return replace(base, host_name=SHOP.host_name, user_name=SHOP.user_name, smtp_port="465", password=Secret("new"))


def test_nothing_is_written_where_it_is_so_already(harness, ensurer):
    ensurer.profile("Shop", wanted)
    harness.log.clear()
    ensured = ensurer.profile("Shop", wanted)
    assert (ensured.difference.action, harness.log) == (Action.UNCHANGED, ["vault.get"])
    assert ensured.stored.server.smtp_port == 465


def test_one_that_is_deleted_after_the_look_is_created(harness, ensurer):
    profile = harness.saved(SHOP)

    def drafted(present):
        if present is not None:
            harness.profiles.delete(profile.id)
        return wanted(present)

    assert ensurer.profile("Shop", drafted).difference.action is Action.CREATED
    assert list(harness.kept().values()) == ["new"]


def test_one_that_is_created_after_the_look_is_changed(harness, ensurer):
    def drafted(present):
        if present is None:
            harness.profiles.create(SHOP)
        return wanted(present)

    ensured = ensurer.profile("Shop", drafted)
    assert {one.name for one in ensured.difference.fields} == {"smtp_port", "password"}
    assert list(harness.kept().values()) == ["new"]


def test_others_who_never_stop_end_it_at_last_and_nothing_is_left_over(harness, ensurer):
    profile = harness.saved(SHOP)
    looks = []

    def drafted(present):
        looks.append(present)
        harness.profiles.save(profile.id, edit(present, smtp_port=str(1000 + len(looks))))
        return wanted(present)

    with pytest.raises(ChangedMeanwhile):
        ensurer.profile("Shop", drafted, named={"smtp_port"})
    assert len(looks) == 20
    assert list(harness.kept().values()) == ["old"]


def test_refused_fields_are_not_tried_again(harness, ensurer):
    looks = []

    def drafted(present):
        looks.append(present)
        return replace(wanted(present), host_name="")

    with pytest.raises(FieldErrors):
        ensurer.profile("Shop", drafted)
    assert looks == [None]
