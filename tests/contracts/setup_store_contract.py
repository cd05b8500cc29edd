"""The contract of SetupStore. A subclass gives the fixtures `profiles` and `setups` on one store."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest
from contracts.activity_store_contract import activity
from contracts.profile_store_contract import FULL_APP, FULL_BROWSER, FULL_GENERIC, FULL_GRAPH, generic
from fakes.stored import put

from smtp_desktop.domain.errors import ChangedMeanwhile, FieldErrors, NoSuchProfile
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.domain.setup import Setup
from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.ports import ProfileStore, SetupStore

_MOMENT = datetime(2026, 11, 23, tzinfo=UTC)
_SIGNED_IN = SignedIn(
    profile_id=FULL_BROWSER.id, account="ann@company.example", signed_in_at=_MOMENT, valid_until=_MOMENT
)
_FULL = Setup(
    profiles=(
        FULL_GENERIC,
        replace(FULL_APP, is_default=False),
        replace(FULL_BROWSER, is_default=False),
        FULL_GRAPH,
    ),
    activities=(
        activity("greet", smtp_id=FULL_GENERIC.id, backup_id=FULL_GRAPH.id, to="{{ to }}"),
        activity("report", text="x"),
    ),
    preferences={"theme": "dark", "retry_days": "9"},
    signed_in={FULL_BROWSER.id: _SIGNED_IN},
)


def announce(profiles, *stored):
    for one in stored:
        for ref in one.secret_refs.values():
            profiles.announce_secret(ref)


def failing(error):
    def make(_):
        raise error

    return make


class SetupStoreContract:
    def test_returns_all_that_was_made(self, profiles: ProfileStore, setups: SetupStore):
        announce(profiles, *_FULL.profiles)
        assert setups.change(lambda _: _FULL) == _FULL
        assert setups.read() == _FULL
        assert profiles.get(FULL_GENERIC.id) == FULL_GENERIC
        assert list(profiles.stale_secrets()) == []

    def test_is_empty_at_first(self, setups: SetupStore):
        assert setups.read() == Setup()

    def test_gets_what_is_stored_and_leaves_alone_what_is_as_it_was(self, profiles: ProfileStore, setups: SetupStore):
        put(profiles, generic("a", default=True))
        before = profiles.get(ProfileId("a"))
        after = setups.change(lambda setup: replace(setup, profiles=(*setup.profiles, generic("b"))))
        assert [one.name for one in after.profiles] == ["a", "b"]
        assert profiles.get(ProfileId("a")).version == before.version

    def test_deletes_what_is_absent(self, profiles: ProfileStore, setups: SetupStore):
        announce(profiles, *_FULL.profiles)
        setups.change(lambda _: _FULL)
        left = Setup(profiles=(FULL_GENERIC,), activities=_FULL.activities[1:], preferences={"theme": "dark"})
        assert setups.change(lambda _: left) == left
        gone = {ref for one in _FULL.profiles[1:] for ref in one.secret_refs.values()}
        assert set(profiles.stale_secrets()) == gone

    def test_an_activity_of_a_deleted_smtp_is_stored_as_it_was_asked_for(
        self, profiles: ProfileStore, setups: SetupStore
    ):
        for name in ("a", "b"):
            put(profiles, generic(name, default=name == "a"))
        bound = activity("greet", smtp_id="b", backup_id="a")
        setups.change(lambda setup: replace(setup, activities=(bound,)))
        unbound = replace(bound, smtp_id=None)
        after = setups.change(
            lambda setup: replace(setup, profiles=setup.profiles[:1], activities=(replace(bound, smtp_id=None),))
        )
        assert after.activities == (unbound,)

    def test_names_are_exchanged(self, setups: SetupStore):
        first = Setup(
            profiles=(generic("1", "A", default=True), generic("2", "B")),
            activities=(replace(activity("x"), name="X"), replace(activity("y"), name="Y")),
        )
        setups.change(lambda _: first)
        exchanged = Setup(
            profiles=(generic("1", "b", default=True), generic("2", "a")),
            activities=(replace(activity("y"), name="x"), replace(activity("x"), name="y")),
        )
        assert setups.change(lambda _: exchanged) == exchanged

    def test_the_default_moves(self, profiles: ProfileStore, setups: SetupStore):
        put(profiles, generic("a", default=True))
        moved = (generic("b", default=True), generic("a"))
        assert setups.change(lambda setup: replace(setup, profiles=moved)).profiles == moved

    @pytest.mark.parametrize("error", [FieldErrors(()), ChangedMeanwhile(msg("x")), RuntimeError()], ids=repr)
    def test_what_make_raises_changes_nothing(self, profiles: ProfileStore, setups: SetupStore, error):
        put(profiles, generic("a", default=True))
        before = setups.read()
        with pytest.raises(type(error)):
            setups.change(failing(error))
        assert setups.read() == before

    def test_a_name_that_two_have_changes_nothing(self, profiles: ProfileStore, setups: SetupStore):
        put(profiles, generic("a", "Reports", default=True))
        before = setups.read()
        with pytest.raises(FieldErrors, match="name"):
            setups.change(lambda setup: replace(setup, profiles=(*setup.profiles, generic("b", "REPORTS"))))
        two = (activity("x"), replace(activity("y"), name="X"))
        with pytest.raises(FieldErrors, match="name"):
            setups.change(lambda setup: replace(setup, preferences={"theme": "dark"}, activities=two))
        assert setups.read() == before

    def test_an_activity_of_an_smtp_that_there_is_not_changes_nothing(self, setups: SetupStore):
        with pytest.raises(NoSuchProfile):
            setups.change(lambda _: Setup(profiles=(generic("b"),), activities=(activity("x", smtp_id="a"),)))
        assert setups.read() == Setup()

    def test_a_secret_that_was_not_announced_changes_nothing(self, profiles: ProfileStore, setups: SetupStore):
        announce(profiles, FULL_GENERIC)
        with pytest.raises(ChangedMeanwhile):
            setups.change(lambda _: Setup(profiles=(FULL_GENERIC, FULL_GRAPH)))
        assert setups.read() == Setup()
        assert set(profiles.stale_secrets()) == set(FULL_GENERIC.secret_refs.values())

    def test_a_replaced_secret_is_stale(self, profiles: ProfileStore, setups: SetupStore):
        put(profiles, generic("a", default=True, password_ref=SecretRef("old")))
        profiles.announce_secret(SecretRef("new"))
        after = generic("a", default=True, password_ref=SecretRef("new"))
        setups.change(lambda _: Setup(profiles=(after,)))
        assert list(profiles.stale_secrets()) == ["old"]

    def test_who_signed_in_goes_with_the_smtp(self, profiles: ProfileStore, setups: SetupStore):
        put(profiles, FULL_BROWSER)
        setups.change(lambda setup: replace(setup, signed_in={FULL_BROWSER.id: _SIGNED_IN}))
        assert setups.change(lambda _: Setup()) == Setup()
