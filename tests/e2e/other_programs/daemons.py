"""Daemons of other programs that tests start, and end again by their process id."""

import os
import select
import shutil
import signal
import subprocess
import tempfile
from pathlib import Path

_SEARCHED = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"


def missing(*programs: str) -> str:
    """Returns why `programs` can't be run here, or an empty text."""
    if not hasattr(os, "geteuid") or os.geteuid() != 0:
        return f"{programs[0]} starts for root only"
    lacking = [name for name in programs if _path(name) is None]
    return f"not installed: {', '.join(lacking)}" if lacking else ""


def run(name: str, *arguments: str) -> str:
    """Returns what the program says; it must end well."""
    # Into a file: a daemon keeps a pipe open for as long as it runs.
    with tempfile.TemporaryFile() as said:
        ran = subprocess.run(
            [_path(name) or name, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=subprocess.STDOUT,
            timeout=60,
            check=False,
        )
        said.seek(0)
        words = said.read().decode()
    assert ran.returncode == 0, words
    return words


def end(pid_file: Path) -> None:
    """Ends the process of which `pid_file` has the number, and waits for it; does nothing where there is none."""
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text())
    descriptor = os.pidfd_open(pid)
    try:
        os.kill(pid, signal.SIGTERM)
        assert select.select([descriptor], [], [], 30)[0], "it did not end"
    finally:
        os.close(descriptor)


def _path(name: str) -> str | None:
    return shutil.which(name, path=_SEARCHED)
