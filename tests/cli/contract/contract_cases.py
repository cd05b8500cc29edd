"""A case for every command: how it is called with --json so that it succeeds."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from shutil import copytree

from cli.command_line import CommandLine
from cli.delivery_results import finish
from fakes.mailboxes import FakeMailboxes, a_mail
from fakes.transport import FakeTransport

from smtp_desktop.composition.data_folder import DATABASE_FILE
from smtp_desktop.domain.delivery.delivery import DeliveryState
from smtp_desktop.domain.secret import Secret, SecretRef

_MAIL = b"From: Ann <ann@company.example>\nTo: bob@company.example\nSubject: x\n\nHi\n"
_SERVER = ("--host", "127.0.0.1", "--port", "1", "--no-tls", "--no-auth", "--from", "a@b.example")
_ACTIVITY = ("--to", "ann@company.example", "--subject", "x", "--text", "y")
_VALUES = ("-s", "to=ann@company.example", "-s", "who=Ann")
_DECLARED = b"""\
smtp_desktop: 1
smtps: [{name: One, host_name: h.example, auth_required: false, from_address: a@b.example, limits: {per_day: 9}}]
default_smtp: One
activities: [{name: New, to: [a@b.example], subject: x, text: y}]
settings: {retry_days: 9}
"""
_URLS = b"smtp://new%40company.example:x@new.example:587\nsmtp://other%40company.example@h.example\nsmtp://h:0\n"
_PASSPHRASE = b"four words that fit\n"
_ROWS = b'{"to": "ann@company.example", "who": "Ann"}\n{"to": "ann@company.example"}\nno JSON\n'


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """The arguments after the command's words, with the exit code. `prepare` makes something first."""

    arguments: tuple[str, ...] = ()
    code: int = 0
    stdin: bytes = b""
    prepare: Callable[[CommandLine], object] = lambda _: None


def _of(*arguments: str) -> tuple[Case, ...]:
    return (Case(arguments=arguments),)


