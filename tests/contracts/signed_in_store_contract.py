"""The contract of SignedInStore. A subclass gives the fixtures `signed_in` and `profiles`, the store of SMTPs."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from contracts.profile_store_contract import generic
from fakes.stored import put

from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.ports import ProfileStore
from smtp_desktop.services.sign_in.ports import SignedInStore

NOON = datetime(2026, 11, 23, 12, 0, 0, 123456, tzinfo=UTC)
SIGNED_IN = SignedIn(
    profile_id=ProfileId("a"),
    account="ann@example.test",
    signed_in_at=NOON,
    valid_until=NOON + timedelta(hours=1),
    ends_at=NOON + timedelta(days=7),
    problem="sign_in_ended",
)


class SignedInStoreContract:
    @pytest.fixture(autouse=True)
    def smtps(self, profiles: ProfileStore) -> None:
        put(profiles, generic("a"))
        put(profiles, generic("b"))

    def test_starts_empty(self, signed_in: SignedInStore) -> None:
        assert signed_in.get(ProfileId("a")) is None
        assert signed_in.all() == {}

    @pytest.mark.parametrize("state", [SIGNED_IN, replace(SIGNED_IN, ends_at=None, problem="", account="")])
    def test_gives_back_what_was_put(self, signed_in: SignedInStore, state: SignedIn) -> None:
        signed_in.put(state)
        assert signed_in.get(ProfileId("a")) == state
        assert signed_in.all() == {"a": state}

    def test_putting_again_replaces(self, signed_in: SignedInStore) -> None:
        signed_in.put(SIGNED_IN)
        signed_in.put(replace(SIGNED_IN, account="bob@example.test"))
        signed_in.put(replace(SIGNED_IN, profile_id=ProfileId("b")))
        assert {key: one.account for key, one in signed_in.all().items()} == {
            "a": "bob@example.test",
            "b": "ann@example.test",
        }

    def test_forgets_one_and_leaves_the_others(self, signed_in: SignedInStore) -> None:
        signed_in.put(SIGNED_IN)
        signed_in.put(replace(SIGNED_IN, profile_id=ProfileId("b")))
        signed_in.forget(ProfileId("a"))
        signed_in.forget(ProfileId("a"))
        assert list(signed_in.all()) == ["b"]

    def test_is_forgotten_with_the_smtp(self, signed_in: SignedInStore, profiles: ProfileStore) -> None:
        signed_in.put(SIGNED_IN)
        profiles.delete(ProfileId("a"), new_default=None)
        assert signed_in.all() == {}
        signed_in.put(SIGNED_IN)
        assert signed_in.get(ProfileId("a")) is None
