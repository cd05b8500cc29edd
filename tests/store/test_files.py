import os
import socket

import pytest

from smtp_desktop.domain.errors import BadAttachment
from smtp_desktop.domain.mail.message import Attachment
from smtp_desktop.store.files import DiskFiles

LIMIT = 1_500_000
posix = pytest.mark.skipif(os.name != "posix", reason="POSIX files")


@pytest.fixture
def files():
    return DiskFiles()


def refused(files, path, match, limit_bytes=LIMIT):
    with pytest.raises(BadAttachment, match=match) as caught:
        files.read(str(path), limit_bytes=limit_bytes)
    assert str(path) in str(caught.value)


def test_returns_the_file_with_its_name_and_type(files, tmp_path):
    path = tmp_path / "größe 1.pdf"
    path.write_bytes(b"\x00%PDF\r\n\xff")
    assert files.read(str(path), limit_bytes=LIMIT) == Attachment(
        name="größe 1.pdf", content=b"\x00%PDF\r\n\xff", content_type="application/pdf"
    )


@pytest.mark.parametrize(
    ("name", "content_type"),
    [
        ("a.csv", "text/csv"),
        ("A.TXT", "text/plain"),
        ("a.png", "image/png"),
        ("a.zip", "application/zip"),
        ("a.xlsx", "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"),
        ("a.docx", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("a.tar.gz", "application/gzip"),
        ("a.gz", "application/gzip"),
        ("a.csv.xz", "application/octet-stream"),
        ("a.eml", "application/octet-stream"),
        ("a.mht", "application/octet-stream"),
        ("a.what", "application/octet-stream"),
        ("a", "application/octet-stream"),
        (".csv", "application/octet-stream"),
    ],
)
def test_types_are_the_same_everywhere(files, tmp_path, name, content_type):
    (tmp_path / name).write_bytes(b"x")
    assert files.read(str(tmp_path / name), limit_bytes=LIMIT).content_type == content_type


def test_the_limit_is_still_allowed(files, tmp_path):
    path = tmp_path / "a"
    path.write_bytes(b"x" * LIMIT)
    assert len(files.read(str(path), limit_bytes=LIMIT).content) == LIMIT
    path.write_bytes(b"x" * (LIMIT + 1))
    refused(files, path, r"larger than the 1\.5 MB")
    refused(files, path, r"larger than the 0 MB", limit_bytes=0)
    refused(files, path, r"larger than the 1 MB", limit_bytes=1_000_000)


def test_an_empty_file_is_a_file(files, tmp_path):
    (tmp_path / "a").touch()
    assert files.read(str(tmp_path / "a"), limit_bytes=0).content == b""


@pytest.mark.parametrize("name", ["none.pdf", "none/none.pdf", "a\0b"])
def test_a_missing_file_is_refused(files, tmp_path, name):
    refused(files, tmp_path / name, "does not exist")


def test_a_file_is_no_folder(files, tmp_path):
    (tmp_path / "a").touch()
    refused(files, tmp_path / "a" / "b", "does not exist")


@pytest.mark.parametrize("path", ["", "."])
def test_no_name_is_no_file(files, path):
    with pytest.raises(BadAttachment):
        files.read(path, limit_bytes=LIMIT)


def test_a_folder_is_refused(files, tmp_path):
    refused(files, tmp_path, "is a folder")


@posix
@pytest.mark.skipif(os.name == "posix" and os.geteuid() == 0, reason="root may read everything")
def test_no_permission_is_refused(files, tmp_path):
    path = tmp_path / "a"
    path.touch(mode=0)
    refused(files, path, "don't have permission to read")


def test_no_permission_is_refused_whoever_runs_this(files, tmp_path, monkeypatch):
    """Patched because root may read everything."""

    def denied(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "open", denied)
    refused(files, tmp_path / "a", "don't have permission to read")


@posix
def test_a_pipe_does_not_block(files, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    refused(files, tmp_path / "pipe", "pipe or a device")
    refused(files, "/dev/zero", "pipe or a device")


@posix
def test_a_socket_is_refused(files, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # a socket's path must be short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("s")
        refused(files, "s", "pipe or a device")


def test_a_file_that_grows_while_it_is_read_is_refused(files, tmp_path, monkeypatch):
    """Patched because it has to grow between the check and the read."""
    path = tmp_path / "a"
    path.write_bytes(b"x" * 10)
    look = os.fstat

    def look_and_grow(descriptor):
        found = look(descriptor)
        with path.open("ab") as file:
            file.write(b"y" * 100)
        return found

    monkeypatch.setattr(os, "fstat", look_and_grow)
    refused(files, path, "larger than the 0 MB", limit_bytes=20)


@posix
def test_a_link_leads_to_its_file(files, tmp_path):
    (tmp_path / "real.txt").write_bytes(b"x")
    (tmp_path / "link.pdf").symlink_to(tmp_path / "real.txt")
    assert files.read(str(tmp_path / "link.pdf"), limit_bytes=LIMIT).name == "link.pdf"
