"""The command line inside the test's process: real store, secrets in memory."""

import io
import json
import sys
from dataclasses import dataclass
from typing import Any

from fakes.vault import MemoryVault

from smtp_desktop.bootstrap import Parts, build
from smtp_desktop.cli.app import run


class Unheard:
    def publish(self, event):
        pass


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Terminal(io.TextIOWrapper):
    """Standard input; with `person`, one that a person sits at."""

    def __init__(self, content: bytes, *, person: bool):
        super().__init__(io.BytesIO(content), encoding="utf-8")
        self._person = person

    def isatty(self):
        return self._person


class CommandLine:
    """Runs commands on one home; `vault` outlives them, as a keyring does."""

    def __init__(self, home, monkeypatch, capsys):
        self.home = home
        self.vault = MemoryVault()
        self.chosen_homes = []
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *arguments: str, stdin: bytes = b"", person: bool = False) -> Ran:
        with Terminal(stdin, person=person) as terminal:
            self._monkeypatch.setattr(sys, "stdin", terminal)  # the process has one only
            code = run(arguments, self._open)
        told = self._capsys.readouterr()
        return Ran(code=code, out=told.out, err=told.err)

    def parts(self) -> Parts:
        """The caller closes them."""
        return build(self.home, events=Unheard(), vault=self.vault)

    def _open(self, home):
        self.chosen_homes.append(home)
        # The fake vault can be locked, which a vault that `build` is given never is.
        return Opened(self.parts(), self.vault.unlock)

    def create(self, name: str, *options: str, password: bytes = b"secret\n") -> Ran:
        """An SMTP that signs in to 127.0.0.1, unless the options say else."""
        server = ("--host", "127.0.0.1", "--port", "1", "--user", "boss@company.example", "--password-stdin")
        ran = self("smtp", "create", name, *server, *options, stdin=password)
        assert ran.code == 0, ran.err
        return ran

    def secrets(self) -> list[str]:
        """What the vault holds."""
        return [secret.reveal() for secret in self.vault.secrets.values()]


class Opened:
    """Parts with the vault's own way of unlocking."""

    def __init__(self, parts, unlock):
        self.profiles, self.tester, self.vault = parts.profiles, parts.tester, parts.vault
        self.unlock, self.close = unlock, parts.close
