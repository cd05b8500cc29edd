"""Each case of both corpora, played to the whole program by a real server: it says and does the right thing."""

import sys

import pytest
from corpus.case import FILES, Case, cases_of
from corpus.judgement import judged
from corpus.loopback import Loopback
from corpus.play import play

from smtp_desktop.cli.exit_codes import code_of_cause

pytestmark = pytest.mark.long

CASES = [case for name in FILES for case in cases_of(name)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_program_does_right_by_the_case(loopback: Loopback, case: Case) -> None:
    if case.server.get("network") == "dropped packets" and sys.platform != "linux":
        pytest.skip("a full accept queue is silent on Linux alone")
    assert judged(case, play(case, loopback)).problems == ()


@pytest.mark.parametrize("name", FILES)
def test_each_case_has_a_name_of_its_own_and_they_are_in_order(name: str) -> None:
    names = [case.id for case in cases_of(name)]

    assert names == sorted(set(names))


@pytest.mark.parametrize("case", [case for case in CASES if case.cause and case.exit], ids=str)
def test_the_exit_code_that_a_case_wants_is_one_of_its_cause(case: Case) -> None:
    assert case.cause is not None
    assert code_of_cause(case.cause) in case.exit
