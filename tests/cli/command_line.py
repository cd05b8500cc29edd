"""The command line inside the test's process: real store, secrets in memory."""

import io
import json
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cli.contract.contract_check import refuse_breach, words_of
from fakes.authorization_servers import FakeAuthorizationServers
from fakes.certificate_maker import FakeCertificateMaker
from fakes.databases import provide_database
from fakes.sealed_exports import CHEAP
from fakes.small import FixedClock
from fakes.vault import MemoryVault

from smtp_desktop.cli.app import run
from smtp_desktop.composition.application import Application, NoListeners, SystemClock
from smtp_desktop.composition.command_line import open_demo
from smtp_desktop.composition.data_folder import DATABASE_FILE
from smtp_desktop.composition.restoring import restore_lock
from smtp_desktop.domain.diagnosis.advice import Advice, AdviceStep
from smtp_desktop.domain.diagnosis.rules import AdviceRule
from smtp_desktop.domain.message_text import msg
from smtp_desktop.domain.secret import Secret
from smtp_desktop.services.backup.restore import Restore
from smtp_desktop.services.ports import Mailboxes, Transport
from smtp_desktop.services.services import Services
from smtp_desktop.store.backup.home import SqliteHome
from smtp_desktop.vault.sealed_backup import SealedBackups
from smtp_desktop.vault.sealed_export import SealedExports

GUID = "c1f7a2b4-0d3e-4f7a-8a55-2b6f3e9d1c20"

# What becomes of a rule's advice is tested here; the rules themselves have tests of their own.
RULE = AdviceRule(
    kinds=frozenset({"graph_refused", "token_refused"}),
    advice=Advice(
        title=msg("Microsoft wants more"),
        meaning=msg("Something is missing."),
        steps=(AdviceStep(text=msg("Do this.")), AdviceStep(text=msg("Try."))),
    ),
)


@dataclass(frozen=True)
class Ran:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


class Terminal(io.TextIOWrapper):
    """Standard input; a terminal if `at_terminal`."""

    def __init__(self, content: bytes, *, at_terminal: bool) -> None:
        super().__init__(io.BytesIO(content), encoding="utf-8")
        self._at_terminal = at_terminal

    def isatty(self) -> bool:
        return self._at_terminal


class _WithFakeVault(Application):
    """An application whose vault can be locked although it is given, since it is the fake."""

    def __init__(self, home: Path, vault: MemoryVault) -> None:
        super().__init__(home, vault=vault)
        self._fake = vault

    def unlock(self, master: Secret) -> None:
        self._fake.unlock(master)


