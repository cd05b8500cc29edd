"""The tester with the content of a form, and the secrets that it never gives away."""

from dataclasses import replace

import pytest
from fakes.stored import put
from services.profiles_harness import RELAY
from services.tester_harness import SHOP, TesterHarness

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.candidates import may_be_found
from smtp_desktop.domain.diagnosis.kinds import Cause, FailureKind
from smtp_desktop.domain.errors import FieldErrors, NoSuchProfile, VaultError, VaultLocked
from smtp_desktop.domain.events import ServerLearned
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.profile import ProfileId


@pytest.fixture
def harness() -> TesterHarness:
    return TesterHarness()


def test_a_draft_is_tested_without_saving_anything(harness: TesterHarness) -> None:
    report = harness.run_draft_test(SHOP)

    assert harness.only_conversation().password == Secret("sesame")
    assert "SMTP Port: 2525" in harness.only_conversation().mail.message.text
    assert (report.stored, report.profile.name) == (False, "Shop")
    assert harness.profiles.all() == ()
    assert harness.vault.secrets == {}
    assert harness.recorded() == []
    assert harness.log == ["publish"]  # of the server's way to encrypt, which is no secret of the draft
    assert isinstance(harness.events.published[0], ServerLearned)


@pytest.mark.parametrize(
    "change",
    [{"smtp_port": "25"}, {"tls": False}, {"signature": "x"}, {"name": "New"}, {"password": Secret("sesame")}],
    ids=str,
)
def test_a_changed_draft_of_a_stored_smtp_is_not_recorded(harness: TesterHarness, change: dict[str, object]) -> None:
    profile = harness.saved(SHOP)
    report = harness.run_draft_test(replace(draft_of(profile), **change), profile)

    assert not report.stored
    assert harness.only_conversation().password == Secret("sesame")
    assert harness.recorded() == []
    assert harness.profiles.all() == (profile,)


@pytest.mark.parametrize("is_default", [True, False])
def test_an_unchanged_draft_is_recorded_for_its_smtp(harness: TesterHarness, is_default: bool) -> None:
    # Being the default changes nothing of how it sends.
    profile = harness.saved(SHOP)
    report = harness.run_draft_test(replace(draft_of(profile), is_default=is_default), profile)

    assert report.stored
    assert [result.profile_id for result in harness.recorded()] == [profile.id]
    assert not harness.profiles.get(profile.id).is_default


def test_a_typed_password_is_tried_instead_of_the_stored_one(harness: TesterHarness) -> None:
    profile = harness.saved(SHOP)
    harness.vault.locked = True
    harness.run_draft_test(replace(draft_of(profile), password=Secret("new")), profile)
    assert harness.only_conversation().password == Secret("new")


def test_a_stored_password_never_goes_to_another_host(harness: TesterHarness) -> None:
    profile = harness.saved(SHOP)
    elsewhere = replace(draft_of(profile), host_name="evil.example")
    with pytest.raises(FieldErrors) as raised:
        harness.run_draft_test(elsewhere, profile)
    assert [error.field for error in raised.value.errors] == ["password"]
    assert harness.transport.conversations == []
    assert "vault.get" not in harness.log

    harness.run_draft_test(replace(elsewhere, password=Secret("its own")), profile)
    harness.run_draft_test(replace(elsewhere, auth_required=False), profile)
    assert [c.password for c in harness.transport.conversations] == [Secret("its own"), None]
    assert "vault.get" not in harness.log


def test_a_draft_with_errors_is_not_tried(harness: TesterHarness) -> None:
    with pytest.raises(FieldErrors) as raised:
        harness.run_draft_test(replace(SHOP, host_name="?", smtp_port="0"))
    assert [error.field for error in raised.value.errors] == ["host_name", "smtp_port"]
    assert harness.transport.conversations == []


