from dataclasses import replace

import pytest
from services.profiles_harness import OFFICE, RELAY, SHOP, WEB

from smtp_desktop.domain.errors import FieldErrors
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.completeness import enter_words, missing_fields, needs_words
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField, with_refs
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft

_WITHOUT_SECRETS = {str(field): None for field in SecretField}


def incomplete(draft, **changes):
    return profile_from_draft(
        replace(draft, **{**_WITHOUT_SECRETS, **changes}), profile_id=ProfileId("1"), stored=None, complete=False
    )


@pytest.mark.parametrize(
    ("draft", "changes", "missing"),
    [
        (SHOP, {}, ("password",)),
        (SHOP, {"user_name": "apikey"}, ("password", "from_address")),
        (SHOP, {"user_name": ""}, ("password", "user_name")),
        (RELAY, {}, ()),
        (RELAY, {"from_address": ""}, ("from_address",)),
        (OFFICE, {}, ("password", "client_secret")),
        (WEB, {}, ()),  # who has not signed in yet
    ],
    ids=str,
)
def test_what_it_can_not_send_without_may_be_missing(draft, changes, missing):
    assert missing_fields(incomplete(draft, **changes)) == missing


def test_a_complete_one_lacks_nothing():
    profile = incomplete(SHOP)
    server = with_refs(profile.server, {SecretField.PASSWORD: SecretRef("x")})
    assert missing_fields(replace(profile, server=server)) == ()


@pytest.mark.parametrize("changes", [{"host_name": ""}, {"smtp_port": "x"}, {"from_address": "no address"}], ids=str)
def test_what_is_wrong_is_refused_all_the_same(changes):
    with pytest.raises(FieldErrors):
        incomplete(SHOP, **changes)


def test_an_incomplete_one_may_be_changed_and_stay_so():
    stored = incomplete(SHOP)
    changed = profile_from_draft(replace(draft_of(stored), tags="hr"), profile_id=stored.id, stored=stored)
    assert (changed.tags, missing_fields(changed)) == (("hr",), ("password",))


def test_a_complete_one_may_not_become_incomplete():
    stored = profile_from_draft(SHOP, profile_id=ProfileId("1"), stored=None)
    stored = replace(stored, server=with_refs(stored.server, {SecretField.PASSWORD: SecretRef("x")}))
    moved = replace(draft_of(stored), host_name="other.example")
    with pytest.raises(FieldErrors, match="Enter it again"):
        profile_from_draft(moved, profile_id=stored.id, stored=stored)
    with pytest.raises(FieldErrors, match="Enter it again"):
        profile_from_draft(moved, profile_id=stored.id, stored=stored, complete=False)


def test_a_new_one_must_be_complete():
    with pytest.raises(FieldErrors, match="Enter the password"):
        profile_from_draft(replace(SHOP, password=None), profile_id=ProfileId("1"), stored=None)


def test_it_is_said_in_words():
    assert str(needs_words("password")) == "Needs a password"
    assert str(enter_words(incomplete(SHOP), "password")) == "Shop has no password yet. Enter it and save."


def test_a_typed_secret_ends_it():
    assert profile_from_draft(
        replace(draft_of(incomplete(SHOP)), password=Secret("x")), profile_id=ProfileId("1"), stored=incomplete(SHOP)
    )
