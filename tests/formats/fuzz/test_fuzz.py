"""Whatever is in a file: no reader raises, none takes for ever, and no words that are shown or logged have a secret."""

import os
from collections.abc import Callable, Sequence
from contextlib import suppress
from random import Random

import pytest
from formats.fuzz.mutations import damaged, large, noise
from formats.fuzz.seeds import CANARY, SEEDS
from services.imports.own_files_harness import PASSPHRASE, SHOP, OwnFilesHarness, with_password

from smtp_desktop.domain.errors import WrongPassphrase
from smtp_desktop.domain.imports.found import ImportFormat
from smtp_desktop.domain.imports.preview import ImportAction, ImportChoice, ImportPreview, ImportState
from smtp_desktop.domain.imports.source_file import NotText, SourceFile, decoded
from smtp_desktop.formats.registry import Formats
from smtp_desktop.formats.withheld import secrets_in
from smtp_desktop.services.imports.imports import ImportSources

_QUICK = 400
_MANY = int(os.environ.get("SMTP_DESKTOP_TEST_IMPORTS", "50000"))  # of each kind, in the long run
_BLOCK = max(1, _MANY // 10)
_THERE = {ImportState.EXISTS, ImportState.UNREADABLE}


def harness_of_all() -> OwnFilesHarness:
    """Returns a harness whose import reads everything."""
    harness = OwnFilesHarness()
    harness.both._sources = ImportSources(readers=Formats(), own=harness.own)
    return harness


@pytest.fixture
def look(caplog: pytest.LogCaptureFixture) -> Callable[[Sequence[SourceFile]], ImportPreview]:
    """Looks at files as an import does, and holds what came of it against what always holds."""
    harness = harness_of_all()

    def look(files: Sequence[SourceFile]) -> ImportPreview:
        preview = harness.both.look(files)
        assert {path for source in preview.sources for path in source.files} == {one.path for one in files}
        assert all(row.actions or row.reason for row in preview.rows)
        assert caplog.text == ""
        return preview

    return look


def words_of(preview: ImportPreview) -> str:
    """Returns all that is said of the rows."""
    said = [[row.name, row.reason, *row.notes] for row in preview.rows]
    said += [[one.missing, *one.notes] for source in preview.sources for one in source.found]
    said += [[one.reason] for source in preview.sources for one in source.unreadable]
    return "\n".join(str(word) for words in said for word in words)


def read(look: Callable[[Sequence[SourceFile]], ImportPreview], files: Sequence[SourceFile]) -> None:
    """Looks at the files. Where they still say that something is a password, no words have it."""
    if CANARY in words_of(look(files)):
        said: set[str] = set()
        for file in files:
            with suppress(NotText):
                said |= secrets_in(decoded(file))
        assert not any(CANARY in secret for secret in said)


@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.format} {seed.files[0][0]}")
def test_the_seeds_are_what_they_are_meant_to_be(look, seed):
    preview = look([SourceFile(path=path, content=text.encode()) for path, text in seed.files])
    assert {source.format for source in preview.sources} == {seed.format}
    assert [row for row in preview.rows if row.draft and row.draft.host_name == "smtp.company.example"]
    assert CANARY not in words_of(preview)
    assert CANARY not in repr(preview)


@pytest.mark.parametrize("made", [damaged, noise], ids=lambda made: made.__name__)
def test_damaged_files_and_noise_are_read_without_an_error(look, made):
    for number in range(_QUICK):
        read(look, made(Random(number)))


@pytest.mark.long
@pytest.mark.parametrize("made", [damaged, noise], ids=lambda made: made.__name__)
@pytest.mark.parametrize("first", range(_QUICK, _QUICK + _MANY, _BLOCK))
def test_a_great_many_damaged_files_are_read_without_an_error(look, made, first):
    for number in range(first, first + _BLOCK):
        read(look, made(Random(number)))


@pytest.mark.parametrize("numbers", [range(60), pytest.param(range(60, 6000), marks=pytest.mark.long)], ids=len)
def test_what_damaged_files_give_can_be_imported_and_is_there_then(numbers):
    for number in numbers:
        harness = harness_of_all()
        imports = harness.both
        files = damaged(Random(number))
        preview = imports.look(files)
        imports.run(preview, preview.proposed())
        again = imports.look(files)
        assert {row.state for row in again.rows if row.format is not ImportFormat.OWN} <= _THERE
        imports.run(again, {row.number: ImportChoice(action=ImportAction.UPDATE) for row in again.rows if row.actions})
        stored = harness.store.all()
        assert len({one.name.lower() for one in stored}) == len(stored)
        assert sum(one.is_default for one in stored) == bool(stored)
        assert not harness.store.stale


@pytest.mark.parametrize("count", [100, pytest.param(5000, marks=pytest.mark.long)])
def test_a_damaged_sealed_file_is_refused(count):
    harness = harness_of_all()
    sealed = harness.sealed(smtps=[with_password(SHOP, CANARY)]).content
    for number in range(count):
        random = Random(number)
        content = bytearray(sealed[: random.randint(len(sealed) // 2, len(sealed))])
        content[random.randrange(len(content))] ^= 1 << random.randrange(8)
        with suppress(WrongPassphrase):
            preview = harness.both.look([SourceFile(path="move", content=bytes(content))], PASSPHRASE)
            assert {row.state for row in preview.rows} == {ImportState.UNREADABLE}


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.format} {seed.files[0][0]}")
def test_a_large_file_takes_no_more_than_linear_time(look, seed):
    for files in large(seed):
        look(files)
