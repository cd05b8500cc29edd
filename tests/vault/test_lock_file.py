"""Lock files, which one holds at a time."""

import errno
import os

import pytest

from smtp_desktop.vault.lock_file import exclusive, exclusive_at_once


def test_who_comes_second_is_told_so_and_the_third_has_it_again(tmp_path):
    path = tmp_path / "some.lock"
    with exclusive_at_once(path) as first:
        with exclusive_at_once(path) as second:
            assert (first, second) == (True, False)
        assert path.exists()
    with exclusive_at_once(path) as third:
        assert third


def test_both_ways_of_taking_it_are_about_one_lock(tmp_path):
    path = tmp_path / "some.lock"
    with exclusive(path), exclusive_at_once(path) as alone:
        assert not alone


@pytest.mark.skipif(os.name != "posix", reason="links and permissions of POSIX")
def test_a_link_is_not_followed(tmp_path):
    (tmp_path / "link.lock").symlink_to(tmp_path / "elsewhere")
    with pytest.raises(OSError, match=rf"Errno {errno.ELOOP}"), exclusive_at_once(tmp_path / "link.lock"):
        pass
    assert not (tmp_path / "elsewhere").exists()
