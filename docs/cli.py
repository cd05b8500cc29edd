"""Writes docs/cli.schema.json: the JSON that commands print.

    python3 dev.py cli

Everything in it comes from the program: `smtp_desktop/cli/contract`.
"""

import json
import types
from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints, is_typeddict

from smtp_desktop.cli.contract.commands import DOCUMENTS
from smtp_desktop.cli.contract.common import ErrorDocument
from smtp_desktop.cli.contract.other import Help

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "docs" / "cli.schema.json"

_FORMAT = "format: "
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
        self.definitions: dict[str, dict[str, object]] = {}

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


def schema() -> dict[str, object]:
    """Returns the schema: below `commands` that of each command's document."""
    made = _Schema()
    always = [made.of(Help), made.of(ErrorDocument)]
    commands = {words: _either([made.of(kind), *always]) for words, kind in sorted(DOCUMENTS.items())}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "What the commands of SMTP Desktop print with --json",
        "commands": commands,
        "$defs": dict(sorted(made.definitions.items())),
    }


def schema_text() -> str:
    """Returns the schema as its file has it."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), encoding="utf-8")
