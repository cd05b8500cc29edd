"""Several SMTPs at once: what is possible, what differs, and a change of fields."""

from dataclasses import replace

import pytest
from domain.smtp.drafts import GENERIC, GRAPH, profile_of

from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.domain.smtp.profile_fields import compared
from smtp_desktop.domain.smtp.selection import FieldChange, replacement_problem, same_account


@pytest.mark.parametrize(
    "others",
    [
        [profile_of(GENERIC, smtp_port="465", name="Other")],
        [profile_of(GENERIC, host_name="SMTP.Company.Example", user_name="Shop@company.example")],
    ],
)
def test_those_of_one_user_at_one_host_can_get_one_password(others):
    assert replacement_problem([profile_of(GENERIC), *others]) is None


def test_mailboxes_of_one_tenant_and_user_can_too():
    assert replacement_problem([profile_of(GRAPH), profile_of(GRAPH, name="Copy")]) is None


@pytest.mark.parametrize(
    ("other", "said"),
    [
        (profile_of(GENERIC, host_name="mx.company.example"), "different servers: smtp.company.example and mx."),
        (profile_of(GENERIC, user_name="ann@company.example"), "different users: shop@company.example and ann@"),
        (profile_of(GENERIC, auth_required=False, from_address="a@b.example"), "does not sign in with a password"),
        (profile_of(GRAPH), "different servers"),
    ],
)
def test_others_can_not_and_it_is_said_why(other, said):
    assert said in str(replacement_problem([profile_of(GENERIC), other]))


def test_what_differs_comes_first_and_what_nobody_has_is_left_out():
    found = compared([profile_of(GENERIC, tags="prod"), profile_of(GENERIC, name="Two", smtp_port="465")])
    assert [one.name for one in found if one.differs] == ["tags", "smtp_port"]
    assert [one.differs for one in found] == sorted((one.differs for one in found), reverse=True)
    assert not {"name", "tenant_id", "signature", "per_day"} & {one.name for one in found}


def test_a_change_touches_its_fields_alone():
    seen = profile_of(GENERIC, tags="prod eu")
    change = FieldChange(values={"smtp_port": "465", "tls": False}, added_tags=("new",), removed_tags=("eu",))
    edit = change.edit(seen)
    assert edit.draft == replace(draft_of(seen), smtp_port="465", tls=False, tags="prod new")
    assert edit.changed == {"smtp_port", "tls", "tags"}


def test_a_password_goes_only_to_those_who_sign_in():
    change = FieldChange(values={"host_name": "new.example"}, password=Secret("x"))
    assert change.edit(profile_of(GENERIC)).draft.password == Secret("x")
    anonymous = profile_of(GENERIC, auth_required=False, from_address="a@b.example")
    assert change.edit(anonymous).draft.password is None


def test_those_of_the_same_account_are_found_whatever_else_differs():
    shop, *all_others = (
        replace(profile, id=ProfileId(str(number)))
        for number, profile in enumerate(
            (
                profile_of(GENERIC),
                profile_of(GENERIC, smtp_port="465"),
                profile_of(GENERIC, host_name="SMTP.Company.Example", user_name="Shop@company.example"),
                profile_of(GENERIC, user_name="ann@company.example"),
                profile_of(GENERIC, host_name="mx.company.example"),
                profile_of(GENERIC, auth_required=False, from_address="a@b.example"),
                profile_of(GRAPH),
            )
        )
    )
    same, others = all_others[:2], all_others[2:]
    assert same_account(shop, [shop, *same, *others]) == same
    assert same_account(others[2], [shop, *same]) == []
