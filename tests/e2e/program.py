"""The program as a process."""

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MASTER = "the master password"
_PATIENCE_S = 60


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Program:
    """Runs `python -m smtp_desktop` on a home of its own, on a system without a keyring. `trusted` is the CA that
    the system trusts."""

    def __init__(self, folder: Path, trusted: Path | None = None):
        self.home = folder / "home"
        self.before: tuple[str, ...] = ()  # a command that runs it
        self.printed: list[str] = []
        self._folder = folder
        kept = {name: os.environ[name] for name in ("PATH", "PYTHONPATH", "SYSTEMROOT") if name in os.environ}
        self.environment = kept | {
            "HOME": str(folder),
            "LC_ALL": "C.UTF-8",
            "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
            "SMTP_DESKTOP_HOME": str(self.home),
            "SMTP_DESKTOP_VAULT_PASSWORD": MASTER,
        }
        if trusted:
            self.environment["SSL_CERT_FILE"] = str(trusted)

    def __call__(self, *arguments: str, stdin: str = "") -> Ran:
        """Runs it to its end."""
        with self.start(*arguments) as process:
            out, err = process.communicate(stdin.encode(), timeout=_PATIENCE_S)
        self.printed += [out.decode(), err.decode()]
        return Ran(process.returncode, out.decode(), err.decode())

    def smtp(self, *arguments: str, stdin: str = "") -> Any:
        """Runs an `smtp` command that must succeed, and returns its JSON."""
        ran = self("smtp", *arguments, "--json", stdin=stdin)
        assert ran.code == 0, ran.out + ran.err
        return ran.json

    def start(self, *arguments: str) -> "subprocess.Popen[bytes]":
        return subprocess.Popen(
            [*self.before, sys.executable, "-m", "smtp_desktop", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            cwd=self._folder,
            env=self.environment,
        )
