"""One new password for several SMTPs."""

from dataclasses import replace

import pytest
from fakes.transport import failed, passed
from services.tester_harness import SHOP, TesterHarness

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.diagnosis.conversation import FailureKind, Reply, Stage
from smtp_desktop.domain.errors import FieldErrors, VaultLocked
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import draft_of
from smtp_desktop.domain.smtp.edit import edit_of
from smtp_desktop.services.password_replacement import PasswordReplacement

NEW = Secret("the new one")
NO = Reply(code=535, enhanced_code="5.7.8", text=("no",))


class Harness(TesterHarness):
    """Three SMTPs of one user, and what came of each."""

    def prepare(self):
        self.three = [
            self.profiles.create(replace(SHOP, name=f"Shop_{number}", smtp_port=str(2500 + number)))
            for number in range(3)
        ]
        self.replacement = PasswordReplacement(profiles=self.profiles, tester=self.tester, vault=self.vault)
        self.ends, self.begun, self.stop = [], [], Cancel()

    def run(self, profiles=None):
        def on_end(profile_id, ended):
            self.ends.append((self.store.get(profile_id).name, ended.outcome.value))

        wanted = self.three if profiles is None else profiles
        self.replacement.run(wanted, NEW, stop=self.stop, on_start=self.begun.append, on_end=on_end)

    def passwords(self):
        refs = [self.store.get(one.id).server.password_ref for one in self.three]
        return [self.vault.get(ref).reveal() for ref in refs]


@pytest.fixture
def harness():
    it = Harness()
    it.prepare()
    return it


def answers(harness, *timelines):
    """The server answers each conversation in turn."""
    harness.transport._timelines.extend(timelines)


def server_of(harness):
    return harness.three[0].server


def no(harness):
    return failed(server_of(harness), None, Stage.SIGN_IN, kind=FailureKind.REPLY, reply=NO)


def down(harness):
    return failed(server_of(harness), None, Stage.CONNECT, kind=FailureKind.REFUSED)


def fine(harness):
    return passed(server_of(harness), None)


def test_each_gets_it_once_its_server_took_it(harness):
    harness.run()
    assert harness.ends == [("Shop_0", "works"), ("Shop_1", "works"), ("Shop_2", "works")]
    assert harness.passwords() == [NEW.reveal()] * 3
    tried = [(call.server.smtp_port, call.password) for call in harness.transport.conversations]
    assert tried == [(2500, NEW), (2501, NEW), (2502, NEW)]
    assert sorted(len(found) for found in harness.health.latest(5).values()) == [1, 1, 1]


def test_refused_at_the_first_nothing_is_changed(harness):
    answers(harness, no(harness))
    harness.run()
    assert harness.ends == [("Shop_0", "refused")]
    assert harness.passwords() == ["sesame"] * 3
    assert len(harness.transport.conversations) == 1
    assert harness.health.latest(5) == {}


def test_refused_later_the_rest_is_left_as_it_is(harness):
    answers(harness, fine(harness), no(harness))
    harness.run()
    assert harness.ends == [("Shop_0", "works"), ("Shop_1", "refused")]
    assert harness.passwords() == [NEW.reveal(), "sesame", "sesame"]


def test_what_fails_for_another_reason_keeps_it_and_says_so(harness):
    answers(harness, fine(harness), down(harness))
    harness.run()
    assert harness.ends == [("Shop_0", "works"), ("Shop_1", "unproven"), ("Shop_2", "works")]
    assert harness.passwords() == [NEW.reveal()] * 3


def test_a_stop_leaves_those_that_have_not_begun(harness):
    harness.transport.during = harness.stop.request
    harness.run()
    assert harness.ends == [("Shop_0", "works")]
    assert harness.begun == [harness.three[0].id]


def test_a_host_that_others_changed_meanwhile_never_gets_it(harness):
    moved = harness.three[1]
    change = replace(draft_of(moved), host_name="evil.example", password=Secret("theirs"))
    harness.profiles.save(moved.id, edit_of(moved, change))
    harness.run()
    assert harness.ends == [("Shop_0", "works"), ("Shop_1", "failed"), ("Shop_2", "works")]
    assert harness.passwords() == [NEW.reveal(), "theirs", NEW.reveal()]
    assert {call.server.host_name for call in harness.transport.conversations} == {SHOP.host_name}


def test_a_locked_vault_stops_it_before_the_first_conversation(harness):
    harness.vault.locked = True
    with pytest.raises(VaultLocked):
        harness.run()
    assert harness.transport.conversations == []


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"host_name": "other.example"}, "They sign in at different servers"),
        ({"user_name": "ann@company.example"}, "They sign in as different users"),
        ({"auth_required": False}, "Other does not sign in with a password."),
    ],
)
def test_those_of_different_users_get_none(harness, typed, said):
    other = harness.profiles.create(replace(SHOP, name="Other", **typed))
    with pytest.raises(FieldErrors) as refused_:
        harness.run([harness.three[0], other])
    assert said in str(refused_.value.errors[0].message)
    assert harness.transport.conversations == []
