"""docs/export.schema.json describes what `export` writes, and what `apply` reads."""

import json
from pathlib import Path

import pytest
from cli.declared.full_home import fill_home
from jsonschema import Draft202012Validator

from smtp_desktop.domain.declared.errors import DocumentErrors
from smtp_desktop.domain.declared.node import TextFormat
from smtp_desktop.domain.declared.reader import declared_in
from smtp_desktop.domain.secret import Secret
from smtp_desktop.vault.sealed_export import SealedExports

SCHEMA = Path(__file__).parents[3] / "docs" / "export.schema.json"
VALIDATOR = Draft202012Validator(json.loads(SCHEMA.read_text(encoding="utf-8")))


def problems(document):
    return [error.message for error in VALIDATOR.iter_errors(document)]


def test_exports_are_as_the_schema_says(smtp_desktop, tmp_path):
    fill_home(smtp_desktop, tmp_path)
    document = smtp_desktop("export", "--json").json
    assert problems(document) == []
    assert problems(smtp_desktop("smtp", "export", "Site_2").json) == []
    sealed = tmp_path / "sealed"
    options = ("--with-secrets", "--passphrase-stdin")
    assert smtp_desktop("export", *options, str(sealed), stdin=b"four words that fit").code == 0
    opened = json.loads(SealedExports().unseal(sealed.read_bytes(), Secret("four words that fit")))
    assert problems(opened) == []
    assert {"value": "secret"} in [one.get("password") for one in opened["smtps"]]


@pytest.mark.parametrize(
    "smtp",
    [
        {"name": "A", "id": "x/y"},
        {"name": "A", "host": "b"},
        {"name": "A", "smtp_port": "25"},
        {"name": "A", "tls": "yes"},
        {"name": "A", "type": "other"},
        {"name": "A", "tags": "prod"},
        {"name": "A", "limits": {"per_year": 1}},
        {"name": "A", "password": "hunter2"},
        {"name": "A", "password": {}},
        {"name": "A", "password": {"env": "A", "file": "b"}},
        {"name": "A", "password": {"command": "pass"}},
        {"name": "A", "password": {"command": []}},
    ],
    ids=str,
)
def test_the_schema_refuses_what_the_program_refuses(smtp):
    document = {"smtp_desktop": 1, "smtps": [smtp]}
    assert problems(document)
    with pytest.raises(DocumentErrors):
        declared_in(json.dumps(document), TextFormat.JSON, sealed=True)


@pytest.mark.parametrize(
    "document",
    [
        {"smtp_desktop": 1},
        {"smtp_desktop": 1, "smtps": None, "activities": [], "default_smtp": None, "settings": None},
        {"smtp_desktop": 1, "smtps": [{"name": "A", "id": None, "limits": None, "password": {"value": "x"}}]},
        {"smtp_desktop": 1, "settings": {"check_every_minutes": None, "retry_days": 3, "theme": "dark"}},
        {"smtp_desktop": 1, "activities": [{"name": "A", "to": [], "enabled": False, "expire_after_s": 60}]},
    ],
    ids=str,
)
def test_both_take_these(document):
    assert problems(document) == []
    assert declared_in(json.dumps(document), TextFormat.JSON, sealed=True)


@pytest.mark.parametrize("document", [{}, {"smtp_desktop": 2}, {"smtp_desktop": 1, "more": 1}], ids=str)
def test_another_version_and_unknown_keys_are_refused_by_both(document):
    assert problems(document)
    with pytest.raises(DocumentErrors):
        declared_in(json.dumps(document), TextFormat.JSON)
