"""The contract of HealthStore. A subclass gives the fixtures `health` and, for the same data, `profiles`."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from contracts.profile_store_contract import generic
from fakes.certificates import a_certificate
from fakes.stored import put

from smtp_desktop.domain.checks.check_detail import CheckDetail, TriedServer
from smtp_desktop.domain.checks.health import CheckResult, ServerFact, TestKind, WarningKind
from smtp_desktop.domain.diagnosis.conversation import (
    CertificateFault,
    FailureKind,
    Party,
    Security,
    Stage,
    Step,
    StepStatus,
    Timeline,
    TlsMode,
    TranscriptLine,
)
from smtp_desktop.domain.diagnosis.kinds import Cause
from smtp_desktop.domain.smtp.profile import ProfileId
from smtp_desktop.services.ports import HealthStore

A, B = ProfileId("a"), ProfileId("b")
NOON = datetime(2026, 3, 1, 12, 0, 0, 123456, tzinfo=UTC)


def result(identifier, number=0, **values):
    values = {"test_kind": TestKind.CHECK, "ok": True, "duration_ms": number + 0.5, **values}
    return CheckResult(profile_id=ProfileId(identifier), at=NOON + timedelta(minutes=number), **values)


FACT = ServerFact(
    host="xn--bcher-kva.example",
    port=587,
    security=Security(
        mode=TlsMode.STARTTLS,
        version="TLSv1.3",
        chain=(a_certificate("xn--bcher-kva.example", "*.example.test", valid_until=NOON), a_certificate("Root")),
    ),
)


SERVER = TriedServer(host_name="bücher.example", smtp_port=2525, tls=True)
TIMELINE = Timeline(
    steps=(Step(stage=Stage.CONNECT, status=StepStatus.DONE, detail="IPv4", started_ms=1.0, duration_ms=2.0),),
    transcript=(TranscriptLine(party=Party.SERVER, text="220 hällo", at_ms=3.0),),
)


class HealthStoreContract:
    @pytest.fixture(autouse=True)
    def two_smtps(self, profiles):
        put(profiles, generic("a"))
        put(profiles, generic("b"))

    @pytest.mark.parametrize(
        "stored",
        [
            result("a"),
            result(
                "a",
                test_kind=TestKind.TEST,
                ok=False,
                stage=Stage.SIGN_IN,
                kind=FailureKind.REPLY,
                reply="535 5.7.8 Nö",
            ),
            *(
                result("a", ok=False, stage=Stage.SECURE, kind=FailureKind.CERTIFICATE, certificate_fault=fault)
                for fault in CertificateFault
            ),
            result("a", settings_version=7),
            result("a", warnings=(WarningKind.SPF_MISSING, WarningKind.CERTIFICATE_ENDS)),
            *(result("a", ok=False, stage=stage) for stage in Stage),
            *(result("a", ok=False, stage=Stage.SEND, kind=kind) for kind in FailureKind),
            *(result("a", ok=False, stage=Stage.SEND, cause=cause) for cause in Cause),
        ],
    )
    def test_returns_every_field_as_it_was(self, health: HealthStore, stored):
        health.record(stored)
        assert health.latest(10) == {"a": [stored]}
        assert health.latest(10)[A][0].at.utcoffset() == timedelta(0)

    def test_returns_the_latest_of_each_oldest_first(self, health: HealthStore):
        for number in range(5):
            health.record(result("a", number))
        health.record(result("b", 9))
        assert health.latest(2) == {"a": [result("a", 3), result("a", 4)], "b": [result("b", 9)]}
        assert health.latest(0) == {}

    def test_returns_the_latest_of_one(self, health: HealthStore):
        for number in range(5):
            health.record(result("a", number))
        health.record(result("b", 9))
        assert list(health.of(ProfileId("a"), 2)) == [result("a", 3), result("a", 4)]
        assert list(health.of(ProfileId("a"), 200)) == [result("a", number) for number in range(5)]
        assert list(health.of(ProfileId("a"), 0)) == []
        assert list(health.of(ProfileId("c"), 9)) == []

    def test_keeps_many_together(self, health: HealthStore):
        health.record(result("a", 1), result("b", 2), result("a", 3), result("gone", 4))
        assert health.latest(9) == {"a": [result("a", 1), result("a", 3)], "b": [result("b", 2)]}
        health.record()
        assert len(health.latest(9)[A]) == 2

    def test_keeps_two_hundred_of_each(self, health: HealthStore):
        health.record(result("b"))
        for number in range(203):
            health.record(result("a", number))
        latest = health.latest(1000)
        assert latest[A] == [result("a", number) for number in range(3, 203)]
        assert latest[B] == [result("b")]

    def test_a_clock_that_was_set_back_loses_nothing(self, health: HealthStore):
        for number in range(200):
            health.record(result("a", number))
        health.record(result("a", -5))
        assert health.latest(2) == {"a": [result("a", 199), result("a", -5)]}

    def test_a_result_of_a_deleted_smtp_is_dropped(self, health: HealthStore, profiles):
        profiles.delete(ProfileId("a"), new_default=None)
        health.record(result("a"))
        assert health.latest(10) == {}

    def test_history_goes_with_its_smtp(self, health: HealthStore, profiles):
        health.record(result("a"))
        health.record(result("b"))
        profiles.delete(ProfileId("a"), new_default=None)
        assert list(health.latest(10)) == ["b"]
        put(profiles, generic("a"))
        assert list(health.latest(10)) == ["b"]

    def test_history_survives_a_change_of_its_smtp(self, health: HealthStore, profiles):
        health.record(result("a"))
        put(profiles, generic("a", "renamed", default=True))
        assert health.latest(1) == {"a": [result("a")]}

    def test_keeps_what_there_is_of_a_result_beside_it(self, health: HealthStore):
        test, check, bare = result("a", 1, test_kind=TestKind.TEST), result("b", 1, ok=False), result("a", 2)
        details = {
            test: CheckDetail(server=SERVER, recipient="ann@example.test", timeline=TIMELINE),
            check: CheckDetail(server=None, timeline=TIMELINE),
        }
        health.record(test, check, bare, details=details)
        assert [health.detail_of(one) for one in (test, check, bare)] == [*details.values(), None]
        assert health.detail_of(result("a", 3)) is None

    def test_conversations_that_failed_are_kept_longer_than_those_that_worked(self, health: HealthStore):
        results = [result("a", number, ok=number % 2 == 0) for number in range(50)]
        for one in results:
            health.record(one, details={one: CheckDetail(server=SERVER, timeline=TIMELINE)})
        found = {one: health.detail_of(one) for one in results}
        assert all(one and one.server == SERVER for one in found.values())
        kept = [one.at.minute for one, detail in found.items() if detail and detail.timeline]
        assert kept == [*range(11, 44, 2), 44, 45, 46, 47, 48, 49]

    def test_knows_the_server_that_worked_the_last_time(self, health: HealthStore):
        other = TriedServer(host_name="other.example", smtp_port=25, tls=False)
        worked, failed_ = result("a", 1), result("a", 2, ok=False)
        assert health.last_working(A) is None
        health.record(worked, details={worked: CheckDetail(server=SERVER)})
        health.record(failed_, details={failed_: CheckDetail(server=other)})
        assert (health.last_working(A), health.last_working(B)) == (SERVER, None)

    def test_learns_how_a_server_is_secured(self, health: HealthStore):
        bare = ServerFact(host="a.test", port=465, security=Security(mode=TlsMode.IMPLICIT, version="TLSv1.2"))
        health.learn(FACT)
        health.learn(bare)
        assert list(health.server_facts()) == [bare, FACT]
        assert health.server_fact(FACT.host, FACT.port) == FACT
        assert health.server_fact(FACT.host, 465) is None
        assert health.server_fact("a.test", 465) == bare

    def test_what_is_learnt_replaces_what_was_known(self, health: HealthStore):
        newer = replace(FACT, security=Security(mode=TlsMode.IMPLICIT, version="TLSv1.2"))
        health.learn(FACT)
        health.learn(newer)
        other_port = replace(FACT, port=2525)
        health.learn(other_port)
        assert list(health.server_facts()) == [newer, other_port]
