"""The settings finder: what it tries, with which secrets, and what it suggests."""

import threading
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

import pytest
from fakes.prober import FakeProber
from fakes.server_access import access_by
from fakes.small import RecordedEvents, numbered_ids
from fakes.store import MemoryHealthStore, MemoryProfileStore
from fakes.vault import MemoryVault

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.checks.check_detail import CheckDetail, tried_server
from smtp_desktop.domain.checks.health import CheckResult, ServerFact, TestKind
from smtp_desktop.domain.checks.suggestion import Change, Confidence, Probe, SearchResult, confidence_text, probe_text
from smtp_desktop.domain.diagnosis.causes import cause_by_standard
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Reply, Security, Stage, TlsMode
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.errors import NoSuchProfile, VaultLocked
from smtp_desktop.domain.events import ServerLearned
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.smtp.draft import ProfileDraft, draft_of
from smtp_desktop.domain.smtp.profile import EnvelopeSender, ProfileId
from smtp_desktop.domain.smtp.providers import providers_from
from smtp_desktop.services.checks.settings_finder import SettingsFinder
from smtp_desktop.services.profiles import Profiles

HOST = "relay.company.example"
PASSWORD = Secret("sesame")
DRAFT = ProfileDraft(name="Shop", host_name=HOST, smtp_port="26", user_name="shop@company.example", password=PASSWORD)
PROVIDERS = providers_from(
    {
        "gateways": [],
        "providers": [
            {
                "name": "Hoster",
                "servers": ["smtp.hoster.example"],
                "names": ["*.hoster.example"],
                "domains": ["company.example"],
                "ports": [465],
                "note": "It takes an app password.",
            }
        ],
    }
)
DEAF = Failure(stage=Stage.SECURE, kind=FailureKind.STARTTLS_MISSING, message=msg("No encryption."))
BAD_SENDER = Failure(
    stage=Stage.SENDER, kind=FailureKind.REPLY, message=msg("Refused."), reply=Reply(code=553, enhanced_code="5.7.1")
)


@dataclass
class SettingsFinderHarness:
    prober: FakeProber
    probes: list[Probe] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.store = MemoryProfileStore()
        self.vault = MemoryVault()
        self.health = MemoryHealthStore(self.store)
        self.events = RecordedEvents([])
        self.cancel = Cancel()
        self.profiles = Profiles(store=self.store, vault=self.vault, events=self.events, new_id=numbered_ids())
        self.finder = SettingsFinder(
            store=self.store,
            health=self.health,
            access=access_by(self.vault),
            prober=self.prober,
            events=self.events,
            read_providers=lambda: PROVIDERS,
        )

    def find(self, draft=DRAFT, failure=DEAF, profile_id=None) -> SearchResult:
        return self.finder.find(
            draft,
            profile_id=profile_id,
            failure=failure,
            cause=cause_by_standard(failure),
            cancel=self.cancel,
            on_probe=self.probes.append,
        )


def test_what_answers_on_the_same_host_is_signed_in_to_once():
    harness = SettingsFinderHarness(FakeProber((HOST, 587), (HOST, 465), (HOST, 25)))
    found = harness.find()
    assert [(look.address, look.password) for look in harness.prober.sign_ins] == [((HOST, 587), PASSWORD)]
    first, second, third = found.suggestions
    assert first.changes == (Change(field="smtp_port", before="26", after="587"),)
    assert (first.confidence, second.confidence, third.confidence) == (
        Confidence.SIGNED_IN,
        Confidence.OFFERS_SIGN_IN,
        Confidence.OFFERS_SIGN_IN,
    )
    assert not first.needs_password
    assert not any(look.sender for look in harness.prober.calls)
    assert all(look.server.tls for look in harness.prober.calls)


def test_another_host_never_gets_the_password():
    harness = SettingsFinderHarness(FakeProber(("smtp.hoster.example", 465)))
    (suggestion,) = harness.find().suggestions
    assert suggestion.confidence is Confidence.OTHER_HOST
    assert suggestion.needs_password
    assert [change.field for change in suggestion.changes] == ["host_name", "smtp_port"]
    assert suggestion.candidate.draft.password is None
    assert harness.prober.sign_ins == []
    assert str(suggestion.candidate.notes[0]) == "It takes an app password."
    assert "enter it again for smtp.hoster.example" in str(confidence_text(suggestion))


