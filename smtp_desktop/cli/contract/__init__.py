"""The documents that commands print with `--json`: every key, its type and its meaning.

Builders of documents are annotated with these types, so that mypy holds them to it. `docs/cli.schema.json` and
`docs/cli.md` are made from them (`python3 dev.py cli`), and `tests/cli/contract/test_contract.py` holds what every
command prints against the schema. Values of a closed list are StrEnums: a builder gives the member itself, which is
written as its value.

A key is always there, `null` where there is nothing; it has one type and one meaning everywhere. Several things are an
array, also where there is one. Addresses are arrays. Times are ISO 8601 in UTC with `Z`.

Nothing here is imported where a command runs (`TYPE_CHECKING`): it would only make the start slower.
"""