class Filling:
    """Fills homes with SMTPs of both types, an activity, and messages: 1 refused, 2 waiting. All that is made once,
    in `folder`, and copied from then on."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._secrets: dict[SecretRef, Secret] = {}

    def fill(self, command_line: CommandLine) -> None:
        command_line.transport = FakeTransport()
        command_line.mailboxes = FakeMailboxes([a_mail(1), a_mail(2)])
        if self._folder.exists():
            copytree(self._folder, command_line.home)
            command_line.vault.secrets |= self._secrets
            return
        _make(command_line)
        copytree(command_line.home, self._folder)
        self._secrets |= command_line.vault.secrets


def _make(command_line: CommandLine) -> None:
    command_line.create("One", "--tag", "hr")
    command_line.create("Two")
    command_line.create_graph("Cloud")
    command_line.create_browser("Shop")
    command_line.create_activity("Greet", "--smtp", "Two", "--backup", "One")
    command_line.trigger("Greet")
    finish(command_line, DeliveryState.REFUSED)
    command_line.trigger("Greet")
    assert command_line("smtp", "check", "One").code == 0


def _on_the_network(command_line: CommandLine) -> None:
    command_line.transport = None  # on this computer, where nothing listens


def _sent(command_line: CommandLine) -> None:
    finish(command_line, DeliveryState.SENT)


def _paused(command_line: CommandLine) -> None:
    assert command_line("smtp", "pause", "One").code == 0


def _signed_in(command_line: CommandLine) -> None:
    assert command_line("smtp", "sign-in", "Shop").code == 0


def _certified(command_line: CommandLine) -> None:
    assert command_line("smtp", "certificate", "create", "Cloud").code == 0


def _renewed(command_line: CommandLine) -> None:
    _certified(command_line)
    assert command_line("smtp", "certificate", "renew", "Cloud").code == 0


def _made(command_line: CommandLine) -> None:
    made = command_line.certificate_maker.make("Cloud", months=1, now=datetime.now(UTC))
    Path("cloud.pem").write_text(made.secret.reveal(), encoding="ascii")


def _backed_up(command_line: CommandLine) -> None:
    assert command_line("backup", "all.backup", "--passphrase-stdin", stdin=_PASSPHRASE).code == 0
    assert command_line("smtp", "edit", "One", "Two", "--port", "2").code == 0


def _damaged(command_line: CommandLine) -> None:
    _backed_up(command_line)
    (command_line.home / DATABASE_FILE).write_bytes(b"")


_SEALED = ("--with-secrets", "--passphrase-stdin")

CASES: dict[str, tuple[Case, ...]] = {
    "activity create": _of("Other", *_ACTIVITY),
    "activity delete": _of("Greet", "--yes"),
    "activity duplicate": _of("Greet"),
    "activity edit": _of("Greet", "--subject", "New"),
    "activity list": _of(),
    "activity preview": _of("Greet", *_VALUES),
    "activity set": (*_of("Other", *_ACTIVITY), *_of("Greet", "--subject", "New")),
    "activity show": _of("Greet"),
    "completion": (*_of("bash"), *_of("zsh"), *_of("fish")),
    "apply": (
        *(Case(arguments=("-", *options), stdin=_DECLARED) for options in ((), ("--dry-run",), ("--prune", "--yes"))),
    ),
    "backup": (Case(arguments=("all.backup", "--passphrase-stdin"), stdin=_PASSPHRASE),),
    "restore": (
        Case(arguments=("--list",), prepare=_backed_up),
        Case(arguments=("--delete-all", "--yes"), prepare=_backed_up),
        Case(arguments=("all.backup", "--passphrase-stdin", "--yes"), stdin=_PASSPHRASE, prepare=_backed_up),
        Case(arguments=("all.backup", "--passphrase-stdin"), stdin=_PASSPHRASE, prepare=_damaged),
    ),
    "export": (
        *_of(),
        *_of("--format", "json"),
        *_of("all.yaml"),
        *_of("-", "One"),
        *_of("one.json", "One"),
        *_of("--format", "postfix"),
        *_of("--format", "msmtp", "msmtprc"),
        *(Case(arguments=(*names, *_SEALED), stdin=_PASSPHRASE) for names in (("a",), ("a", "One"))),
    ),
    "help": _of("smtp", "list"),
    "inbox": _of("--port", "0", "--for", "0"),
    "outbox cancel": (*_of("2"), *_of("--all-waiting", "--dry-run")),
    "outbox list": (*_of(), *_of("--csv", "list.csv")),
    "outbox purge": _of("--state", "refused", "--yes"),
    "outbox retry": (*_of("1"), *_of("1", "--via", "One"), *_of("--state", "refused", "--dry-run")),
    "outbox run": (Case(prepare=_sent), Case(code=75, prepare=_paused)),
    "outbox show": (*_of("1"), *_of("1", "--eml", "mail.eml")),
    "info": _of(),
    "mailbox list": _of("Cloud"),
    "mailbox show": (*_of("Cloud"), *_of("Cloud", "id-1")),
    "send": (
        Case(arguments=("bob@company.example",), stdin=_MAIL),
        *_of("--subject", "Hi", "--text", "Hello", "bob@company.example"),
        Case(arguments=("--text", "Hello", "--wait", "bob@company.example"), code=75, prepare=_paused),
    ),
    "settings alerts": (*_of(), *_of("--smtp", "One", "--to", "ann@company.example")),
    "settings get": _of("retention_days"),
    "settings list": _of(),
    "settings set": _of("retention_days", "30"),
    "smtp certificate check": (Case(arguments=("Cloud",), prepare=_renewed),),
    "smtp certificate create": (*_of("Cloud"), *_of("Cloud", "--save", "cloud.cer")),
    "smtp certificate export": (Case(arguments=("Cloud", "cloud.cer"), prepare=_certified),),
    "smtp certificate import": (Case(arguments=("Cloud", "cloud.pem"), prepare=_made),),
    "smtp certificate remove": (
        Case(arguments=("Cloud",), prepare=_certified),
        Case(arguments=("Cloud", "--next"), prepare=_renewed),
    ),
    "smtp certificate renew": (Case(arguments=("Cloud",), prepare=_certified),),
    "smtp certificate show": (*_of("Cloud"), Case(arguments=("Cloud",), prepare=_renewed)),
    "smtp certificate switch": (Case(arguments=("Cloud",), prepare=_renewed),),
    "smtp check": (*_of("One"), *_of("--all"), *_of("--host", "127.0.0.1")),
    "smtp compare": _of("One", "Two"),
    "smtp create": (
        *_of("Other", *_SERVER),
        Case(arguments=("Other", "--from-address", "shop@web.de", "--password-stdin"), stdin=b"new\n"),
    ),
    "smtp delete": (*_of("Two", "--yes"), *_of("--all", "--yes")),
    "smtp duplicate": (Case(arguments=("One", "--password-stdin"), stdin=b"new\n"),),
    "smtp edit": (*_of("One", "--from", "a@b.example"), *_of("--all", "--description", "New")),
    "smtp expiry": _of(),
    "smtp export": (
        *_of("--all"),
        *_of("--all", "--output", "smtps.json"),
        *_of("--all", "--format", "url"),
        *_of("--all", "--format", "postfix", "--output", "postfix"),
        Case(arguments=("--all", "--output", "a", *_SEALED), stdin=_PASSPHRASE),
    ),
    "smtp find-settings": (Case(arguments=("One",), code=69, prepare=_on_the_network),),
    "smtp history": _of("One"),
    "smtp import": (
        *(Case(arguments=("-", *options), stdin=_URLS) for options in (("--dry-run",), (), ("--check",))),
        Case(arguments=("-",), stdin=b"nothing of ours", code=65),
    ),
    "smtp list": (*_of(), Case(prepare=_paused)),
    "smtp mailbox": (*_of("Cloud"), *_of("Cloud", "--message", "id-1")),
    "smtp pause": (*_of("One"), *_of("--all")),
    "smtp rbac": _of("Cloud"),
    "smtp replace-password": (Case(arguments=("One", "--password-stdin"), stdin=b"new\n"),),
    "smtp resume": (Case(arguments=("One",), prepare=_paused), *_of("--all")),
    "smtp set": (*_of("Other", *_SERVER), Case(arguments=("One", "--password-stdin"), stdin=b"new\n")),
    "smtp set-default": _of("Two"),
    "smtp sign-in": (*_of("Shop"), *_of("Shop", "--print-url")),
    "smtp sign-out": (*_of("Shop"), Case(arguments=("Shop",), prepare=_signed_in)),
    "smtp show": (
        *_of("One"),
        *_of("One", "Two"),
        *_of("Cloud"),
        Case(arguments=("One",), prepare=_paused),
        *(Case(arguments=("Shop",), prepare=prepare) for prepare in (_signed_in, lambda _: None)),
    ),
    "smtp test": _of("One", "--to", "ann@company.example"),
    "smtp trust": (
        Case(arguments=("One",), code=69, prepare=_on_the_network),
        *_of("One", "--fingerprint", "ab" * 32),
        *_of("One", "--clear"),
    ),
    "trigger": (
        *_of("Greet", *_VALUES),
        *_of("Greet", *_VALUES, "--dry-run"),
        Case(arguments=("Greet", *_VALUES, "--wait"), code=75, prepare=_paused),
        Case(arguments=("Greet", "--values", "-"), code=65, stdin=_ROWS),
        Case(arguments=("Greet", "--values", "-", "--wait"), code=65, stdin=_ROWS, prepare=_paused),
        Case(arguments=("Greet", "--values", "-", "--dry-run"), code=65, stdin=_ROWS),
    ),
}
PRINTS_NO_DOCUMENT = frozenset({"bulk-check"})
"""What the window starts, which speaks in lines."""
