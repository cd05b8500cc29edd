"""Exports that are sealed with a passphrase: opened by that alone, and damage and forgeries are noticed."""

import json
import random
from contextlib import suppress

import pytest
from fakes.sealed_exports import CHEAP

from smtp_desktop.domain.errors import FieldErrors, SealedFileDamaged, SealedFileTooNew, WrongPassphrase
from smtp_desktop.domain.secret import Secret
from smtp_desktop.vault import sealing
from smtp_desktop.vault.sealed_export import SealedExports

PASSPHRASE = Secret("four words that fit")
DOCUMENT = {"smtp_desktop": 1, "smtps": [{"name": "Grüße", "password": {"value": Secret("hunter2 \u2028 é")}}]}


@pytest.fixture
def exports():
    return SealedExports(CHEAP)


@pytest.fixture
def sealed(exports):
    return exports.seal(DOCUMENT, PASSPHRASE)


def with_header(sealed, **changes):
    """Returns the file with another header, and a checksum that matches it."""
    header, content, *_ = sealed.split(b"\n")
    lines = json.dumps({**json.loads(header), **changes}).encode() + b"\n" + content + b"\n"
    return lines + sealing.checksum_line(lines)


def test_the_passphrase_opens_what_it_sealed(exports, sealed):
    opened = json.loads(exports.unseal(sealed, PASSPHRASE))
    assert opened["smtps"] == [{"name": "Grüße", "password": {"value": "hunter2 \u2028 é"}}]


def test_nothing_of_the_content_shows(exports, sealed):
    assert all(word not in sealed for word in (b"hunter2", b"smtps", b"password", "Grüße".encode()))
    assert sealed != exports.seal(DOCUMENT, PASSPHRASE)


def test_the_size_gives_no_length_of_a_secret_away(exports, sealed):
    longer = {"smtp_desktop": 1, "smtps": [{"name": "Grüße", "password": {"value": Secret("x" * 300)}}]}
    assert len(exports.seal(longer, PASSPHRASE)) == len(sealed)


def test_another_passphrase_does_not_open_it(exports, sealed):
    with pytest.raises(WrongPassphrase):
        exports.unseal(sealed, Secret("four words that fit "))


def test_one_passphrase_typed_on_two_keyboards_is_the_same(exports):
    sealed = exports.seal(DOCUMENT, Secret("cafe\u0301 au lait"))
    assert exports.unseal(sealed, Secret("caf\u00e9 au lait"))


def test_it_is_known_by_how_it_begins(exports, sealed):
    assert exports.is_sealed(sealed)
    assert exports.is_sealed(sealed[:-10])
    vault = with_header(sealed, format="smtp-desktop-vault")
    assert not any(map(exports.is_sealed, (b"", b"{}", b'{"smtp_desktop": 1}', b"[" * 2000, b"\xff\xfe", vault)))


@pytest.mark.parametrize("end", [0, 1, 100, -1, -66])
def test_what_was_cut_short_is_damaged(exports, sealed, end):
    with pytest.raises(SealedFileDamaged):
        exports.unseal(sealed[:end], PASSPHRASE)


def test_what_was_altered_is_damaged(exports, sealed):
    with pytest.raises(SealedFileDamaged):
        exports.unseal(sealed.replace(b'"lanes": 1', b'"lanes": 2'), PASSPHRASE)


@pytest.mark.parametrize(
    "changes",
    [
        {"memory_kib": 2**40},
        {"memory_kib": 256 * 1024, "iterations": 16},
        {"memory_kib": 0},
        {"memory_kib": 1},
        {"memory_kib": True},
        {"memory_kib": "many"},
        {"iterations": 10**9},
        {"lanes": 1000},
        {"salt": "?"},
        {"nonce": ""},
        {"format": "smtp-desktop-vault"},
        {"added": "x" * 2000},
    ],
    ids=str,
)
def test_a_forged_header_costs_nothing(exports, sealed, changes):
    with pytest.raises(SealedFileDamaged):
        exports.unseal(with_header(sealed, **changes), PASSPHRASE)


def test_a_newer_version_is_refused(exports, sealed):
    with pytest.raises(SealedFileTooNew):
        exports.unseal(with_header(sealed, version=2), PASSPHRASE)


def test_no_forged_file_ends_in_anything_else(exports, sealed):
    chance = random.Random(18)
    for _ in range(300):
        content = bytearray(sealed[:-65])
        for _ in range(chance.randint(1, 4)):
            at = chance.randrange(len(content))
            content[at : at + chance.randint(0, 3)] = chance.randbytes(chance.randint(0, 3))
        lines = bytes(content)
        with suppress(SealedFileDamaged, SealedFileTooNew, WrongPassphrase):
            exports.unseal(lines + sealing.checksum_line(lines), PASSPHRASE)


@pytest.mark.parametrize("weak", ["", "short", "1234567890123", "aaaaaaaaaaaa"])
def test_a_passphrase_that_is_easy_to_guess_seals_nothing(exports, weak):
    with pytest.raises(FieldErrors):
        exports.seal(DOCUMENT, Secret(weak))


def test_what_is_too_large_is_not_opened(exports, sealed, monkeypatch):
    # In place of 64 MiB, which would take long.
    monkeypatch.setattr("smtp_desktop.vault.sealed_export.LARGEST_BYTES", 100)
    with pytest.raises(SealedFileDamaged):
        exports.unseal(sealed, PASSPHRASE)


def test_a_proposed_passphrase_is_long_and_a_new_one_each_time(exports):
    proposed = {exports.proposed_passphrase() for _ in range(20)}
    assert len(proposed) == 20
    assert {len(one) for one in proposed} == {29}
