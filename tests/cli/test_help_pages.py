"""Help pages: examples, whole sentences, topics that hold for all commands."""

import re
import shlex

import click
import pytest
from cli.contract.contract_check import commands

from smtp_desktop.cli.exit_codes import ErrorCode, ExitCode
from smtp_desktop.cli.help_pages import PAGES, page_text
from smtp_desktop.cli.help_topics import EXIT_CODES, TOPICS

SHOWN = {words: one for words, one in commands().items() if not one.hidden}
NO_IMPERATIVE = ("Creates", "Changes", "Copies", "Gives", "Lets", "Lists", "Looks", "Prints", "Sets", "Shows", "Writes")
GROUPS = sorted({words.rpartition(" ")[0] for words in SHOWN})


@pytest.mark.parametrize("group", GROUPS)
def test_no_sentence_of_a_group_is_cut_however_narrow_the_terminal_is(smtp_desktop, monkeypatch, group):
    monkeypatch.setenv("COLUMNS", "40")
    ran = smtp_desktop(*group.split(), "--help")
    assert ran.code == 0
    assert "..." not in ran.out.partition("Commands:")[2].replace("]...", "")


@pytest.mark.parametrize("words", sorted(SHOWN))
def test_a_command_has_an_example_and_says_what_it_does(smtp_desktop, words):
    shown = smtp_desktop(*words.split(), "--help").out
    assert "Example" in shown
    assert f"smtp-desktop {words}" in shown.partition("Example")[2]
    assert not SHOWN[words].get_short_help_str().startswith(NO_IMPERATIVE)
    assert "help exit-codes" in shown


@pytest.mark.parametrize("words", sorted(SHOWN))
def test_every_option_says_what_it_is_for(words):
    for parameter in SHOWN[words].params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            assert parameter.help, f"{words} {parameter.opts}"
            assert parameter.help.endswith((".", ".'")), f"{words} {parameter.opts}: {parameter.help}"


@pytest.mark.parametrize("words", sorted(SHOWN))
def test_values_and_defaults_are_written_in_one_way(words):
    context = click.Context(SHOWN[words])
    for parameter in SHOWN[words].params:
        if isinstance(parameter, click.Option) and not parameter.hidden:
            name = f"{words} {parameter.opts}"
            assert not parameter.make_metavar(context).startswith(("INTEGER", "FLOAT", "PATH")), name
            assert not parameter.show_default, name
            assert "[default" not in (parameter.help or ""), name


def test_every_exit_code_is_explained():
    assert set(EXIT_CODES) == set(ExitCode)


@pytest.mark.parametrize(
    ("topic", "words"), [("exit-codes", "75"), ("environment", "SMTP_DESKTOP_VAULT_PASSWORD"), ("json", "not_found")]
)
def test_a_topic_holds_for_all_commands(smtp_desktop, topic, words):
    assert words in smtp_desktop("help", topic).out
    assert smtp_desktop("help", topic, "--json").json["help"].startswith(TOPICS[topic]()[:10])


def test_every_error_code_is_named(smtp_desktop):
    shown = smtp_desktop("help", "json").out
    assert all(code in shown for code in ErrorCode)


@pytest.mark.parametrize("page", PAGES)
def test_a_page_of_the_window_is_plain_text_in_a_terminal(page):
    text = page_text(page)
    assert not re.search(r"\*\*|\]\(|^#|```", text, re.MULTILINE)
    assert max(len(line) for line in text.splitlines() if "https://" not in line and not line.startswith("    ")) <= 80
    assert "    smtp-desktop smtp " in text or "    Install-Module" in text


@pytest.mark.parametrize("page", PAGES)
def test_the_commands_of_a_page_are_those_of_the_program(page):
    text = page_text(page).replace("\\\n", " ")
    for line in re.findall(r"^ +smtp-desktop (.*)$", text, re.MULTILINE):
        words = shlex.split(line)
        command = " ".join(words[:2])
        known = {
            option for parameter in SHOWN[command].params for option in (*parameter.opts, *parameter.secondary_opts)
        }
        assert {word for word in words if word.startswith("--")} <= known, line
