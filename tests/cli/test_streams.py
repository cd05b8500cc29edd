"""Standard streams that are closed, full or without a reader: no command stops for them, and its exit code says what
became of the work."""

import errno
import io
import os
import shutil
import sys
import threading
from contextlib import closing, contextmanager, nullcontext

import click
import pytest
from cli.failing_streams import closed, full, read_only, without_reader, write_only

from smtp_desktop.cli.app import app, run
from smtp_desktop.cli.output.output import Output
from smtp_desktop.cli.shortage import shortage_as_ours
from smtp_desktop.composition.application import Application
from smtp_desktop.composition.command_line import open_demo, open_home
from smtp_desktop.domain.errors import Shortage
from smtp_desktop.store.outbox.outbox import SqliteOutbox
from smtp_desktop.vault.memory import ProcessVault

SERVER = ("--host", "127.0.0.1", "--port", "1", "--no-tls", "--no-auth", "--from", "a@b.example")
MAIL = b"To: ann@company.example\nSubject: x\n\nhi\n"
ACTING = {  # the commands that do something: how they end is how they would have ended
    "smtp create": ("Two", *SERVER),
    "smtp set": ("One", "--port", "2"),
    "smtp import": ("smtp://ann@mail.example:587",),
    "smtp edit": ("One", "--port", "2"),
    "smtp duplicate": ("One",),
    "smtp delete": ("One", "--yes"),
    "smtp set-default": ("One",),
    "smtp pause": ("One",),
    "smtp trust": ("One", "--clear"),
    "smtp resume": ("One",),
    "smtp check": ("One",),
    "smtp replace-password": ("One", "--password-stdin"),
    "smtp test": ("One", "--to", "ann@company.example"),
    "smtp find-settings": ("One",),
    "smtp sign-in": ("One",),
    "smtp sign-out": ("One",),
    "smtp certificate create": ("One",),
    "smtp certificate import": ("One", "no such file"),
    "smtp certificate export": ("One", "one.cer"),
    "smtp certificate renew": ("One",),
    "smtp certificate switch": ("One",),
    "smtp certificate remove": ("One",),
    "smtp certificate check": ("One",),
    "activity create": ("Job2", "--to", "ann@company.example", "--subject", "x", "--text", "y"),
    "activity set": ("Greet", "--subject", "y"),
    "activity edit": ("Greet", "--subject", "x"),
    "activity duplicate": ("Greet",),
    "activity delete": ("Greet", "--yes"),
    "trigger": ("Greet", "-s", "to=ann@company.example", "-s", "who=Ann"),
    "send": (),
    "outbox run": (),
    "outbox retry": ("1",),
    "outbox cancel": ("1",),
    "outbox purge": ("--yes",),
    "bulk-check": (),
    "inbox": ("--port", "0", "--for", "0"),
    "settings set": ("retention_days", "30"),
    "apply": ("-",),
    "backup": (os.devnull, "--passphrase-stdin"),
    "restore": ("nothing",),
}
SHOWING = {
    "smtp list": (),
    "smtp show": ("One",),
    "smtp expiry": ("--json",),
    "smtp history": ("One",),
    "smtp certificate show": ("One",),
    "smtp export": ("One",),
    "smtp compare": ("One", "Other"),
    "activity list": (),
    "activity preview": ("Greet", "-s", "to=ann@company.example", "-s", "who=Ann"),
    "activity show": ("Greet",),
    "outbox list": (),
    "outbox show": ("1",),
    "settings list": (),
    "settings get": ("theme",),
    "settings alerts": (),
    "help": ("smtp",),
    "completion": ("bash",),
    "info": (),
    "export": (),
}
NEEDS_MICROSOFT = {"smtp mailbox", "mailbox list", "mailbox show", "smtp rbac"}
STDIN = {
    "send": MAIL,
    "smtp replace-password": b"new\n",
    "bulk-check": b"[]\n",
    "apply": b"smtp_desktop: 1\n",
    "backup": b"four words that fit\n",
}


def commands_of(group, path=()):
    for name in group.list_commands(None):
        command = group.get_command(None, name)
        if isinstance(command, click.Group):
            yield from commands_of(command, (*path, name))
        else:
            yield " ".join((*path, name))


