"""Locks of single secrets, between processes."""

import os
import subprocess
import sys
from contextlib import ExitStack

import pytest

from smtp_desktop.domain.cancel import Cancel
from smtp_desktop.domain.errors import Cancelled, VaultError
from smtp_desktop.domain.secret import SecretRef
from smtp_desktop.vault.lock_file import exclusive_while
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
        with pytest.raises(Cancelled, match="being renewed"), locks.exclusive(REF, stopped()):
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
    assert list(file.parent.iterdir()) == []


@pytest.mark.skipif(os.name != "posix", reason="Windows removes no file that is open")
def test_whoever_waited_for_a_lock_that_was_removed_does_not_hold_another_one(tmp_path):
    path, waits = tmp_path / "some.lock", iter([True])
    with ExitStack() as first:
        assert first.enter_context(exclusive_while(path, lambda: False))

        def meanwhile() -> bool:
            first.close()  # the second has that file open, and the third makes a new one
            third = ExitStack()
            assert third.enter_context(exclusive_while(path, lambda: False))
            first.push(third.pop_all())
            return next(waits, False)

        with exclusive_while(path, meanwhile) as second:
            assert not second