class CommandLine:
    """Runs commands on one home; `vault` outlives them, as a keyring does. `transport` and `mailboxes`, if set, take
    the place of the network, and so do `authorization_servers`; certificates take no time. `when_opened` gets the
    services on its data, before the command does."""

    def __init__(self, home: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
        self.home = home
        self.vault = MemoryVault()
        self.transport: Transport | None = None
        self.mailboxes: Mailboxes | None = None
        self.authorization_servers = FakeAuthorizationServers(FixedClock())
        self.certificate_maker = FakeCertificateMaker()
        self.when_opened: Callable[[Services], object] | None = None
        self.chosen_homes: list[Path | None] = []
        self.copies_database = True  # faster than to let the program make one
        self._monkeypatch = monkeypatch
        self._capsys = capsys

    def __call__(self, *arguments: str, stdin: bytes = b"", at_terminal: bool = False) -> Ran:
        with Terminal(stdin, at_terminal=at_terminal) as terminal:
            self._monkeypatch.setattr(sys, "stdin", terminal)  # the process has one only
            code = run(arguments, self._open, open_demo, self._open_home)
        shown = self._capsys.readouterr()
        if "--json" in arguments and shown.out.startswith(("{", "[")):
            refuse_breach(words_of(arguments), shown.out)
        return Ran(code=code, out=shown.out, err=shown.err)

    def application(self) -> Application:
        """The caller closes it."""
        if self.copies_database:
            provide_database(self.home / "smtp-desktop.sqlite3")
        return _WithFakeVault(self.home, self.vault)

    @contextmanager
    def _open(self, home: Path | None) -> Iterator[Services]:
        self.chosen_homes.append(home)
        with closing(self.application()) as application:
            services = application.services
            adapters: Any = application  # its attributes have the types of the real adapters, not of the ports
            adapters.authorization_servers = self.authorization_servers
            adapters.certificate_maker = self.certificate_maker
            adapters.sealer, adapters.backup_sealer = SealedExports(CHEAP), SealedBackups(CHEAP)
            if self.transport:
                adapters.transport, adapters.clock = self.transport, FixedClock()
                adapters.advice_rules = lambda _: [RULE]
                adapters.services.deliverability = SimpleNamespace(warnings_for=lambda *_: ())
            if self.mailboxes:
                adapters.mailboxes, adapters.advice_rules = self.mailboxes, lambda _: [RULE]
            if self.when_opened:
                self.when_opened(services)
            yield services

    @contextmanager
    def _open_home(self, home: Path | None) -> Iterator[SimpleNamespace]:
        self.chosen_homes.append(home)
        restore = Restore(
            home=SqliteHome(self.home / DATABASE_FILE),
            vault=self.vault,
            sealer=SealedBackups(CHEAP),
            clock=SystemClock(),
            events=NoListeners(),
            lock=lambda: restore_lock(self.home),
        )
        self.home.mkdir(parents=True, exist_ok=True)
        yield SimpleNamespace(restore=restore, unlock=self.vault.unlock)

    def create(self, name: str, *options: str, password: bytes = b"secret\n") -> Ran:
        """An SMTP that signs in to 127.0.0.1, unless the options say else."""
        server = ("--host", "127.0.0.1", "--port", "1", "--user", "boss@company.example", "--password-stdin")
        ran = self("smtp", "create", name, *server, *options, stdin=password)
        assert ran.code == 0, ran.err
        return ran

    def create_graph(self, name: str, *options: str) -> Ran:
        """A mailbox that is signed in to as an app, unless the options say else."""
        mailbox = ("--type", "graph", "--user", "box@company.example", "--tenant-id", "company.example")
        app = ("--client-id", GUID, "--client-secret-stdin", "--sign-in", "app-only")
        ran = self("smtp", "create", name, *mailbox, *app, *options, stdin=b"the client's")
        assert ran.code == 0, ran.err
        return ran

    def create_browser(self, name: str, *options: str) -> Ran:
        """An SMTP that a person signs in to at Google, unless the options say else."""
        server = ("--host", "smtp.gmail.com", "--user", "shop@company.example", "--sign-in", "browser")
        ran = self("smtp", "create", name, *server, "--client-id", "id", "--client-secret-stdin", *options, stdin=b"s")
        assert ran.code == 0, ran.err
        return ran

    def create_activity(self, name: str, *options: str) -> Ran:
        """An activity that greets somebody, unless the options say else."""
        mail = ("--to", "{{ to }}", "--subject", "Hello {{ who }}", "--text", "Dear {{ who }}")
        ran = self("activity", "create", name, *mail, *options)
        assert ran.code == 0, ran.err
        return ran

    def trigger(self, name: str, **values: str) -> int:
        """Puts one mail into the outbox and returns its number."""
        values = {"to": "ann@company.example", "who": "Ann"} | values
        ran = self("trigger", name, *(f"-s{key}={value}" for key, value in values.items()), "--json")
        assert ran.code == 0, ran.err
        number: int = ran.json["id"]
        return number

    def deliveries(self, *options: str) -> list[dict[str, Any]]:
        """What is in the outbox, the newest first."""
        listed: list[dict[str, Any]] = self("outbox", "list", *options, "--json").json
        return listed

    def secrets(self) -> list[str]:
        """What the vault holds."""
        return [secret.reveal() for secret in self.vault.secrets.values()]
