"""Writes docs/export.schema.json and docs/export.md: the file that `export` writes, and `apply` and the import read.

    python3 dev.py cli

Keys and their kinds come from the program; what they mean, from the JSON that its commands print.
"""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, get_args, get_type_hints

from smtp_desktop.cli.contract.other import Activity
from smtp_desktop.cli.contract.smtp import Limits, Smtp
from smtp_desktop.domain.declared.document import (
    ACTIVITIES_KEY,
    DECLARED_SECRETS,
    DEFAULT_KEY,
    ID_KEY,
    SETTINGS_KEY,
    SMTPS_KEY,
    VALUE_KEY,
    VERSION,
    VERSION_KEY,
    SecretSource,
)
from smtp_desktop.domain.declared.keys import (
    ACTIVITY_KEYS,
    ACTIVITY_LISTS,
    ACTIVITY_TEXTS,
    FILE_KEYS,
    ID_PATTERN,
    SMTP_CHOICES,
    SMTP_FLAGS,
    SMTP_KEYS,
    SMTP_TEXTS,
)
from smtp_desktop.domain.settings import SETTINGS, Choice, Number, Setting, Switch
from smtp_desktop.domain.smtp.limit_rules import LIMIT_FIELDS
from smtp_desktop.domain.smtp.profile import SecretField

ROOT = Path(__file__).parents[1]
SCHEMA = ROOT / "docs" / "export.schema.json"
PAGE = ROOT / "docs" / "export.md"

_INTRODUCTION = f"""\
# Files of `export`

Made by `python3 dev.py cli` from the program itself: change that, not this page.

`smtp-desktop export FILE` writes SMTPs, activities and settings into one file, as YAML or JSON. It is text in UTF-8,
sorted by name, so that two exports can be compared line by line. `smtp-desktop apply` makes everything match such a
file ([automation.md](automation.md)); `smtp-desktop smtp import` and *Import…* in the window merge it into what is
there. [export.schema.json](export.schema.json) (JSON Schema, draft 2020-12) describes it.

## What it says

- `{VERSION_KEY}: {VERSION}` is the version of the format. A program refuses a file of a version that it does not know.
- A field that is left out has its default. A list that is left out says nothing about its objects. Unknown keys are
  refused.
- `{ID_KEY}` is what stays the same when an SMTP or activity is renamed. It may be left out: then the name decides.
- An activity names its SMTPs. They are found by the ID that the file gives to an SMTP of that name, else by name.
- The certificate of a CA that an SMTP trusts is in the file itself (`trusted_ca_pem`), as is the fingerprint of a
  certificate that it trusts alone.
- No file has tokens. Where somebody signed in by browser or code, somebody has to sign in again.

## Secrets

A secret is one of:

| value | means |
| --- | --- |
| `{{env: VARIABLE}}` | the content of an environment variable |
| `{{file: PATH}}` | the content of a file |
| `{{command: [WORD, …]}}` | the first line that a command prints; it is run without a shell |
| `{{value: TEXT}}` | the secret itself; only in a sealed file |

`export` writes `{{env: SMTP_NAME_PASSWORD}}` and the like. `apply` reads the secrets from there. An import does not:
an SMTP that is stored already keeps its secret, and a new one is imported without, to be entered before it can send.

## Sealed files

`smtp-desktop export --with-secrets FILE` encrypts the JSON of such a file, in which secrets have their values, with a
passphrase. The file has three lines, each ended by a line feed:

1. The header, a JSON object: `format` (`smtp-desktop-export`), `version` (1), `cipher` (`aes-256-gcm`), `nonce` (12
   bytes), `key` (`argon2id`, RFC 9106), its `memory_kib`, `iterations` and `lanes`, and `salt` (16 bytes). Bytes are in
   Base64. A header that asks for more than 256 MiB, 16 iterations, 16 lanes, or 1 GiB as memory by iterations, is
   refused.
2. The JSON, in UTF-8 and padded with spaces to a multiple of 4,096 bytes, encrypted by AES-256-GCM, with its tag at
   the end, in Base64. The key has 32 bytes and is derived from the passphrase in Unicode's form NFC and UTF-8; the
   first line is the additional data.
3. The SHA-256 of both lines, with their line feeds, in hexadecimal. It tells a damaged file from a wrong passphrase.

## Import

An object of the file is compared with the stored one of its ID, else with that of its name:

| state | means | proposed |
| --- | --- | --- |
| `new` | there is none | import |
| `needs_password` | there is none, and the file does not have its secret | import |
| `changed` | there is one, with other values | update |
| `same` | nothing differs | skip |
| `conflicting` | one of that name has another ID, and other values | skip |
| `unreadable` | it can't be an SMTP or activity; the reason says why | nothing |

An update makes every field what the file says; only a secret that the file does not have stays. Without its secret, an
SMTP can't send before that is entered. Where both are kept, the second one gets a name of its own, such as `NAME_2`.
Settings of the file are proposed where nothing is stored yet. The default SMTP stays the same if there is one. All of
it is one transaction, and a backup is made before.
"""

