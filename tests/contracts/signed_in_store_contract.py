"""The contract of SignedInStore. A subclass gives the fixtures `profiles` and `signed_in`."""

from dataclasses import replace
from datetime import UTC, datetime

from contracts.profile_store_contract import FULL_BROWSER, generic
from fakes.stored import put

from smtp_desktop.domain.sign_in.signed_in import SignedIn
from smtp_desktop.domain.smtp.profile import ProfileId

ANN = SignedIn(
    profile_id=FULL_BROWSER.id,
    account="ann@company.example",
    signed_in_at=datetime(2026, 11, 30, 12, tzinfo=UTC),
    valid_until=datetime(2026, 11, 30, 13, 0, 0, 250, tzinfo=UTC),
    ends_at=datetime(2026, 12, 7, 12, tzinfo=UTC),
    problem="sign_in_refused",
)
BOB = replace(ANN, account="", ends_at=None, problem="")


class SignedInStoreContract:
    def test_nobody_is_signed_in_at_first(self, profiles, signed_in):
        put(profiles, FULL_BROWSER)
        assert signed_in.get(FULL_BROWSER.id) is None
        assert dict(signed_in.all()) == {}

    def test_the_last_sign_in_counts(self, profiles, signed_in):
        put(profiles, FULL_BROWSER)
        for one in (ANN, BOB):
            signed_in.put(one)
            assert signed_in.get(FULL_BROWSER.id) == one
        assert dict(signed_in.all()) == {FULL_BROWSER.id: BOB}

    def test_each_smtp_has_its_own(self, profiles, signed_in):
        put(profiles, FULL_BROWSER)
        put(profiles, generic("b"))
        other = replace(BOB, profile_id=ProfileId("b"))
        signed_in.put(ANN)
        signed_in.put(other)
        signed_in.forget(ANN.profile_id)
        assert dict(signed_in.all()) == {other.profile_id: other}

    def test_a_sign_in_for_an_smtp_that_is_gone_is_not_kept(self, profiles, signed_in):
        signed_in.put(ANN)
        put(profiles, FULL_BROWSER)
        signed_in.put(ANN)
        profiles.delete(ANN.profile_id, new_default=None)
        assert dict(signed_in.all()) == {}

    def test_it_goes_with_its_tokens(self, profiles, signed_in):
        put(profiles, FULL_BROWSER)
        signed_in.put(ANN)
        profiles.change(
            FULL_BROWSER.id, lambda profile: replace(profile, server=replace(profile.server, tokens_ref=None))
        )
        assert signed_in.get(FULL_BROWSER.id) is None
