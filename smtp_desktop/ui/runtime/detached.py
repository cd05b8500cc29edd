"""Processes that go on without the window."""

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from smtp_desktop.domain.secret import Secret


def start_detached(command: Sequence[str], *, master: Secret | None, folder: Path) -> "subprocess.Popen[bytes] | None":
    """Starts `command` so that it outlives this process, in `folder`, and returns it. Its standard input is one line,
    the master password if that is known. Returns None if it can't be started: what waits is sent by the next window."""
    try:
        process = subprocess.Popen(  # noqa: S603 - the program itself
            list(command),
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd=folder,
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "DETACHED_PROCESS", 0),  # on Windows alone,
        )
        if process.stdin:
            process.stdin.write(f"{master.reveal() if master else ''}\n".encode())
            process.stdin.close()
    except OSError:
        return None
    return process
