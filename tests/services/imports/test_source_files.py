"""Files and folders that are to be imported are read as they are."""

import errno
import os

import pytest

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import Cancelled
from smtp_desktop.domain.imports.source_file import LARGEST_BYTES
from smtp_desktop.services.imports import source_files
from smtp_desktop.services.imports.source_files import read_source_files


def read(*paths):
    return read_source_files(paths, Cancel())


def test_a_file_is_read_byte_by_byte_under_the_path_that_was_given(tmp_path):
    path = tmp_path / "main.cf"
    path.write_bytes(b"\xff\xfe\r\nrelayhost =")
    found = read(path)
    assert [(file.path, file.content) for file in found.files] == [(str(path), b"\xff\xfe\r\nrelayhost =")]
    assert found.besides == frozenset()


def test_a_folder_is_read_with_what_is_below_it_but_for_what_holds_no_settings(tmp_path):
    for name in ("b.env", "a.env", "below/c.ini", ".git/config", "node_modules/x.json"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(name)
    found = read(tmp_path)
    assert [file.content for file in found.files] == [b"a.env", b"b.env", b"below/c.ini"]
    assert found.besides == {file.path for file in found.files}


def test_a_link_out_of_the_folder_is_not_followed(tmp_path):
    (tmp_path / "secret").write_text("x")
    folder = tmp_path / "folder"
    folder.mkdir()
    (folder / "link").symlink_to(tmp_path / "secret")
    assert read(folder).files == ()


def test_what_is_no_file_is_named_and_blocks_nothing(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    found = read(pipe, tmp_path / "missing")
    assert [str(one.reason) for one in found.unread] == [
        "This is not a file.",
        f"The file can't be read: {os.strerror(errno.ENOENT)}",
    ]


def test_a_file_that_is_too_large_is_named_and_not_read(tmp_path):
    path = tmp_path / "dump.sql"
    with path.open("wb") as file:
        file.truncate(LARGEST_BYTES + 1)
    found = read(path)
    assert found.files == ()
    assert "16 MB" in str(found.unread[0].reason)


def test_a_folder_of_very_many_files_is_read_up_to_a_bound(tmp_path, monkeypatch):
    monkeypatch.setattr(source_files, "MOST_FILES", 3)  # the real bound would take a second to reach
    for number in range(5):
        (tmp_path / f"{number}.env").write_text("")
    assert len(read(tmp_path).files) == 3


def test_it_can_be_stopped(tmp_path):
    cancel = Cancel()
    cancel.request()
    with pytest.raises(Cancelled):
        read_source_files([tmp_path / "a"], cancel)
