"""How the program starts and ends."""

import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import threading

import pytest
from servers.smtp.scripted import ScriptedServer

from smtp_desktop import __version__

pytestmark = pytest.mark.long


def loaded_by(program, *arguments: str) -> set[str]:
    """The modules that the program has loaded when this command is done."""
    code = (
        "import json, sys; from smtp_desktop.bootstrap import main\n"
        f"code = main({list(arguments)!r})\n"
        "print(json.dumps([code, list(sys.modules)]))"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code], env=program.environment, capture_output=True, check=True, timeout=60
    )
    code, modules = json.loads(ran.stdout.splitlines()[-1])
    assert code == 0
    return set(modules)


def test_version_loads_nothing_heavy(program):
    assert program("--version").out == f"smtp-desktop {__version__}\n"
    modules = loaded_by(program, "--version")
    assert "smtp_desktop.bootstrap" in modules
    assert not modules & {"click", "sqlite3", "ssl", "PySide6", "platformdirs", "logging", "email", "keyring"}
    assert not program.home.exists()


def test_the_command_line_loads_no_qt(program):
    modules = loaded_by(program, "smtp", "list")
    assert {"click", "sqlite3", "smtp_desktop.cli.smtp.group"} <= modules
    assert not [name for name in modules if name.startswith(("PySide6", "shiboken6", "smtp_desktop.ui"))]
    # What only some commands need: a list speaks to no server and opens no secret.
    assert not modules & {"ssl", "aiosmtpd", "cryptography", "keyring", "msal", "requests", "platformdirs"}


def test_the_first_cards_are_painted_without_heavy_libraries(program):
    made = program("smtp", "create", "Relay", "--host", "relay.example", "--no-auth", "--from", "me@a.example")
    assert made.code == 0, made.err
    program.environment["QT_QPA_PLATFORM"] = "offscreen"
    modules = loaded_by(program, "--exit-after-first-paint")
    assert {"smtp_desktop.ui.window.main_window", "PySide6.QtWidgets", "sqlite3"} <= modules
    # Each of them would take longer than all the cards.
    assert not modules & {"aiosmtpd", "click", "cryptography", "dns", "jinja2", "keyring", "msal", "requests", "ssl"}
    assert not [name for name in modules if name.startswith("smtp_desktop.ui.accessibility.")]


def test_no_code_is_kept_that_a_later_start_would_run(program, tmp_path):
    # Whoever may write the folder for caches, or had it before, would else decide what the window does.
    program.environment |= {"QT_QPA_PLATFORM": "offscreen", "XDG_CACHE_HOME": str(tmp_path / "cache")}
    assert program("--exit-after-first-paint").code == 0
    kept = [path for path in (tmp_path / "cache").rglob("*") if path.is_file()]
    assert not [path for path in (*kept, *program.home.rglob("*")) if path.suffix in {".py", ".pyc", ".so", ".zip"}]


def test_the_window_keeps_no_source_in_memory(program):
    program.environment["QT_QPA_PLATFORM"] = "offscreen"
    code = (
        "import linecache; from smtp_desktop.bootstrap import main\n"
        "assert main(['--exit-after-first-paint']) == 0\n"
        "print([name for name in linecache.cache if 'main_window' in name])"
    )
    command = [sys.executable, "-c", code]
    ran = subprocess.run(command, env=program.environment, capture_output=True, check=True, text=True, timeout=60)
    assert ran.stdout.split() == ["[]"]


def test_home_is_made_for_its_owner_only(program, tmp_path):
    assert program("--home", str(tmp_path / "a" / "b"), "smtp", "list").code == 0
    assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700
    assert not program.home.exists()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have their data elsewhere")
def test_without_a_home_the_systems_usual_one_is_taken(program, tmp_path):
    del program.environment["SMTP_DESKTOP_HOME"]
    assert program("smtp", "list").code == 0
    assert (tmp_path / ".local/share/smtp-desktop/smtp-desktop.sqlite3").exists()