def test_a_proven_port_comes_before_an_unproven_host():
    harness = SettingsFinderHarness(FakeProber(("smtp.hoster.example", 465), (HOST, 2525)))
    found = harness.find()
    assert [one.confidence for one in found.suggestions] == [Confidence.SIGNED_IN, Confidence.OTHER_HOST]
    assert found.suggestions[0].candidate.draft.smtp_port == "2525"


def test_a_refused_sign_in_is_reported_and_not_tried_again():
    harness = SettingsFinderHarness(FakeProber((HOST, 587), (HOST, 465)))
    harness.prober.refusal = Reply(code=535, enhanced_code="5.7.8", text=("bad password",))
    found = harness.find()
    assert len(harness.prober.sign_ins) == 1
    assert {one.confidence for one in found.suggestions} == {Confidence.SIGN_IN_REFUSED}
    assert "535 5.7.8 bad password" in str(confidence_text(found.suggestions[0]))


def test_a_stored_password_is_used_for_its_own_host_alone():
    harness = SettingsFinderHarness(FakeProber((HOST, 587), ("moved.company.example", 587)))
    stored = harness.profiles.create(DRAFT)
    harness.find(draft_of(stored), profile_id=stored.id)
    assert [look.password for look in harness.prober.sign_ins] == [PASSWORD]
    harness.prober.calls.clear()
    # A form that is on another host by now: the stored password is not for that.
    harness.find(replace(draft_of(stored), host_name="moved.company.example"), profile_id=stored.id)
    assert harness.prober.calls
    assert harness.prober.sign_ins == []


def test_without_auth_nothing_is_signed_in_to():
    harness = SettingsFinderHarness(FakeProber((HOST, 587)))
    stored = harness.profiles.create(DRAFT)
    draft = replace(draft_of(stored), auth_required=False, from_address="shop@company.example")
    (suggestion,) = harness.find(draft, profile_id=stored.id).suggestions
    assert suggestion.confidence is Confidence.ANSWERS
    assert harness.prober.sign_ins == []
    assert {look.server.host_name for look in harness.prober.calls} == {HOST}


def test_a_refused_sender_is_tried_with_the_user_name_and_one_sign_in():
    harness = SettingsFinderHarness(FakeProber((HOST, 26)))
    draft = replace(DRAFT, from_address="ann@own.example", envelope_sender=EnvelopeSender.FROM)
    (suggestion,) = harness.find(draft, BAD_SENDER).suggestions
    (look,) = harness.prober.calls
    assert (look.address, look.password, look.sender.spec) == ((HOST, 26), PASSWORD, "shop@company.example")
    assert suggestion.changes == (Change(field="from_address", before="ann@own.example", after="shop@company.example"),)
    assert suggestion.confidence is Confidence.SENDER_TAKEN


def test_a_refused_user_name_is_tried_with_the_from_address_as_envelope_sender():
    harness = SettingsFinderHarness(FakeProber((HOST, 26)))
    (suggestion,) = harness.find(replace(DRAFT, from_address="ann@own.example"), BAD_SENDER).suggestions
    assert harness.prober.calls[0].sender.spec == "ann@own.example"
    assert suggestion.changes == (
        Change(field="envelope_sender", before=EnvelopeSender.USER, after=EnvelopeSender.FROM),
    )


def test_a_sender_that_is_refused_again_is_no_suggestion():
    harness = SettingsFinderHarness(FakeProber((HOST, 26)))
    harness.prober.sender_refusal = Reply(code=553, text=("neither",))
    found = harness.find(replace(DRAFT, from_address="ann@own.example"), BAD_SENDER)
    assert found.suggestions == ()
    assert str(probe_text(found.probes[0])) == "Refused: 553 neither"
    assert len(harness.prober.calls) == 1


def test_where_nothing_is_found_the_result_says_what_was_tried():
    found = SettingsFinderHarness(FakeProber()).find()
    assert found.suggestions == ()
    assert len(found.probes) == 5
    assert all(str(probe_text(probe)) == "It failed: refused." for probe in found.probes)


def test_every_probe_is_reported_when_it_begins_and_when_it_ends_on_the_calling_thread():
    harness = SettingsFinderHarness(FakeProber((HOST, 587)))
    threads = set()
    harness.finder.find(
        DRAFT,
        profile_id=None,
        failure=DEAF,
        cause=Cause.ENCRYPTION,
        cancel=harness.cancel,
        on_probe=lambda probe: (threads.add(threading.get_ident()), harness.probes.append(probe)),
    )
    assert threads == {threading.get_ident()}
    begun = [probe for probe in harness.probes if probe.timeline is None]
    ended = [probe for probe in harness.probes if probe.timeline]
    assert len(begun) == len(ended) == 6
    assert harness.probes[:5] == begun[:5]
    assert (begun[-1].with_password, harness.probes[-1].with_password) == (True, True)


