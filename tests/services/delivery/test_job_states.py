import re
from pathlib import Path

import pytest

from smtp_desktop.services.delivery.job_states import TRANSITIONS, JobEvent, JobState, StoreAction, transition
from smtp_desktop.services.delivery.ports import OutboxStore

DRAWN = re.compile(r"^    (\w+) --> (\w+): ([a-z ]+?)(?: \((\w+)\))?$", re.MULTILINE)


def test_the_architecture_draws_the_table():
    page = (Path(__file__).parents[3] / "docs" / "architecture.md").read_text(encoding="utf-8")
    diagram = page.partition("## Life of a message")[2].partition("```mermaid")[2].partition("```")[0]
    drawn = {(*arrow.groups()[:3], arrow[4] or None) for arrow in DRAWN.finditer(diagram)}
    assert drawn == {
        (state.replace(" ", "_"), found.to.replace(" ", "_"), event.value, found.action and found.action.value)
        for (state, event), found in TRANSITIONS.items()
    }


def test_each_action_is_a_call_of_the_outbox():
    assert all(callable(getattr(OutboxStore, action)) for action in StoreAction)
    assert {found.action for found in TRANSITIONS.values()} == {*StoreAction, None}


def test_nothing_leads_on_from_where_a_courier_has_no_part():
    assert {state for state, _ in TRANSITIONS} == {JobState.WAITING, JobState.LEASED, JobState.DATA_STARTED}


@pytest.mark.parametrize("state", [JobState.LEASED, JobState.DATA_STARTED])
def test_a_courier_may_die_in_every_state(state):
    assert transition(state, JobEvent.COURIER_DIED).action is StoreAction.RECLAIM


def test_content_goes_out_only_once_that_is_noted():
    assert [state for state, event in TRANSITIONS if event is JobEvent.CONTENT_BEGINS] == [JobState.LEASED]
    with pytest.raises(RuntimeError, match="that is data started can't meet content begins"):
        transition(JobState.DATA_STARTED, JobEvent.CONTENT_BEGINS)
