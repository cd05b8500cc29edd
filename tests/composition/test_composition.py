"""What is built once and used by all."""

import os
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import TypeVar

import pytest

from smtp_desktop.composition.application import Application
from smtp_desktop.composition.command_line import open_services
from smtp_desktop.composition.data_folder import home_risk
from smtp_desktop.domain.diagnosis.context import FailureContext
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Stage
from smtp_desktop.domain.diagnosis.diagnosis import diagnose
from smtp_desktop.domain.diagnosis.rules import RuleSet
from smtp_desktop.domain.message_text import msg
from smtp_desktop.services.locked_property import locked_cached_property

CLOSED = Failure(stage=Stage.CONNECT, kind=FailureKind.CLOSED, message=msg("It failed."))
T = TypeVar("T")


def asked_by_eight(ask: Callable[[], T]) -> list[T]:
    """Returns what eight threads get that ask at the same time."""
    together = threading.Barrier(8)

    def one() -> T:
        together.wait(20)
        return ask()

    with ThreadPoolExecutor(8) as pool:
        return [asked.result() for asked in [pool.submit(one) for _ in range(8)]]


class Counting:
    """Counts how often its part is made, which takes as long as its threads need to meet."""

    made = 0

    @locked_cached_property
    def part(self) -> object:
        self.made += 1
        return object()


def test_a_part_is_built_once_whichever_threads_ask() -> None:
    counting = Counting()
    assert "part" not in vars(counting)
    assert len(set(map(id, asked_by_eight(lambda: counting.part)))) == 1
    assert counting.made == 1


@pytest.mark.parametrize("rule_set", RuleSet)
def test_advice_is_read_on_first_use_and_only_once_whoever_asks_first(tmp_path, rule_set: RuleSet) -> None:
    with closing(Application(tmp_path)) as application:
        tester = application.services.tester
        assert not {"_advice", "_providers"} & vars(application).keys()
        rules = asked_by_eight(lambda: application.advice_rules(rule_set))
        assert len(set(map(id, rules))) == 1
        assert diagnose(CLOSED, FailureContext(), rules[0]).advice is not None
        assert tester is application.services.tester
        # Rules speak of the very providers that all others ask.
        known = {id(one) for one in application.providers().all}
        assert {id(one) for rule in rules[0] for one in rule.provider} <= known


def test_closing_builds_nothing(tmp_path) -> None:
    application = Application(tmp_path)
    before = set(vars(application))
    application.close()
    assert set(vars(application)) == before
    assert not {"inbox", "change_signal"} & before


@pytest.mark.skipif(os.name != "posix", reason="permissions are inherited")
@pytest.mark.parametrize(("mode", "at_risk"), [(0o700, False), (0o755, False), (0o777, True), (0o770, True)])
def test_a_data_folder_that_others_can_write_is_said(tmp_path: Path, mode: int, at_risk: bool) -> None:
    tmp_path.chmod(mode)
    assert (home_risk(tmp_path) is not None) is at_risk


@pytest.mark.skipif(os.name != "posix", reason="permissions are inherited")
def test_the_command_line_says_it_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    tmp_path.chmod(0o777)
    with open_services(tmp_path):
        pass
    assert capsys.readouterr().err == (
        f"Warning: Other users can write to the data folder {tmp_path}. Remove that permission: chmod go-w.\n"
    )


@pytest.mark.skipif(os.name != "posix", reason="permissions are inherited")
def test_a_data_folder_of_another_user_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # No test can become another user: so this program believes that it is one.
    monkeypatch.setattr(os, "geteuid", lambda: tmp_path.stat().st_uid + 1)
    if tmp_path.stat().st_uid:
        assert "another user" in str(home_risk(tmp_path))
    else:
        assert home_risk(tmp_path) is None  # root can change everything anyway
