"""Advice on attempts that failed on this computer, before any server was asked: only a delivery can fail so."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from domain.diagnosis.advice_examples import EXAMPLES
from domain.diagnosis.graph_advice_examples import EXAMPLES as GRAPH_EXAMPLES
from fakes.known_providers import PROVIDERS
from services.courier_harness import CourierHarness, generic, graph

from smtp_desktop.domain.diagnosis.context import failure_context_of
from smtp_desktop.domain.diagnosis.conversation import FailureKind
from smtp_desktop.domain.diagnosis.diagnosis import diagnose
from smtp_desktop.domain.diagnosis.rules import rules_from
from smtp_desktop.domain.errors import VaultError
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.smtp.profile import SmtpProfile
from smtp_desktop.resources import FOLDER


@pytest.fixture
def harness(tmp_path: Path) -> Iterator[CourierHarness]:
    with closing(CourierHarness(tmp_path / "db")) as harness:
        yield harness


@pytest.mark.parametrize(
    ("file", "profile", "examples"),
    [("advice.json", generic("shop"), EXAMPLES), ("advice_graph.json", graph("box"), GRAPH_EXAMPLES)],
    ids=["smtp", "graph"],
)
def test_a_keyring_that_fails_gets_its_advice(
    harness: CourierHarness, file: str, profile: SmtpProfile, examples: tuple[object, ...]
) -> None:
    (example,) = (one for one in examples if one.mischief == "the keyring fails")
    harness.save(profile)
    harness.vault.failure = VaultError(msg("The keyring is away."))
    harness.add(smtp=profile.id)
    harness.run()

    ((_, attempt),) = harness.attempts
    failure = attempt.timeline.failure
    assert (failure.kind, failure.stage) == (FailureKind.NOT_STARTED, example.stage)
    rules = rules_from(json.loads((FOLDER / file).read_text(encoding="utf-8")), PROVIDERS)
    assert str(diagnose(failure, failure_context_of(profile), rules).advice.title) == example.title
