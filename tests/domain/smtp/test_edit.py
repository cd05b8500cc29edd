"""Edits of an SMTP beside the edits of others."""

from dataclasses import replace
from typing import Any

import pytest

from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.edit import ProfileChanged, ProfileEdit, conflicts, edit_of, merged, rebased
from smtp_desktop.domain.smtp.profile import (
    Cloud,
    GenericServer,
    GraphMailbox,
    ProfileId,
    ProfileType,
    SecretField,
    SignIn,
    SmtpProfile,
)
from smtp_desktop.domain.smtp.profile_from_draft import profile_from_draft

GUID, OTHER_GUID = "8f2c6d1e-5b0a-4c57-9d0e-77e0b1d241ab", "c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20"
RELAY = SmtpProfile(
    id=ProfileId("1"),
    name="Relay",
    server=GenericServer(
        host_name="relay.example", user_name="ann@company.example", password_ref=SecretRef("password of before")
    ),
    signature="Ann",
)
MAILBOX = SmtpProfile(
    id=ProfileId("2"),
    name="Mailbox",
    server=GraphMailbox(
        user_name="box@company.example",
        tenant_id=GUID,
        client_id=GUID,
        password_ref=SecretRef("password of before"),
        client_secret_ref=SecretRef("client secret of before"),
    ),
)
NEW = Secret("typed")
THEIRS = "their new "


def changed_by_others(before: SmtpProfile, **fields: Any) -> SmtpProfile:
    """Returns the SMTP once others have changed these fields; a secret by any value."""
    typed: dict[str, Any] = {field: NEW for field in SecretField if fields.pop(field, None)}
    draft = replace(draft_of(before), **fields, **typed)
    after = profile_from_draft(draft, profile_id=before.id, stored=before)
    refs: dict[str, Any] = {f"{field}_ref": SecretRef(THEIRS + field) for field in draft.typed_secrets}
    return replace(after, server=replace(after.server, **refs))


def mine(before: SmtpProfile, *named: str, **typed: Any) -> ProfileEdit:
    return edit_of(before, replace(draft_of(before), **typed), named=named)


@pytest.mark.parametrize(
    ("before", "my_changes", "their_changes"),
    [
        (RELAY, {"smtp_port": "465"}, {"signature": "Bob"}),
        (RELAY, {"smtp_port": "465"}, {"smtp_port": " 465 "}),
        (RELAY, {"password": NEW}, {"smtp_port": "465"}),
        (RELAY, {"user_name": "till@company.example"}, {"password": True}),
        (RELAY, {"host_name": "new.example", "password": NEW}, {"name": "Kiosk"}),
        (RELAY, {"host_name": "new.example", "password": NEW}, {"is_default": True}),
        (RELAY, {"auth_required": False, "from_address": "a@b.example"}, {"smtp_port": "465"}),
        (RELAY, {"trusted_ca_pem": "a CA"}, {"password": True}),
        (MAILBOX, {"password": NEW}, {"client_secret": True}),
        (MAILBOX, {"client_secret": NEW}, {"password": True, "description": "Box"}),
        (MAILBOX, {"tenant_id": OTHER_GUID, "password": NEW, "client_secret": NEW}, {"client_id": OTHER_GUID}),
    ],
)
def test_changes_of_different_fields_are_both_kept(
    before: SmtpProfile, my_changes: dict[str, Any], their_changes: dict[str, Any]
) -> None:
    present = changed_by_others(before, **their_changes)
    draft = merged(mine(before, **my_changes), present)
    theirs = {name: getattr(draft_of(present), name) for name in their_changes}
    expected = {name: value for name, value in (my_changes | theirs).items() if name not in set(SecretField)}
    assert {name: getattr(draft, name) for name in expected} == expected
    after = profile_from_draft(draft, profile_id=before.id, stored=present)
    for field in SecretField:
        if their_changes.get(field):
            assert after.secret_refs[field] == THEIRS + field
        assert (field in draft.typed_secrets) == (field in my_changes)


