"""A courier while SMTPs are edited by others."""

from contextlib import closing
from dataclasses import replace

import pytest
from fakes.transport import failed, passed
from services.courier_harness import WRONG_PASSWORD, CourierHarness, always, generic

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import Stage
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.domain.smtp.profile import ProfileId, SecretField
from smtp_desktop.services.delivery.in_flight import DeliverySummary

NEW = SecretRef("memory:main/password/new")


@pytest.fixture
def harness(tmp_path):
    with closing(CourierHarness(tmp_path / "db", generic("main", default=True))) as harness:
        yield harness


def replace_password(harness, **changes):
    """Another process replaces the password, and erases the old one."""
    stored = harness.profiles.get(ProfileId("main"))
    server = replace(stored.server, password_ref=NEW, **changes)
    harness.save(replace(stored, server=server))
    harness.vault.secrets[NEW] = Secret("new")
    for ref in stored.secret_refs.values():
        harness.vault.erase(ref)
        harness.profiles.forget_secret(ref)


def before_reading_a_secret(harness, act):
    """`act` is done once the courier has read the SMTP, and before it reads its secret."""
    get, acts = harness.vault.get, [act]

    def act_and_get(ref):
        if acts:
            acts.pop()()
        return get(ref)

    harness.vault.get = act_and_get


def test_an_smtp_that_is_changed_while_its_hold_is_noted_is_not_held(harness):
    replace_hold, changes = harness.store.replace_hold, [generic("main", default=True, port=2527)]

    def change_and_replace(*arguments, **more):
        if changes:
            harness.save(changes.pop())
        return replace_hold(*arguments, **more)

    harness.store.replace_hold = change_and_replace
    harness.connector.answer = lambda connection, mail: (
        failed(connection.server, mail, Stage.SIGN_IN, reply=WRONG_PASSWORD)
        if connection.server.smtp_port == 587
        else None
    )
    harness.add(1)
    assert harness.run().sent == 1
    assert not changes
    assert [*harness.store.holds()] == []


def test_an_smtp_whose_description_is_changed_meanwhile_is_held_all_the_same(harness):
    replace_hold, changes = harness.store.replace_hold, [replace(generic("main", default=True), description="New")]

    def change_and_replace(*arguments, **more):
        if changes:
            harness.save(changes.pop())
        return replace_hold(*arguments, **more)

    harness.store.replace_hold = change_and_replace
    harness.connector.answer = always(Stage.SIGN_IN, reply=WRONG_PASSWORD)
    harness.add(1)
    harness.run()
    assert [hold.profile_id for hold in harness.store.holds()] == ["main"]


def test_a_password_that_is_replaced_before_it_is_read_is_the_new_one(harness):
    harness.add(1)
    before_reading_a_secret(harness, lambda: replace_password(harness))
    assert harness.run() == DeliverySummary(sent=1)
    (connection,) = harness.connector.opened
    assert connection.secrets == {SecretField.PASSWORD: Secret("new")}


def test_a_password_for_another_host_is_not_sent_to_the_one_of_before(harness):
    harness.add(1)
    before_reading_a_secret(harness, lambda: replace_password(harness, host_name="new.example"))
    harness.run()
    assert {connection.server.host_name for connection in harness.connector.opened} <= {"new.example"}
    assert [*harness.store.holds()] == []


def test_a_check_of_settings_that_were_changed_meanwhile_ends_no_hold(harness):
    harness.connector.answer = always(Stage.SIGN_IN, reply=WRONG_PASSWORD)

    def change_and_fail(*_, **__):
        harness.save(generic("main", default=True, port=2527))
        harness.add(1)
        harness.run()
        return passed(generic("main").server, None)

    harness.transport.converse = change_and_fail
    report = harness.tester().check(ProfileId("main"), cancel=Cancel(), on_step=lambda _: None)
    assert report.timeline.ok
    assert [hold.profile_id for hold in harness.store.holds()] == ["main"]