def test_all_are_tried_at_once():
    together = threading.Barrier(5, timeout=30)
    harness = SettingsFinderHarness(FakeProber((HOST, 587)))
    harness.prober.during = lambda look: None if look.password else together.wait() and None
    assert len(harness.find().probes) == 6


def test_a_cancel_ends_every_probe_and_nothing_is_begun_after_it():
    harness = SettingsFinderHarness(FakeProber((HOST, 587), blocking=True))
    results = []
    worker = threading.Thread(target=lambda: results.append(harness.find()))
    worker.start()
    for _ in range(5):
        assert harness.prober.waiting.acquire(timeout=30)
    harness.cancel.request()
    worker.join(30)
    (found,) = results
    assert found.suggestions == ()
    assert {probe.failure.kind for probe in found.probes} == {FailureKind.CANCELLED}
    assert len(harness.prober.calls) == 5


@pytest.mark.parametrize("failure", [DEAF, BAD_SENDER])
def test_what_was_cancelled_before_speaks_to_nobody(failure):
    harness = SettingsFinderHarness(FakeProber((HOST, 587)))
    harness.cancel.request()
    assert harness.find(replace(DRAFT, from_address="ann@own.example"), failure) == SearchResult(
        probes=(), suggestions=()
    )
    assert harness.prober.calls == []


def test_a_locked_vault_is_reported_before_anything_is_tried():
    harness = SettingsFinderHarness(FakeProber((HOST, 587)))
    stored = harness.profiles.create(DRAFT)
    harness.vault.locked = True
    with pytest.raises(VaultLocked):
        harness.find(draft_of(stored), profile_id=stored.id)
    assert harness.prober.calls == []
    with pytest.raises(NoSuchProfile):
        harness.find(draft_of(stored), profile_id=ProfileId("gone"))


def test_a_missing_password_leaves_it_untried():
    harness = SettingsFinderHarness(FakeProber((HOST, 587)))
    (suggestion,) = harness.find(replace(DRAFT, password=None)).suggestions
    assert suggestion.confidence is Confidence.OFFERS_SIGN_IN
    assert harness.prober.sign_ins == []


def test_what_is_known_of_a_server_is_used_and_what_is_seen_is_kept():
    harness = SettingsFinderHarness(FakeProber((HOST, 587), (HOST, 465)))
    harness.health.learn(ServerFact(host=HOST, port=465, security=Security(mode=TlsMode.IMPLICIT, version="TLSv1.3")))
    harness.find()
    known = {look.address: look.known_mode for look in harness.prober.calls}
    assert known[(HOST, 465)] is TlsMode.IMPLICIT
    learned = {event.fact.port for event in harness.events.published if isinstance(event, ServerLearned)}
    assert learned == {465, 587}


def test_the_present_settings_are_looked_at_up_to_the_sender():
    harness = SettingsFinderHarness(FakeProber((HOST, 26)))
    stored = harness.profiles.create(replace(DRAFT, from_address="ann@own.example"))
    timeline = harness.finder.probe(stored, stored.server, cancel=harness.cancel)
    assert timeline.ok
    (look,) = harness.prober.calls
    assert (look.password, look.sender.spec) == (PASSWORD, "shop@company.example")
    assert look.patient  # as a check is, which must not come to another end


def test_the_settings_that_worked_the_last_time_are_tried_first() -> None:
    harness = SettingsFinderHarness(prober=FakeProber())
    profile = harness.profiles.create(replace(DRAFT, smtp_port="2620"))
    worked = CheckResult(
        profile_id=profile.id, at=datetime(2026, 11, 30, tzinfo=UTC), test_kind=TestKind.CHECK, ok=True, duration_ms=1
    )
    harness.health.record(worked, details={worked: CheckDetail(server=tried_server(profile.server))})
    harness.find(draft=replace(draft_of(profile), smtp_port="26"), profile_id=profile.id)
    tried = [probe.candidate for probe in harness.probes if probe.timeline is None]
    assert tried[0].draft.smtp_port == "2620"
    assert "worked last time" in str(tried[0].reason)
    assert [one.draft.smtp_port for one in tried].count("26") == 0
