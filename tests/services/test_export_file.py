"""The file that is exported takes its place only when it is whole."""

import errno
import os
import re

import pytest

from smtp_desktop.domain.declared.node import TextFormat
from smtp_desktop.domain.errors import OutputLost
from smtp_desktop.services.export_file import write_document


def test_what_goes_wrong_leaves_the_earlier_file_as_it_was(tmp_path):
    path = tmp_path / "smtps.json"
    write_document({"smtps": []}, path, TextFormat.JSON)
    before = path.read_bytes()
    with pytest.raises(TypeError):
        write_document({"smtps": object()}, path, TextFormat.JSON)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_not_there_is_said(tmp_path):
    with pytest.raises(OutputLost, match=f"can't be written: {re.escape(os.strerror(errno.ENOENT))}"):
        write_document({"smtps": []}, tmp_path / "none" / "smtps.json", TextFormat.JSON)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="Windows has no such pipes")
def test_a_pipe_stays_one_and_gets_the_document(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    reader = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
    write_document({"smtps": []}, path, TextFormat.JSON)
    assert b"smtps" in os.read(reader, 1000)
    os.close(reader)
    assert path.is_fifo()