def test_a_home_that_is_a_file_is_one_clear_message(program):
    program.home.write_text("not a folder")
    ran = program("smtp", "list")
    assert ran.code == 78
    assert ran.err.startswith(f"Error: The data folder {program.home} can't be used:")
    assert ran.err.count("\n") == 1


def test_a_damaged_database_is_one_clear_message_with_a_way_out(program):
    program.home.mkdir()
    (program.home / "smtp-desktop.sqlite3").write_bytes(b"not a database at all, but long enough to be one" * 99)
    ran = program("smtp", "list", "--json")
    assert (ran.code, ran.err.count("\n")) == (78, 2)
    assert "damaged" in ran.json["error"]["message"]
    assert "smtp-desktop restore --list" in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has other permissions")
@pytest.mark.parametrize("has_data", [False, True])
def test_a_home_that_may_not_be_written_is_one_clear_message(program, has_data):
    if os.geteuid() == 0:  # root may write everywhere, unless it gives that up
        if not shutil.which("setpriv"):
            pytest.skip("setpriv is not here")
        program.before = ("setpriv", "--bounding-set", "-dac_override")
    program.home.mkdir(mode=0o700)
    if has_data:
        assert program("smtp", "list").code == 0
    program.home.chmod(0o500)
    before = sorted(program.home.iterdir())
    try:
        for arguments in (["smtp", "list"], ["outbox", "run"], ["send", "--to", "a@b.example"]):
            ran = program(*arguments, stdin="Subject: x\n\nx\n")
            assert (ran.code, ran.out, ran.err.count("\n")) == (78, "", 1), ran
            assert str(program.home) in ran.err
            assert "permissions" in ran.err
        assert sorted(program.home.iterdir()) == before
    finally:
        program.home.chmod(0o700)


def test_a_newer_database_is_left_alone(program):
    assert program("smtp", "list").code == 0
    path = program.home / "smtp-desktop.sqlite3"
    connection = sqlite3.connect(path)
    connection.execute("PRAGMA user_version = 999")
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    connection.close()
    before = path.read_bytes()
    ran = program("smtp", "list")
    assert (ran.code, ran.out) == (78, "")
    assert "newer version" in ran.err
    assert path.read_bytes() == before


def test_a_wrong_master_password_is_one_clear_message(program):
    options = ("--host", "127.0.0.1", "--port", "1", "--user", "a@b.example", "--password-stdin")
    assert program("smtp", "create", "One", *options, stdin="x").code == 0
    program.environment["SMTP_DESKTOP_VAULT_PASSWORD"] = "another"
    ran = program("smtp", "check", "One")
    assert (ran.code, ran.err.count("\n"), ran.out) == (78, 1, "")
    del program.environment["SMTP_DESKTOP_VAULT_PASSWORD"]
    ran = program("smtp", "check", "One")
    assert ran.code == 78
    assert "SMTP_DESKTOP_VAULT_PASSWORD" in ran.err


@pytest.mark.skipif(sys.platform == "win32", reason="Windows sends Ctrl+C to whole console groups only")
def test_ctrl_c_stops_a_conversation_at_once(program):
    spoken_to = threading.Event()
    peers = []

    def hold(peer):
        peers.append(peer)
        spoken_to.set()
        peer.hold()

    with ScriptedServer(hold) as server:
        program.smtp(
            *("create", "Slow", "--host", "127.0.0.1", "--port", str(server.port)),
            *("--no-auth", "--from", "a@b.example"),
        )
        with program.start("smtp", "check", "Slow") as process:
            assert spoken_to.wait(60)
            process.send_signal(signal.SIGINT)
            # The server would go on holding the line for longer than this waits.
            _, err = process.communicate(timeout=20)
        assert peers[0].gone.wait(60)
    assert process.returncode == 130
    assert err.strip() == b"Error: Stopped."
