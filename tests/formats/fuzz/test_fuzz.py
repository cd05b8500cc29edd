"""Whatever is in a file: no reader raises, none takes for ever, and no words that are shown or logged have a secret."""

from collections.abc import Callable, Sequence
from random import Random

import pytest
from formats.fuzz.mutations import damaged, large, noise
from formats.fuzz.seeds import CANARY, SEEDS
from services.imports.imports_harness import ImportsHarness

from smtp_desktop.domain.imports.preview import ImportPreview
from smtp_desktop.domain.imports.source_file import SourceFile
from smtp_desktop.formats.registry import READERS, Formats
from smtp_desktop.services.imports.imports import ImportSources

_QUICK, _MANY = 400, 50_000
READ = [seed for seed in SEEDS if seed.format in {reader.format for reader in READERS}]


@pytest.fixture
def look(caplog: pytest.LogCaptureFixture) -> Callable[[Sequence[SourceFile]], ImportPreview]:
    """Looks at files as an import does, and holds what came of it against what always holds."""
    harness = ImportsHarness()
    imports = harness.imports()
    imports._sources = ImportSources(readers=Formats())

    def look(files: Sequence[SourceFile]) -> ImportPreview:
        preview = imports.look(files)
        assert sorted(path for source in preview.sources for path in source.files) == sorted(one.path for one in files)
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


@pytest.mark.parametrize("seed", READ, ids=lambda seed: f"{seed.format} {seed.files[0][0]}")
def test_the_seeds_are_what_they_are_meant_to_be(look, seed):
    preview = look([SourceFile(path=path, content=text.encode()) for path, text in seed.files])
    assert {source.format for source in preview.sources} == {seed.format}
    assert [row for row in preview.rows if row.draft and row.draft.host_name == "smtp.company.example"]
    assert CANARY not in words_of(preview)
    assert CANARY not in repr(preview)


@pytest.mark.parametrize("made", [damaged, noise], ids=lambda made: made.__name__)
def test_damaged_files_and_noise_are_read_without_an_error(look, made):
    for number in range(_QUICK):
        assert CANARY not in words_of(look(made(Random(number))))


@pytest.mark.long
@pytest.mark.parametrize("made", [damaged, noise], ids=lambda made: made.__name__)
def test_a_great_many_damaged_files_are_read_without_an_error(look, made):
    for number in range(_QUICK, _QUICK + _MANY):
        assert CANARY not in words_of(look(made(Random(number))))


@pytest.mark.long
@pytest.mark.parametrize("seed", SEEDS, ids=lambda seed: f"{seed.format} {seed.files[0][0]}")
def test_a_large_file_takes_no_more_than_linear_time(look, seed):
    for files in large(seed):
        look(files)
