import pytest

from smtp_desktop.domain.conversation import FailureKind, Outcome, Stage, Step
from smtp_desktop.domain.secret import Secret
from smtp_desktop.domain.text import text
from smtp_desktop.transports.ending import Ended
from smtp_desktop.transports.record import Masks, Record
from smtp_desktop.transports.smtp.auth import traces


@pytest.fixture
def masks() -> Masks:
    masks = Masks()
    masks.hide(traces("tim", Secret("geheim==")))
    return masks


def test_nothing_is_hidden_before_it_must_be() -> None:
    assert Masks().clean("AUTH PLAIN geheim") == "AUTH PLAIN geheim"


@pytest.mark.parametrize(
    ("said", "shown"),
    [
        ("no geheim== here", "no •••• here"),
        ("GEHEIM==", "••••"),
        ("you sent AUTH PLAIN AHRpbQBnZWhlaW09PQ==", "you sent AUTH PLAIN ••••"),
        ("you sent AUTH PLAIN AHRpbQBnZWhlaW", "you sent AUTH PLAIN ••••"),
        ("AHRpbQBnZWhlaW09PQ is wrong", "•••• is wrong"),
        ("Z2VoZWltPT0=", "••••"),
        ("nothing secret", "nothing secret"),
    ],
)
def test_what_a_server_repeats_is_hidden(masks: Masks, said: str, shown: str) -> None:
    assert masks.clean(said) == shown


def test_a_stage_that_gave_way_to_another_was_not_reached() -> None:
    told: list[Step] = []
    record = Record((Stage.SECURE, Stage.GREET), on_step=told.append, now_s=lambda: 1.5)
    record.begin(Stage.SECURE)
    failure = record.fail(Ended(FailureKind.CLOSED, text("gone"), stage=Stage.GREET))
    assert failure.stage is Stage.GREET
    assert [(step.stage, step.outcome) for step in told] == [
        (Stage.SECURE, Outcome.RUNNING),
        (Stage.SECURE, Outcome.NOT_REACHED),
        (Stage.GREET, Outcome.RUNNING),
        (Stage.GREET, Outcome.FAILED),
    ]
    assert told[-1].started_ms == 1500.0