_MEANINGS: Mapping[str, str] = {
    VERSION_KEY: "Version of the format",
    SMTPS_KEY: "The SMTPs",
    DEFAULT_KEY: "The name of the default SMTP; null where there is none",
    ACTIVITIES_KEY: "The activities",
    SETTINGS_KEY: "By name",
    ID_KEY: "Stays the same when it is renamed, on every computer that it is moved to",
    "trusted_ca_pem": "The certificate of a CA that is trusted for this SMTP alone, as PEM",
    SecretField.PASSWORD: "The password",
    SecretField.CLIENT_SECRET: "The client secret",
    SecretField.SERVICE_ACCOUNT: "The service account's key, as Google's JSON",
    SecretField.CERTIFICATE: "The certificate that an app signs in with: its private key, then itself, as PEM",
}
_SECRET = {"$ref": "#/$defs/secret"}


def schema() -> dict[str, Any]:
    """Returns the JSON Schema of a file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Files that smtp-desktop export writes",
        "description": "Made by python3 dev.py cli from the program; docs/export.md says more.",
        "type": "object",
        "properties": _in_order(
            FILE_KEYS,
            {
                VERSION_KEY: {"const": VERSION},
                SMTPS_KEY: _list_of("smtp"),
                DEFAULT_KEY: {"type": ["string", "null"]},
                ACTIVITIES_KEY: _list_of("activity"),
                SETTINGS_KEY: {
                    "type": ["object", "null"],
                    "properties": {one.name: _setting(one) for one in SETTINGS},
                    "additionalProperties": False,
                },
            },
            {},
        ),
        "required": [VERSION_KEY],
        "additionalProperties": False,
        "$defs": {
            "smtp": _object("An SMTP", _in_order(SMTP_KEYS, _smtp(), _meanings(Smtp))),
            "activity": _object("An activity", _in_order(ACTIVITY_KEYS, _activity(), _meanings(Activity))),
            "secret": _secret(),
        },
    }


def schema_text() -> str:
    """Returns the content of docs/export.schema.json."""
    return json.dumps(schema(), indent=2) + "\n"


def page() -> str:
    """Returns the content of docs/export.md."""
    found = schema()
    parts = (
        ("The file", found["properties"]),
        ("An SMTP", found["$defs"]["smtp"]["properties"]),
        ("An activity", found["$defs"]["activity"]["properties"]),
        ("Settings", found["properties"][SETTINGS_KEY]["properties"]),
    )
    lines = [_INTRODUCTION]
    for title, keys in parts:
        lines += [f"## {title}", "", *_table(keys), ""]
    return "\n".join(lines).rstrip() + "\n"


def _smtp() -> dict[str, dict[str, Any]]:
    limits = _meanings(Limits)
    return {
        "name": {"type": "string"},
        ID_KEY: {"type": ["string", "null"], "pattern": f"^{ID_PATTERN}$"},
        **{key: {"enum": [*(one.value for one in kind), None]} for key, kind in SMTP_CHOICES.items()},
        **{key: {"type": ["string", "null"]} for key in SMTP_TEXTS if key != "name"},
        **{key: {"type": ["boolean", "null"]} for key in SMTP_FLAGS},
        "smtp_port": {"type": ["integer", "null"]},
        "tags": _texts(),
        "limits": {
            "type": ["object", "null"],
            "properties": {
                one: {"type": ["integer", "null"], "description": limits.get(one, "")} for one in LIMIT_FIELDS
            },
            "additionalProperties": False,
        },
        **{str(one): {"anyOf": [_SECRET, {"type": "null"}]} for one in DECLARED_SECRETS},
    }


def _activity() -> dict[str, dict[str, Any]]:
    return {
        "name": {"type": "string"},
        ID_KEY: {"type": ["string", "null"], "pattern": f"^{ID_PATTERN}$"},
        **{key: {"type": ["string", "null"]} for key in ("smtp", "backup")},
        **{key: _texts() for key in ACTIVITY_LISTS},
        **{key: {"type": ["string", "null"]} for key in ACTIVITY_TEXTS if key != "name"},
        "expire_after_s": {"type": ["integer", "null"]},
        "enabled": {"type": ["boolean", "null"]},
    }


def _in_order(
    keys: Iterable[str], kinds: Mapping[str, dict[str, Any]], meanings: Mapping[str, str]
) -> dict[str, dict[str, Any]]:
    """Returns the schema of each key, with its meaning. Raises KeyError for a key of the program without a kind."""
    missing = set(keys) - kinds.keys()
    if missing:
        raise KeyError(*missing)
    return {
        key: {**kind, **({"description": words} if (words := _MEANINGS.get(key) or meanings.get(key)) else {})}
        for key, kind in kinds.items()
    }


def _meanings(document: type) -> dict[str, str]:
    """Returns what the keys of a document mean."""
    hints = get_type_hints(document, include_extras=True)
    return {key: get_args(hint)[1] for key, hint in hints.items() if hasattr(hint, "__metadata__")}


def _object(title: str, properties: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {
        "title": title,
        "type": "object",
        "properties": properties,
        "required": ["name"],
        "additionalProperties": False,
    }


def _secret() -> dict[str, Any]:
    words = {"type": "array", "items": {"type": "string"}, "minItems": 1}
    kinds: dict[str, dict[str, Any]] = {
        str(one): words if one is SecretSource.COMMAND else {"type": "string", "minLength": 1} for one in SecretSource
    }
    kinds[VALUE_KEY] = {"type": "string", "description": "The secret itself; only in a sealed file"}
    return {
        "title": "A secret",
        "oneOf": [
            {"type": "object", "properties": {key: kind}, "required": [key], "additionalProperties": False}
            for key, kind in kinds.items()
        ],
    }


def _setting(setting: Setting) -> dict[str, Any]:
    described = {"description": f"{setting.meaning[0].upper()}{setting.meaning[1:]}"}
    match setting.kind:
        case Switch():
            return {"type": "boolean", **described}
        case Choice(words=words):
            return {"enum": list(words), **described}
        case Number(least=least, most=most, can_be_off=False):
            return {"type": "integer", "minimum": least, "maximum": most, **described}
        case Number(least=least, most=most):
            off = {"enum": [None, False]}
            return {"anyOf": [{"type": "integer", "minimum": least, "maximum": most}, off], **described}


def _list_of(name: str) -> dict[str, Any]:
    return {"type": ["array", "null"], "items": {"$ref": f"#/$defs/{name}"}}


def _texts() -> dict[str, Any]:
    return {"type": ["array", "null"], "items": {"type": "string"}}


def _table(keys: Mapping[str, dict[str, Any]]) -> Iterator[str]:
    yield "| key | value | means |"
    yield "| --- | --- | --- |"
    for key, kind in keys.items():
        yield f"| `{key}` | {_kind_text(kind)} | {kind.get('description', '')} |"


def _kind_text(kind: Mapping[str, Any]) -> str:
    if "anyOf" in kind:
        return " or ".join(_kind_text(one) for one in kind["anyOf"] if one.get("type") != "null")
    if "$ref" in kind:
        return kind["$ref"].rpartition("/")[2] if kind is not _SECRET else "[secret](#secrets)"
    if "const" in kind:
        return f"`{kind['const']}`"
    if "enum" in kind:
        return ", ".join(f"`{json.dumps(one) if not isinstance(one, str) else one}`" for one in _words(kind["enum"]))
    named = kind["type"] if isinstance(kind["type"], str) else kind["type"][0]
    return _of_items(named, kind)


def _words(values: Sequence[object]) -> Sequence[object]:
    """Returns the values without null where others say what may be written."""
    return [one for one in values if one is not None] if any(isinstance(one, str) for one in values) else values


def _of_items(named: str, kind: Mapping[str, Any]) -> str:
    match named:
        case "array" if "$ref" in kind["items"]:
            return f"list of {kind['items']['$ref'].rpartition('/')[2]}"
        case "array":
            return "list of strings"
        case "object":
            return ", ".join(f"`{key}`" for key in kind["properties"])
        case "integer" if "minimum" in kind:
            return f"{kind['minimum']} to {kind['maximum']}"
        case _:
            return named


if __name__ == "__main__":
    SCHEMA.write_text(schema_text(), encoding="utf-8")
    PAGE.write_text(page(), encoding="utf-8")
