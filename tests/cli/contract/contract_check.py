"""What commands print with --json, held against docs/cli.schema.json."""

import json
from collections.abc import Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import click
from jsonschema import Draft202012Validator, FormatChecker
from jsonschema.exceptions import best_match

from smtp_desktop.cli.app import app

SCHEMA: dict[str, Any] = json.loads((Path(__file__).parents[3] / "docs" / "cli.schema.json").read_text("utf-8"))


def _is_utc(moment: object) -> bool:
    """Whether it is a time as the contract has them: with Z, never with an offset."""
    return not isinstance(moment, str) or (moment.endswith("Z") and "T" in moment)


_FORMATS = FormatChecker(["date"])
_FORMATS.checks("date-time")(_is_utc)


def commands() -> dict[str, click.Command]:
    """Every command that prints documents, by its words, without former names."""
    return dict(_below(app, click.Context(app), ()))


def _below(group: click.Group, context: click.Context, words: tuple[str, ...]) -> Iterator[tuple[str, click.Command]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        assert command is not None
        if isinstance(command, click.Group):
            yield from _below(command, click.Context(command, parent=context), (*words, name))
        else:
            yield " ".join((*words, name)), command


@cache
def _words_by_callback() -> dict[Any, str]:
    return {command.callback: words for words, command in commands().items()}


def words_of(arguments: Sequence[str]) -> str:
    """The words of the command that `arguments` call, by the name of today; empty where they call none."""
    command: click.Command | None = app
    for argument in arguments:
        if not isinstance(command, click.Group):
            break
        command = command.get_command(click.Context(command), argument) or command
    return _words_by_callback().get(command.callback, "") if command else ""


def refuse_breach(words: str, printed: str) -> None:
    """Holds what the command printed with --json against the contract."""
    document = json.loads(printed)  # exactly one, or this fails
    problem = best_match(_validator(words).iter_errors(document))
    assert problem is None, f"smtp-desktop {words} --json, {problem.json_path}: {problem.message[:500]}"


@cache
def _validator(words: str) -> Draft202012Validator:
    return Draft202012Validator({**SCHEMA["commands"][words], "$defs": SCHEMA["$defs"]}, format_checker=_FORMATS)
