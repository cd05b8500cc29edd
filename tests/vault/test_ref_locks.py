"""Locks of single secrets, between processes."""

import os
import subprocess
import sys

import pytest

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import Cancelled, VaultError
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.vault.ref_locks import LOOK_EVERY_S, RefLocks

REF = SecretRef("keyring:p1/tokens/1")
HOLDER = """
import sys
from pathlib import Path
from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.vault.ref_locks import RefLocks
with RefLocks(Path(sys.argv[1])).exclusive(sys.argv[2], Cancel()):
    print("held", flush=True)
    sys.stdin.read()
"""


def stopped():
    cancel = Cancel()
    cancel.request()
    return cancel


@pytest.mark.parametrize("end", [lambda process: process.kill(), lambda process: process.stdin.close()])
def test_a_process_keeps_others_out_until_it_is_done_or_dies(tmp_path, end):
    locks = RefLocks(tmp_path)
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(tmp_path), REF], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    with holder:
        assert holder.stdout.readline().strip() == b"held"
        with pytest.raises(Cancelled, match="another process"), locks.exclusive(REF, stopped()):
            pass
        with locks.exclusive(SecretRef("keyring:p1/tokens/2"), stopped()):
            pass
        end(holder)
        with locks.exclusive(REF, Cancel()):
            pass


def test_a_request_to_stop_is_noticed_in_a_tenth_of_a_second():
    assert LOOK_EVERY_S < 0.1


def test_a_folder_that_can_not_be_written_is_an_error(tmp_path):
    (tmp_path / "locks").write_text("")
    with pytest.raises(VaultError, match=r"lock .* can't be used"), RefLocks(tmp_path).exclusive(REF, Cancel()):
        pass


@pytest.mark.skipif(os.name != "posix", reason="permissions of POSIX")
def test_only_its_owner_can_read_the_locks(tmp_path):
    with RefLocks(tmp_path).exclusive(REF, Cancel()):
        (file,) = (tmp_path / "locks").iterdir()
    assert file.stat().st_mode & 0o777 == 0o600
    assert file.parent.stat().st_mode & 0o777 == 0o700
