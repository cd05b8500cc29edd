"""Advice on attempts that failed on this computer, before any server was asked: only a delivery can fail so."""

from collections.abc import Iterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest
from domain.diagnosis.advice_examples import EXAMPLES
from domain.diagnosis.graph_advice_examples import EXAMPLES as GRAPH_EXAMPLES
from fakes.known_advice import GRAPH_RULES, SMTP_RULES
from services.courier_harness import CourierHarness, generic, graph

from smtp_desktop.domain.diagnosis.context import failure_context_of
from smtp_desktop.domain.diagnosis.conversation import FailureKind
from smtp_desktop.domain.diagnosis.diagnosis import diagnose
from smtp_desktop.domain.diagnosis.rules import AdviceRule
from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import SmtpProfile


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[CourierHarness]:
    with closing(CourierHarness(tmp_path / "db")) as harness:
        yield harness


@pytest.mark.parametrize(
    ("rules", "profile", "examples"),
    [(SMTP_RULES, generic("shop"), EXAMPLES), (GRAPH_RULES, graph("box"), GRAPH_EXAMPLES)],
    ids=["smtp", "graph"],
)
def test_a_keyring_that_fails_gets_its_advice(
    harness: CourierHarness, rules: Sequence[AdviceRule], profile: SmtpProfile, examples: tuple[object, ...]
) -> None:
    (example,) = (one for one in examples if one.mischief == "the keyring fails")
    harness.save(profile)
    harness.vault.failure = VaultError(msg("The keyring is away."))
    harness.add(smtp=profile.id)
    harness.run()

    ((_, attempt),) = harness.attempts
    failure = attempt.timeline.failure
    assert (failure.kind, failure.stage) == (FailureKind.NOT_STARTED, example.stage)
    assert str(diagnose(failure, failure_context_of(profile), rules).advice.title) == example.title
