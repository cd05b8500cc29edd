"""Whoever follows README gets what it says: every command in it is run as written, in order."""

import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest
from e2e.as_documented.demo_process import started
from e2e.as_documented.readme import README, Command, commands, has_shape
from servers.ports import free_ports

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the commands are for a POSIX shell")

_PATIENCE_S = 240
_DEMO = "smtp-desktop inbox --demo"
_PORT = "2525"  # in README; here a free one takes its place, since other tests run beside this one

# What no test runs, by how it begins, and why.
NOT_RUN = {
    "git clone ": "fetches the source over the network",
    "python3 dev.py run --demo": "sets up .venv over the network; test_window_process opens the demo's window",
    "pipx run build ": "fetches build tools over the network, and installs for the user",
}


@dataclass(frozen=True)
class Ran:
    command: Command
    code: int
    out: str
    err: str


def is_run(command: Command) -> bool:
    return not command.text.startswith((*NOT_RUN, _DEMO))


@pytest.fixture(scope="module")
def followed(tmp_path_factory: pytest.TempPathFactory) -> list[Ran]:
    """What came of each command that can be run: in a shell of a user who is new here, beside the demo."""
    folder = tmp_path_factory.mktemp("newcomer")
    (port,) = free_ports(1)
    found = commands(README.read_text(encoding="utf-8").replace(_PORT, str(port)))
    environment = _environment(folder)
    (demo_command,) = (each.text for each in found if each.text.startswith(_DEMO))
    demo = started(
        ["sh", "-c", f"exec {demo_command} --port {port}"],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    try:
        return _run([each for each in found if is_run(each)], folder, environment)
    finally:
        demo.end()


def _environment(folder: Path) -> dict[str, str]:
    """Returns the variables of a user with a fresh home and no keyring, who has the program on PATH."""
    (folder / "bin").mkdir()
    program = folder / "bin" / "smtp-desktop"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m smtp_desktop "$@"\n')
    program.chmod(0o755)
    return {
        "PATH": f"{folder / 'bin'}:/usr/bin:/bin",
        "HOME": str(folder),
        "LC_ALL": "C.UTF-8",
        "PYTHON_KEYRING_BACKEND": "keyring.backends.fail.Keyring",
        **{name: os.environ[name] for name in ("PYTHONPATH",) if name in os.environ},
    }


def _run(found: list[Command], folder: Path, environment: dict[str, str]) -> list[Ran]:
    """Runs the commands in one shell; each has its output and its exit code in files of its own."""
    script = "".join(
        f"{{ {command.text}\n}} >{number}.out 2>{number}.err; echo $? >{number}.code\n"
        for number, command in enumerate(found)
    )
    subprocess.run(
        ["bash", "-c", script],
        cwd=folder,
        env=environment,
        stdin=subprocess.DEVNULL,
        timeout=_PATIENCE_S,
        check=True,
    )

    def read(number: int, kind: str) -> str:
        return (folder / f"{number}.{kind}").read_text(encoding="utf-8")

    return [
        Ran(command, int(read(number, "code")), read(number, "out"), read(number, "err"))
        for number, command in enumerate(found)
    ]


@pytest.mark.long
def test_every_command_ends_as_readme_says(followed: list[Ran]) -> None:
    wrong = {ran.command.text: (ran.code, ran.err) for ran in followed if ran.code != ran.command.code}
    assert wrong == {}
    assert len(followed) > 10


@pytest.mark.long
def test_what_readme_shows_is_what_is_printed(followed: list[Ran]) -> None:
    shown = [(ran, ran.command.shown) for ran in followed if ran.command.shown is not None]
    for ran, output in shown:
        assert has_shape(ran.out, output), f"{ran.command.text} printed:\n{ran.out}"
    assert len(shown) >= 2


def test_a_newcomer_needs_no_other_host() -> None:
    text = "\n".join(command.text for command in commands(README.read_text(encoding="utf-8")) if is_run(command))
    assert "example" not in text
    assert "://" not in text


def test_what_is_not_run_is_in_readme() -> None:
    found = commands(README.read_text(encoding="utf-8"))
    assert [start for start in NOT_RUN if not any(command.text.startswith(start) for command in found)] == []


def test_numbers_columns_and_dots_do_not_count_in_what_is_shown() -> None:
    assert has_shape("NAME  AT\nx     12:30\nmore\nend\n", "NAME AT\nx 9:05\n…\nend\n")
    assert has_shape("NAME  AT  SINCE\n", "NAME AT …\n")
    assert not has_shape("NAME  AT\n", "NAME\n")
    assert not has_shape("a\nb\n", "a\n")
