"""Writes docs/cli.schema.json, the JSON that commands print, and docs/cli.md, the reference of the command line.

    python3 dev.py cli

Everything in them comes from the program: its commands, `smtp_desktop/cli/help_topics.py`, `smtp_desktop/cli/contract`.
"""

import inspect
import json
import re
import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from enum import StrEnum
from functools import cache
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

import click

from smtp_desktop.cli.app import app
from smtp_desktop.cli.contract.commands import DOCUMENTS
from smtp_desktop.cli.contract.common import ErrorDocument
from smtp_desktop.cli.contract.other import Help
from smtp_desktop.cli.exit_codes import ErrorCode
from smtp_desktop.cli.global_options import GLOBAL_OPTIONS
from smtp_desktop.cli.help_topics import EXIT_CODE_OF_SEVERAL, EXIT_CODES, JSON_RULES, VARIABLES

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "docs" / "cli.schema.json"
PAGE = ROOT / "docs" / "cli.md"

_INTRODUCTION = """\
# Command line

Made by `python3 dev.py cli` from the program itself: change that, not this page.

`smtp-desktop` alone opens the window. With a command it works in a terminal, on the same data, and needs no display.
`smtp-desktop COMMAND --help` shows options and examples. Examples for Ansible, cron, systemd and Docker are in
[automation.md](automation.md).
"""
_JSON = """\
## JSON

The documents of all commands are described by [cli.schema.json](cli.schema.json) (JSON Schema, draft 2020-12): below
`commands` by the command's words, below `$defs` by name.
"""

_FORMAT = "format: "
_MOST_TYPES = 4  # that are told apart in words
_PLAIN: Mapping[object, dict[str, object]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    float: {"type": "number"},
    bool: {"type": "boolean"},
    types.NoneType: {"type": "null"},
}


class _Schema:
    """JSON schemas of types; `definitions` has those that have a name, once each."""

    def __init__(self) -> None:
        self.definitions: dict[str, dict[str, Any]] = {}
        self.kinds: dict[str, type[StrEnum]] = {}

    def of(self, kind: Any) -> dict[str, object]:
        """Returns the schema of a type of the contract."""
        if kind in _PLAIN:
            return dict(_PLAIN[kind])
        if is_typeddict(kind) or (isinstance(kind, type) and issubclass(kind, StrEnum)):
            return self._reference(kind)
        return self._composed(kind, get_args(kind))

    def _composed(self, kind: Any, parts: tuple[Any, ...]) -> dict[str, object]:
        match get_origin(kind):
            case origin if origin is Annotated:
                return self._described(*parts)
            case origin if origin is Literal:
                return {"enum": list(parts)}
            case origin if origin is list:
                return {"type": "array", "items": self.of(parts[0])}
            case origin if origin is dict:
                return {"type": "object", "additionalProperties": self.of(parts[1])}
            case origin if origin in (Union, types.UnionType):
                return _either([self.of(part) for part in parts])
        raise TypeError(f"The contract has a type that JSON has not: {kind}")

    def _described(self, kind: Any, *notes: str) -> dict[str, object]:
        schema = self.of(kind)
        for note in notes:
            key = "format" if note.startswith(_FORMAT) else "description"
            schema[key] = note.removeprefix(_FORMAT)
        return schema

    def _reference(self, kind: Any) -> dict[str, object]:
        name = kind.__name__
        if name not in self.definitions:
            self.definitions[name] = {}  # a type may contain itself
            self.definitions[name] = {"description": _first_line(kind), **self._definition(kind)}
        return {"$ref": f"#/$defs/{name}"}

    def _definition(self, kind: Any) -> dict[str, object]:
        if not is_typeddict(kind):
            self.kinds[kind.__name__] = kind
            return {"enum": [member.value for member in kind]}
        hints = get_type_hints(kind, include_extras=True)
        return {
            "type": "object",
            "properties": {key: self.of(hint) for key, hint in hints.items()},
            "required": list(hints),
            "additionalProperties": False,
        }


def _first_line(kind: type) -> str:
    return (kind.__doc__ or "").partition("\n\n")[0].replace("\n    ", " ")


def _either(schemas: Iterable[dict[str, object]]) -> dict[str, object]:
    """Returns the schema of one of several: of plain types in the short form."""
    schemas = list(schemas)
    if all(schema.keys() == {"type"} for schema in schemas):
        return {"type": [schema["type"] for schema in schemas]}
    return {"anyOf": schemas}


@cache
def _contract() -> _Schema:
    """Returns the schemas of all that the contract names."""
    made = _Schema()
    for kind in (Help, ErrorDocument, *DOCUMENTS.values()):
        made.of(kind)
    return made


def schema() -> dict[str, object]:
    """Returns the schema: below `commands` that of each command's document."""
    made = _contract()
    always = [made.of(Help), made.of(ErrorDocument)]
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What the commands of SMTP Desktop print with --json",
        "commands": {words: _either([made.of(kind), *always]) for words, kind in sorted(DOCUMENTS.items())},
        "$defs": dict(_definitions()),
    }