@pytest.mark.parametrize(
    ("before", "my_changes", "their_changes", "expected"),
    [
        (RELAY, {"smtp_port": "465"}, {"smtp_port": "25"}, {"smtp_port"}),
        (RELAY, {"signature": "Bob", "smtp_port": "465"}, {"smtp_port": "25"}, {"smtp_port"}),
        (RELAY, {"password": NEW}, {"password": True}, {"password"}),
        # A password goes to no host that it was not entered for, whoever was first.
        (RELAY, {"password": NEW}, {"host_name": "new.example", "password": True}, {"password"}),
        (RELAY, {"host_name": "new.example", "password": NEW}, {"password": True}, {"password"}),
        # Nor is it dropped where the other one says that none is needed.
        (RELAY, {"password": NEW}, {"auth_required": False, "from_address": "a@b.example"}, {"password"}),
        (
            RELAY,
            {"auth_required": False, "from_address": "a@b.example"},
            {"password": True},
            {"password"},
        ),
        (
            RELAY,
            {"auth_required": False, "from_address": "a@b.example"},
            {"user_name": "till@company.example"},
            {"user_name"},
        ),
        (
            RELAY,
            {"user_name": "till@company.example"},
            {"auth_required": False, "from_address": "a@b.example"},
            {"user_name"},
        ),
        # What is trusted is trusted of one host.
        (
            RELAY,
            {"trusted_fingerprint": "ab" * 32},
            {"host_name": "new.example", "password": True},
            {"trusted_fingerprint"},
        ),
        (
            RELAY,
            {"host_name": "new.example", "password": NEW},
            {"trusted_fingerprint": "ab" * 32},
            {"trusted_fingerprint"},
        ),
        # Fields that the other type does not have.
        (
            RELAY,
            {"ehlo_name": "pc7.example"},
            {"type": ProfileType.GRAPH, "tenant_id": GUID, "client_id": GUID, "client_secret": True, "password": True},
            {"ehlo_name"},
        ),
        (MAILBOX, {"password": NEW}, {"sign_in": SignIn.APP_ONLY}, {"password"}),
        (MAILBOX, {"sign_in": SignIn.APP_ONLY}, {"password": True}, {"password"}),
        (
            MAILBOX,
            {"client_secret": NEW},
            {"tenant_id": OTHER_GUID, "password": True, "client_secret": True},
            {"client_secret"},
        ),
        (
            MAILBOX,
            {"password": NEW},
            {"cloud": Cloud.CHINA, "password": True, "client_secret": True},
            {"password"},
        ),
    ],
)
def test_changes_that_exclude_each_other_are_refused(
    before: SmtpProfile, my_changes: dict[str, Any], their_changes: dict[str, Any], expected: set[str]
) -> None:
    present = changed_by_others(before, **their_changes)
    with pytest.raises(ProfileChanged) as refused:
        merged(mine(before, **my_changes), present)
    assert set(refused.value.fields) == expected
    assert refused.value.present == present


def test_a_named_field_is_kept_even_where_the_edit_leaves_it_as_it_was() -> None:
    edit = mine(RELAY, "smtp_port", smtp_port="587")
    assert merged(edit, RELAY).smtp_port == "587"
    assert conflicts(edit, changed_by_others(RELAY, smtp_port="25")) == {"smtp_port"}


def test_an_edit_gives_no_field_back_that_it_does_not_change() -> None:
    present = changed_by_others(RELAY, is_default=True, smtp_port="25", password=True)
    assert merged(mine(RELAY), present) == draft_of(present)


class TestAForm:
    def test_shows_the_news_in_fields_that_nobody_touched(self) -> None:
        present = changed_by_others(RELAY, smtp_port="25", name="Kiosk")
        edit = rebased(mine(RELAY, signature="Bob "), present)
        assert edit.draft == replace(draft_of(present), signature="Bob ")
        assert edit.seen == draft_of(present)
        assert not conflicts(edit, present)

    def test_still_knows_what_was_changed_by_both(self) -> None:
        present = changed_by_others(RELAY, smtp_port="25")
        edit = mine(RELAY, smtp_port="465")
        for _ in range(2):
            edit = rebased(edit, present)
            assert (edit.draft.smtp_port, edit.seen.smtp_port) == ("465", "587")
            assert conflicts(edit, present) == {"smtp_port"}

    def test_has_nothing_to_say_of_a_field_to_which_both_gave_the_same(self) -> None:
        present = changed_by_others(RELAY, smtp_port="465")
        edit = rebased(mine(RELAY, smtp_port="465"), present)
        assert edit.changed == frozenset()
        assert not conflicts(rebased(edit, RELAY), RELAY)

    def test_shows_a_typed_password_beside_no_host_that_it_was_not_entered_for(self) -> None:
        present = changed_by_others(RELAY, host_name="new.example", password=True)
        edit = rebased(mine(RELAY, password=NEW), present)
        assert edit.draft.host_name == "relay.example"
        assert conflicts(edit, present) == {"password"}

    def test_still_knows_which_password_the_typed_one_replaces(self) -> None:
        present = changed_by_others(MAILBOX, password=True, client_secret=True)
        edit = rebased(mine(MAILBOX, password=NEW), present)
        assert conflicts(edit, present) == {"password"}
        untouched = rebased(mine(MAILBOX), present)
        assert not conflicts(replace(untouched, draft=replace(untouched.draft, password=NEW)), present)


def test_a_new_form_is_an_edit_of_nothing() -> None:
    edit = ProfileEdit(seen=ProfileDraft(), draft=ProfileDraft(name="New"), refs={})
    assert edit.changed == {"name"}