def test_every_command_is_looked_at():
    assert set(commands_of(app)) == ACTING.keys() | SHOWING.keys() | NEEDS_MICROSOFT


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A home with something of everything; every run gets a copy of it."""
    home = tmp_path_factory.mktemp("filled") / "home"
    home.mkdir()
    with closing(Application(home, vault=ProcessVault())) as application:

        @contextmanager
        def open_services(_home):
            yield application.services

        for command in (
            ("smtp", "create", "One", *SERVER),
            ("smtp", "create", "Other", *SERVER),
            ("activity", "create", "Greet", "--to", "{{ to }}", "--subject", "Hello {{ who }}", "--text", "Hi"),
            ("trigger", "Greet", "-s", "to=ann@company.example", "-s", "who=Ann"),
        ):
            assert run(command, open_services, open_demo, open_home) == 0
    return home


@pytest.fixture
def ends(filled, tmp_path, monkeypatch):
    """Runs a command on a copy of the home with these streams in place of the usual ones; returns its exit code."""
    monkeypatch.chdir(tmp_path)  # where a command writes its files

    @contextmanager
    def open_services(_home):
        with closing(Application(tmp_path / "home", vault=ProcessVault())) as application:
            yield application.services

    def end(name, **streams):
        shutil.rmtree(tmp_path / "home", ignore_errors=True)
        shutil.copytree(filled, tmp_path / "home")
        streams = {"stdin": io.TextIOWrapper(io.BytesIO(STDIN.get(name, b""))), **streams}
        with monkeypatch.context() as patch:
            for stream, value in streams.items():
                patch.setattr(sys, stream, value)  # the process has one of each only
            return run((*name.split(), *(ACTING | SHOWING)[name]), open_services, open_demo, open_home)

    return end


OUTPUTS = (full, closed, read_only, without_reader)


@pytest.mark.parametrize("name", ACTING)
def test_what_a_command_does_ends_as_ever_though_nothing_can_be_printed(ends, name):
    usual = ends(name)
    # Looking for settings takes half a second each time.
    for make in OUTPUTS if name != "smtp find-settings" else (full,):
        assert ends(name, stdout=make()) == usual, make
        assert ends(name, stdout=make(), stderr=make()) == usual, make


@pytest.mark.parametrize("name", SHOWING)
def test_what_a_command_shows_is_lost_where_it_can_not_be_printed(ends, name, capsys):
    assert ends(name) == 0
    for make in OUTPUTS:
        capsys.readouterr()
        # Whoever stops reading has seen enough.
        expected = 0 if make is without_reader else 73
        assert ends(name, stdout=make()) == expected, make
        assert ("Standard output can't be written" in capsys.readouterr().err) == bool(expected), make
        assert ends(name, stdout=make(), stderr=make()) == expected, make


@pytest.mark.parametrize("name", ACTING | SHOWING)
def test_an_input_that_is_closed_is_refused_by_those_that_read_it(ends, name, capsys):
    usual = ends(name)
    for make in (closed, write_only):
        capsys.readouterr()
        code = ends(name, stdin=make())
        assert code == (66 if name in STDIN else usual), make
        assert (name in STDIN) == ("Standard input" in capsys.readouterr().err), make


@pytest.mark.parametrize("option", ["--help", "--version", "--nonsense"])
def test_help_and_wrong_usage_need_no_output(ends, option, monkeypatch):
    for make in OUTPUTS:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "stdout", make())  # the process has one only
            code = run(["smtp", option], lambda _home: nullcontext(), open_demo, open_home)
        assert code == (64 if option != "--help" else 0 if make is without_reader else 73)


def test_values_and_secrets_from_an_input_that_is_closed(ends, monkeypatch, capsys):
    for name, arguments in {
        "trigger": ("Greet", "--json-values", "-"),
        "activity create": ("New", "--to", "ann@company.example", "--text-file", "-"),
        "smtp create": ("New", "--host", "127.0.0.1", "--user", "a@b.example", "--password-stdin"),
    }.items():
        monkeypatch.setitem(ACTING, name, arguments)  # put back at the end
        for make in (closed, write_only):
            capsys.readouterr()
            assert ends(name, stdin=make()) in {66, 78}
            assert "Error: " in capsys.readouterr().err


def test_nothing_that_was_queued_is_called_refused_for_a_lack_of_memory(ends, tmp_path, monkeypatch, capsys):
    for name in ("send", "trigger"):
        with monkeypatch.context() as patch:
            # The moment after the mail is in the outbox, of all moments.
            patch.setattr(Output, "result", out_of_memory)
            assert ends(name) == 0
        with closing(Application(tmp_path / "home")) as application:
            assert application.services.outbox.counts().total == 2
        with monkeypatch.context() as patch:
            patch.setattr(SqliteOutbox, "add", out_of_memory)  # and the moment before
            assert ends(name) == 75
        assert "out of memory. Try again later." in capsys.readouterr().err


@pytest.mark.parametrize("allowed", range(6))
def test_a_courier_without_a_thread_left_says_so_wherever_it_wanted_one(filled, tmp_path, monkeypatch, capsys, allowed):
    shutil.copytree(filled, tmp_path / "home")
    start, started = threading.Thread.start, []

    def start_or_fail(thread):
        if len(started) >= allowed:
            raise RuntimeError("can't start new thread")
        started.append(thread)
        start(thread)

    with closing(Application(tmp_path / "home", vault=ProcessVault())) as application:

        @contextmanager
        def open_services(_home):
            yield application.services

        with monkeypatch.context() as patch:
            patch.setattr(threading.Thread, "start", start_or_fail)
            code = run(("outbox", "run"), open_services, open_demo, open_home)
        assert application.services.outbox.counts().total == 1
    assert code == 75
    assert len(started) == allowed or "1 waiting" in capsys.readouterr().out


def out_of_memory(*_arguments, **_options):
    raise MemoryError


@pytest.mark.parametrize(
    ("error", "what"),
    [
        (MemoryError(), "memory"),
        (OSError(errno.EMFILE, "Too many open files"), "open files"),
        (OSError(errno.ENFILE, "Too many open files in system"), "open files"),
        (OSError(errno.ENOMEM, "Cannot allocate memory"), "memory"),
        (RuntimeError("can't start new thread"), "threads"),
        (ImportError("libcrypto.so.3: failed to map segment from shared object"), "memory"),
        (ImportError("_ssl.so: cannot open shared object file: Too many open files"), "open files"),
    ],
)
def test_a_shortage_is_named(error, what):
    with pytest.raises(Shortage, match=f"run out of {what}"), shortage_as_ours():
        raise error


@pytest.mark.parametrize("error", [OSError(errno.EIO, "I/O"), RuntimeError("a bug"), ImportError("no module")])
def test_what_is_no_shortage_stays_what_it_is(error):
    with pytest.raises(type(error), match=str(error.args[-1])), shortage_as_ours():
        raise error
