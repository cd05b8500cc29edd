"""A demo in a terminal: `smtp-desktop inbox --demo`, and the commands that are tried on it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from e2e.as_documented.demo_process import DemoProcess, started
from e2e.program import Program

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM ends a process there without a word")


def demo_of(program: Program, *arguments: str) -> DemoProcess:
    command = [sys.executable, "-m", "smtp_desktop", *arguments]
    environment = {name: value for name, value in program.environment.items() if not name.startswith("SMTP_DESKTOP_")}
    return started(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, stdin=subprocess.DEVNULL)


@pytest.fixture
def demo(program: Program) -> Iterator[DemoProcess]:
    """A demo in a temporary folder; what it says to set is set for `program`."""
    made = demo_of(program, "inbox", "--port", "0", "--demo")
    program.environment |= made.variables
    yield made
    made.end()


@pytest.mark.long
def test_other_processes_send_through_its_samples(program: Program, demo: DemoProcess) -> None:
    codes = {
        name: program("smtp", "test", name, "--to", "me@localhost").code
        for name in ("Local_Inbox", "Invoices_Graph", "Wrong_Password", "Unknown_Issuer", "Nothing_Listens")
    }
    assert codes == {
        "Local_Inbox": 0,
        "Invoices_Graph": 0,
        "Wrong_Password": 77,
        "Unknown_Issuer": 76,
        "Nothing_Listens": 69,
    }
    code, out = demo.end()
    assert code == 0
    assert [line.split("  ")[1] for line in out.splitlines()] == [
        "demo@localhost -> me@localhost",
        "invoices@northwind.example -> me@localhost",
    ]


@pytest.mark.long
def test_secrets_of_other_processes_stay_in_its_folder(program: Program, demo: DemoProcess) -> None:
    home = Path(demo.variables["SMTP_DESKTOP_HOME"])
    # A keyring that fails the test when it is used: the demo's folder has a vault of its own.
    program.environment["PYTHON_KEYRING_BACKEND"] = "no.such.Keyring"
    server = ("--host", "localhost", "--port", demo.printed[0].split("port ")[1].split(",")[0])
    program.smtp("create", "Mine", *server, "--user", "demo@localhost", "--password-stdin", stdin="demo\n")
    program.smtp("edit", "Mine", "--trust-ca", str(home / "inbox-ca.pem"))
    assert program("smtp", "check", "Mine").code == 0


def test_its_folder_is_removed_at_the_end_where_it_made_it(program: Program, tmp_path: Path) -> None:
    made = demo_of(program, "--home", str(tmp_path / "new"), "inbox", "--port", "0", "--demo")
    assert made.variables["SMTP_DESKTOP_HOME"] == str(tmp_path / "new")
    assert (tmp_path / "new" / "smtp-desktop.sqlite3").exists()
    assert made.end() == (0, "")
    assert not (tmp_path / "new").exists()


def test_it_takes_no_folder_that_holds_anything(program: Program, tmp_path: Path) -> None:
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "notes.txt").touch()
    ran = program("--home", str(tmp_path / "full"), "inbox", "--demo")
    assert ran.code == 78
    assert ran.err == f"Error: {tmp_path / 'full'} is not empty. A demo needs an empty folder; choose another one.\n"
    assert [path.name for path in (tmp_path / "full").iterdir()] == ["notes.txt"]
