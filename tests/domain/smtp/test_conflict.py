"""What differs between an edit and what others stored meanwhile, and what was chosen of it.

SMTP_DESKTOP_TEST_EDITS is how many pairs of edits the long run makes; for 100,000 of them pytest needs
`-o faulthandler_timeout=0`.
"""

import os
import random
from dataclasses import replace
from typing import Any

import pytest
from domain.smtp.test_edit import GUID, MAILBOX, NEW, OTHER_GUID, RELAY, changed_by_others, mine

from smtp_desktop.domain.errors import FieldErrors
from smtp_desktop.domain.smtp.conflict import Difference, differences, resolved
from smtp_desktop.domain.smtp.draft import differs, draft_of
from smtp_desktop.domain.smtp.edit import conflicts, merged, rebased
from smtp_desktop.domain.smtp.profile import Cloud, EnvelopeSender, ProfileType, SecretField, SignIn, SmtpProfile

CHANGES: tuple[dict[str, Any], ...] = (
    {"name": "Kiosk"},
    {"is_default": True},
    {"signature": "Bob"},
    {"from_address": "from@company.example"},
    {"user_name": "till@company.example"},
    {"password": NEW},
    {"client_secret": NEW},
    {"smtp_port": "465"},
    {"smtp_port": "25", "tls": False},
    {"host_name": "new.example", "password": NEW},
    {"host_name": "other.example", "password": NEW},
    {"auth_required": False, "from_address": "from@company.example"},
    {"envelope_sender": EnvelopeSender.FROM},
    {"trusted_ca_pem": "a CA"},
    {"trusted_fingerprint": "ab" * 32},
    {"ehlo_name": "pc7.example"},
    {"tenant_id": OTHER_GUID, "password": NEW, "client_secret": NEW},
    {"client_id": OTHER_GUID},
    {"sign_in": SignIn.APP_ONLY},
    {"cloud": Cloud.CHINA, "password": NEW, "client_secret": NEW},
    {"per_minute": "30", "connections": "2"},
    {"type": ProfileType.GRAPH, "tenant_id": GUID, "client_id": GUID, "password": NEW, "client_secret": NEW},
    {"type": ProfileType.GENERIC, "host_name": "new.example", "password": NEW},
)


def some_changes(chance: random.Random) -> dict[str, Any]:
    changes: dict[str, Any] = {}
    for one in chance.sample(CHANGES, k=chance.randint(1, 3)):
        changes |= one
    return changes


ROUNDS = 200
LONG_ROUNDS = int(os.environ.get("SMTP_DESKTOP_TEST_EDITS", "3000"))


@pytest.mark.parametrize("rounds", [ROUNDS, pytest.param(LONG_ROUNDS, marks=pytest.mark.long)])
def test_whatever_both_changed_there_is_a_choice_and_then_no_conflict(rounds: int) -> None:
    chance = random.Random(rounds)
    asked = 0
    for _ in range(rounds):
        before = chance.choice((RELAY, MAILBOX))
        try:
            present = changed_by_others(before, **some_changes(chance))
        except FieldErrors:
            continue  # they did not go together
        edit = mine(before, **some_changes(chance))
        if chance.random() < 0.5:
            edit = rebased(edit, present)
        if not conflicts(edit, present):
            merged(edit, present)
            continue
        asked += 1
        found = differences(edit, present)
        assert any(one.mine and one.theirs for one in found), (edit, present)
        names = [name for one in found for name in one.fields]
        assert len(names) == len(set(names))
        for kept in ([], found, [one for one in found if chance.random() < 0.5]):
            wanted = resolved(edit, present, [name for one in kept for name in one.fields])
            assert not conflicts(wanted, present)
            draft = merged(wanted, present)
            if not kept:
                assert not differs(wanted.draft, draft_of(present))
            for one in kept:
                for name in set(one.fields) - set(SecretField) & wanted.changed:
                    assert getattr(draft, name) == getattr(edit.draft, name)
    assert asked > rounds / 20


@pytest.mark.parametrize(
    ("before", "my_changes", "their_changes", "expected"),
    [
        (
            RELAY,
            {"smtp_port": "465", "signature": "Bob"},
            {"smtp_port": "25", "from_address": "a@b.example"},
            [(("from_address",), False, True), (("signature",), True, False), (("smtp_port",), True, True)],
        ),
        # The same change by both is none to choose from.
        (
            RELAY,
            {"smtp_port": "465", "signature": "Bob"},
            {"smtp_port": "25", "signature": "Bob"},
            [(("smtp_port",), True, True)],
        ),
        (RELAY, {"password": NEW}, {"password": True}, [(("password",), True, True)]),
        (
            RELAY,
            {"password": NEW},
            {"host_name": "new.example", "password": True},
            [(("host_name", "password"), True, True)],
        ),
        (
            RELAY,
            {"password": NEW},
            {"auth_required": False, "from_address": "a@b.example"},
            [(("from_address",), False, True), (("auth_required", "user_name", "password"), True, True)],
        ),
        # Nothing can bring the secret back that others have replaced.
        (
            MAILBOX,
            {"client_secret": NEW, "signature": "Bob"},
            {"client_secret": True, "password": True},
            [(("signature",), True, False), (("client_secret",), True, True)],
        ),
    ],
)
def test_what_goes_together_is_chosen_together(
    before: SmtpProfile,
    my_changes: dict[str, Any],
    their_changes: dict[str, Any],
    expected: list[tuple[tuple[str, ...], bool, bool]],
) -> None:
    found = differences(mine(before, **my_changes), changed_by_others(before, **their_changes))
    assert found == [Difference(fields=names, mine=by_me, theirs=by_them) for names, by_me, by_them in expected]


def test_what_is_chosen_is_what_becomes_of_it() -> None:
    edit = mine(RELAY, smtp_port="465", signature="Bob", password=NEW)
    present = changed_by_others(RELAY, smtp_port="25", name="Kiosk", password=True)
    draft = merged(resolved(edit, present, ["smtp_port", "name"]), present)
    assert draft == replace(draft_of(present), smtp_port="465", name="Relay")
    draft = merged(resolved(edit, present, ["password", "signature"]), present)
    assert draft == replace(draft_of(present), signature="Bob", password=NEW)
