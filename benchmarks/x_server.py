"""An X server for the benchmarks that open windows. Needs Debian's xvfb."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def x_server() -> Iterator[str]:
    """Gives the DISPLAY of an X server of its own."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1920x1200x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        try:
            yield f":{(server.stdout.readline() if server.stdout else '').strip()}"
        finally:
            server.terminate()
