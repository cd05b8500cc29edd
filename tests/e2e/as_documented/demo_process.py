"""`smtp-desktop inbox --demo` as a process."""

import shlex
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

_PATIENCE_S = 60


@dataclass(kw_only=True)
class DemoProcess:
    """A demo that listens. `printed` is what it said on standard error when it began; `variables` are those that it
    tells the user to set."""

    process: "subprocess.Popen[bytes]"
    printed: list[str] = field(default_factory=list)

    @property
    def variables(self) -> dict[str, str]:
        (line,) = (line for line in self.printed if line.startswith("  export "))
        return dict(word.split("=", 1) for word in shlex.split(line)[1:])

    def end(self) -> tuple[int, str]:
        """Ends it by SIGTERM; returns its exit code and what it printed on standard output."""
        self.process.terminate()
        out, _ = self.process.communicate(timeout=_PATIENCE_S)
        return self.process.returncode, out.decode()


def started(arguments: Sequence[str], **options: Any) -> DemoProcess:
    """Starts it and returns it as soon as it listens, with all that it has printed."""
    made = DemoProcess(process=subprocess.Popen(arguments, **options))
    stream = made.process.stderr
    assert stream is not None
    while not made.printed or not made.printed[-1].startswith("  smtp-desktop "):
        line = stream.readline()
        assert line, made.printed
        made.printed.append(line.decode().rstrip("\n"))
    return made
