"""What is built once and used by all."""

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from smtp_desktop.composition.adapters import _ADVICE, _advice_rules, _known_providers
from smtp_desktop.composition.built_once import Built, built_once
from smtp_desktop.composition.parts import Unheard, build
from smtp_desktop.domain.diagnosis.advice import FailureContext, advise
from smtp_desktop.domain.diagnosis.conversation import Failure, FailureKind, Stage
from smtp_desktop.domain.message_text import msg

CLOSED = Failure(stage=Stage.CONNECT, kind=FailureKind.CLOSED, message=msg("It failed."))


@pytest.mark.parametrize("name", _ADVICE.values())
def test_advice_is_read_on_first_use_and_only_once_whoever_asks_first(name: str) -> None:
    providers = _known_providers()
    rules = _advice_rules(name, providers)
    assert not rules._all._held
    assert not providers._held
    together = threading.Barrier(8)

    def first() -> int:
        together.wait(20)
        advice = advise(rules, CLOSED, FailureContext())
        assert advice is not None
        return id(advice)

    with ThreadPoolExecutor(8) as pool:
        asked = [pool.submit(first) for _ in range(8)]
    # Had it been read twice, there would be two of the same advice.
    assert len({one.result() for one in asked}) == 1
    assert id(advise(rules, CLOSED, FailureContext())) == asked[0].result()
    assert len(rules) == len(list(rules))
    assert rules[-1] is list(rules)[-1]
    # Rules speak of the very providers that all others ask.
    assert {id(one) for rule in rules for one in rule.provider} <= {id(one) for one in providers().all}
    assert providers() is providers()


class Counting(Built):
    """Counts how often its part is made."""

    made = 0

    @built_once
    def part(self) -> object:
        self.made += 1
        return object()


def test_a_part_is_built_when_it_is_asked_for_and_once_whichever_threads_ask() -> None:
    together = threading.Barrier(8)
    counting = Counting()
    assert not counting.is_built("part")

    def ask() -> object:
        together.wait(20)
        return counting.part

    with ThreadPoolExecutor(8) as pool:
        got = [asked.result() for asked in [pool.submit(ask) for _ in range(8)]]
    assert (len(set(map(id, got))), counting.made, counting.is_built("part")) == (1, 1, True)


def test_closing_builds_nothing(tmp_path) -> None:
    parts = build(tmp_path, events=Unheard())
    parts.close()
    assert not any(parts.is_built(name) for name in ("inbox", "change_signal", "tester"))
