"""smtp-desktop export, and the import of what it wrote: into an empty home, and into one that has some of it."""

import json

import pytest
from cli.command_line import CommandLine
from cli.declared.full_home import fill_home, fill_sign_ins

from smtp_desktop.domain.imports.preview import ImportState
from smtp_desktop.domain.imports.source_file import SourceFile
from smtp_desktop.domain.secret import Secret
from smtp_desktop.vault.sealed_export import SealedExports

PASSPHRASE = b"four words that fit\n"
SEALED = ("--with-secrets", "--passphrase-stdin")


@pytest.fixture
def other(tmp_path, monkeypatch, capsys, smtp_desktop):
    """Another computer."""
    home = CommandLine(tmp_path / "other", monkeypatch, capsys)
    home.certificate_maker = smtp_desktop.certificate_maker
    return home


def import_file(command_line, path):
    """Imports a file as proposed, and returns the preview."""
    files = [SourceFile(path=str(path), content=path.read_bytes())]
    with command_line._open(None) as services:
        preview = services.imports.look(files, Secret(PASSPHRASE.decode().strip()))
        services.imports.run(preview, preview.proposed())
    return preview


def states(preview):
    return [(row.kind, row.name, row.state) for row in preview.rows]


def unsealed(path):
    return json.loads(SealedExports().unseal(path.read_bytes(), Secret(PASSPHRASE.decode().strip())))


@pytest.mark.parametrize("name", ["smtps.yaml", "smtps.json"])
def test_without_secrets_the_second_export_is_the_first_byte_for_byte(smtp_desktop, other, tmp_path, monkeypatch, name):
    fill_home(smtp_desktop, tmp_path)
    fill_sign_ins(smtp_desktop, monkeypatch, tmp_path)
    file, again = tmp_path / name, tmp_path / f"again-{name}"
    assert smtp_desktop("export", str(file)).code == 0
    preview = import_file(other, file)
    assert ImportState.UNREADABLE not in {row.state for row in preview.rows}
    assert other("export", str(again)).code == 0
    assert again.read_bytes() == file.read_bytes()
    assert other.secrets() == []


def test_with_secrets_both_exports_hold_the_same_and_every_secret_travels(smtp_desktop, other, tmp_path, monkeypatch):
    fill_home(smtp_desktop, tmp_path)
    fill_sign_ins(smtp_desktop, monkeypatch, tmp_path)
    file, again = tmp_path / "move", tmp_path / "again"
    assert smtp_desktop("export", *SEALED, str(file), stdin=PASSPHRASE).code == 0
    preview = import_file(other, file)
    assert {row.state for row in preview.rows} == {ImportState.NEW, ImportState.SAME}  # of the settings
    assert other("export", *SEALED, str(again), stdin=PASSPHRASE).code == 0
    assert unsealed(again) == unsealed(file)
    assert sorted(other.secrets()) == sorted(smtp_desktop.secrets())
    plain = [home("export").out for home in (smtp_desktop, other)]
    assert plain[0] == plain[1]
    one, two = (home("smtp", "list", "--json").json for home in (smtp_desktop, other))
    assert one == two
    one, two = (home("activity", "list", "--json").json for home in (smtp_desktop, other))
    assert one == two
    assert {state for _, _, state in states(import_file(other, file))} == {ImportState.SAME}
