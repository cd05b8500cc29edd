"""What a command leaves behind that fails: a line in the log, with --verbose what was said, one document of a bug."""

import logging

import pytest
from servers.smtp.scripted import ScriptedServer, greet, quit_politely

from smtp_desktop.bootstrap import main
from smtp_desktop.cli.contract import common

SECRET = "the-password-of-nobody"


@pytest.fixture
def log(tmp_path, monkeypatch, capsys):
    """Runs a whole command on a data folder, and returns its exit code and the lines of its log."""
    monkeypatch.setenv("SMTP_DESKTOP_HOME", str(tmp_path / "home"))
    level = logging.getLogger("smtp_desktop").level

    def run(*arguments):
        code = main(arguments)
        capsys.readouterr()
        return code, (tmp_path / "home" / "logs" / "smtp-desktop.log").read_text(encoding="utf-8").splitlines()

    yield run
    logging.getLogger("smtp_desktop").setLevel(level)


def test_a_command_that_fails_leaves_a_line_without_its_values(log):
    code, lines = log("smtp", "show", SECRET)
    assert code == 78
    (line,) = lines
    assert " INFO " in line
    assert line.endswith("smtp-desktop smtp show: exit code 78 (not_found)")


def test_a_failed_check_leaves_a_line(log):
    code, lines = log("smtp", "check", "--host", "127.0.0.1", "--port", "1", "--no-tls")
    assert code == 69
    assert lines[-1].endswith("smtp-desktop smtp check: exit code 69")


def test_wrong_usage_leaves_a_line_in_a_data_folder_that_is_there(log, tmp_path, capsys):
    assert main(("smtp", "list", f"--{SECRET}")) == 64
    capsys.readouterr()
    assert not (tmp_path / "home").exists()
    assert log("smtp", "list") == (0, [])
    code, (line,) = log("smtp", "list", f"--{SECRET}")
    assert code == 64
    assert line.endswith("smtp-desktop smtp list: exit code 64 (usage)")


def test_a_command_that_succeeds_leaves_none(log):
    assert log("smtp", "list") == (0, [])


def fail(_services):
    raise KeyError(SECRET)


def test_a_bug_is_one_document(smtp_desktop):
    smtp_desktop.when_opened = fail
    ran = smtp_desktop("smtp", "list", "--json")
    assert (ran.code, ran.json["error"]["code"]) == (70, "bug")
    assert set(ran.json["error"]) == set(common.Error.__annotations__)


def test_a_bug_ends_with_a_line_below_its_traceback_where_no_log_is_open(smtp_desktop):
    smtp_desktop.when_opened = fail
    ran = smtp_desktop("smtp", "list")
    assert (ran.code, ran.out) == (70, "")
    assert ran.err.startswith("Traceback")
    assert ran.err.splitlines()[-1] == "Error: The program failed unexpectedly (KeyError). This is a bug."


def test_the_traceback_of_a_bug_is_in_the_log_alone(log, monkeypatch, tmp_path, capsys):
    monkeypatch.setattr("smtp_desktop.cli.info.platform.platform", fail_without_argument)  # no bug is known
    code = main(("info",))
    shown = capsys.readouterr().err
    assert code == 70
    assert shown.splitlines() == [
        "Error: The program failed unexpectedly (KeyError). This is a bug. The log file has the details; "
        "smtp-desktop info says where it is."
    ]
    assert "Traceback" in (tmp_path / "home" / "logs" / "smtp-desktop.log").read_text(encoding="utf-8")
    assert main(("info", "--verbose")) == 70
    assert "Traceback" in capsys.readouterr().err


def fail_without_argument():
    raise KeyError("of nobody")


def test_verbose_prints_what_was_said_on_standard_error(smtp_desktop):
    with ScriptedServer(greet, quit_politely) as server:
        arguments = ("smtp", "check", "--host", "127.0.0.1", "--port", str(server.port), "--no-tls", "--no-auth")
        ran = smtp_desktop(*arguments, "--verbose", "--json")
    assert ran.code == 0, ran.err
    assert "C: EHLO" in ran.err


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("outbox", "list", "--limit", "0"), "0 is too small: enter at least 1."),
        (("inbox", "--port", "70000"), "70000 is too large: enter at most 65535."),
        (("smtp", "check", "X", "--timeout", "nan"), "nan is not a number."),
        (("outbox", "list", "--limit", "x"), "'x' is not a valid integer."),
    ],
)
def test_a_number_beyond_its_limits_is_refused_in_words(smtp_desktop, arguments, words):
    ran = smtp_desktop(*arguments)
    assert ran.code == 64
    assert words in ran.err
