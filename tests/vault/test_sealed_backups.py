"""Whole backups that are sealed with a passphrase: of any size, and whatever is altered or cut is noticed."""

import io
import random

import pytest
from fakes.sealed_exports import CHEAP

from smtp_desktop.domain.errors import FieldErrors, SealedFileDamaged, SealedFileTooNew, WrongPassphrase
from smtp_desktop.domain.secret import Secret, SecretRef
from smtp_desktop.vault.sealed_backup import CHUNK_BYTES, SealedBackups
from smtp_desktop.vault.sealed_export import SealedExports

PASSPHRASE = Secret("four words that fit")
SECRETS = {SecretRef("file:a"): Secret("hunter2 é \u2028"), SecretRef("file:b"): Secret("")}
TAG_BYTES = 16
SIZES = (0, 1, CHUNK_BYTES - 1, CHUNK_BYTES, CHUNK_BYTES + 1, 2 * CHUNK_BYTES, 3 * CHUNK_BYTES + 7)


@pytest.fixture
def backups():
    return SealedBackups(CHEAP)


def sealed(backups, content=b"the database", pieces=1000):
    target = io.BytesIO()
    backups.write(target, SECRETS, (content[at : at + pieces] for at in range(0, len(content), pieces)), PASSPHRASE)
    return target.getvalue()


def opened(backups, file, passphrase=PASSPHRASE):
    secrets, content = backups.read(io.BytesIO(file), passphrase)
    return secrets, b"".join(content)


@pytest.mark.parametrize("size", SIZES)
def test_content_of_any_size_comes_back(backups, size):
    content = random.Random(size).randbytes(size)
    assert opened(backups, sealed(backups, content, 700_001)) == (SECRETS, content)


def test_nothing_of_the_content_shows(backups):
    file = sealed(backups)
    assert all(word not in file for word in (b"hunter2", b"database", b"file:a", b"secrets"))
    assert file != sealed(backups)


def test_another_passphrase_does_not_open_it(backups):
    with pytest.raises(WrongPassphrase):
        opened(backups, sealed(backups), Secret("four words that fit "))


def test_a_passphrase_that_is_easily_guessed_seals_nothing(backups):
    with pytest.raises(FieldErrors):
        backups.refuse_weak(Secret("password"))
    backups.refuse_weak(PASSPHRASE)


@pytest.mark.parametrize("size", [0, 5, CHUNK_BYTES, 2 * CHUNK_BYTES + 5])
def test_what_is_cut_short_is_noticed(backups, size):
    file = sealed(backups, bytes(size))
    content_bytes = len(file) - len(sealed(backups, b"")) + TAG_BYTES
    cuts = {0, 1, 100, len(file) - content_bytes, len(file) - content_bytes + CHUNK_BYTES + TAG_BYTES, len(file) - 1}
    for cut in sorted(cut for cut in cuts if cut < len(file)):
        with pytest.raises(SealedFileDamaged):
            opened(backups, file[:cut])


def test_a_chunk_that_is_left_out_repeated_or_moved_is_noticed(backups):
    content = random.Random(1).randbytes(3 * CHUNK_BYTES)
    file = sealed(backups, content)
    size = CHUNK_BYTES + TAG_BYTES
    head, first, second, last = file[: -3 * size], file[-3 * size : -2 * size], file[-2 * size : -size], file[-size:]
    assert opened(backups, head + first + second + last)[1] == content
    for parts in ((second, last), (first, last), (second, first, last), (first, second, last, last), (first, second)):
        with pytest.raises(SealedFileDamaged):
            opened(backups, head + b"".join(parts))


def test_every_byte_that_is_altered_is_noticed(backups):
    file = sealed(backups)
    for at in range(0, len(file), 7):
        forged = bytearray(file)
        forged[at] ^= 1
        with pytest.raises((SealedFileDamaged, SealedFileTooNew)):
            opened(backups, bytes(forged))


def test_only_files_of_that_kind_are_recognized(backups):
    export = SealedExports(CHEAP).seal({}, PASSPHRASE)
    assert backups.is_sealed(io.BytesIO(sealed(backups)))
    assert not any(backups.is_sealed(io.BytesIO(other)) for other in (export, b"", b"SQLite format 3\0" * 200))
    source = io.BytesIO(sealed(backups))
    backups.is_sealed(source)
    assert source.tell() == 0
