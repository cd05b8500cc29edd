"""Advice is worded for the place where it is read: labels in the window, commands in a terminal."""

import re
import shlex
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import click
import pytest
from domain.diagnosis.advice_examples import EXAMPLES
from domain.diagnosis.graph_advice_examples import EXAMPLES as GRAPH_EXAMPLES
from domain.diagnosis.oauth_advice_examples import WORDINGS, conditions, failure_in
from fakes.known_advice import GRAPH_RULES, OAUTH_RULES, SMTP_RULES

import smtp_desktop.ui
from smtp_desktop.cli.app import app
from smtp_desktop.cli.help_pages import PAGES
from smtp_desktop.cli.output.conversation import advice_lines
from smtp_desktop.domain.diagnosis.actions import HOW_TO, Means, command_of
from smtp_desktop.domain.diagnosis.advice import Advice, AdviceStep, Frontend
from smtp_desktop.domain.diagnosis.context import FailureContext
from smtp_desktop.domain.diagnosis.conversation import Stage
from smtp_desktop.domain.diagnosis.diagnosis import diagnose
from smtp_desktop.domain.message_text import msg

RULES = (*SMTP_RULES, *GRAPH_RULES, *OAUTH_RULES)
OF_THE_WINDOW = re.compile(
    r"\b(un)?tick(ed)?\b|\bbuttons?\b|\bpress\b|\bclick\b|\bunder Advanced\b|\bshown here\b|\bfields?\b|\bdialog\b"
    r"|\bchange Type\b|\bFrom Address\b|\bUser Name\b|\bHost Name\b|\bSMTP Port\b|\bAuth Required\b|\bSMTP TLS/SSL\b"
)
COMMANDS = {
    action: shlex.split(command_of([action], {"name": "Reports", "other": "a@b.example"}))
    for action, how in HOW_TO.items()
    if how.options or how.command or how.page
}


def advices() -> Iterator[Advice]:
    """Yields what a user reads after each failure of the examples, of an SMTP named Reports."""
    for one in EXAMPLES:
        if advice := diagnose(one.failure, replace(one.context, smtp_name="Reports"), SMTP_RULES).advice:
            yield advice
    for other in GRAPH_EXAMPLES:
        if advice := diagnose(other.failure, FailureContext(smtp_name="Reports"), GRAPH_RULES).advice:
            yield advice
    with_tokens = (*map(failure_in, WORDINGS), *((failure, context) for _, failure, context in conditions()))
    for failure, context in with_tokens:
        rules = OAUTH_RULES if failure.stage is Stage.TOKEN else SMTP_RULES
        if advice := diagnose(failure, replace(context, smtp_name="Reports"), rules).advice:
            yield advice


def steps_at(place: Frontend) -> list[str]:
    """Returns every step as it is read there, and titles and meanings."""
    steps = {step.at(place) for advice in advices() for step in advice.steps_for(place, Means)}
    return sorted(steps | {str(text) for advice in advices() for text in (advice.title, advice.meaning)})


def test_no_step_in_a_terminal_speaks_of_the_window() -> None:
    assert [step for step in steps_at(Frontend.TERMINAL) if OF_THE_WINDOW.search(step)] == []


def test_no_step_in_the_window_speaks_of_options() -> None:
    assert [step for step in steps_at(Frontend.WINDOW) if re.search(r"(^|\s)--\w|smtp-desktop ", step)] == []


@pytest.mark.parametrize("words", COMMANDS.values(), ids=COMMANDS.keys())
def test_every_command_is_one_of_the_program_with_options_that_it_has(words: list[str]) -> None:
    assert words.pop(0) == "smtp-desktop"
    command: click.Command = app
    while isinstance(command, click.Group):
        found = command.get_command(click.Context(command), words.pop(0))
        assert found is not None
        command = found
    known = {option for parameter in command.params for option in (*parameter.opts, *parameter.secondary_opts)}
    assert {word for word in words if word.startswith("-")} <= known


def test_every_page_of_the_help_is_one_that_a_terminal_has() -> None:
    assert {how.page for how in HOW_TO.values() if how.page} == set(PAGES)


def test_a_page_of_the_help_is_named_where_nothing_does_the_step_at_once() -> None:
    assert command_of(("google_help",), {"name": "Shop"}) == "smtp-desktop help google-oauth"
    both = command_of(("google_help", "client_id"), {"name": "Shop"})
    assert both == "smtp-desktop smtp edit Shop --client-id ID"


def test_every_label_is_one_of_the_window() -> None:
    sources = "\n".join(
        path.read_text(encoding="utf-8") for path in Path(smtp_desktop.ui.__file__).parent.rglob("*.py")
    )
    labels = {str(label) for how in HOW_TO.values() for label in how.window}
    assert {label for label in labels if f'tr("{label}")' not in sources} == set()


def test_every_action_is_used() -> None:
    assert {action for rule in RULES for step in rule.advice.steps for action in step.actions} == HOW_TO.keys()


def test_options_are_given_once_and_a_command_of_its_own_alone() -> None:
    for step in (step for rule in RULES for step in rule.advice.steps if step.actions):
        options = " ".join(HOW_TO[action].options for action in step.actions).split()
        named = [word for word in options if word.startswith("--")]
        assert len(named) == len(set(named)), step.text.template
        assert not any(HOW_TO[action].command for action in step.actions) or len(step.actions) == 1


def test_a_step_that_the_window_does_not_offer_is_left_out_there() -> None:
    find = AdviceStep(text=msg("Find them."), actions=("find_settings",), command="smtp-desktop smtp find-settings X")
    advice = Advice(title=msg("t"), meaning=msg("m"), steps=(find,))
    assert advice.steps_for(Frontend.WINDOW) == ()
    assert advice.steps_for(Frontend.WINDOW, [Means.FIND_SETTINGS]) == (find,)
    assert advice.steps_for(Frontend.TERMINAL) == (find,)


def test_several_actions_are_one_command() -> None:
    step = AdviceStep(
        text=msg("Use port 587."),
        actions=("port_587", "sender_from"),
        command=command_of(("port_587", "sender_from"), {"name": "It's"}),
    )
    assert step.at(Frontend.WINDOW) == "Use port 587 (Advanced > Envelope sender)."
    assert step.at(Frontend.TERMINAL) == (
        "Use port 587: smtp-desktop smtp edit 'It'\"'\"'s' --port 587 --envelope-sender from"
    )


def test_an_smtp_without_a_name_gets_the_options_alone() -> None:
    assert command_of(("tls_on",), {}) == "--tls"
    assert command_of(("find_settings",), {}) == "smtp-desktop smtp find-settings NAME"
    assert command_of((), {"name": "Reports"}) == ""


def test_a_command_is_printed_on_a_line_of_its_own() -> None:
    turn_on = AdviceStep(text=msg("Turn on TLS."), actions=("tls_on",), command="smtp-desktop smtp edit One --tls")
    advice = Advice(
        title=msg("It requires TLS"), meaning=msg("It is off."), steps=(turn_on, AdviceStep(text=msg("Go.")))
    )
    assert advice_lines(advice)[1:] == [
        "It requires TLS",
        "It is off.",
        "  1. Turn on TLS:",
        "       smtp-desktop smtp edit One --tls",
        "  2. Go.",
    ]