def test_a_password_that_is_gone_from_the_keyring_is_reported_and_nothing_contacted(harness: TesterHarness) -> None:
    profile = harness.saved(SHOP)
    harness.vault.secrets.clear()
    with pytest.raises(VaultError, match=r"password of Shop .* Enter it again"):
        harness.run_test(profile)
    assert harness.transport.conversations == []
    assert harness.recorded() == []


@pytest.mark.parametrize("run", ["run_check", "run_test"])
def test_a_password_that_never_was_is_a_wrong_setting(harness: TesterHarness, run: str) -> None:
    profile = harness.saved(SHOP)
    put(harness.store, replace(profile, server=replace(profile.server, password_ref=None)))
    report = getattr(harness, run)(profile)
    failure = report.timeline.failure
    assert str(failure.message) == "Shop has no password yet. Enter it and save."
    assert (failure.kind, report.diagnosis.cause, report.result.ok) == (FailureKind.INCOMPLETE, Cause.SETTING, False)
    assert harness.transport.conversations == []


def test_a_missing_from_address_is_a_wrong_setting(harness: TesterHarness) -> None:
    profile = harness.saved(RELAY)
    put(harness.store, replace(profile, from_address=""))
    failure = harness.run_check(profile).timeline.failure
    assert str(failure.message) == "The SMTP Relay has no valid From address. Enter one and save."


def test_the_form_of_an_incomplete_smtp_is_tested_with_what_was_typed(harness: TesterHarness) -> None:
    profile = harness.saved(SHOP)
    put(harness.store, replace(profile, server=replace(profile.server, password_ref=None)))
    assert harness.run_draft_test(SHOP, profile).timeline.ok


def test_a_locked_vault_is_reported_and_nothing_contacted(harness: TesterHarness) -> None:
    profile = harness.saved(SHOP)
    harness.vault.locked = True
    with pytest.raises(VaultLocked):
        harness.run_check(profile)
    assert harness.transport.conversations == []


def test_what_is_gone_is_reported(harness: TesterHarness) -> None:
    gone = replace(harness.saved(SHOP), id=ProfileId("gone"))
    for act in (harness.run_test, harness.run_check, lambda profile: harness.run_draft_test(SHOP, profile)):
        with pytest.raises(NoSuchProfile):
            act(gone)
    assert harness.transport.conversations == []


def test_the_test_of_a_form_is_recorded_once_an_smtp_is_made_of_it(harness: TesterHarness) -> None:
    report = harness.run_draft_test(SHOP)
    profile = harness.saved(replace(SHOP, name="Renamed", signature="other"))
    harness.tester.record_saved(report, SHOP, profile.id)
    (result,) = harness.recorded()
    assert (result.profile_id, result.is_of(profile), result.ok) == (profile.id, True, True)
    detail = harness.health.detail_of(result)
    assert detail is not None
    assert detail.timeline == report.timeline


def test_the_test_of_a_form_says_nothing_of_other_settings(harness: TesterHarness) -> None:
    report = harness.run_draft_test(SHOP)
    profile = harness.saved(replace(SHOP, smtp_port="2526"))
    harness.tester.record_saved(report, SHOP, profile.id)
    assert harness.recorded() == []


def test_a_changed_draft_can_be_checked_without_being_recorded(harness: TesterHarness) -> None:
    profile = harness.saved(SHOP)
    report = harness.tester.check_draft(
        replace(draft_of(profile), smtp_port="25"), profile_id=profile.id, cancel=Cancel(), on_step=lambda _: None
    )
    assert (report.stored, harness.only_conversation().mail) == (False, None)
    assert harness.recorded() == []


def test_no_other_settings_are_looked_for_where_something_is_missing(harness: TesterHarness) -> None:
    profile = replace(harness.saved(RELAY), from_address="")
    put(harness.store, profile)
    report = harness.run_check(profile)
    assert not may_be_found(draft_of(profile), report.timeline.failure, report.diagnosis.cause)