def schema_text() -> str:
    """Returns the schema as its file has it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def page() -> str:
    """Returns the page."""
    return "\n".join(
        (
            _INTRODUCTION,
            "## Commands\n",
            *_table(["command", "does", "prints with --json"], _command_rows(app, click.Context(app), ())),
            "",
            "Former names still work: `deliver` (`outbox run`), `deliveries` (`outbox`), `smtp default` (`smtp "
            "set-default`), `smtp dates` (`smtp expiry`), `smtp mailbox` (`mailbox list` and `mailbox show`).",
            "",
            "## Options of every command\n",
            "Before the command's name or after it.\n",
            *_table(["option", "does"], [[_names(option), option.help or ""] for option in GLOBAL_OPTIONS]),
            "",
            "## Environment variables\n",
            *_table(["variable", "does"], [[f"`{name}`", text] for name, text in VARIABLES.items()]),
            "",
            "## Exit codes\n",
            "After sysexits.h.\n",
            *_table(["code", "when"], [[str(int(code)), text] for code, text in EXIT_CODES.items()]),
            "",
            EXIT_CODE_OF_SEVERAL,
            "",
            _JSON,
            *(f"- {rule}" for rule in JSON_RULES),
            "",
            "### Error codes\n",
            "`error.code`, and the exit code of a command that fails with it as a whole.\n",
            *_table(
                ["code", "exit code", "means"],
                [[f"`{code}`", _exit_code(code), _meanings(ErrorCode)[code]] for code in ErrorCode],
            ),
            "",
            "### Documents\n",
            *_documents(),
            "### Values\n",
            *_enums(),
        )
    )


def _command_rows(group: click.Group, context: click.Context, words: tuple[str, ...]) -> Iterator[list[str]]:
    for name in group.list_commands(context):
        command = group.get_command(context, name)
        if command is None or command.hidden:
            continue
        below = click.Context(command, parent=context, info_name=name)
        if isinstance(command, click.Group):
            yield from _command_rows(command, below, (*words, name))
            continue
        usage = " ".join((*words, name, *_arguments(command, below)))
        document = DOCUMENTS[" ".join((*words, name))]
        yield [f"`{usage}`", command.get_short_help_str(1000), _type_text(document)]


def _arguments(command: click.Command, context: click.Context) -> Iterator[str]:
    for parameter in command.params:
        if isinstance(parameter, click.Argument):
            yield parameter.make_metavar(context)


def _names(option: click.Option) -> str:
    value = f" {option.metavar}" if option.metavar else ""
    return f"`{', '.join(option.opts)}{value}`"


def _exit_code(code: ErrorCode) -> str:
    return "that of its cause" if code is ErrorCode.CONVERSATION_FAILED else str(int(code.exit_code))


def _meanings(kind: type[StrEnum]) -> dict[Any, str]:
    """Returns what each member means: the comment beside it, unless that is for a linter."""
    lines = inspect.getsource(kind).splitlines()
    found = (re.match(r'    (\w+) = "[^"]*"(?:  # (?:noqa.*|(.*)))?$', line) for line in lines)
    return {kind[match[1]]: match[2] or "" for match in found if match}


def _documents() -> Iterator[str]:
    for name, definition in _definitions():
        if "properties" not in definition:
            continue
        yield f"#### {name}\n"
        yield f"{definition['description']}\n"
        rows = [
            [f"`{key}`", _schema_text(value), str(value.get("description", ""))]
            for key, value in definition["properties"].items()
        ]
        yield from _table(["key", "type", "means"], rows)
        yield ""


def _enums() -> Iterator[str]:
    for name, kind in sorted(_contract().kinds.items()):
        if kind is ErrorCode:
            continue
        meanings = _meanings(kind)
        values = (f"`{one.value}`" + (f" ({meanings[one]})" if meanings.get(one) else "") for one in kind)
        # The first sentence: what follows is about the code.
        yield f"- **{name}**: {re.split('[.;]', _first_line(kind))[0]}: {', '.join(values)}"
    yield ""


def _definitions() -> Iterable[tuple[str, dict[str, Any]]]:
    return sorted(_contract().definitions.items())


def _schema_text(schema_of: Mapping[str, Any]) -> str:
    """Returns a schema in words: "array of [Step](#step) or null"."""
    if "anyOf" in schema_of:
        several = schema_of["anyOf"]
        return "value of a field" if len(several) > _MOST_TYPES else " or ".join(_schema_text(one) for one in several)
    if "$ref" in schema_of:
        return _reference_text(schema_of["$ref"].rpartition("/")[2])
    if "enum" in schema_of:
        return ", ".join(f"`{value}`" for value in schema_of["enum"])
    if "format" in schema_of:
        return "time" if schema_of["format"] == "date-time" else "day"
    return _plain_text(schema_of)


def _reference_text(name: str) -> str:
    return f"[{name}](#{name.lower()})" if name not in _contract().kinds else f"[{name}](#values)"


def _plain_text(schema_of: Mapping[str, Any]) -> str:
    match schema_of["type"]:
        case "array":
            return f"array of {_schema_text(schema_of['items'])}"
        case "object":
            return f"object: {_schema_text(schema_of['additionalProperties'])} by name"
        case list(several):
            return " or ".join(several)
        case one:
            return str(one)


def _type_text(kind: Any) -> str:
    return _schema_text(_contract().of(kind))


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(heads)} |"
    yield f"| {' | '.join('---' for _ in heads)} |"
    for row in rows:
        yield f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |"


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
