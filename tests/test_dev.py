"""The parts of dev.py that touch nothing."""

import importlib.util
import io
import os
import re
import shutil
import sys
import tomllib
from collections.abc import Sequence
from pathlib import Path
from types import ModuleType, SimpleNamespace

import pytest

ROOT = Path(__file__).parents[1]


def _load_dev() -> ModuleType:
    spec = importlib.util.spec_from_file_location("dev", ROOT / "dev.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


dev = _load_dev()


class FakeSystem:
    """Notes the commands it is given; those that hold a word of `failing` fail, `times` times each."""

    def __init__(self, *failing: str, times: int = 99) -> None:
        self.commands: list[str] = []
        self._left = dict.fromkeys(failing, times)

    def __call__(self, command: Sequence[str], *, quiet: bool = False) -> bool:
        line = " ".join(command)
        self.commands.append(line)
        for word in self._left:
            if word in line.split() and self._left[word]:
                self._left[word] -= 1
                return False
        return True


def test_the_stamp_changes_with_the_locks_the_project_and_python() -> None:
    stamps = {
        dev.fingerprint([b"lock", b"dev", b"project"], "3.11"),
        dev.fingerprint([b"lock2", b"dev", b"project"], "3.11"),
        dev.fingerprint([b"lock", b"dev2", b"project"], "3.11"),
        dev.fingerprint([b"lock", b"dev", b"project2"], "3.11"),
        dev.fingerprint([b"lock", b"dev", b"project"], "3.12"),
        dev.fingerprint([b"lock", b"devp", b"roject"], "3.11"),
    }

    assert len(stamps) == 6
    assert dev.fingerprint([b"lock", b"dev", b"project"], "3.11") in stamps


def test_an_interrupted_set_up_is_not_taken_for_a_whole_one(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # The paths are the module's constants: there is one checkout.
    monkeypatch.setattr(dev, "PYTHON", tmp_path / "python")
    monkeypatch.setattr(dev, "STAMP", tmp_path / "stamp")
    assert not dev.is_set_up("a")
    dev.PYTHON.touch()
    assert not dev.is_set_up("a")
    dev.STAMP.write_text("b")
    assert not dev.is_set_up("a")
    dev.STAMP.write_text("a")
    assert dev.is_set_up("a")


def test_only_the_packages_of_missing_libraries_are_wanted() -> None:
    present = set(dev.LIBRARIES | dev.WINDOW_LIBRARIES) - {"libEGL.so.1", "libxcb-cursor.so.0"}

    assert dev.missing_packages(dev.LIBRARIES, present.__contains__) == ["libegl1"]
    both = dev.missing_packages(dev.LIBRARIES | dev.WINDOW_LIBRARIES, present.__contains__)
    assert both == ["libegl1", "libxcb-cursor0"]


def test_a_library_that_is_not_there_is_seen() -> None:
    assert not dev.loads("libsmtp-desktop-has-no-such.so.1")


def test_the_message_holds_the_exact_line_to_run() -> None:
    message = dev.packages_message(["libegl1", "libgl1"], "Qt lacks libraries", debian=True)

    assert "    sudo apt-get install -y --no-install-recommends libegl1 libgl1\n" in message
    assert message.startswith("Qt lacks libraries.")
    assert "apt-get" not in dev.packages_message(["libegl1"], "Qt lacks libraries", debian=False)


def test_root_needs_no_sudo_and_nobody_waits_for_a_password_without_a_terminal() -> None:
    sudo = "/usr/bin/sudo"

    assert dev.root_prefix(is_root=True, sudo=sudo, terminal=False) == []
    assert dev.root_prefix(is_root=False, sudo=sudo, terminal=True) == [sudo]
    assert dev.root_prefix(is_root=False, sudo=sudo, terminal=False) == [sudo, "-n"]
    assert dev.root_prefix(is_root=False, sudo=None, terminal=True) is None


@pytest.fixture
def debian_root(monkeypatch: pytest.MonkeyPatch) -> None:
    # What the computer is, which no argument says.
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(dev.os, "geteuid", lambda: 0, raising=False)


class FakeUser:
    """Answers every question alike, and keeps the questions."""

    def __init__(self, *, agrees: bool) -> None:
        self.questions: list[str] = []
        self._agrees = agrees

    def __call__(self, question: str) -> bool:
        self.questions.append(question)
        return self._agrees


@pytest.mark.usefixtures("debian_root")
def test_packages_are_installed_after_a_yes_to_the_line_that_is_run() -> None:
    system, user = FakeSystem(), FakeUser(agrees=True)
    dev.install_packages(["libegl1", "libgl1"], "Qt lacks libraries", user, system)

    (question,) = user.questions
    assert question.startswith("Qt lacks libraries.")
    assert "\n    apt-get install -y --no-install-recommends libegl1 libgl1\n" in question
    assert question.endswith("Run it now? [y/N]")
    assert len(system.commands) == 1


@pytest.mark.usefixtures("debian_root")
def test_nothing_is_run_after_a_no() -> None:
    system = FakeSystem()
    with pytest.raises(dev.CannotSetUp, match=r"why\. Run this once") as caught:
        dev.install_packages(["libegl1"], "why", FakeUser(agrees=False), system)

    assert system.commands == []
    assert re.search(r"sudo apt-get install .* libegl1", str(caught.value))


@pytest.mark.parametrize("lacking", ["apt-get", "sudo"])
def test_where_nothing_can_be_installed_nobody_is_asked(lacking: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: None if name == lacking else f"/usr/bin/{name}")
    monkeypatch.setattr(dev.os, "geteuid", lambda: 1000, raising=False)
    system, user = FakeSystem(), FakeUser(agrees=True)
    with pytest.raises(dev.CannotSetUp, match="libegl1"):
        dev.install_packages(["libegl1"], "why", user, system)

    assert user.questions == []
    assert system.commands == []


class FakeTerminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "answer"), [("y\n", True), ("Yes\n", True), ("n\n", False), ("\n", False), ("", False)]
)
def test_only_a_yes_at_a_terminal_is_one(*, typed: str, answer: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    errors = FakeTerminal()
    monkeypatch.setattr(sys, "stderr", errors)
    monkeypatch.setattr(sys, "stdin", FakeTerminal(typed))
    assert dev.ask("Run it now?") is answer
    assert errors.getvalue() == "Run it now?\n"

    monkeypatch.setattr(sys, "stdin", io.StringIO("y\n"))
    assert dev.ask("Run it now?") is False
    assert errors.getvalue() == "Run it now?\n"


def test_an_option_before_the_command_agrees_without_a_question(monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = []
    monkeypatch.setattr(dev, "prepared", lambda *arguments: prepared.append(arguments) or 0)
    dev.main(["test", "--install-packages"])
    dev.main(["--install-packages", "test", "-x"])

    assert prepared == [("test", ["--install-packages"], dev.ask), ("test", ["-x"], dev.yes)]
    assert dev.yes("Run it now?")


@pytest.mark.usefixtures("debian_root")
def test_package_lists_are_read_anew_only_after_a_failure() -> None:
    fresh, stale = FakeSystem(), FakeSystem("install", times=1)
    dev.install_packages(["libegl1"], "why", dev.yes, fresh)
    dev.install_packages(["libegl1"], "why", dev.yes, stale)

    apt = "env DEBIAN_FRONTEND=noninteractive apt-get"
    install = f"{apt} install -y -q --no-install-recommends libegl1"
    assert fresh.commands == [install]
    assert stale.commands == [install, f"{apt} update -q", install]


@pytest.mark.usefixtures("debian_root")
def test_a_failed_installation_ends_with_the_line_to_run() -> None:
    with pytest.raises(dev.CannotSetUp, match=r"why\. Run this once") as caught:
        dev.install_packages(["libegl1"], "why", dev.yes, FakeSystem("install"))
    assert re.search(r"sudo apt-get install .* libegl1", str(caught.value))


def test_no_display_is_said_with_what_works_all_the_same() -> None:
    message = dev.no_display_message("linux", {})

    first, second, *rest = message.splitlines()
    assert "no display" in first
    assert "without" in second
    assert {"    python3 dev.py run smtp list", "    python3 dev.py test"} <= set(rest)


@pytest.mark.parametrize("variable", ["DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"])
def test_a_display_or_a_chosen_platform_is_enough(variable: str) -> None:
    assert dev.no_display_message("linux", {variable: "x"}) is None
    assert dev.no_display_message("linux", {variable: ""}) is not None
    assert dev.no_display_message("win32", {}) is None
    assert dev.no_display_message("darwin", {}) is None


@pytest.mark.parametrize("words", [[], ["--demo"], ["--home", "/data"], ["--home=/data", "--background"]])
def test_without_a_command_the_window_opens(words: list[str]) -> None:
    assert dev.opens_window(words)


@pytest.mark.parametrize(
    "words", [["smtp", "list"], ["--home", "/data", "smtp", "list"], ["--json", "info"], ["--help"], ["--version"]]
)
def test_a_command_needs_no_display(words: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    called = []
    monkeypatch.setattr(dev, "call", lambda command, **_: called.append(command) or 0)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)

    assert dev.run_program(words) == 0
    assert called == [[str(dev.PYTHON), "-m", "smtp_desktop", *words]]


def test_long_chooses_the_tests_that_take_long_and_all_else_goes_to_pytest() -> None:
    assert dev.pytest_arguments([]) == ["-n", "auto", "--dist", "loadgroup"]
    assert dev.pytest_arguments(["--long"]) == ["-m", "long", "-n", "auto", "--dist", "loadgroup"]
    assert dev.pytest_arguments(["-x", "tests/cli"]) == ["-x", "tests/cli"]
    assert dev.pytest_arguments(["tests/e2e", "--long"]) == ["-m", "long", "tests/e2e"]


def test_an_unknown_command_is_wrong_usage(capsys: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["fly"]) == 64
    assert dev.main([]) == 64
    assert dev.main(["--help"]) == 0
    assert "dev.py run" in capsys.readouterr().err


def test_nothing_outside_the_standard_library_is_imported() -> None:
    imported = re.findall(r"^\s*(?:import|from) (\w+)", (ROOT / "dev.py").read_text(encoding="utf-8"), re.M)

    assert set(imported) <= sys.stdlib_module_names


def _wanted(requirements: Sequence[str]) -> set[str]:
    """Returns the packages that `requirements` name, spelled as in a lock."""
    return {re.split(r"[^\w.-]", one)[0].lower().replace("_", "-") for one in requirements}


def test_what_the_program_needs_and_what_developers_need_is_pinned_apart() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    program = set(dev.pinned_names(dev.LOCK.read_text(encoding="ascii")))
    developers = set(dev.pinned_names(dev.DEV_LOCK.read_text(encoding="ascii")))

    assert program.isdisjoint(developers)
    assert _wanted(project["project"]["dependencies"]) <= program
    assert _wanted(project["dependency-groups"]["dev"]) <= developers


def test_neither_the_locks_nor_the_set_up_name_an_address() -> None:
    for name in ("requirements.lock", "requirements-dev.lock", "dev.py", ".ci/run"):
        assert "://" not in (ROOT / name).read_text(encoding="utf-8"), name


def test_tests_keep_their_files_in_memory_where_that_has_room(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    status = SimpleNamespace(f_flag=0, f_bavail=2 * dev.SCRATCH_BYTES, f_frsize=1)
    monkeypatch.setattr(dev.os, "statvfs", lambda _: status, raising=False)

    assert dev.scratch(tmp_path) == {"PYTEST_DEBUG_TEMPROOT": str(tmp_path)}
    assert dev.scratch(tmp_path / "none") == {}
    status.f_flag = os.ST_NOEXEC
    assert dev.scratch(tmp_path) == {}
    status.f_flag, status.f_bavail = 0, dev.SCRATCH_BYTES
    assert dev.scratch(tmp_path) == {}
